"""The thread that follows the capture: what changed, what groups are about, how the proxy is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from inspector.capture.model import Exchange, Leg
from inspector.capture.reader import Reader
from inspector.capture.schema import CaptureError
from inspector.capture.tail import Tail
from inspector.proxy.registry import Running
from inspector.ui.mailbox import Mailbox
from inspector.ui.proxy_control import ProxyControl
from inspector.ui.view.title import title_of

POLL = 0.1  # seconds between looks at the file; a look that finds nothing new is cheap
LOOK = 1.0  # seconds between looks at the proxy's record


@dataclass(frozen=True, slots=True)
class News:
    """What changed since the screen last took it. None: nothing new about that."""

    exchanges: dict[int, Exchange] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    size: int | None = None
    proxy: Running | None = None
    problem: str | None = None
    read: bool = False  # the file has been read at least once


def join(older: News, newer: News) -> News:
    """Two pieces of news as one."""
    return replace(
        newer,
        exchanges={**older.exchanges, **newer.exchanges},
        titles={**older.titles, **newer.titles},
        size=newer.size if newer.size is not None else older.size,
        read=older.read or newer.read,
    )


class CaptureWatch:
    """Polls the capture until it is stopped; what it finds waits in `mailbox`."""

    def __init__(self, path: Path, proxy: ProxyControl | None, bell: Callable[[], object]) -> None:
        self.mailbox: Mailbox[News] = Mailbox(join, bell)
        self._path = path
        self._proxy = proxy
        self._wake = threading.Condition()
        self._wanted: dict[str, int] = {}
        self._stopped = False

    def want_titles(self, wanted: dict[str, int]) -> None:
        """Find out what groups are about: the exchange to ask, by the group's key."""
        with self._wake:
            self._wanted.update(wanted)
            self._wake.notify()

    def stop(self) -> None:
        """End the thread soon."""
        with self._wake:
            self._stopped = True
            self._wake.notify()

    def run(self) -> None:
        """The thread."""
        reader: Reader | None = None
        tail: Tail | None = None
        known = News()
        looked = 0.0
        while not self._stopped:
            news = News(proxy=known.proxy, problem=known.problem)
            if self._proxy is not None and looked <= 0:
                news = replace(news, proxy=self._proxy.look())
                looked = LOOK
            try:
                if reader is None or tail is None:
                    reader = Reader(self._path)
                    tail = Tail(reader)
                changed = tail.poll()
                problem = news.proxy.problem if news.proxy else None
                news = replace(news, exchanges={exchange.id: exchange for exchange in changed},
                problem=problem,
                               size=self._size(), titles=self._titles(reader), read=True)  # fmt: skip
            except CaptureError as error:
                news = replace(news, problem=str(error))
            if news != replace(known, exchanges={}, titles={}):
                self.mailbox.put(news)
                known = replace(news, exchanges={}, titles={})
            with self._wake:
                if not self._stopped and not self._wanted:
                    self._wake.wait(POLL)
            looked -= POLL
        if reader is not None:
            reader.close()

    def _size(self) -> int:
        """Bytes of the capture on disk, what has not been checkpointed included."""
        names = (self._path, self._path.with_name(self._path.name + "-wal"))
        return sum(path.stat().st_size for path in names if path.exists())

    def _titles(self, reader: Reader) -> dict[str, str]:
        with self._wake:
            wanted, self._wanted = self._wanted, {}
        return {key: title for key, title in _asked(reader, wanted.items()) if title is not None}


def _asked(reader: Reader, wanted: Iterable[tuple[str, int]]) -> Iterable[tuple[str, str | None]]:
    for key, exchange_id in wanted:
        body = reader.body(exchange_id, Leg.REQUEST)
        yield key, title_of(body) if body else None
