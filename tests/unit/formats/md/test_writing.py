"""The report tells what happened, within its limit."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.capture.model import Chunk, ExchangeDetail, Leg, Made, Message, Outcome, Source, Timing, Usage
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
    assert "- Exchange 2: `429 no`\n- Exchange 1: events break the rules `" in text
    assert "Tokens: 4,200 in (4,096 cached), 77 out\n" in text
    assert "### Session `s-1`" in text
    rows = [line for line in text.splitlines() if line.startswith(("| 1 ", "| 2 "))]
    assert "4,200 (4,096 cached) → 77 (12 reasoning)" in rows[0]
    assert "calls `exec_command` \u00d72" in rows[0]
    assert "| 3.00 s |" in rows[1]
    assert "⚠ `429 no`" in rows[1]
    assert "- Event 2, `response.output_item.added`, breaks the rule `sequence`: " in text
    assert (
        "- The end of the stream breaks the rule `terminal`: `the stream ends without a terminal event`"
        in text
    )
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
    assert "256 bytes, no text</summary>\n\n```\n00010203 04050607 " in text
    assert "Request: its body is not in the file." in text


@pytest.mark.parametrize(
    ("count", "limit", "told"),
    [
        (30, LIMIT, "Bodies are shortened more, for the report to fit."),
        (60, LIMIT, "Bodies are shown only where something is odd, for the report to fit."),
        (60, 20_000, "exchanges have no section of their own, for the report to fit."),
    ],
)
def test_it_fits_into_an_issue(count: int, limit: int, told: str, asked: Any) -> None:
    body = json.dumps({"input": [{"content": "é" * 300}] * 9}).encode()
    details = [
        replace(detail, exchange=replace(detail.exchange, id=n, error=None if n % 9 else "went wrong"))
        for n, detail in enumerate([asked(body, body, session="s")] * count, 1)
    ]
    text, remarks = _report(details, limit)
    assert len(text.encode()) <= limit
    assert len(remarks) == 2
    assert remarks[0].endswith(told)
    assert remarks[0] in text
    if count == 30:
        whole, remarks = _report(details, None)
        assert len(remarks) == 1
        assert whole.count("\n#### Exchange ") == count


def _in_session(asked: Any, number: int, body: dict[str, Any], *, digest: str, **more: Any) -> ExchangeDetail:
    detail = asked(json.dumps(body).encode(), b"{}", session="s", request_digest=digest, **more)
    exchange = replace(detail.exchange, id=number, started=detail.exchange.started + number)
    made: ExchangeDetail = replace(detail, exchange=exchange)
    return made


def test_where_the_prompt_cache_breaks(asked: Any) -> None:
    tools = [{"type": "function", "name": f"tool_{n}", "description": "x" * 4000} for n in range(4)]
    body = {"model": "m", "tools": tools, "input": "Hi"}
    more = {"usage": Usage(4000, 0, 5, 0)}
    first = _in_session(asked, 1, body, digest="a", **more)
    second = _in_session(asked, 2, {**body, "tools": [tools[0], *tools[2:]]}, digest="b", **more)
    third = _in_session(
        asked, 3, {**body, "tools": [tools[0], *tools[2:]], "input": "Ho"}, digest="c", **more
    )
    text, _ = _report([first, second, third])
    [told] = [line for line in text.splitlines() if line.startswith("- Exchange 2: ")]
    assert told.startswith("- Exchange 2: the prompt cache breaks at `/tools/1` (`tool_2`): about ")
    assert told.endswith(" tokens of exchange 1's prompt lie behind that")
    assert "- **Costs more:** the prompt cache breaks at `/tools/1`" in text
    assert text.count("the prompt cache breaks") == 2
    last = text.partition("Exchange 3\n")[2]
    assert "- About 3,968 tokens could have come from the prompt cache and did not\n" in last


def test_of_many_sessions_the_last_ones_are_kept(asked: Any) -> None:
    def one(number: int, session: int) -> ExchangeDetail:
        found = _in_session(asked, number, {"input": "same"}, digest="same")
        return replace(found, exchange=replace(found.exchange, session=str(session)))

    text, _ = _report([one(n, n) for n in range(20)] + [one(100, 19), one(101, 0)])
    assert "- The same request as exchange 19\n" in text
    assert "- The same request as exchange 0\n" not in text


def test_what_went_wrong_again_and_again_is_told_once(asked: Any) -> None:
    details = [_in_session(asked, n, {"n": n}, digest=str(n), error="429 no") for n in range(1, 16)]
    text, _ = _report([*details, _in_session(asked, 16, {}, digest="16", error="500")])
    told = [line for line in text.splitlines() if line.startswith("- Exchange")]
    assert told == [
        "- Exchanges 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 3 more: `429 no`",
        "- Exchange 16: `500`",
    ]


def test_a_request_that_is_sent_again_is_shown_once(asked: Any) -> None:
    body = {"model": "m", "input": "Only once."}
    text, _ = _report([_in_session(asked, n, body, digest="same") for n in (4, 5, 6)])
    assert text.count("Only once.") == 1
    assert text.count("- The same request as exchange 4\n") == 2


def test_what_an_answer_says_again_is_not_shown(asked: Any) -> None:
    answer = {"output": [], "tools": [{"name": "t"}], "model": "m-2026"}
    text, _ = _report([asked(b'{"model": "m", "tools": [{"name": "t"}]}', json.dumps(answer).encode())])
    assert '{"output": [], "model": "m-2026", "…": "as in the request: tools"}' in text


def test_what_the_bridge_got_is_put_together(asked: Any) -> None:
    detail = asked(b"{}", b"{}", mode="bridge")
    pieces = [
        b'data: {"choices": [{"index": 0, "delta": {"content": "%s"}}]}\n\n' % word
        for word in (b"Hel", b"lo")
    ]
    upstream = Message((("content-type", "text/event-stream"),), b"".join(pieces), 200)
    chunks = [Chunk(Leg.UPSTREAM_RESPONSE, n, 0.3, piece) for n, piece in enumerate(pieces)]
    asks = Message((), b'{"messages": []}')
    legs = {**detail.legs, Leg.UPSTREAM_REQUEST: asks, Leg.UPSTREAM_RESPONSE: upstream}
    text, _ = _report([replace(detail, legs=legs, chunks=(*detail.chunks, *chunks))])
    assert '"content": "Hello"' in text
    folded = [line for line in text.splitlines() if line.startswith("<details>")]
    assert [line.partition("<summary>")[2].partition(",")[0] for line in folded] == [
        "Request",
        "Request that the proxy sent instead",
        *["Answer that the proxy got"] * 2,
        "Answer",
    ]


def test_what_is_odd_about_it(asked: Any) -> None:
    detail = asked(
        b"{}",
        b"slow down",
        status=429,
        kind="text/plain",
        source=Source("a.sse", "sse"),
        mode="replay",
        socket=7,
    )
    answer = replace(detail.legs[Leg.RESPONSE], headers=(("x-ratelimit-remaining-tokens", "0"),))
    detail = replace(
        detail,
        exchange=replace(detail.exchange, url="https://me:secret@[bad/x"),
        legs={**detail.legs, Leg.RESPONSE: answer},
        tracebacks=("Traceback\n  File x\nKeyError: 'a|b'\n",),
    )
    text, _ = _report([detail])
    assert "- x-ratelimit-remaining-tokens `0`\n" in text
    assert "- **The proxy itself failed here:** <code>KeyError&#58;" in text
    assert "- Read from a file of the format `sse`\n" in text
    assert "slow down" in text
    assert "- Asked over the WebSocket that exchange 7 opened\n" in text
    assert "The proxy was" not in text
    given = replace(detail.exchange, url="https://me:secret@h/x")
    assert _report([replace(detail, exchange=given)])[0].splitlines()[2].startswith("`h` ")


def test_what_was_changed_on_the_way(asked: Any) -> None:
    body = {"model": "gpt-4o", "input": "Hi", "max_tokens": 5, "tools": [{"type": "web_search"}] * 12}
    repaired = asked(json.dumps(body).encode(), mode="repair", model="gpt-4o")
    text, _ = _report([repaired])
    assert "- Repaired by the rule `token-limit`: `" in text
    bridged = replace(repaired, exchange=replace(repaired.exchange, mode="bridge"), edited=b"{}")
    text, _ = _report([bridged])
    assert "- It was edited by hand while it was held\n" in text
    assert "- The bridge lost the request: `the request is empty`\n" in text
    bridged = replace(bridged, edited=None)
    text, _ = _report([bridged])
    assert "- The bridge lost `/tools/0`, `/tools/1`, `/tools/2`, `/tools/3` and 8 more: `" in text
    observed = replace(repaired, exchange=replace(repaired.exchange, mode="observe", request_kind="compact"))
    text, _ = _report([observed])
    assert "Repaired" not in text
    assert "| `responses.create` `gpt-4o`, `compact` |" in text


def test_what_a_person_sent_stands_together(asked: Any) -> None:
    by_hand = [asked(b"{}", session=f"replay#{n}", made=Made("azure")) for n in (1, 2)]
    child = asked(b"{}", session="s", made=Made("replay"), parent=1)
    text, _ = _report([*by_hand, child])
    assert [line for line in text.splitlines() if line.startswith("### ")] == [
        "### Sent by hand",
        "### Session `s`",
    ]


def test_what_a_file_does_not_tell(asked: Any) -> None:
    remarks = ("The file holds this body alone.",)
    of_a_body = Source("a.json", "json", "", Timing.NONE, remarks)
    request = asked(b'{"input": "x"}', status=None, source=of_a_body)
    evenly = Source("a.sse", "sse", "", Timing.EVEN, remarks)
    stream = asked(b"", _event(0, "created", response={}), kind="text/event-stream", source=evenly)
    text, _ = _report([request, replace(stream, exchange=replace(stream.exchange, id=2))])
    assert "- Its answer is not in the file\n" in text
    assert "- Answered 200; 1 event; " in text
    assert "\n   ~0.200 s  response.created" in text
    assert "- Exchanges 1, 2: `The file holds this body alone.`\n" in text
    assert "- Exchange 2: it tells no times; those of the events are made up\n" in text
    assert text.count("The file holds this body alone.") == 1
    assert " UTC" not in text
    rows = [line for line in text.splitlines() if line.startswith(("| 1 ", "| 2 "))]
    assert not any(re.search(r"\d s \|", row) for row in rows)


@pytest.mark.parametrize("started", [1e300, -1e300, float("nan"), float("inf")])
def test_a_moment_that_is_none(started: float, asked: Any) -> None:
    text, _ = _report([asked(b"{}", started=started)])
    assert "#### Exchange 1\n" in text


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
_MODES = st.sampled_from(["observe", "repair", "bridge"])
_KINDS = st.sampled_from(["response.created", "response.output_item.done", "response.completed", "x"])


@given(st.lists(st.tuples(_KINDS, _VALUES), max_size=4), st.booleans(), st.binary(max_size=20), _MODES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_came_is_told(
    asked: Any, events: list[tuple[str, Any]], streams: bool, rest: bytes, mode: str
) -> None:
    told = [{"type": kind, **value} if isinstance(value, dict) else value for kind, value in events]
    pieces = [json.dumps(one).encode() for one in told]
    if streams:
        pieces = [b"data: " + piece + b"\n\n" for piece in pieces]
    kind = "text/event-stream" if streams else "application/json"
    one = asked(b"".join(pieces[:1]) + rest, *pieces, rest, kind=kind, session="s", mode=mode)
    other = asked(b"".join(pieces[-1:]), session="s", started=one.exchange.started + 1)
    text, _ = _report([one, other])
    assert "#### Exchange 1\n" in text
    assert text.count("<details>") == text.count("\n</details>\n")
