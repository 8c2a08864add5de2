"""The public list: models by their whole names, cached tokens, and no word to the network."""

from __future__ import annotations

import socket
import subprocess
import sys
from dataclasses import replace

import pytest

from inspector.capture.model import Usage
from inspector.prices.listed import PriceList, read

NOW = 1_795_000_000.0  # November 2026
MILLION = Usage(100_000, 40_000, 10_000, 4_000)


@pytest.fixture(scope="module")
def listed() -> PriceList:
    return read()


def test_fresh_cached_and_written_tokens_at_their_prices(listed: PriceList) -> None:
    fresh, cached, output = 60_000 * 1.25, 40_000 * 0.125, 10_000 * 10.0
    assert listed.cost("gpt-5.1", MILLION, NOW) == pytest.approx((fresh + cached + output) / 1e6)


def test_a_dated_name_is_the_model(listed: PriceList) -> None:
    plain = listed.cost("gpt-5.1", MILLION, NOW)
    assert listed.cost("gpt-5.1-2025-11-13", MILLION, NOW) == plain
    assert listed.cost("GPT-5.1", MILLION, NOW) == plain


@pytest.mark.parametrize("model", ["my-deployment", "my-gpt-5.1", "gpt-5.1-of-mine", "gpt-99", "", "\x00"])
def test_a_name_that_nobody_knows_has_no_cost(listed: PriceList, model: str) -> None:
    assert listed.cost(model, MILLION, NOW) is None
    assert listed.cost(model, MILLION, NOW) is None  # from memory


def test_counts_that_cannot_be(listed: PriceList) -> None:
    assert listed.cost("gpt-5.1", Usage(), NOW) is None
    assert listed.cost("gpt-5.1", Usage(100, 900, None, None), NOW) == pytest.approx(100 * 0.125 / 1e6)
    assert listed.cost("gpt-5.1", Usage(-5, 0, 1, 0), NOW) is None
    assert listed.cost("gpt-5.1", MILLION, 1e30) is None


def test_a_list_that_knows_no_prices_for_long_prompts_is_not_asked_for_one(listed: PriceList) -> None:
    long = Usage(300_000, 0, 10, 0)
    assert replace(listed, version="0.0.61").cost("gpt-5.1", long, NOW) is None
    assert replace(listed, version="0.0.61").cost("gpt-5.1", MILLION, NOW) is not None
    assert replace(listed, version="0.2.3").cost("gpt-5.1", long, NOW) is not None


def test_it_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("a connection was made")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert read().cost("gpt-5.1", MILLION, NOW) is not None


def test_nothing_of_it_is_imported_before_it_is_read() -> None:
    command = "import sys, inspector.ui.app; print('genai_prices' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert found.stdout == "False\n"
