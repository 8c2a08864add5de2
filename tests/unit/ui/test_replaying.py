"""What a person wishes, made ready: what is refused, and in which words; warnings; what came of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.model import Outcome
from inspector.capture.schema import CaptureError
from inspector.capture.summary import Summary
from inspector.replay.boundary import Boundary
from inspector.replay.credentials import KEYS, NoCredentialError, UnnamedHostError
from inspector.replay.endpoint import Destination
from inspector.replay.sending import Sent
from inspector.ui.replaying import REFUSALS, Wish, outcome, prepare, refusal

HERE = Destination(to="http://127.0.0.1:9/openai/v1")


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)


def sent(**more: Any) -> Sent:
    told: dict[str, Any] = {
        "exchange": 2, "status": 200, "outcome": Outcome.COMPLETE, "error": None, "summary": Summary(),
        "headers": (), "body": b"", "seconds": 1.5,
    }  # fmt: skip
    return Sent(**{**told, **more})


def test_as_it_was(turn: Path):
    ready = prepare(turn, Wish(1, destination=HERE))
    assert ready.built.call.url == "http://127.0.0.1:9/openai/v1/responses"
    assert (ready.made.by, ready.made.boundary, ready.made.edits) == ("replay", "captured", ())
    assert ready.credential is None


def test_edited(turn: Path):
    ready = prepare(turn, Wish(1, Boundary.CAPTURED, HERE, body={"model": "m", "input": 3}))
    assert ready.made.by == "edit"
    assert {"op": "replace", "path": "/model", "value": "m"} in ready.made.edits
    assert any("input" in warning.sentence for warning in ready.warnings)


def test_what_is_refused(turn: Path):
    for wish, words in (
        (Wish(1), "There is no key for my-res.openai.azure.com"),
        (Wish(1, Boundary.PAYLOAD, HERE), "did not pass a bridge"),
        (Wish(99, destination=HERE), "no longer in the capture"),
        (Wish(1, destination=Destination(to="nowhere")), "nowhere"),
    ):
        with pytest.raises(REFUSALS) as refused:
            prepare(turn, wish)
        assert words in refusal(refused.value)
    assert isinstance(refusal(UnnamedHostError("evil.example", "https://evil.example/")), str)
    with pytest.raises(NoCredentialError):
        prepare(turn, Wish(1))


def test_the_words_know_of_no_options():
    words = refusal(UnnamedHostError("evil.example", "https://evil.example/"))
    assert words.startswith("Nothing was sent: evil.example is neither Azure's nor this machine")
    assert "--to" not in words


def test_a_capture_of_an_older_format_is_not_written(turn: Path):
    with closing(sqlite3.connect(turn)) as connection, connection:
        connection.execute("PRAGMA user_version = 1")
    with pytest.raises(CaptureError, match="inspector captures migrate"):
        prepare(turn, Wish(1, destination=HERE))


def test_what_came_of_it(turn: Path, monkeypatch: pytest.MonkeyPatch):
    ready = prepare(turn, Wish(1, destination=HERE))
    edited = replace(ready, wish=replace(ready.wish, body={}))
    told: Callable[..., tuple[str, bool]] = lambda *all_of_them: outcome(turn, ready, all_of_them)  # noqa: E731
    assert outcome(turn, edited, [sent()]) == ("Exchange 2: 200 after 1.50 s.", True)
    words, well = told(sent())
    assert words.startswith("Exchange 2: 200 after 1.50 s, ")
    assert "exchange 1" in words
    assert well
    assert told(sent(status=429, error="429: later.")) == ("Exchange 2: 429: later.", False)
    assert told(sent(exchange=None))[0] == "It was sent, but not recorded: 200"
    many = [sent(), sent(), sent(status=429, error="429: later.")]
    assert told(*many) == ("3 requests sent: 2 fine, 1 429. 429: later.", False)
