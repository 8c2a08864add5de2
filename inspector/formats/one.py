"""The one exchange of a format that holds no more."""

from __future__ import annotations

from collections.abc import Iterable

from inspector.capture.model import ExchangeDetail
from inspector.formats.exporting import Unfit


def the_one(details: Iterable[ExchangeDetail]) -> ExchangeDetail:
    """It; Unfit when there is none, or another one."""
    given = iter(details)
    detail = next(given, None)
    if detail is None:
        raise Unfit("There is no exchange to write.")
    if next(given, None) is not None:
        raise Unfit("This format holds one exchange, and there are more.")
    return detail
