"""The report tells what happened, within its limit."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.capture.model import ExchangeDetail, Leg, Message, Outcome, Usage
from inspector.formats.exporting import Unfit
from inspector.formats.md.writing import LIMIT, MdExporter

TRAP = "@octocat #1 ![x](http://h/) <img src=x> | ``` ~~~\n# heading\n</details>"


def _report(details: Iterable[ExchangeDetail], limit: int | None = LIMIT) -> tuple[str, list[str]]:
    exporter, out = MdExporter(), io.BytesIO()
    exporter.limit = limit
    remarks = exporter.write(details, out)
    return out.getvalue().decode(), remarks


def _event(number: int, kind: str, **members: Any) -> bytes:
    data = {"type": f"response.{kind}", "sequence_number": number, **members}
    return f"data: {json.dumps(data)}\n\n".encode()


@pytest.fixture
def call(asked: Any) -> ExchangeDetail:
    """A stream that calls a tool twice, and ends without a terminal event."""
    response = {"id": "resp_1", "object": "response", "status": "in_progress", "output": []}
    item = {"type": "function_call", "id": "fc", "call_id": "c", "name": "exec_command", "arguments": "{}"}
    events = [_event(0, "created", response=response)]
    for index in (0, 1):
        done = {**item, "id": f"fc{index}", "call_id": f"c{index}"}
        events += [
            _event(0, f"output_item.{end}", output_index=index, item=done) for end in ("added", "done")
        ]
    body = json.dumps({"model": TRAP, "input": TRAP}).encode()
    more = {"model": "m", "session": "s-1", "turn": 1, "usage": Usage(4200, 4096, 77, 12), "note": TRAP}
    made: ExchangeDetail = asked(body, *events, kind="text/event-stream", **more)
    return made


def test_what_it_tells(call: ExchangeDetail, asked: Any) -> None:
    failed = asked(b"{}", b'{"error": {"message": "no"}}', status=429, error="429 no", session="s-1", turn=1)
    failed = replace(failed, exchange=replace(failed.exchange, id=2, started=call.exchange.started + 3))
    text, remarks = _report([call, failed])
    assert text.startswith("## 2 exchanges, 1 went wrong\n")
    assert "- Exchange 2: `429 no`\n- Exchange 1: its events break the rules `" in text
    assert "Tokens: 4,200 in (4,096 cached), 77 out\n" in text
    assert "### Session `s-1`" in text
    rows = [line for line in text.splitlines() if line.startswith(("| 1 ", "| 2 "))]
    assert "4,200 (4,096 cached) → 77 (12 reasoning)" in rows[0]
    assert "calls `exec_command` \u00d72" in rows[0]
    assert "| 3.00 s |" in rows[1]
    assert "⚠ `429 no`" in rows[1]
    assert "- Event 5 breaks the rule `terminal`: `the stream ends without a terminal event`" in text
    assert "response.output_item.added" in text
    assert remarks == ["It quotes the beginnings of bodies as they passed: read it before others do."]


def test_nobody_is_mentioned_by_accident(call: ExchangeDetail) -> None:
    text, _ = _report([replace(call, exchange=replace(call.exchange, error=TRAP, url=f"https://h/{TRAP}"))])
    fence = ""
    for line in text.splitlines():
        ticks = line[: len(line) - len(line.lstrip("`"))]
        if not fence and len(ticks) >= 3 and "`" not in line.lstrip("`"):
            fence = ticks
        elif fence and line == fence:
            fence = ""
        elif not fence and "octocat" in line:
            assert "<code>" in line or line.count("`") >= 2
            assert "@octocat" not in line.split("`")[0]
    assert fence == ""
    assert text.count("<details>") == text.count("\n</details>\n")


def test_a_body_that_is_none_and_one_that_is_missing(asked: Any) -> None:
    detail = asked(bytes(range(256)), b"\xff\xfe", kind="application/octet-stream")
    absent = replace(detail, legs={Leg.REQUEST: Message((), b"", absent=True)}, chunks=())
    text, _ = _report([detail, absent])
    assert "\\x00\\x01" in text
    assert "Request: its body is not in the file." in text


@pytest.mark.parametrize("count", [30, 150])
def test_it_fits_into_an_issue(count: int, asked: Any) -> None:
    body = json.dumps({"input": [{"content": "é" * 300}] * 9}).encode()
    details = [
        replace(detail, exchange=replace(detail.exchange, id=n, error=None if n % 9 else "went wrong"))
        for n, detail in enumerate([asked(body, body, session="s")] * count, 1)
    ]
    text, remarks = _report(details)
    assert len(text.encode()) <= LIMIT
    assert len(remarks) == 2
    assert remarks[0] in text
    whole, remarks = _report(details, None)
    assert len(remarks) == 1
    assert whole.count("\n#### Exchange ") == count


def test_how_it_ended_where_there_is_no_answer(asked: Any) -> None:
    text, _ = _report([asked(b"{}", status=None, outcome=Outcome.UNREACHABLE)])
    assert "- Exchange 1: `unreachable`" in text
    assert "Not answered" in text


def test_nothing_is_no_report() -> None:
    with pytest.raises(Unfit):
        _report([])


_MEMBERS = (
    *("type", "response", "item", "output", "choices", "delta", "message", "tool_calls", "function"),
    *("name", "namespace", "arguments", "index", "output_index", "content"),
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text("a`|@\n\ud83d", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_MEMBERS), inner, max_size=4),
    max_leaves=12,
)
_KINDS = st.sampled_from(["response.created", "response.output_item.done", "response.completed", "x"])


@given(st.lists(st.tuples(_KINDS, _VALUES), max_size=4), st.booleans(), st.binary(max_size=20))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_came_is_told(asked: Any, events: list[tuple[str, Any]], streams: bool, rest: bytes) -> None:
    told = [{"type": kind, **value} if isinstance(value, dict) else value for kind, value in events]
    pieces = [json.dumps(one).encode() for one in told]
    if streams:
        pieces = [b"data: " + piece + b"\n\n" for piece in pieces]
    kind = "text/event-stream" if streams else "application/json"
    text, _ = _report([asked(b"".join(pieces[:1]) + rest, *pieces, rest, kind=kind)])
    assert "#### Exchange 1\n" in text
    assert text.count("<details>") == text.count("\n</details>\n")
