"""What stands around a stream: its status line, whether it was sent at all, and how it ended."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.capture.model import Chunk, Exchange, Leg, Outcome
from inspector.ui.view.outline import Node
from inspector.ui.view.stream import StreamReading
from inspector.ui.view.stream_frame import ending, head


def exchange(outcome: Outcome, **more: Any) -> Exchange:
    told = {"ended": 1.5, "status": 200, **more}
    return Exchange(
        id=1, revision=1, method="POST", url="https://a", operation="chat.create", mode="observe",
        started=0.0, outcome=outcome, **told,
    )  # fmt: skip


def reading(body: bytes = b"", status: int = 200, **headers: str) -> StreamReading:
    made = StreamReading(tuple(headers.items()), status)
    made.feed([Chunk(Leg.RESPONSE, 0, 0.1, body)] if body else [])
    made.close()
    return made


def heads(nodes: list[Node]) -> list[str]:
    return [node.head(80, False).text.strip() for node in nodes]


def test_the_status_line_holds_the_headers():
    [line] = head(
        reading(status=429, a="b"), exchange(Outcome.COMPLETE, first_byte=0.25), "response", derived=False
    )
    assert heads([line]) == ["0.250 429 Too Many Requests  1 header"]
    assert [node.head(40, False).text for node in line.below()] == ["a b"]


def test_what_nobody_was_sent_says_so_and_how_to_see_what_was():
    _, said = head(reading(), exchange(Outcome.COMPLETE), "response", derived=True)
    assert heads([said]) == ["≈ not sent: what the chat answer amounts to"]
    assert said.body(80)[0].text == "u shows the chunks that passed, x their bytes."


@pytest.mark.parametrize(
    ("outcome", "error", "line", "below"),
    [
        (Outcome.COMPLETE, None, "1.500 ── end ──", []),
        (Outcome.UPSTREAM_GONE, "reset", "1.500 ✗ upstream broke off", ["reset"]),
        (Outcome.CLIENT_GONE, None, "1.500 ⚠ the client left", []),
        (Outcome.UNREACHABLE, "\x1b[2J", "1.500 ✗ upstream unreachable", ["\ue01b[2J"]),
    ],
)
def test_how_it_ended(outcome: Outcome, error: str | None, line: str, below: list[str]):
    [end] = ending(None, exchange(outcome, error=error), "response", derived=False)
    assert heads([end]) == [line]
    assert [each.text for each in end.body(80)] == below


def test_one_that_goes_on_says_what_it_waits_for():
    open_one = exchange(Outcome.OPEN, ended=None)
    assert heads(ending(None, open_one, "response", derived=False)) == ["▶ waiting for the answer"]
    assert heads(ending(reading(), open_one, "response", derived=False)) == ["▶ streaming"]


@pytest.mark.parametrize(
    ("body", "first"), [(b'{"a": 1}', "{"), (b"plain\nwords", "plain"), (b"\xff\x1b", "\ue100FF\ue101\ue01b")]
)
def test_a_body_that_is_no_stream_is_a_row_of_what_passed(body: bytes, first: str):
    whole, end = ending(reading(body), exchange(Outcome.COMPLETE), "response", derived=False)
    assert whole.key == "body:response"
    assert whole.body(80)[0].text == first
    assert end.key == "ending"
    assert len(ending(reading(body), exchange(Outcome.COMPLETE), "response", derived=True)) == 1


def test_a_body_that_cannot_be_decoded_is_told():
    broken = reading(b"not gzip", **{"content-encoding": "gzip"})
    [end] = ending(broken, exchange(Outcome.COMPLETE), "response", derived=False)
    assert heads([end]) == ["1.500 ✗ the body could not be read"]
    assert "damaged" in end.body(80)[0].text
