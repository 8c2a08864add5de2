"""The public prices: of the package genai-prices, from the file that came with it, never from the network.

Importing it takes a third of a second: `read` is for a thread that nobody waits for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from inspector.capture.model import Usage

_PROVIDER = "azure"  # with OpenAI's prices for what it does not name
_WITHOUT_LONG_PROMPTS = (0, 2)  # versions before this one know no other prices for long prompts
_LONG = 200_000  # tokens; the first such price begins at 200,000, most at 272,000


@dataclass(frozen=True, slots=True)
class PriceList:
    """A list that has been read; `version` is the package's."""

    version: str
    _price: Callable[..., Any]
    _usage: Callable[..., Any]
    _unknown: set[str] = field(default_factory=set)

    def cost(self, model: str, usage: Usage, at: float) -> float | None:
        """US dollars of an answer by that model at that time (Unix); None for what the list does not know.

        A model is known by its name, a dated one too, in full: names that only look alike are not taken.
        """
        tokens = usage.input_tokens
        if tokens is None or (tokens > _LONG and self._is_old) or model in self._unknown:
            return None
        try:
            told = self._usage(
                input_tokens=tokens,
                cache_read_tokens=min(usage.cached_tokens or 0, tokens),
                output_tokens=usage.output_tokens or 0,  # reasoning is among them
            )
            when = datetime.fromtimestamp(at, UTC)
            price = self._price(told, model, provider_id=_PROVIDER, genai_request_timestamp=when)
        except LookupError:
            self._unknown.add(model)  # not to be searched for again, which takes longer than finding one
            return None
        except (ValueError, OverflowError, OSError):
            return None  # counts and times that cannot be, as traffic may bring them
        return float(price.total_price)

    @property
    def _is_old(self) -> bool:
        return tuple(int(part) for part in self.version.split(".")[:2]) < _WITHOUT_LONG_PROMPTS


def read() -> PriceList:
    """Import the list: for a thread of its own."""
    import genai_prices

    return PriceList(genai_prices.__version__, genai_prices.calc_price, genai_prices.Usage)
