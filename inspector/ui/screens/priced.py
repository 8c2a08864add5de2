"""The public prices, brought by a thread where a cost is to be seen: no start waits for them."""

from __future__ import annotations

from collections.abc import Collection

from textual import on
from textual.message import Message

from inspector.capture.model import Exchange
from inspector.prices import listed
from inspector.settings import Column
from inspector.ui.screens.list_actions import ListActions


class PricesRead(Message):
    """What things cost by the public list is known."""


class PricedScreen(ListActions):
    """The part of the main screen that knows prices."""

    _prices_asked = False

    def bring_prices(self) -> None:
        """Once, when there are exchanges to be priced and a column to show it in."""
        look, order = self.sessions.look, self.sessions.order
        wanted = Column.COST in look.columns or order.column is Column.COST
        if wanted and not self._prices_asked and self.sessions.exchanges:
            self._prices_asked = True
            exchanges = tuple(self.sessions.exchanges.values())
            self.run_worker(
                lambda: self._read_prices(exchanges), thread=True, group="prices", name="read prices"
            )

    def _read_prices(self, exchanges: Collection[Exchange]) -> None:
        self.sessions.look.costs.take(listed.read(), exchanges)
        self.post_message(PricesRead())

    @on(PricesRead)
    def _show_prices(self) -> None:
        """What rows said nothing of until now."""
        if self.sessions.order.column is Column.COST:
            self.sort_by(self.sessions.order)
        else:
            self.list.refresh()
