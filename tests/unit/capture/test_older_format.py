"""A capture of format 1, as the first inspector wrote it: read in a copy, migrated when its owner says so."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from inspector.capture import connect, library, liveness
from inspector.capture.bodies import compress, pack_index
from inspector.capture.model import Chunk, Leg, Outcome
from inspector.capture.reader import Reader
from inspector.capture.schema import MIGRATIONS, CaptureError, check_ours, format_of
from inspector.cli import main
from inspector.protocol.codex import identify

ANSWER = b'data: {"type":"response.completed","response":{"id":"resp_1"}}\n\n'


def fill(connection: sqlite3.Connection) -> None:
    """A whole exchange, packed, and one that was streaming when its recorder was killed."""
    connection.execute(
        """INSERT INTO recorders (pid, host, process, version, mode, upstream, listening, started)
            VALUES (1, 'elsewhere', '', '0.1', 'observe', 'https://up.example', 'here', 1000.0)"""
    )
    for n, outcome, version in ((1, "complete", 1), (2, "open", 0)):
        connection.execute(
            """INSERT INTO exchanges (revision, recorder, method, url, http_version, operation, mode,
                connection, started, outcome, status, event_count, summary_version, response_id)
                VALUES (?, 1, 'POST', 'https://up.example/openai/v1/responses', 'HTTP/1.1',
                'responses.create', 'observe', 'c', ?, ?, 200, 1, ?, 'resp_1')""",
            (n, 1000.0 + n, outcome, version),
        )
    for body, data in enumerate((b'{"input":"x"}', ANSWER), 1):
        connection.execute(
            "INSERT INTO bodies (base, depth, size, data) VALUES (NULL, 0, ?, ?)", (len(data), compress(data))
        )
        leg, index = ("request", "response")[body - 1], pack_index([(0.5 * body, len(data))])
        for exchange, packed in ((1, (body, index)), (2, (None, None))):
            connection.execute(
                "INSERT INTO legs (exchange, leg, headers, body, chunk_index) VALUES (?, ?, ?, ?, ?)",
                (exchange, leg, json.dumps([["x", "y"]]), *packed),
            )
    for n, data in enumerate((ANSWER[:9], ANSWER[9:])):
        connection.execute(
            "INSERT INTO chunks (exchange, leg, n, at, data) VALUES (2, 'response', ?, ?, ?)",
            (n, n / 4, data),
        )


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "old.db"
    connect.create(path, MIGRATIONS[:1])
    with closing(sqlite3.connect(path)) as connection, connection:
        fill(connection)
    assert format_of(path) == 1
    yield path
    assert os.listdir(tmp_path) == ["old.db"]


def check(path: Path) -> None:
    with closing(Reader(path)) as reader:
        whole, broken = reader.exchanges()
        assert (whole.outcome, whole.response_id) == (Outcome.COMPLETE, "resp_1")
        assert (broken.outcome, broken.event_count) == (Outcome.INTERRUPTED, 1)
        assert reader.body(1, Leg.RESPONSE) == reader.body(2, Leg.RESPONSE) == ANSWER
        assert reader.chunks(2) == [
            Chunk(Leg.RESPONSE, 0, 0.0, ANSWER[:9]),
            Chunk(Leg.RESPONSE, 1, 0.25, ANSWER[9:]),
        ]
        assert reader.detail(1).options == reader.recorders()[0].options == {}


def test_what_format_one_is_never_changes():
    """Migrations that were released stay as they are: other formats are added behind them."""
    words = " ".join(" ".join(MIGRATIONS[0].statements).split())
    assert hashlib.sha256(words.encode()).hexdigest()[:16] == "5fd871907ba42a81"


def test_it_is_read_from_a_migrated_copy(path: Path):
    before = path.read_bytes()
    check(path)
    assert path.read_bytes() == before


def test_the_commands_read_it(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("INSPECTOR_HOME", os.devnull)
    before = path.read_bytes()
    shown = CliRunner().invoke(main, ["show", str(path), "--json"])
    assert shown.exit_code == 0, shown.output
    assert [row["id"] for row in json.loads(shown.stdout)] == ["1", "2"]
    one = CliRunner().invoke(main, ["show", str(path), "1"])
    assert one.exit_code == 0, one.output
    assert "resp_1" in one.stdout
    assert path.read_bytes() == before


TOLD = json.dumps({"thread_id": "child", "agent_name": "/root/greeter", "parent_thread_id": "first"})
SUB_AGENTS = [
    [["X-Codex-Parent-Thread-Id", "first"], ["X-OpenAI-Subagent", "collab_spawn"],
     ["X-Codex-Turn-Metadata", TOLD]],
    [["x-codex-parent-thread-id", "first"], ["x-openai-subagent", "review"],
     ["x-codex-turn-metadata", '{"thread_id": "child", "agent_name": "/root"}']],
    [["x-codex-parent-thread-id", "child"], ["x-openai-subagent", " guardian "],
     ["x-codex-turn-metadata", "{"]],
    [["x-openai-subagent", "review"], ["x-codex-turn-metadata", '{"agent_name": {"/root/x": 1}}']],
    [["x-codex-turn-metadata", '{"agent_name": "/root"}'], ["authorization", "Bearer [removed]"]],
]  # fmt: skip


def test_sub_agents_of_before_are_found_in_their_headers(tmp_path: Path):
    path = tmp_path / "format3.db"
    connect.create(path, MIGRATIONS[:3])
    with closing(sqlite3.connect(path)) as connection, connection:
        fill(connection)
        connection.execute("DELETE FROM exchanges")
        for number, headers in enumerate(SUB_AGENTS, 10):
            connection.execute(
                """INSERT INTO exchanges (id, revision, recorder, method, url, http_version, operation, mode,
                    connection, started, outcome, session, summary_version)
                    VALUES
                    (?, 1, 1, 'POST', 'u', 'HTTP/1.1', 'o', 'observe', 'c', ?, 'complete', 'child', 1)""",
                (number, number),
            )
            connection.execute(
                "INSERT INTO legs (exchange, leg, headers) VALUES (?, 'request', ?)",
                (number, json.dumps(headers)),
            )
        connection.execute("INSERT INTO legs (exchange, leg, headers) VALUES (9, 'request', 'damaged')")
    with closing(Reader(path)) as reader:
        found = reader.exchanges()
    assert [(each.parent_session, each.agent, each.agent_name) for each in found] == [
        ("first", "collab_spawn", "greeter"), ("first", "review", None), (None, "guardian", None),
        (None, "review", None), (None, None, None),
    ]  # fmt: skip
    for each, headers in zip(found, SUB_AGENTS, strict=True):
        told = identify([("thread-id", "child"), *((name, value) for name, value in headers)])
        assert (told.parent_session, told.agent, told.agent_name) == (
            each.parent_session, each.agent, each.agent_name
        )  # fmt: skip


def test_it_is_listed_without_a_copy(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connect, "_migrated", lambda *_: pytest.fail("a copy was made"))
    (found,) = library.captures(path.parent)
    assert (found.exchanges, found.in_use, found.problem) == (2, False, None)


def test_it_is_migrated_when_its_owner_says_so(path: Path):
    with pytest.raises(CaptureError, match=r"older inspector.*inspector captures migrate "):
        check_ours(path)
    done = CliRunner().invoke(main, ["captures", "migrate", str(path)])
    assert (done.exit_code, done.stdout.strip()) == (0, str(path)), done.output
    assert format_of(path) == len(MIGRATIONS)
    check_ours(path)
    check(path)
    again = CliRunner().invoke(main, ["captures", "migrate", str(path)])
    assert "up to date" in again.stderr


@pytest.mark.parametrize("name", ["it's old.db", "-old.db"])
def test_what_is_said_to_type_works_where_it_was_said(
    name: str, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    path.rename(name)
    with pytest.raises(CaptureError) as refusal:
        check_ours(Path(name))
    _, command, _ = str(refusal.value).split("`")
    done = CliRunner().invoke(main, shlex.split(command)[1:])
    assert done.exit_code == 0, done.output
    check_ours(Path(name))
    Path(name).rename(path)


def test_one_that_is_being_recorded_into_is_not(path: Path):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "UPDATE recorders SET pid = ?, host = ?, process = ?",
            (os.getpid(), os.uname().nodename, liveness.mark(os.getpid())),
        )
    done = CliRunner().invoke(main, ["captures", "migrate", str(path)])
    assert done.exit_code == 1
    assert "is being recorded into" in done.stderr
    assert format_of(path) == 1


def test_what_its_recorder_left_unfinished_is_packed_by_the_next_one(studio, path: Path, tmp_path: Path):
    library.migrate(path)
    writer = studio.writer(path)
    assert writer.flush()
    writer.close()
    check(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM chunks").fetchone() == (0,)


def test_what_was_recorded_before_was_made_by_no_person(path: Path):
    with closing(Reader(path)) as reader:
        assert [(each.made, each.parent) for each in reader.exchanges()] == [(None, None)] * 2
