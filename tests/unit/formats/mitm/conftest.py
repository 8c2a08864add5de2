"""Flow files as mitmproxy's own writer makes them, and what our importer makes of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mitmproxy import http
from mitmproxy.flow import Flow
from mitmproxy.test.tflow import tflow

from inspector.capture.model import Damage, ExchangeDetail
from inspector.formats.importing import Input, Item
from inspector.formats.mitm.reading import MitmImporter

with warnings.catch_warnings():
    # Its filters, which are of no interest here, call pyparsing by names that are going.
    warnings.simplefilter("ignore", DeprecationWarning)
    from mitmproxy.io import FlowReader, FlowWriter

URL = "https://my-res.openai.azure.com/openai/v1/responses"
BEGUN = 1_790_000_000.0


@pytest.fixture
def flow() -> Callable[..., http.HTTPFlow]:
    """A flow that went well: asked at BEGUN, answered from half a second after on, for 2.5 seconds."""

    def make(
        asked: bytes = b'{"model": "m"}', answer: bytes = b"data: {}\n\n", url: str = URL
    ) -> http.HTTPFlow:
        request = http.Request.make("POST", url, asked, {"content-type": "application/json"})
        response = http.Response.make(200, answer, {"content-type": "text/event-stream"})
        made = tflow(req=request, resp=response)
        request.timestamp_start, request.timestamp_end = BEGUN, BEGUN + 0.125
        response.timestamp_start, response.timestamp_end = BEGUN + 0.5, BEGUN + 3
        return made

    return make


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """A file of flows, written by mitmproxy."""

    def write(*flows: Flow) -> Path:
        path = tmp_path / "flows"
        with path.open("wb") as file:
            writer = FlowWriter(file)
            for each in flows:
                writer.add(each)
        return path

    return write


@pytest.fixture
def read() -> Callable[[Path], list[Item]]:
    """What our importer gives; its outline is checked against it on the way."""

    def all_of(path: Path) -> list[Item]:
        given = Input(path.name, path, path.stat().st_size)
        done: list[int] = []
        items = list(MitmImporter().read(given, done.append))
        assert done == sorted(done)
        assert done[-1:] == ([given.size] if given.size else [])
        whole = [item for item in items if not isinstance(item, Damage)]
        assert list(MitmImporter().outline(given, lambda _: None)) == [_head(each) for each in whole]
        return items

    return all_of


def _head(detail: ExchangeDetail) -> ExchangeDetail:
    legs = {leg: replace(message, body=b"") for leg, message in detail.legs.items()}
    return replace(detail, legs=legs, chunks=())


@pytest.fixture
def told(written: Callable[..., Path], read: Callable[[Path], list[Item]]) -> Callable[..., list[Any]]:
    """What becomes of flows that mitmproxy wrote."""
    return lambda *flows: read(written(*flows))


@pytest.fixture
def by_mitmproxy() -> Callable[[Path], list[Any]]:
    """The flows of a file, read by mitmproxy."""

    def read_all(path: Path) -> list[Any]:
        with path.open("rb") as file:
            flows: Iterable[Flow] = FlowReader(file).stream()
            return list(flows)

    return read_all
