"""Events of a stream, spaced where no file tells when they came."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.capture.model import Leg
from inspector.formats import spacing


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="a:\r\n", max_size=20).map(str.encode))
def test_pieces_are_the_stream_and_none_is_empty(body: bytes) -> None:
    found = spacing.pieces(body)
    assert b"".join(found) == body
    assert all(found)


def test_an_event_is_a_piece() -> None:
    body = b"data: 1\n\nevent: a\r\ndata: 2\r\n\r\n: ping\n\ndata: 3"
    assert [len(piece) for piece in spacing.pieces(body)] == [9, 21, 8, 7]


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n", b"\r\r"])
def test_more_events_than_there_should_be_are_cut_in_fewer_pieces(
    monkeypatch: pytest.MonkeyPatch, end: bytes
) -> None:
    monkeypatch.setattr(spacing, "MOST", 10)
    for count in (9, 25, 1000):
        found = spacing.pieces((b"data: 1" + end) * count)
        assert b"".join(found) == (b"data: 1" + end) * count
        assert 3 <= len(found) <= 10


def test_between_two_times() -> None:
    body = b"data: 1\n\n" * 3
    assert [chunk.at for chunk in spacing.spread(Leg.RESPONSE, body, 1.0, 2.0)] == [1.0, 1.5, 2.0]
    assert [chunk.at for chunk in spacing.spread(Leg.RESPONSE, body, 2.0, 1.0)] == [2.0, 2.0, 2.0]
    assert [chunk.at for chunk in spacing.spread(Leg.RESPONSE, b"x", 1.0, 2.0)] == [1.0]
    assert spacing.spread(Leg.RESPONSE, b"", 1.0, 2.0) == []


def test_step_by_step() -> None:
    chunks = spacing.stepped(Leg.RESPONSE, b"data: 1\n\n" * 3)
    assert [chunk.at for chunk in chunks] == pytest.approx([0.0, 0.02, 0.04])
    assert [chunk.n for chunk in chunks] == [0, 1, 2]
