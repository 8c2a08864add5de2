"""Filters asked about an exchange of which only a part has passed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.capture.filter.language import parse
from inspector.capture.held.values import App, Point, Rule
from inspector.capture.model import Leg, Message
from inspector.capture.writer import Handle, RecorderInfo, Writer
from inspector.proxy.holds.matching import Compiled, Known, at_event, first_fitting, first_of, look_up

ASKED = b'{"model":"gpt-5","stream":true,"input":"say hi","tools":[{"type":"function","name":"shell"}]}'
CALL = (
    b'data: {"type":"response.output_item.done","item":{"type":"function_call","name":"shell",'
    b'"arguments":"{\\"cmd\\":\\"rm -r\\"}"}}\n\n'
)
EVENTS = (("content-type", "text/event-stream"),)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    writer = Writer(tmp_path / "c.db", RecorderInfo("1", "observe"), on_problem=lambda _: None)
    yield writer
    writer.close()


@pytest.fixture
def known(writer: Writer, tmp_path: Path) -> Known:
    """A request that has passed, a retry of the one before it."""
    for _ in range(2):
        handle = writer.begin(
            method="POST", url="https://up.example/openai/v1/responses", http_version="HTTP/1.1",
            headers=(("session-id", "s"), ("originator", "codex_exec")), operation="responses.create",
            mode="observe", connection="c", at=time.monotonic(),
        )  # fmt: skip
        writer.chunk(handle, Leg.REQUEST, ASKED, time.monotonic())
        writer.end_leg(handle, Leg.REQUEST, time.monotonic())
    found = look_up(writer, tmp_path / "c.db", handle)
    assert found is not None
    return found


def rule(text: str) -> Compiled:
    made = Rule(1, text, Point.REQUEST, (), 60.0, 0.0, App("a", 1, "h"))
    return Compiled(made, 1, parse(text))


@pytest.mark.parametrize(
    ("text", "request_fits", "head_fits", "event_fits"),
    [
        ("", True, True, True),
        ('model:gpt request:"say hi" offers:shell', True, True, True),
        ("model:other", False, False, False),
        ("is:retry", True, True, True),
        ("status:200", False, True, True),
        ("response:event-stream", False, True, True),
        ('response:"rm -r"', False, False, True),
        ("tool:shell type:response.output_item.done", False, False, True),
        ("is:done", False, False, False),
    ],
)
def test_what_is_known_by_then(
    known: Known, text: str, request_fits: bool, head_fits: bool, event_fits: bool
):
    wanted = rule(text)
    for response, fits in (
        (None, request_fits),
        (Message(EVENTS, b"", 200), head_fits),
        (Message(EVENTS, CALL, 200), event_fits),
    ):
        chosen = first_fitting([rule("nothing-has-this"), wanted], known, response)
        assert chosen is (wanted if fits else None)
    assert known.asked["stream"] is True


DONE = (
    '{"type":"response.completed","response":{"usage":{"input_tokens":900,"output_tokens":200,'
    '"output_tokens_details":{"reasoning_tokens":0}}}}'
)
FAILED = '{"type":"response.failed","response":{"error":{"code":"server_error","message":"too busy"}}}'


@pytest.mark.parametrize(
    ("text", "delta_fits", "done_fits", "failed_fits"),
    [
        ("tokens.out:>100 tokens.in:900", False, True, False),
        ("has:usage", False, True, False),
        ('error:"too busy" has:error', False, False, True),
        ("events:>=7 size.response:>=1KB", True, True, True),
        ("events:>7", False, False, False),
        ("has:remark", False, False, False),  # of a whole stream only
        ("-has:error status:200", True, True, False),
    ],
)
def test_what_an_event_tells_of_its_exchange(
    known: Known, text: str, delta_fits: bool, done_fits: bool, failed_fits: bool
):
    wanted = rule(text)
    for data, fits in (('{"delta":"x"}', delta_fits), (DONE, done_fits), (FAILED, failed_fits)):
        here = at_event(known, 200, data, 7, 2048)
        event = Message(EVENTS, f"data: {data}\n\n".encode(), 200)
        assert first_of([wanted], here, known, event) is (wanted if fits else None)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ('{"type":"error","message":"no"}', "no"),
        ('{"error":{"message":"no"}}', "no"),  # of a chat
        ('{"error":"no"}', "no"),
        ('{"error":[1]}', "an error"),
        ('{"response":{"error":null,"usage":[]}}', None),
        ('["usage","error"]', None),
        ('{"error', None),
    ],
)
def test_errors_of_any_form(known: Known, data: str, error: str | None):
    here = at_event(known, 200, data, 1, 1)
    assert (here.error, here.usage) == (error, None)


def test_what_the_capture_does_not_have(writer: Writer, tmp_path: Path):
    assert look_up(writer, tmp_path / "c.db", Handle(0.0)) is None
