"""The event-stream decoder: the grammar, the offsets, and that cuts do not matter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.protocol.sse import Decoder, ServerSentEvent, encode


def decode(*pieces: bytes) -> list[ServerSentEvent]:
    decoder = Decoder()
    return [event for piece in pieces for event in decoder.feed(piece)] + decoder.close()


def one(stream: bytes) -> ServerSentEvent:
    (event,) = decode(stream)
    return event


def test_fields_of_an_event() -> None:
    event = one(b": hello\nevent: note\nid: 7\nretry: 250\ndata: a\ndata:  b\n:bye\n\n")
    assert event == ServerSentEvent(
        event="note",
        data="a\n b",
        id="7",
        retry=250,
        comments=("hello", "bye"),
        start=0,
        end=60,
        has_data=True,
        complete=True,
        valid_utf8=True,
    )


def test_an_id_with_a_nul_is_passed_over() -> None:
    assert one(b"id: 7\nid: a\0b\ndata: x\n\n").id == "7"


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_line_end(end: bytes) -> None:
    events = decode(end.join([b"data: a", b"data: b", b"", b"data: c", b"", b""]))
    assert [event.data for event in events] == ["a\nb", "c"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_offsets_cover_the_stream(end: bytes) -> None:
    stream = end.join([b"data: a", b"", b": keep-alive", b"", b"event: x", b"data: b", b"", b""])
    events = decode(stream)
    assert b"".join(stream[event.start : event.end] for event in events) == stream


def test_an_event_is_given_as_soon_as_it_is_complete() -> None:
    for end in (b"\n\n", b"\r\n\r\n", b"\r\r"):
        assert [event.data for event in Decoder().feed(b"data: a" + end)] == ["a"]


def test_a_carriage_return_waits_for_its_line_feed() -> None:
    decoder = Decoder()
    assert decoder.feed(b"data: a\r\n\r") == []
    assert [event.end for event in decoder.feed(b"\n")] == [11]
    assert decode(b"data: a\r\n\r") == [one(b"data: a\r\n\r")]
    assert one(b"data: a\r\n\r").complete


def test_other_line_separators_are_text() -> None:
    assert one("data: a\u2028b\x0bc\x85d\n\n".encode()).data == "a\u2028b\x0bc\x85d"


def test_byte_order_mark_only_at_the_start() -> None:
    events = decode(b"\xef\xbb\xbfdata: a\n\n\xef\xbb\xbfdata: b\n\n")
    assert [(event.data, event.has_data, event.start) for event in events] == [
        ("a", True, 3),
        ("", False, 12),
    ]


def test_a_field_without_a_colon_is_empty() -> None:
    assert one(b"data\n\n").has_data
    assert one(b"data\ndata\n\n").data == "\n"


@pytest.mark.parametrize(
    "field", [b"retry: 1.5", b"retry: -1", "retry: ٣".encode(), b"id: a\0b", b"other: 1"]
)
def test_what_a_field_cannot_hold_is_ignored(field: bytes) -> None:
    event = one(field + b"\n\n")
    assert (event.id, event.retry, event.has_data, event.complete) == (None, None, False, True)


def test_comments_alone_are_an_event_without_data() -> None:
    event = one(b": keep-alive\n\n")
    assert (event.comments, event.has_data) == (("keep-alive",), False)


def test_blank_lines_are_nothing() -> None:
    assert [event.start for event in decode(b"\n\r\n\r\n\ndata: a\n\n\n\n\r")] == [6]


@pytest.mark.parametrize("tail", [b"data: a", b"data: a\n", b"data: a\r\n", b"\xef\xbb", b"junk"])
def test_an_unfinished_tail_is_not_complete(tail: bytes) -> None:
    event = one(tail)
    assert (event.complete, event.start, event.end) == (False, 0, len(tail))


def test_bytes_that_are_not_utf8() -> None:
    event = one(b"data: a\xff\xe2\x82\n\n")
    assert event.data == "a\ufffd\ufffd"
    assert not event.valid_utf8


def test_lines_that_are_no_field_are_kept() -> None:
    event = one(b"<p>a</p>\nfoo: bar\ndata: x\n\n")
    assert (event.strange, event.data) == (("<p>a</p>", "foo: bar"), "x")


def test_after_close_nothing_is_left() -> None:
    decoder = Decoder()
    decoder.feed(b"data: a")
    assert len(decoder.close()) == 1
    assert decoder.close() == []


FIELDS = [b"data: ", b"data", b":", b" ", b"event: x", b"id: 1", b"retry: 3", b"a"]
LINE_ENDS = [b"\n", b"\r", b"\r\n", b"\n\n", b"\r\n\r\n"]
ODD_BYTES = ["€".encode(), "𝄞".encode(), b"\xff", b"\xef\xbb\xbf", b"\xef", b"\xbb"]
PIECES = st.sampled_from([*FIELDS, *LINE_ENDS, *ODD_BYTES])


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=25).map(b"".join), st.data())
def test_any_cut_gives_the_same_events(stream: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert decode(*pieces) == decode(stream)
    assert decode(*(bytes([byte]) for byte in stream)) == decode(stream)


WHOLE = st.sampled_from(
    [
        b"data: a\n\n",
        "data: {€}\n\n".encode(),
        b"data: \xff\n\n",
        b"data: a\rb\n\n",
        b"data: a\n\r",
        b"data: \n\n",
        b"data: a\ndata: b\n\n",
        b"data:a\n\n",
        b": ping\n\n",
        b"\n",
    ]
)


@given(st.lists(WHOLE, max_size=6))
def test_an_event_a_piece_is_the_same_as_all_in_one(pieces: list[bytes]) -> None:
    assert decode(*pieces) == decode(b"".join(pieces))


def by_the_book(stream: bytes) -> list[tuple[str, str | None]]:
    """Name and data (None: no data field) of each block, from the whole stream at once, line by line."""
    lines = (
        stream.decode(errors="replace")
        .removeprefix("\ufeff")
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        .split("\n")
    )
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line:
            blocks[-1].append(line)
        else:
            blocks.append([])
    events = []
    for block in filter(None, blocks):
        name, data = "", None
        for line in block:
            field, _, value = line.partition(":")
            value = value[1:] if value.startswith(" ") else value
            if field == "event":
                name = value
            elif field == "data":
                data = value if data is None else f"{data}\n{value}"
        events.append((name, data))
    return events


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=25).map(b"".join))
def test_events_are_those_of_a_reading_by_the_book(stream: bytes) -> None:
    read = [(event.event, event.data if event.has_data else None) for event in decode(stream)]
    assert read == by_the_book(stream)


@given(st.text(), st.none() | st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])))
def test_what_is_encoded_decodes(data: str, name: str | None) -> None:
    event = one(encode(data, name))
    assert event.event == (name or "")
    assert event.data == "\n".join(data.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    assert event.complete


def test_a_name_cannot_span_lines() -> None:
    with pytest.raises(ValueError, match="span lines"):
        encode("x", "a\nb")
