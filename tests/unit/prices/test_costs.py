"""Which price holds: the person's own, then the list's for the name that tells most."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.capture.model import Exchange, Outcome, Usage
from inspector.prices.costs import Costs
from inspector.prices.listed import PriceList
from inspector.settings import Price

USAGE = Usage(12_000, 9_000, 310, 40)
OWN = {"mine": Price(input=1, cached=0.1, output=8), "gpt-5.1-2025-11-13": Price(input=2, output=2)}


def exchange(**changes: Any) -> Exchange:
    told: dict[str, Any] = {
        "id": 7, "revision": 1, "method": "POST", "url": "u", "operation": "responses.create",
        "mode": "observe", "started": 1.0, "outcome": Outcome.COMPLETE, "model": "mine", "usage": USAGE,
    }  # fmt: skip
    return Exchange(**{**told, **changes})


class Asked:
    """A list of two models that remembers what it was asked for."""

    version = "1.0"

    def __init__(self) -> None:
        self.names: list[str] = []

    def cost(self, model: str, usage: Usage, at: float) -> float | None:
        self.names.append(model)
        return {"gpt-5.1-2025-11-13": 1.0, "gpt-5.1": 2.0}.get(model)


@pytest.fixture
def asked() -> Any:
    return Asked()


def test_a_persons_own_price() -> None:
    costs = Costs(OWN)
    assert costs.of(exchange()) == pytest.approx((3000 * 1 + 9000 * 0.1 + 310 * 8) / 1e6)
    assert costs.of(exchange(model="x", answered="gpt-5.1-2025-11-13")) == pytest.approx(12_310 * 2 / 1e6)
    assert costs.of(exchange(usage=Usage(100, 900, None, None))) == pytest.approx(100 * 0.1 / 1e6)


def test_what_nobody_knows(asked: PriceList) -> None:
    costs = Costs(OWN)
    assert costs.of(exchange(model="other")) is None
    costs.take(asked)
    for unknown in (exchange(model="other"), exchange(model=None), exchange(usage=None),
                    exchange(usage=Usage(None, None, 5, None))):  # fmt: skip
        assert costs.of(unknown) is None


@pytest.mark.parametrize(
    ("changes", "families", "amount"),
    [
        ({"model": "gpt-5.1", "answered": "gpt-5.1-2025-11-13"}, {}, 1.0),
        ({"model": "gpt-5.1", "answered": "some alias"}, {}, 2.0),
        ({"model": "Dep", "answered": None}, {"dep": "gpt-5.1"}, 2.0),
        ({"model": "Dep", "answered": "gpt-5.1-2025-11-13"}, {"dep": "gpt-5.1"}, 1.0),
        ({"model": "Dep", "answered": "dep"}, {"dep": "a family"}, None),
    ],
)
def test_the_name_that_tells_most(
    asked: PriceList, changes: dict[str, Any], families: dict[str, str], amount: float | None
) -> None:
    costs = Costs({}, families)
    costs.take(asked)
    assert costs.of(exchange(**changes)) == amount


def test_ones_own_price_comes_before_the_list(asked: Any) -> None:
    costs = Costs({"gpt-5.1": Price(input=0, output=0)})
    costs.take(asked, [exchange(model="gpt-5.1")])
    assert costs.of(exchange(model="gpt-5.1")) == 0
    assert asked.names == []


def test_what_was_known_when_the_list_came_is_not_asked_again_until_it_changes(asked: Any) -> None:
    costs = Costs()
    costs.take(asked, [exchange(model="gpt-5.1"), exchange(id=8, usage=None)])
    assert costs.of(exchange(model="gpt-5.1")) == 2.0
    assert asked.names == ["gpt-5.1"]
    assert costs.of(exchange(model="gpt-5.1", revision=2)) == 2.0
    assert asked.names == ["gpt-5.1"] * 2
