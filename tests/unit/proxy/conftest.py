"""A writer that only remembers what it was told, and mitmproxy's flows made by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mitmproxy.connection import ConnectionState
from mitmproxy.http import HTTPFlow
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.test import tflow, tutils

from inspector.capture.model import Leg, Outcome
from inspector.capture.writer import Handle


class Notebook:
    """Stands in for a Writer: `legs` has the bytes of each leg, `calls` everything in order."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.begun: list[dict[str, Any]] = []
        self.heads: dict[Leg, tuple[int | None, dict[str, str]]] = {}
        self.chunks: list[tuple[Leg, bytes]] = []
        self.messages: list[tuple[Leg, bytes, bool]] = []
        self.finished: list[tuple[Outcome, str | None]] = []
        self.tracebacks: list[str] = []
        self.broken = False

    def begin(self, **told: Any) -> Handle:
        self.calls.append("begin")
        self.begun.append(told)
        return Handle.__new__(Handle)

    def head(self, _handle: Handle, leg: Leg, headers: Any, *, status: int | None, at: float) -> None:
        self.calls.append(f"head {leg}")
        self.heads[leg] = (status, {name.lower(): value for name, value in headers})

    def chunk(self, _handle: Handle, leg: Leg, data: bytes, at: float) -> None:
        if self.broken:
            raise RuntimeError("the notebook is broken")
        self.calls.append(f"chunk {leg}")
        self.chunks.append((leg, data))

    def message(self, _handle: Handle, leg: Leg, data: bytes, at: float, *, binary: bool = False) -> None:
        if self.broken:
            raise RuntimeError("the notebook is broken")
        self.calls.append(f"message {leg}")
        self.messages.append((leg, data, binary))

    def trailers(self, _handle: Handle, leg: Leg, headers: Any, at: float) -> None:
        self.calls.append(f"trailers {leg}")

    def end_leg(self, _handle: Handle, leg: Leg, at: float) -> None:
        self.calls.append(f"end {leg}")

    def finish(self, _handle: Handle, outcome: Outcome, *, error: str | None = None, at: float) -> None:
        self.calls.append("finish")
        self.finished.append((outcome, error))

    def failure(self, _handle: Handle | None, trace: str) -> None:
        self.tracebacks.append(trace)

    def close(self) -> None:
        self.calls.append("close")

    def body(self, leg: Leg) -> bytes:
        return b"".join(data for each, data in self.chunks if each is leg)


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def make_flow() -> Callable[..., HTTPFlow]:
    """A live flow with a POST /openai/v1/responses from a connected client."""

    def make(
        path: str = "/openai/v1/responses",
        *,
        method: str = "POST",
        body: bytes = b"{}",
        mode: str = "regular",
        host: str = "my-res.openai.azure.com",
        **headers: str,
    ) -> HTTPFlow:
        request = tutils.treq(
            method=method.encode(), path=path.encode(), host=host, port=443, scheme=b"https", authority=b""
        )
        request.headers.clear()
        for name, value in headers.items():
            request.headers[name.replace("_", "-")] = value
        request.content = body
        flow = tflow.tflow(req=request)
        flow.client_conn.state = ConnectionState.OPEN
        flow.client_conn.proxy_mode = ProxyMode.parse(mode)
        return flow

    return make
