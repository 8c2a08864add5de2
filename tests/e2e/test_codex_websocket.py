"""The real Codex over a WebSocket, through the real proxy: every message is on record, in order."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from inspector.protocol.conformance import check
from inspector.simulator.script import SOCKET
from inspector.simulator.server import running
from inspector.simulator.service import Service
from inspector.simulator.stories.tool_session import ToolSession

STORY = ToolSession()
PROVIDER = """
[model_providers.mine]
name = "Mine"
base_url = "{}"
env_key = "AZURE_OPENAI_API_KEY"
wire_api = "responses"
supports_websockets = true
"""


def configure(codex: Any, base_url: str) -> None:
    codex.configure('model_provider = "mine"', PROVIDER.format(base_url))


def test_a_tool_session_over_a_websocket(
    codex: Any, inspector: Callable[..., Any], tmp_path: Path, details: Callable[..., Any]
) -> None:
    capture = tmp_path / "run.db"
    with running(Service(STORY, websockets=True)) as upstream:
        configure(codex, upstream.base_url)
        done = inspector("run", "--capture", capture, "--", *codex.exec(), env=codex.env)
        assert done.status == 0, done.err
    assert codex.last_words == STORY.last_words
    assert codex.files()["loud.txt"] == b"HELLO, WORLD\n"

    over_it = [n for n, received in enumerate(upstream.received) if received.method == SOCKET]
    [opened] = [each for each in details(capture) if each["operation"] == "responses.connect"]
    created = [each for each in details(capture) if each["operation"] == "responses.create"]
    assert (opened["status"], opened["outcome"], opened["error"]) == (101, "complete", None)
    assert len(created) == len(over_it) > 5
    for n, each in zip(over_it, created, strict=True):
        received, sent = upstream.received[n], upstream.sent[n]
        assert (each["method"], each["socket"], each["status"]) == (SOCKET, opened["id"], 200)
        assert each["request"]["body"].encode() == received.body
        sizes = [chunk["size"] for chunk in each["chunks"] if chunk["leg"] == "response"]
        assert sizes == [len(message) for message in sent.chunks]
        assert each["response"]["body"].encode() == sent.body
        assert [event["data"] for event in each["events"]] == [json.loads(text) for text in sent.chunks]
        assert check([event["data"] for event in each["events"]]) == []
        assert (each["outcome"], each["error"], each["turn"]) == ("complete", None, 1)
        assert each["session"] == opened["session"]
    warmed, *asked = created
    assert warmed["request_kind"] == "prewarm"
    assert {each["request_kind"] for each in asked} == {"turn"}
    shown = json.loads(inspector("show", capture, asked[-1]["id"], "--json").out)
    roles = [message["role"] for message in shown["chat_payload"]["messages"]]
    assert roles.count("tool") > 3  # all that the socket knew of the session
    assert codex.key.encode() not in capture.read_bytes()


def test_it_posts_where_a_socket_is_refused(
    codex: Any, inspector: Callable[..., Any], tmp_path: Path, details: Callable[..., Any]
) -> None:
    capture = tmp_path / "run.db"
    with running(Service(STORY, websockets=True)) as upstream:
        configure(codex, upstream.base_url)
        done = inspector("run", "--mode", "bridge", "--capture", capture, "--", *codex.exec(), env=codex.env)
        assert done.status == 0, done.err
    assert codex.last_words == STORY.last_words
    refused, *others = details(capture)
    assert (refused["operation"], refused["status"]) == ("responses.connect", 426)
    assert "falls back" in refused["error"]
    created = [each for each in others if each["operation"] == "responses.create"]
    assert {each["method"] for each in created} == {"POST"}
    assert {(each["mode"], each["status"], each["turn"]) for each in created} == {("bridge", 200, 1)}
    assert SOCKET not in {received.method for received in upstream.received}
