"""`inspector serve`: what it cannot serve it says in one sentence; what it was asked it tells."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.bulk import BulkWriter
from inspector.capture.model import Exchange, Outcome
from inspector.capture.store import RecorderInfo
from inspector.cli.serve import base_url_for
from inspector.cli.served import Account, numbers
from inspector.protocol.azure import Operation
from inspector.simulator.playback.answering import CLIENT
from inspector.simulator.playback.deck import Deck, Recorded
from inspector.simulator.playback.meaning import Around
from inspector.simulator.playback.player import Told

SAMPLE = Path(__file__).parents[3] / "sample_captures" / "functions.db"


def test_nothing_to_serve(call: Callable[..., Any], tmp_path: Path) -> None:
    BulkWriter(tmp_path / "empty.db", RecorderInfo("1", "import")).close()
    done = call("serve", tmp_path / "empty.db")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "holds no answer that could be given" in done.stderr


def test_a_port_that_is_taken(call: Callable[..., Any]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = call("serve", SAMPLE, "--listen", f"127.0.0.1:{port}")
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"nobody can listen at 127.0.0.1:{port}" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-o", "x.db"), "--through"),
        (("--through", "ftp://x"), "for --through: The upstream 'ftp://x'"),
        (("--speed", "-1"), "--speed"),
        (("--listen", "nowhere"), "--listen"),
    ],
)
def test_a_wrong_command_line(call: Callable[..., Any], arguments: tuple[str, ...], said: str) -> None:
    done = call("serve", SAMPLE, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.parametrize(
    ("url", "mode", "expected"),
    [
        ("https://a.openai.azure.com/openai/v1/responses", "observe", ("a.openai.azure.com/openai/v1", None)),
        ("wss://a.openai.azure.com/openai/v1/responses", "observe", ("a.openai.azure.com/openai/v1", None)),
        ("https://a.openai.azure.com/openai/v1/responses", "bridge", ("openai/v1", None)),
        (
            "https://a.openai.azure.com/openai/responses?api-version=2025-04-01-preview",
            "observe",
            ("a.openai.azure.com/openai", "2025-04-01-preview"),
        ),
        ("ftp://x", "observe", ("openai/v1", None)),
    ],
)
def test_the_base_url_has_the_form_that_was_recorded(
    url: str, mode: str, expected: tuple[str, str | None]
) -> None:
    exchange = Exchange(1, 1, "POST", url, "responses.create", mode, 0.0, Outcome.COMPLETE)
    base, version = base_url_for([exchange], "http://127.0.0.1:80")
    assert (base.removeprefix("http://127.0.0.1:80/"), version) == expected


def told(**more: Any) -> Told:
    return Told(1.7e9, "POST", "/responses", more.pop("operation", "responses.create"), 200, **more)


def deck(*numbers: int) -> Deck:
    return Deck(Recorded(n, CLIENT, Operation.CREATE, "", bytes([n]), (), Around()) for n in numbers)


def test_an_address_without_end_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    Account(False).tell(Told(1.7e9, "GET", "/" * 60_000, "", 404, why="nothing is served at that address"))
    assert len(capsys.readouterr().err) < 300


def test_whose_folder_is_named_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    account = Account(False)
    for _ in range(2):
        account.tell(told(exchange=1, moved_from="/home/you/a"))
    assert capsys.readouterr().err.count("/home/you/a of the recording is the client's folder") == 1


@pytest.mark.parametrize("as_json", [True, False])
def test_what_was_served(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    account = Account(as_json)
    account.tell(told(exchange=3, times=2, unlike=("model", "tools"), cut=True))
    account.tell(told(passed=True, why="the nearest is exchange 1", nearest=1))
    account.tell(Told(1.7e9, "GET", "/x\x1b[31m", "", 404, why="nothing is served at that address"))
    account.tell(Told(1.7e9, "POST", "/responses", "responses.create", 400, why="nothing fits"))
    account.end(deck(1, 2, 3, 7), [ValueError("odd")])
    out, err = capsys.readouterr()
    assert [line[9:] for line in err.splitlines()[:4]] == [
        "responses.create: exchange 3, 200; time 2 that it is given; other than recorded: model, tools; "
        "breaks off, as recorded",
        "responses.create: passed on, 200: the nearest is exchange 1",
        r"GET /x\x1b[31m: 404: nothing is served at that address",
        "responses.create: 400: nothing fits",
    ]
    assert err.splitlines()[4:] == [
        "a request could not be answered: ValueError('odd')",
        "1 request answered from 4 exchanges, 1 passed on, 1 that fitted none; never asked for: 1 to 3, 7",
    ]
    lines = [json.loads(line) for line in out.splitlines()]
    assert len(lines) == (5 if as_json else 0)
    if as_json:
        assert (lines[0]["exchange"], lines[0]["breaks_off"], lines[0]["unlike"]) == (
            3,
            True,
            ["model", "tools"],
        )
        assert lines[2]["operation"] is None
        assert lines[-1] == {
            "summary": {"answered": 1, "passed": 1, "unmatched": 1, "never_asked": [1, 2, 3, 7]}
        }


def test_a_pipe_that_nobody_reads_any_more_is_no_matter(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_text: str) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("inspector.cli.served.print_note", broken)
    account = Account(True)
    account.tell(told(exchange=1))
    monkeypatch.undo()
    account.end(deck(1))
    assert capsys.readouterr().err.startswith("1 request answered from 1 exchange, ")


def test_runs_of_numbers() -> None:
    assert numbers([5, 1, 2, 3]) == "1 to 3, 5"
    assert numbers([4]) == "4"
