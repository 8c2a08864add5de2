"""The record follows the facts, and a proxy that nobody uses ends."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mitmproxy.test import tflow

from inspector.capture import liveness
from inspector.proxy import presence as presence_module
from inspector.proxy import registry
from inspector.proxy.presence import Presence
from inspector.proxy.registry import Running

CLIENT = tflow.tclient_conn()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTOR_HOME", str(tmp_path))
    monkeypatch.setattr(presence_module, "WRITE_DELAY", 0.0)


def _presence(idle_after: float = 3600.0, idle: Callable[[], None] = lambda: None) -> Presence:
    record = Running(
        pid=os.getpid(),
        listening="http://127.0.0.1:1",
        base_url=None,
        capture=Path("/c.db"),
        upstream=None,
        mode="observe",
        forward=True,
        started=1.0,
        host=os.uname().nodename,
        identity=liveness.mark(os.getpid()),
    )
    return Presence(record, announce=lambda _: None, idle_after=idle_after, idle=idle)


async def _record(condition: Callable[[Running], Any]) -> Running:
    async with asyncio.timeout(10):
        while True:
            found = registry.find(pid=os.getpid())
            if found is not None and condition(found):
                return found
            await asyncio.sleep(0.005)


async def test_the_record_follows() -> None:
    presence = _presence()
    presence.running()
    presence.client_connected(CLIENT)
    presence.client_connected(CLIENT)
    presence.client_disconnected(CLIENT)
    found = await _record(lambda record: record.connections == 1)
    assert found.last_activity is not None
    await asyncio.to_thread(presence.problem, "The disk is full.")
    await _record(lambda record: record.problem == "The disk is full.")
    await asyncio.to_thread(presence.problem, None)
    await _record(lambda record: record.problem is None)
    presence.done()
    assert registry.running() == []
    presence.client_disconnected(CLIENT)  # connections that close while it ends change nothing
    presence.problem("late")
    await asyncio.sleep(0)
    assert registry.running() == []


async def test_idle_counts_from_the_last_connection() -> None:
    ended = asyncio.Event()
    presence = _presence(idle_after=0.05, idle=ended.set)
    presence.running()
    presence.client_connected(CLIENT)
    assert presence._timer is None  # nothing runs out while somebody is there
    presence.client_disconnected(CLIENT)
    await asyncio.wait_for(ended.wait(), 10)
    presence.done()


async def test_an_unwritable_record_is_no_reason_to_stop(monkeypatch: Any, caplog: Any) -> None:
    def fail(_: Running) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(registry, "write", fail)
    presence = _presence()
    presence.running()
    presence.done()
    assert "cannot be written" in caplog.text
