"""What a request is expected to show: what a filter says of its exchange, and always the same failure.

`status:400` alone would be shown by any request that is broken enough, an empty one before all. So the error
has to be the one that was shown first, whatever its numbers and quotations are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from inspector.capture.compared import response_of
from inspector.capture.filter.language import Filter
from inspector.capture.filter.texts import ExchangeTexts
from inspector.capture.model import ExchangeDetail
from inspector.protocol.upstream_error import read_error

# Of the same error these differ from one request to the next.
_ASIDE = re.compile(r"\([^()]*\)|\"[^\"]*\"|'[^']*'|`[^`]*`|“[^”]*”")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Failure:
    """An error without what differs from one request to the next."""

    status: int | None
    code: str | None
    where: str
    words: str


def failure_of(detail: ExchangeDetail) -> Failure | None:
    """The error that an exchange ended with, None where it did not."""
    exchange = detail.exchange
    told = read_error(response_of(detail))
    if told is not None:
        return Failure(exchange.status, told.code, _general(told.param or ""), _general(told.message))
    if exchange.error is not None:
        return Failure(exchange.status, None, "", _general(exchange.error))
    return None


class Expectation:
    """A filter, and the failure of the first exchange that it fits; `any_failure`: the filter is enough."""

    def __init__(self, wanted: Filter, *, any_failure: bool = False) -> None:
        self._wanted = wanted
        self._any = any_failure
        self._first: tuple[Failure | None] | None = None

    def holds(self, detail: ExchangeDetail) -> bool:
        """Whether an exchange shows it; the first that does says how."""
        fits = self._wanted.matches(detail.exchange)
        if fits is None:
            fits = self._wanted.matches_deep(detail.exchange, ExchangeTexts(detail.exchange, detail.legs.get))
        if not fits:
            return False
        failure = failure_of(detail)
        if self._first is None:
            self._first = (failure,)
        return self._any or self._first == (failure,)


def _general(text: str) -> str:
    return " ".join(_NUMBER.sub("#", _ASIDE.sub("…", text)).split())
