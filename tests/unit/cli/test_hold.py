"""`inspector hold`: what it prints, what it decides, and what it says where it cannot."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from inspector.capture.held.desk import Desk, Entry
from inspector.capture.holds import Act, Holds, Point
from inspector.capture.writer import RecorderInfo, Writer
from inspector.cli import main


@pytest.fixture
def capture(tmp_path: Path) -> Iterator[Path]:
    """One that is being recorded into."""
    path = tmp_path / "capture.db"
    writer = Writer(path, RecorderInfo("1", "observe"), on_problem=lambda _: None)
    writer.begin(
        method="POST", url="https://up.example/openai/v1/responses", http_version="HTTP/1.1",
        headers=(), operation="responses.create", mode="observe", connection="c", at=time.monotonic(),
    )  # fmt: skip
    assert writer.flush()
    yield path
    writer.close()


@pytest.fixture
def held(capture: Path) -> Iterator[Holds]:
    """An event, by the rule of an app that is there."""
    with closing(Holds(capture, "an app")) as holds, closing(Desk(capture)) as desk:
        holds.add("status:200", Point.EVENT, types=["error"])
        [(rule, app)] = desk.rules()
        now = time.time()
        desk.enter(Entry(1, rule, app, now, now + 60, body=b'{"a":1}', event_type="error"))
        yield holds


def hold(*arguments: object, **more: Any) -> Result:
    return CliRunner().invoke(main, ["hold", *map(str, arguments)], **more)


def test_what_there_is(capture: Path, held: Holds):
    listed = hold(capture, "list").stdout.splitlines()
    assert listed[0].startswith("rule 1: event error status:200, 120 s, set by an app (process ")
    assert listed[1].startswith("held 1: event error of exchange 1, goes on in ")
    told = json.loads(hold(capture, "list", "--json").stdout)
    [rule], [one] = told["rules"], told["held"]
    assert (rule["filter"], rule["at"], rule["types"]) == ("status:200", "event", ["error"])
    assert (one["state"], one["body"], one["idle_timeout"]) == ("held", '{"a":1}', 300.0)


@pytest.mark.parametrize(
    ("arguments", "given", "act", "body"),
    [
        (["release"], None, Act.RELEASE, None),
        (["drop"], None, Act.DROP, None),
        (["edit", "--body", "-"], b"{}", Act.EDIT, b"{}"),
        (["answer", "--failed", "no"], None, Act.ANSWER, b'"message": "no"'),
    ],
)
def test_decisions(capture: Path, held: Holds, arguments: list[str], given: Any, act: Act, body: Any):
    name, *more = arguments
    done = hold(capture, name, 1, *more, input=given)
    assert (done.exit_code, done.output) == (0, "")
    decision = held.get(1).decision
    assert decision is not None
    assert decision.act is act
    assert body is None if decision.body is None else body in decision.body
    late = hold(capture, "release", 1)
    assert late.exit_code == 1
    assert "1 is not held any more: inspector hold (process " in late.stderr
    assert f"decided to {act.value} it" in late.stderr
    shown = CliRunner().invoke(main, ["show", str(capture), "1", "--json"])
    [told] = json.loads(shown.stdout)["held"]
    assert (told["decision"]["act"], told["body"]) == (act.value, '{"a":1}')


def test_what_cannot_be_done(capture: Path, held: Holds, tmp_path: Path):
    assert "nothing in" in hold(capture, "release", 7).stderr
    assert "A stream ends with a Response" in hold(capture, "answer", 1, "--status", 429).stderr
    assert hold(capture, "answer", 1, "--failed", "no", "--body", "-", input=b"").exit_code == 2
    assert "there is no key 'x'" in hold(capture, "add", "x:1").stderr
    assert "say nothing about a request" in hold(capture, "add", "--type", "error").stderr
    assert hold(capture, "add", "--seconds", "0").exit_code == 2
    assert hold(capture, "add", "nothing:knows-this").exit_code == 2
    assert "no proxy is running" in hold("--running", "list").stderr
    flows = tmp_path / "flows.mitm"
    flows.write_bytes(b"4:abcd,")
    foreign = hold(flows, "list")
    assert (foreign.exit_code, "is not a capture" in foreign.stderr) == (1, True)


def test_headers_of_an_answer(capture: Path, held: Holds):
    with closing(Desk(capture)) as desk:
        [(rule, app)] = desk.rules()
        now = time.time()
        desk.enter(Entry(1, replace(rule, point=Point.REQUEST), app, now, now + 60))
    wrong = hold(capture, "answer", 2, "--header", "retry-after 5")
    assert (wrong.exit_code, "is not NAME:VALUE" in wrong.stderr) == (2, True)
    done = hold(capture, "answer", 2, "--status", 429, "--header", "retry-after: 5", "--header", "x-own:")
    assert done.exit_code == 0
    decision = held.get(2).decision
    assert decision is not None
    assert (decision.status, decision.headers) == (429, (("retry-after", "5"), ("x-own", "")))


def test_a_rule_for_nobody_says_so(capture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The proxy that is to obey it may come later."""

    def leave(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("inspector.cli.hold._follow", leave)
    said = hold(capture, "add").stderr
    assert ("holding (rule 1)" in said, "no proxy records" in said) == (True, False)
    over = tmp_path / "over.db"
    Writer(over, RecorderInfo("1", "observe"), on_problem=lambda _: None).close()
    said = hold(over, "add").stderr
    assert ("holding (rule 1)" in said, "no proxy records into" in said) == (True, True)
