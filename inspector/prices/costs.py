"""Which price holds for an exchange, and what it comes to.

| looked for                                   | by                                      |
|----------------------------------------------|-----------------------------------------|
| in the settings' [prices]                    | the deployment, then the model answered |
| in the public list, once that has been read  | the model that answered, by its word    |
|                                              | the model or deployment that was asked  |
|                                              | what [families] says the deployment is  |

The first that is known decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from inspector.capture.model import Exchange, Usage
from inspector.prices.listed import PriceList
from inspector.settings import Price


class Costs:
    """What exchanges cost; asked from one thread, while another may bring the list."""

    def __init__(
        self, own: Mapping[str, Price] | None = None, families: Mapping[str, str] | None = None
    ) -> None:
        self._own = own or {}
        self._families = {name.lower(): model for name, model in (families or {}).items()}
        self._listed: PriceList | None = None
        self._known: dict[int, tuple[int, float | None]] = {}  # by the exchange's number, with its revision

    def of(self, exchange: Exchange) -> float | None:
        """What it cost, in the settings' currency or in US dollars; None where nobody knows."""
        usage = exchange.usage
        if usage is None or usage.input_tokens is None:
            return None
        if (price := self._own_price(exchange)) is not None:
            return _by(price, usage)
        if self._listed is None:
            return None
        kept = self._known.get(exchange.id)
        if kept is None or kept[0] != exchange.revision:
            kept = exchange.revision, self._by_list(self._listed, exchange, usage)
            self._known[exchange.id] = kept
        return kept[1]

    def take(self, listed: PriceList, exchanges: Iterable[Exchange] = ()) -> None:
        """The list has been read; what these exchanges cost is found out here, in the thread that read it."""
        for exchange in exchanges:
            if exchange.usage is not None and self._own_price(exchange) is None:
                self._known[exchange.id] = exchange.revision, self._by_list(listed, exchange, exchange.usage)
        self._listed = listed

    def _own_price(self, exchange: Exchange) -> Price | None:
        return self._own.get(exchange.model or "") or self._own.get(exchange.answered or "")

    def _by_list(self, listed: PriceList, exchange: Exchange, usage: Usage) -> float | None:
        asked = exchange.model or ""
        for model in (exchange.answered, asked, self._families.get(asked.lower())):
            if model and (amount := listed.cost(model, usage, exchange.started)) is not None:
                return amount
        return None


def _by(price: Price, usage: Usage) -> float:
    """At a person's own prices, which are for a million tokens."""
    tokens = usage.input_tokens or 0
    cached = min(usage.cached_tokens or 0, tokens)
    of_cached = price.input if price.cached is None else price.cached
    sent = (tokens - cached) * price.input + cached * of_cached
    return (sent + (usage.output_tokens or 0) * price.output) / 1e6
