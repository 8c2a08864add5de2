"""Codex's configuration, asked for how long Codex bears silence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.held.values import IDLE_TIMEOUT
from inspector.proxy.holds.patience import patience


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CODEX_HOME", str(tmp_path))
    return tmp_path / "config.toml"


def provider(base_url: str) -> str:
    return f'[model_providers.mine]\nbase_url = "{base_url}"\nstream_idle_timeout_ms = 45000\n'


@pytest.mark.parametrize("mode", ["regular", "reverse:http://127.0.0.1:1"])
def test_the_provider_that_points_at_us(make_flow: Callable[..., Any], config: Path, mode: str) -> None:
    flow = make_flow(mode=mode)
    flow.client_conn.sockname = ("127.0.0.1", 8123)
    asked = patience(flow)
    assert asked() == IDLE_TIMEOUT  # there is no such file
    for text, seconds in (
        (provider("http://localhost:8123/my-res.openai.azure.com/openai/v1"), 45.0),
        (provider(f"{flow.request.scheme}://{flow.request.host}:{flow.request.port}/openai/v1"), 45.0),
        (provider("http://localhost:8124/v1"), IDLE_TIMEOUT),
        ("no = toml = at all", IDLE_TIMEOUT),
    ):
        config.write_text(text)
        assert asked() == seconds


def test_what_is_known_already_counts(make_flow: Callable[..., Any], config: Path) -> None:
    config.mkdir()  # cannot be read
    assert patience(make_flow(), 3.0)() == 3.0
    assert patience(make_flow())() == IDLE_TIMEOUT
