from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.handle import Burst, Handle
from inspector.capture.model import Leg, Outcome
from inspector.capture.store import Beginning, RecorderInfo, Store

INFO = RecorderInfo(
    "1.0", "bridge", "https://user:word@up.example/?api-key=secret", "here", {"events": "dual"}
)
TOLD = Beginning(
    method="POST",
    url="https://h/openai/v1/responses?api-key=secret",
    http_version="HTTP/1.1",
    headers=(("thread-id", "t"), ("api-key", "secret")),
    operation="responses.create",
    mode="bridge",
    connection="c",
    parent=None,
    wall=1000.0,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "capture.db", keep_secrets=False)
    store.enter(INFO)
    store.start()
    yield store
    store.connection.close()


@pytest.fixture
def handle(store: Store) -> Handle:
    handle = Handle(10.0)
    store.begin(handle, TOLD)
    return handle


def row(store: Store, columns: str, table: str = "exchanges") -> tuple[Any, ...]:
    found: tuple[Any, ...] = store.connection.execute(f"SELECT {columns} FROM {table}").fetchone()
    return found


def everything(store: Store) -> str:
    return "\n".join(store.connection.iterdump())


def test_a_recorder_enters_and_leaves(store: Store):
    version, mode, listening, options, ended = row(
        store, "version, mode, listening, options, ended", "recorders"
    )
    assert (version, mode, listening, json.loads(options), ended) == (
        "1.0",
        "bridge",
        "here",
        INFO.options,
        None,
    )
    store.leave()
    assert row(store, "ended", "recorders") > (0,)


def test_no_secret_is_written(store: Store, handle: Handle):
    store.head(handle, Leg.RESPONSE, (("set-cookie", "secret"),), 200, 0.5)
    store.trailers(handle, Leg.RESPONSE, (("api-key", "secret"),))
    store.finish(handle, Outcome.COMPLETE, "api-key: secret was refused", 1.0, {})
    store.failure(handle, "Traceback: Authorization: Bearer secret")
    assert "secret" not in everything(store)
    assert "[redacted " in everything(store)


def test_an_exchange_from_its_begin_to_its_end(store: Store, handle: Handle):
    assert (handle.id, handle.file) == (1, store)
    burst = Burst(Leg.REQUEST, None)
    burst.join(10.25, b"a")
    burst.join(10.5, b"b")
    store.chunks(handle, burst)
    store.end_leg(handle, Leg.REQUEST, 0.5, 2)
    store.head(handle, Leg.RESPONSE, (), 200, 0.75)
    store.end_leg(handle, Leg.RESPONSE, 1.0, 7)
    store.finish(handle, Outcome.COMPLETE, None, 1.25, {Leg.REQUEST: 2, Leg.RESPONSE: 7})
    assert row(store, "session, started, outcome, status") == ("t", 1000.0, "complete", 200)
    assert row(store, "request_done, first_byte, ended, request_size, response_size") == (
        0.5,
        0.75,
        1.25,
        2,
        7,
    )
    assert row(store, "n, at, data", "chunks") == (0, 0.25, b"ab")


def test_every_transaction_has_a_revision_of_its_own(store: Store, handle: Handle):
    before = row(store, "revision")
    store.start()
    store.failure(handle, "x")
    assert row(store, "revision") == (before[0] + 1,)


def test_what_began_in_another_file_is_missed(store: Store, tmp_path: Path):
    other = Store(tmp_path / "other.db", keep_secrets=False)
    with closing(other.connection):
        other.enter(INFO)
        stranger = Handle(0.0)
        other.begin(stranger, TOLD)
    store.head(stranger, Leg.RESPONSE, (), 200, 0.0)
    store.chunks(stranger, Burst(Leg.RESPONSE, None))
    store.end_leg(stranger, Leg.RESPONSE, 0.0, 0)
    store.trailers(stranger, Leg.RESPONSE, ())
    store.finish(stranger, Outcome.COMPLETE, None, 0.0, {})
    assert store.missed == {stranger}
    assert row(store, "count(*)") == row(store, "count(*)", "chunks") == (0,)


def test_a_file_that_is_gone_is_let_go_of(store: Store, tmp_path: Path):
    assert store.is_still_there()
    (tmp_path / "capture.db").unlink()
    assert not store.is_still_there()
    store.let_go()
    assert list(tmp_path.iterdir()) == []


def test_a_sub_agents_request_tells_whose_it_is(store: Store):
    told = (("thread-id", "t"), ("x-codex-parent-thread-id", "first"), ("x-openai-subagent", "review"),
            ("x-codex-turn-metadata", '{"agent_name": "/root/reader"}'))  # fmt: skip
    store.begin(Handle(10.0), replace(TOLD, headers=told))
    assert row(store, "session, parent_session, agent, agent_name") == ("t", "first", "review", "reader")


def test_half_characters_are_replaced(store: Store):
    store.failure(None, "a\ud800b")
    assert row(store, "text", "notes") == ("a\ufffdb",)
