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
    assert reader.beginning.startswith("<html>\n<html>")
    assert len(reader.beginning) <= 300
    assert reader.length == 700
