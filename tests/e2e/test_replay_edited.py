"""`inspector replay` of a request that was changed first: what goes out, what is recorded, what is said."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from inspector.capture.model import ExchangeDetail, Leg
from inspector.capture.reader import Reader
from inspector.cli import main
from inspector.simulator.ask import Ask
from inspector.simulator.reply import Text
from inspector.simulator.script import Answer
from inspector.simulator.server import Simulator, running
from inspector.simulator.service import Service

SAMPLES = Path(__file__).parents[2] / "sample_captures"
TEXT = "input[2].content[0].text"  # the person's prompt in the sample's second exchange


def replay(*arguments: object, **more: Any) -> Result:
    result = CliRunner().invoke(main, ["replay", *map(str, arguments)], **more)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def detail(path: Path, number: int) -> ExchangeDetail:
    with closing(Reader(path)) as reader:
        return reader.detail(number)


def body_of(path: Path, number: int) -> Any:
    return json.loads(detail(path, number).legs[Leg.REQUEST].body)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A capture of one turn, three exchanges."""
    path = tmp_path / "functions.db"
    path.write_bytes((SAMPLES / "functions.db").read_bytes())
    assert CliRunner().invoke(main, ["captures", "migrate", str(path)]).exit_code == 0
    return path


@pytest.fixture
def upstream() -> Iterator[Simulator]:
    def story(ask: Ask) -> Answer:
        return ask.say(Text(f"You said: {ask.prompts[-1]}"))

    with running(Service(story)) as simulator:
        yield simulator


def test_an_edit_goes_out_and_can_be_made_again(sample: Path, upstream: Simulator, tmp_path: Path) -> None:
    patch = tmp_path / "patch.json"
    patch.write_text('[{"op": "add", "path": "/metadata", "value": {"a": "b"}}]')
    edits = ("--set", f"{TEXT}=Say hi", "--set", "reasoning.effort=low", "--drop", "input[0]",
             "--drop", "input[-1]", "--patch", patch)  # fmt: skip
    done = replay(sample, 2, "--to", upstream.base_url, *edits, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    before, after = body_of(sample, 2), body_of(sample, int(told["id"]))
    assert upstream.received[0].json() == after
    assert after["input"][1]["content"][0]["text"] == "Say hi"
    assert after["input"][2:] == before["input"][3:-1]
    assert (after["reasoning"]["effort"], after["metadata"]) == ("low", {"a": "b"})
    assert (told["parent"], told["made"]["by"], told["made"]["boundary"]) == ("2", "edit", "captured")
    assert "is a call (" in done.stderr  # whose output was dropped
    assert "encrypted by whoever answered before" in done.stderr
    patch.write_text(json.dumps(told["made"]["edits"]))
    again = replay(sample, 2, "--to", upstream.base_url, "--patch", patch, "--dry-run")
    assert json.loads(json.loads(again.stdout)["body"]) == after


def test_the_result_is_compared_with_the_original(sample: Path, upstream: Simulator) -> None:
    done = replay(sample, 1, "--to", upstream.base_url, "--set", "temperature=hot", "--diff")
    assert done.exit_code == 0, done.output
    line, _, compared = done.stdout.partition("\n")
    assert line.lstrip().startswith("4 ")
    assert "1 setting added: temperature" in compared
    assert "\nresponse\n" in compared
    assert "You said: " in compared
    assert "warning: temperature must be a number." in done.stderr


def test_it_is_edited_in_the_persons_editor(
    sample: Path, upstream: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "editor.py"
    program.write_text(
        "import json, pathlib, sys\n"
        "file = pathlib.Path(sys.argv[1])\n"
        "text = file.read_text()\n"
        "file.write_text(text[:-3] + '}' if text.endswith(',}\\n') else text.rstrip()[:-1] + ',}')\n"
    )
    monkeypatch.setenv("VISUAL", f"{sys.executable} {program}")
    done = replay(sample, 1, "--to", upstream.base_url, "--set", "model=x", "--edit", input="y\n")
    assert "this comma is one too many: nothing follows it." in done.stderr
    assert done.exit_code == 1  # what was typed is what it began with, in the end
    assert "left as it was, so nothing was sent" in done.stderr
    assert upstream.received == []


def test_the_past_of_an_edited_chain_is_its_own(sample: Path, upstream: Simulator) -> None:
    """What `previous_response_id` stands for goes along in the translation, of the id that was set."""
    first = detail(sample, 1).exchange
    edits = ("--set", f"previous_response_id={first.response_id}", "--set", "input=And now?")
    done = replay(sample, 2, "--to", upstream.base_url, "--as", "translated", *edits)
    assert done.exit_code == 0, done.output
    messages = upstream.received[0].json()["messages"]
    assert messages[-1] == {"role": "user", "content": "And now?"}
    assert len(messages) > len(body_of(sample, 1)["input"])


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (
            ("--set", "input[77].output=x"),
            1,
            "input[77]: the request has 8 input items, the last is input[7].",
        ),
        (("--drop", "temperatur"), 1, 'temperatur: the request has no "temperatur"; it has model, stream'),
        (("--set", "input[7"), 2, "no path from character 6 on"),
        (("--set", "model"), 2, "model: there is no value; write model=VALUE."),
        (("--json", "--diff"), 2, "--json and --diff are two answers"),
    ],
)
def test_what_cannot_be_edited_is_told_and_nothing_sent(
    sample: Path, upstream: Simulator, arguments: tuple[str, ...], status: int, said: str
) -> None:
    done = replay(sample, 2, "--to", upstream.base_url, *arguments)
    assert done.exit_code == status
    assert said in done.stderr
    assert upstream.received == []


def test_edits_that_change_nothing_are_said_to(sample: Path, upstream: Simulator, tmp_path: Path) -> None:
    patch = tmp_path / "patch.json"
    patch.write_text("[]")
    done = replay(sample, 2, "--to", upstream.base_url, "--patch", patch, "--dry-run")
    assert done.exit_code == 0, done.output
    assert "the edits change nothing" in done.stderr


def test_what_it_will_cost_is_told_where_a_key_is_sent(sample: Path, upstream: Simulator) -> None:
    edits = ("--set", "model=gpt-5", "-n", "2", "--key-env", "MY_KEY")
    done = replay(sample, 2, "--to", upstream.base_url, *edits, env={"MY_KEY": "0123456789abcdef"})
    assert done.exit_code == 0, done.output
    assert "It will cost about 0.0" in done.stderr
    assert "for all 2: an estimate, " in done.stderr
    assert "with another key: " in done.stderr


def test_a_patch_that_is_none_is_told(sample: Path, tmp_path: Path) -> None:
    patch = tmp_path / "patch.json"
    for text, said in ((b"[1,\n]", "line 1, column 3: this comma"), (b"\xff", "is not UTF-8 at byte 0")):
        patch.write_bytes(text)
        done = replay(sample, 2, "--patch", patch)
        assert done.exit_code == 1
        assert said in done.stderr
