"""What an upstream sends instead of a stream, and what is not a chunk in one that is."""

from __future__ import annotations

import pytest

from inspector.protocol.from_chat.reader import ChatReader, Reading


def read(*pieces: bytes) -> list[Reading]:
    reader = ChatReader()
    return [reading for piece in pieces for reading in reader.feed(piece)] + reader.close()


def test_values_with_their_offsets_and_names() -> None:
    stream = b': hi\n\ndata: {"a":1}\n\nevent: error\ndata: 2\n\ndata: [DONE]\n\n'
    assert read(stream) == [
        Reading("value", {"a": 1}, "", 6),
        Reading("value", 2, "error", 21),
        Reading("end", None, "", 43),
    ]


def test_the_end_mark_is_read_however_it_is_cut_off() -> None:
    assert read(b"data: [DONE]")[-1].kind == read(b"data:[DONE] \n")[-1].kind == "end"


def test_what_cannot_be_read_is_noted() -> None:
    assert [reading.kind for reading in read(b"data: {\n\ndata: \xff\n\ndata:\n\ndata: 1")] == [
        "note",
        "note",
        "note",
        "value",
    ]


@pytest.mark.parametrize("before", [b"", b"\n \t", b"\xef\xbb\xbf"])
def test_a_json_body_is_read_whole(before: bytes) -> None:
    body = before + b'{"a":\n\n1}'
    expected = [
        ("note", "the upstream answered with a JSON body instead of an event stream"),
        ("value", {"a": 1}),
    ]
    for pieces in ([body], [body[n : n + 1] for n in range(len(body))]):
        assert [(kind, value) for kind, value, _, _ in read(*pieces)] == expected


def test_a_body_that_breaks_off_is_nothing() -> None:
    assert read(b'{"a": ') == []


def test_the_beginning_is_kept_for_messages() -> None:
    reader = ChatReader()
    for _ in range(100):
        reader.feed(b"<html>\n")
    assert reader.beginning.startswith("<html> <html>")
    assert len(reader.beginning) <= 300
    assert reader.length == 700


def test_a_beginning_can_be_shown() -> None:
    reader = ChatReader()
    reader.feed(b"\x1b[31mred\x00\xff")
    assert reader.beginning == "\ufffd[31mred\ufffd\ufffd"
    reader = ChatReader()
    reader.feed(b"\x1f\x8b\x08\x00")
    assert reader.beginning == "gzip-compressed data, which no content-encoding announced"


def test_an_error_event_may_hold_plain_text() -> None:
    assert read(b"event: error\ndata: Boom.\n\n") == [Reading("value", {"message": "Boom."}, "error", 0)]
    assert [reading.kind for reading in read(b"event: other\ndata: Boom.\n\n")] == ["note"]


def test_errors_in_a_list() -> None:
    assert [value for kind, value, _, _ in read(b'[{"error":', b'"x"}]') if kind == "value"] == [
        {"error": "x"}
    ]


@pytest.mark.parametrize(
    "line",
    [b'\xef\xbb\xbfdata: {"a":1}', b'{"a":1}', b'{"a":\n1}', b'\xef\xbb\xbf{"a":1}'],
)
def test_values_outside_of_events(line: bytes) -> None:
    assert read(b"data: 1\n\n" + line + b"\n\n")[1:] == [Reading("value", {"a": 1}, "", 9)]


def test_junk_between_the_events_is_noted() -> None:
    readings = read(b"data: 1\n\n<html>\n<body>\ndata: 2\n\n7\n\n")
    assert [(kind, value) for kind, value, _, _ in readings] == [
        ("value", 1),
        *[("note", "a line that is no part of an event stream was left out")] * 2,
        ("value", 2),
        ("note", "a line that is no part of an event stream was left out"),
    ]


def test_control_characters_in_strings_are_what_they_are() -> None:
    assert read(b'data: "a\x00\tb"\n\n') == [Reading("value", "a\x00\tb", "", 0)]
    assert [reading.kind for reading in read(b"data: " + b"[" * 100_000 + b"\n\n")] == ["note"]
