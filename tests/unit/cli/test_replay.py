"""`inspector replay` where nothing is sent: what would be, and why not."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from inspector.capture import connect
from inspector.capture.schema import MIGRATIONS

SAMPLES = Path(__file__).parents[3] / "sample_captures"
AZURE = "https://my-res.openai.azure.com"
Call = Callable[..., Any]
Refused = Callable[..., str]


def test_a_dry_run_prints_the_call_without_a_credential(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "s3cret")
    done = call(
        "replay", SAMPLES / "bridged.db", 1, "--to", AZURE, "--as", "translated", "--model", "m", "--dry-run"
    )
    told = json.loads(done.stdout)
    assert (told["method"], told["url"]) == ("POST", f"{AZURE}/openai/v1/chat/completions")
    assert json.loads(told["body"])["model"] == "m"
    assert "authorization" not in {name.lower() for name, _ in told["headers"]}
    assert "s3cret" not in done.output
    as_curl = call("replay", SAMPLES / "bridged.db", 1, "--to", AZURE, "--dry-run=curl").stdout
    assert as_curl.startswith(f"curl -sS -N {AZURE}/openai/v1/responses")
    assert '"api-key: $AZURE_OPENAI_API_KEY"' in as_curl
    here = call("replay", SAMPLES / "bridged.db", 1, "--dry-run=curl").stdout
    assert "KEY" not in here.partition("--data")[0]
    elsewhere = call(
        "replay", SAMPLES / "bridged.db", 1, "--to", "https://api.openai.com", "--dry-run=curl"
    ).stdout
    assert '"authorization: Bearer $OPENAI_API_KEY"' in elsewhere


def test_a_missing_key_is_told_and_nothing_is_recorded(refused: Refused, tmp_path: Path) -> None:
    sentence = refused(1, "replay", SAMPLES / "functions.db", 1, "--to", AZURE, "--into", tmp_path / "x.db")
    assert sentence.startswith("There is no key for my-res.openai.azure.com: set AZURE_OPENAI_API_KEY")
    assert not (tmp_path / "x.db").exists()


def test_an_expired_one_too(refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    claims = base64.urlsafe_b64encode(b'{"exp": 1000}').decode().rstrip("=")
    monkeypatch.setenv("MY_TOKEN", f"eyJhbGciOiJub25lIn0.{claims}.c2ln")
    sentence = refused(1, "replay", SAMPLES / "functions.db", 1, "--to", AZURE, "--key-env", "MY_TOKEN")
    assert sentence.startswith("The token from MY_TOKEN expired at 1970-01-01 00:16:40 UTC")


@pytest.mark.parametrize(
    ("status", "arguments", "words"),
    [
        (1, ("99",), "the capture has no exchange '99'"),
        (1, ("1", "--as", "payload"), "did not pass a bridge"),
        (1, ("1", "--to", "azure"), "set AZURE_OPENAI_ENDPOINT or AZURE_RESOURCE_NAME"),
        (2, ("1", "--to", "ftp://x"), "must be http or https"),
        (1, ("1", "--key-env", "NOT_SET_AT_ALL"), "The variable NOT_SET_AT_ALL is not set"),
        (2, ("1", "--key-env", "A", "--entra"), "three sources; name one"),
        (2, ("1", "-n", "0"), "is not in the range"),
        (2, ("1", "--as", "sent"), "is not one of"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    refused: Refused, status: int, arguments: tuple[str, ...], words: str
) -> None:
    before = (SAMPLES / "functions.db").read_bytes()
    assert words in refused(status, "replay", SAMPLES / "functions.db", *arguments)
    assert (SAMPLES / "functions.db").read_bytes() == before


def test_what_a_sentence_quotes_of_traffic_no_terminal_obeys(refused: Refused, tape: Any) -> None:
    tape.exchange(b"{}", b"{}", operation="\x1b]0;owned\x07\rresponses")
    sentence = refused(1, "replay", tape.path, "1")
    assert sentence.endswith("none of the calls that can be sent again: POST \\x1b]0;owned\\x07\\rresponses.")


def test_nothing_is_sent_where_it_cannot_be_recorded(refused: Refused, tmp_path: Path) -> None:
    older = tmp_path / "older.db"
    connect.create(older, MIGRATIONS[:6])
    with closing(sqlite3.connect(older)) as connection, connection:
        connection.execute("ATTACH ? AS sample", (f"{SAMPLES / 'functions.db'}",))
        for table in ("recorders", "exchanges", "bodies", "legs"):
            known = ", ".join(row[1] for row in connection.execute(f"PRAGMA main.table_info({table})"))
            connection.execute(f"INSERT INTO {table} ({known}) SELECT {known} FROM sample.{table}")
    sentence = refused(1, "replay", older, "1")
    assert "was written by an older inspector" in sentence
    assert f"`inspector captures migrate {older}`" in sentence
