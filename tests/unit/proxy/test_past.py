"""The past of a conversation is in the capture, even if it was handed to the writer only a moment ago."""

from __future__ import annotations

import json
from pathlib import Path
from time import monotonic
from typing import Any

from inspector.capture.model import Leg, Outcome
from inspector.capture.writer import RecorderInfo, Writer
from inspector.proxy import past as past_module
from inspector.proxy.past import Past

ANSWER = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "yes"}]}
RESPONSE = {"id": "resp_1", "object": "response", "status": "completed", "output": [ANSWER]}


def _record(writer: Writer, *, ended: bool) -> None:
    handle = writer.begin(
        method="POST",
        url="https://my-res.openai.azure.com/openai/v1/responses",
        http_version="HTTP/1.1",
        headers=(),
        operation="responses.create",
        mode="bridge",
        connection="c",
        at=monotonic(),
    )
    event = {"type": "response.completed", "sequence_number": 0, "response": RESPONSE}
    writer.chunk(handle, Leg.REQUEST, b'{"model":"m","input":"hi"}', monotonic())
    writer.end_leg(handle, Leg.REQUEST, monotonic())
    writer.head(handle, Leg.RESPONSE, (("content-type", "text/event-stream"),), status=200, at=monotonic())
    writer.chunk(handle, Leg.RESPONSE, f"data: {json.dumps(event)}\n\n".encode(), monotonic())
    if ended:
        writer.end_leg(handle, Leg.RESPONSE, monotonic())
        writer.finish(handle, Outcome.COMPLETE, at=monotonic())


async def test_a_response_that_ended_a_moment_ago(tmp_path: Path) -> None:
    path = tmp_path / "capture.db"
    writer = Writer(path, RecorderInfo(version="1", mode="bridge"), on_problem=lambda _: None)
    try:
        _record(writer, ended=True)
        items = await Past(writer, path).items("resp_1")
        assert items is not None
        assert [item["role"] for item in items] == ["user", "assistant"]
        assert await Past(writer, path).items("resp_2") is None
        assert await Past(writer, path).items({"no": "id"}) is None
    finally:
        writer.close()


async def test_a_response_whose_exchange_is_not_over(tmp_path: Path) -> None:
    """The client has the terminal event and goes on, while upstream is given time to end."""
    path = tmp_path / "capture.db"
    writer = Writer(path, RecorderInfo(version="1", mode="bridge"), on_problem=lambda _: None)
    try:
        _record(writer, ended=False)
        assert await Past(writer, path).items("resp_1") is not None
    finally:
        writer.close()


async def test_without_a_file_there_is_no_past(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(past_module, "FLUSH", 0.05)
    writer = Writer(tmp_path / "nowhere" / "c.db", RecorderInfo("1", "bridge"), on_problem=lambda _: None)
    try:
        past = Past(writer, tmp_path / "other.db")
        assert await past.items("resp_1") is None
    finally:
        writer.close(0.1)
