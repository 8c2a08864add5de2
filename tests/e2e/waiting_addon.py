"""A script for mitmdump: pieces with HOLD in them wait until the file `release` says what becomes of them.

Its folder is that of this copy of it; the file `told` there has a line for everything that happens.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
sys.path.insert(0, (FOLDER / "root").read_text())

from mitmproxy import ctx  # noqa: E402 - after the path that inspector is imported from
from mitmproxy.http import HTTPFlow  # noqa: E402
from mitmproxy.proxy.layer import NextLayer  # noqa: E402

from inspector.proxy import stream_layer  # noqa: E402


def tell(line: str) -> None:
    """A line for the test."""
    with (FOLDER / "told").open("a") as file:
        file.write(f"{line}\n")


class Held:
    """A response that passes as it is, but for what has to wait."""

    finished = finishing = mends = False

    def opening(self) -> Sequence[bytes]:
        """Nothing of its own."""
        return ()

    def past(self, data: bytes) -> Sequence[bytes]:
        """Every chunk passes."""
        tell(f"past {data.decode().strip()}")
        return [data] if data else []

    def broke_off(self, _message: str) -> Sequence[bytes]:
        """The client is to see it too."""
        tell("upstream left")
        return ()

    def wait_for(self, piece: bytes) -> Awaitable[bytes] | None:
        """A piece with HOLD in it waits."""
        return self._released() if b"HOLD" in piece else None

    async def _released(self) -> bytes:
        release = FOLDER / "release"
        try:
            while not release.exists():  # noqa: ASYNC110 - a file has no event
                await asyncio.sleep(0.01)
        except asyncio.CancelledError:
            tell("cancelled")
            raise
        return release.read_bytes()


class Addon:
    """Owns every response that streams."""

    def next_layer(self, next_layer: NextLayer) -> None:
        """As the inspector does it."""
        if next_layer.layer is None:
            addons: Any = ctx.master.addons
            addons.get("nextlayer").next_layer(next_layer)
        stream_layer.install(next_layer, self)

    def owned_response(self, _flow: HTTPFlow, _own: object) -> Held:
        """All are ours."""
        return Held()

    def client_left(self, _flow: HTTPFlow) -> None:
        """The wait is cancelled, which is told."""

    def too_much(self, _flow: HTTPFlow) -> None:
        """Never here."""

    def unanswered(self, _flow: HTTPFlow) -> None:
        """None is."""

    async def inspector_wait(self, wait: stream_layer.Wait) -> None:
        """The hook."""
        await wait.over()

    def responseheaders(self, flow: HTTPFlow) -> None:
        """Responses stream."""
        assert flow.response is not None
        flow.response.stream = True

    def response(self, _flow: HTTPFlow) -> None:
        """An orderly end."""
        tell("response")

    def error(self, _flow: HTTPFlow) -> None:
        """Another end."""
        tell("error")


addons = [Addon()]
