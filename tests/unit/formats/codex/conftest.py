"""What Codex writes down, in few words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.model import ExchangeDetail, Leg
from inspector.formats.importing import Importer, Input, Item


class Bundle:
    """A trace bundle that grows, a tenth of a second a line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "trace.jsonl"
        (folder / "payloads").mkdir(parents=True)
        manifest = {"schema_version": 2, "raw_event_log": "trace.jsonl", "payloads_dir": "payloads"}
        (folder / "manifest.json").write_text(json.dumps(manifest))
        self._lines = 0

    def line(self, kind: str, **payload: Any) -> None:
        self._lines += 1
        told = {
            "schema_version": 2,
            "seq": self._lines,
            "wall_time_unix_ms": 1_790_000_000_000 + 100 * self._lines,
            "payload": {"type": kind, **payload},
        }
        with self.log.open("a") as file:
            file.write(json.dumps(told) + "\n")

    def payload(self, value: Any) -> dict[str, str]:
        """Writes a payload; the reference to it."""
        name = f"payloads/{len(list((self.folder / 'payloads').iterdir())) + 1}.json"
        (self.folder / name).write_text(value if isinstance(value, str) else json.dumps(value))
        return {"path": name}

    def started(self, call: str, request: Any) -> None:
        self.line(
            "inference_started",
            inference_call_id=call,
            model="gpt-5.5",
            request_payload=self.payload(request),
        )


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    return Bundle(tmp_path / "trace")


@pytest.fixture
def rollout(tmp_path: Path) -> Callable[..., Path]:
    """Writes a rollout of (type, payload) pairs, a second a line."""

    def write(*told: tuple[str, Mapping[str, Any]]) -> Path:
        path = tmp_path / "rollout.jsonl"
        path.write_text(
            "".join(
                json.dumps({"timestamp": f"2026-11-21T10:00:{n:02}.500Z", "type": kind, "payload": payload})
                + "\n"
                for n, (kind, payload) in enumerate(told)
            )
        )
        return path

    return write


@pytest.fixture
def read() -> Callable[[Importer, Path], list[Item]]:
    return lambda importer, path: list(importer.read(Input(path.name, path, 0), lambda _: None))


@pytest.fixture
def asked() -> Callable[[ExchangeDetail], Any]:
    """The request as a value."""
    return lambda detail: json.loads(detail.legs[Leg.REQUEST].body)
