"""`inspector minimise` against an endpoint that refuses one thing of many, and others in their own way."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from inspector.capture.model import ExchangeDetail, Leg
from inspector.capture.reader import Reader
from inspector.cli import main
from inspector.simulator import azure
from inspector.simulator.script import Answer, Received, whole_json
from inspector.simulator.server import running

SAMPLES = Path(__file__).parents[2] / "sample_captures"
ORIGINAL = 3  # the last of the sample's: 11 items, 9 tools


def minimise(*arguments: object, home: Path) -> Result:
    result = CliRunner(env={"INSPECTOR_HOME": str(home)}).invoke(main, ["minimise", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def details(path: Path) -> list[ExchangeDetail]:
    with closing(Reader(path)) as reader:
        return [reader.detail(each.id) for each in reader.exchanges()]


def body_of(detail: ExchangeDetail) -> Any:
    return json.loads(detail.legs[Leg.REQUEST].body)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A capture of one turn, three exchanges."""
    path = tmp_path / "functions.db"
    path.write_bytes((SAMPLES / "functions.db").read_bytes())
    assert CliRunner().invoke(main, ["captures", "migrate", str(path)]).exit_code == 0
    return path


def refusing(wrong: Callable[[dict[str, Any]], bool]) -> Callable[[Received], Answer]:
    """Refuses what is `wrong`, and requests that are broken, each with an error of its own."""

    def handle(received: Received) -> Answer:
        body = received.json()
        if not body.get("model") or not body.get("input"):
            return azure.error(
                400, "missing_required_parameter", "Missing required parameter.", param="input"
            )
        calls = {item["call_id"] for item in body["input"] if item["type"] == "function_call"}
        outputs = {item["call_id"] for item in body["input"] if item["type"] == "function_call_output"}
        if calls != outputs:
            return azure.error(400, None, f"No tool output found for {len(calls ^ outputs)} calls.")
        if wrong(body):
            n = len(body["input"])
            return azure.error(
                400, "invalid_value", f"Invalid value: 'it' among {n} items.", param=f"tools[{n}]"
            )
        return whole_json({"id": "resp_1", "object": "response", "status": "completed", "output": []})

    return handle


def has_tool(body: dict[str, Any]) -> bool:
    return any(tool.get("name") == "update_goal" for tool in body.get("tools", ()))


def has_output(body: dict[str, Any]) -> bool:
    return any("Chunk ID" in str(item.get("output")) for item in body["input"])


def test_one_tool_of_many_is_found(sample: Path, tmp_path: Path) -> None:
    before = details(sample)
    with running(refusing(has_tool)) as upstream:
        done = minimise(
            sample, ORIGINAL, "--expect", "status:400", "--to", upstream.base_url, "--json", home=tmp_path
        )
        sent = len(upstream.received)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["minimal"]
    assert told["confirmed"]
    assert (told["sent"], told["budget"]) == (sent, 60)
    assert sent <= 40
    assert (told["before"]["tools"], told["after"]["tools"]) == (9, 1)
    *originals, kept = details(sample)
    assert originals == before
    assert (kept.exchange.id, kept.exchange.parent) == (int(told["exchange"]["id"]), ORIGINAL)
    assert kept.exchange.made is not None
    assert (kept.exchange.made.by, kept.exchange.made.source) == ("minimise", None)
    assert kept.exchange.status == 400
    body = body_of(kept)
    assert set(body) == {"model", "input", "tools"}
    assert body["tools"] == [{"type": "function", "name": "update_goal"}]
    assert len(body["input"]) == 1
    tries = details(Path(told["tries"]))
    assert len(tries) == sent - 1
    assert {one.exchange.parent for one in tries} == {None}
    assert {one.exchange.made.source for one in tries if one.exchange.made} == {f"functions.db {ORIGINAL}"}
    assert body_of(tries[0]) == body_of(before[ORIGINAL - 1])


def test_one_output_goes_with_its_call(sample: Path, tmp_path: Path) -> None:
    with running(refusing(has_output)) as upstream:
        done = minimise(sample, ORIGINAL, "--expect", "status:400", "--to", upstream.base_url, home=tmp_path)
    assert done.exit_code == 0, done.output
    body = body_of(details(sample)[-1])
    assert [item["type"] for item in body["input"]] == ["function_call", "function_call_output"]
    assert body["input"][1]["output"].startswith("Chunk ID")
    assert len(body["input"][1]["output"]) <= 16
    assert "tools" not in body
    assert "9 tools to 0" in done.stderr
    assert "input[1]: function_call_output" in done.stderr


def test_the_budget_is_never_exceeded(sample: Path, tmp_path: Path) -> None:
    with running(refusing(has_tool)) as upstream:
        done = minimise(
            sample,
            ORIGINAL,
            "--expect",
            "status:400",
            "--to",
            upstream.base_url,
            "--budget",
            "8",
            home=tmp_path,
        )
        assert len(upstream.received) == 8
    assert done.exit_code == 0, done.output
    assert "the budget was spent" in done.stderr
    assert has_tool(body_of(details(sample)[-1]))


def test_a_request_that_does_not_fail_is_said_so(sample: Path, tmp_path: Path) -> None:
    with running(refusing(lambda _: False)) as upstream:
        done = minimise(sample, ORIGINAL, "--expect", "status:400", "--to", upstream.base_url, home=tmp_path)
        assert len(upstream.received) == 1
    assert done.exit_code == 1
    assert "the request as it is does not show it: 200" in done.stderr
    assert len(details(sample)) == 3


def test_a_refusal_for_a_while_is_waited_out(sample: Path, tmp_path: Path) -> None:
    refuse = refusing(has_tool)

    def handle(received: Received) -> Answer:
        return azure.rate_limited(retry_after_ms="1") if received.n % 5 == 2 else refuse(received)

    with running(handle) as upstream:
        done = minimise(sample, ORIGINAL, "--expect", "status:400", "--to", upstream.base_url, home=tmp_path)
    assert done.exit_code == 0, done.output
    assert body_of(details(sample)[-1])["tools"] == [{"type": "function", "name": "update_goal"}]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--expect", "stats:400"), "there is no key 'stats'"),
        (("--expect", ""), "an empty filter fits everything"),
        ((), "Missing option '--expect'"),
    ],
)
def test_a_wrong_command_line(sample: Path, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = minimise(sample, ORIGINAL, *arguments, home=tmp_path)
    assert done.exit_code == 2
    assert said in done.stderr
