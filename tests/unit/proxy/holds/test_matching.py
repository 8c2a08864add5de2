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
from inspector.proxy.holds.matching import Compiled, Known, first_fitting, look_up, may_fit

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
    assert may_fit(wanted, known, 200) or not event_fits
    assert known.asked["stream"] is True


def test_a_rule_that_can_mean_no_event(known: Known):
    assert not may_fit(rule("model:other"), known, 200)
    assert may_fit(rule("response:anything"), known, 200)


def test_what_the_capture_does_not_have(writer: Writer, tmp_path: Path):
    assert look_up(writer, tmp_path / "c.db", Handle(0.0)) is None
