"""The thread that sends: its writers, what is cancelled, how it ends."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from inspector.capture.schema import CaptureError
from inspector.capture.writer import Writer
from inspector.ui.sender_thread import SenderThread

PATIENCE = 20.0


def thread() -> SenderThread:
    return SenderThread(lambda _: None)


def test_without_work_there_is_no_thread():
    before = threading.active_count()
    thread().stop()
    assert threading.active_count() == before


def test_one_writer_for_the_same_capture_and_options(tmp_path: Path):
    sender, path = thread(), tmp_path / "a.db"

    async def writers() -> list[Writer]:
        asked = ({}, {}, {"mode": "bridge"})
        return list(await asyncio.gather(*(sender.writer(path, options) for options in asked)))

    first, second, third = sender.run(writers).result(PATIENCE)
    assert first is second
    assert first is not third
    sender.stop()
    assert not list(tmp_path.glob("*-wal"))
    assert path.exists()


def test_a_capture_is_closed_when_nothing_more_goes_into_it(tmp_path: Path):
    sender, path = thread(), tmp_path / "a.db"

    async def open_and_close() -> Writer:
        writer = await sender.writer(path, {})
        await sender.close(path)
        return writer

    assert not sender.run(open_and_close).result(PATIENCE).flush(0.1)
    sender.stop()


def test_what_is_no_capture_is_refused(tmp_path: Path):
    sender, path = thread(), tmp_path / "a.db"
    path.write_text("no capture")
    with pytest.raises(CaptureError):
        sender.run(lambda: sender.writer(path, {})).result(PATIENCE)
    sender.stop()


def test_stopping_cancels_what_is_under_way():
    sender, begun, ended = thread(), threading.Event(), []

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    future = sender.run(work)
    assert begun.wait(PATIENCE)
    sender.stop()
    assert ended == [True]
    with pytest.raises(CancelledError):
        future.result(PATIENCE)
