"""The thread that follows the capture: what changed, what groups are about, how the proxy is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from inspector.capture.model import Exchange, Leg, Recorder
from inspector.capture.reader import Reader
from inspector.capture.schema import MIGRATIONS, CaptureError, format_of, migrate_command
from inspector.capture.tail import Tail
from inspector.formats import converting
from inspector.proxy.registry import Running
from inspector.ui.mailbox import Mailbox
from inspector.ui.proxy_control import ProxyControl
from inspector.ui.recorders import is_proxy
from inspector.ui.view.files_read import FilesRead
from inspector.ui.view.progress import EVERY
from inspector.ui.view.title import title_of

POLL = 0.1  # seconds between looks at the file; a look that finds nothing new is cheap
FIRST = 200  # exchanges that are told before all others: more than a screen can show
FIRST_SEEN = 1.0  # seconds that the others wait at most until the screen has drawn the first
TITLES_FOR = 0.1  # seconds at a time that go into titles: what changed meanwhile is not to wait for all
LOOK_EVERY = 10  # polls: how often the proxy's record is looked at


@dataclass(frozen=True, slots=True)
class News:
    """What changed since the screen last took it. None: nothing new about that."""

    exchanges: dict[int, Exchange] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    size: int | None = None
    proxy: Running | None = None
    recorder: Recorder | None = None  # the last proxy to write
    problem: str | None = None
    remark: str | None = None  # what there is to know about the file, though nothing is wrong
    read: bool = False  # all there is has been read, though it be nothing
    files: FilesRead = field(default_factory=FilesRead)  # of other programs, that the capture is made of


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

    def __init__(
        self,
        path: Path,
        proxy: ProxyControl | None,
        bell: Callable[[], object],
        *,
        earliest_first: bool = False,
    ) -> None:
        """`earliest_first`: of a long capture tell the first exchanges, and `go_on` with all when told to;
        else all at once.
        """
        self.mailbox: Mailbox[News] = Mailbox(join, bell)
        self.shares: Mailbox[tuple[int, int]] = Mailbox(lambda _, newer: newer, bell)
        """How far the reading of many exchanges is: done, of how many."""
        self._path = path
        self._proxy = proxy
        self._wake = threading.Condition()
        self._wanted: dict[str, int] = {}
        self._waits = earliest_first
        self._stopped = False
        self._reader: Reader | None = None
        self._tail: Tail | None = None
        self._remark: str | None = None
        self._next_word = 0.0  # when to tell again how far it is

    def want_titles(self, wanted: dict[str, int]) -> None:
        """Find out what groups are about: the exchange to ask, by the group's key."""
        with self._wake:
            self._wanted.update(wanted)
            self._wake.notify()

    def go_on(self) -> None:
        """The first exchanges have been drawn."""
        with self._wake:
            self._waits = False
            self._wake.notify()

    def stop(self) -> None:
        """End the thread soon."""
        with self._wake:
            self._stopped, self._waits = True, False
            self._wake.notify()

    def run(self) -> None:
        """The thread."""
        told = News()
        rounds = 0
        while not self._stopped:
            news = News(proxy=told.proxy, recorder=told.recorder, files=told.files)
            if self._proxy is not None and rounds % LOOK_EVERY == 0:
                news = replace(news, proxy=self._proxy.look())
            try:
                news = self._read(news)
            except CaptureError as error:
                news = self._unreadable(news, error)
            lasting = replace(news, exchanges={}, titles={})
            if news.exchanges or news.titles or lasting != told:
                self.mailbox.put(news)
                told = lasting
            rounds += 1
            with self._wake:
                if not self._stopped and not self._wanted:
                    self._wake.wait(POLL)
        if self._reader is not None:
            self._reader.close()

    def _read(self, news: News) -> News:
        """What changed in the file."""
        if self._reader is None or self._tail is None:
            self._remark = _of_older_format(self._path)
            self._reader = Reader(self._path)
            self._tail = Tail(self._reader)
            self._glance(self._reader, self._tail, news)
        reader = self._reader
        self._next_word = time.monotonic() + EVERY
        changed = self._tail.poll(self._tell_share)
        files = news.files
        if changed or files.goes_on or (not files.imports and self._proxy is None):
            files = _files_of(reader)
        return replace(
            news,
            exchanges={exchange.id: exchange for exchange in changed},
            files=files,
            titles=self._titles(reader),
            recorder=_proxy_of(reader) if changed else news.recorder,
            problem=(news.proxy.problem if news.proxy else None) or self._gone(),
            remark=self._remark,
            size=reader.size,
            read=True,
        )

    def _glance(self, reader: Reader, tail: Tail, news: News) -> None:
        """Something to see first: reading the rest keeps the screen from drawing, half of the time."""
        if not self._waits or not (found := tail.glance(FIRST)):
            return
        exchanges = {exchange.id: exchange for exchange in found}
        recorder = _proxy_of(reader)
        first = replace(news, exchanges=exchanges, recorder=recorder, size=reader.size, remark=self._remark)
        self.mailbox.put(replace(first, files=_files_of(reader)))
        with self._wake:
            self._wake.wait_for(lambda: not self._waits, FIRST_SEEN)

    def _tell_share(self, done: int, total: int) -> None:
        if (now := time.monotonic()) >= self._next_word:
            self._next_word = now + EVERY
            self.shares.put((done, total))

    def _gone(self) -> str | None:
        """What is to be said when the file that is being read has no name any more."""
        if self._path.exists():
            return None
        return (
            f"{self._path.name} was deleted or moved: what is shown is what was read of it, and nothing more "
            "comes."
        )

    def _unreadable(self, news: News, error: CaptureError) -> News:
        """The recorder knows better than we why there is nothing; a file it has yet to make is no problem."""
        if news.proxy is not None and (news.proxy.problem or not self._path.exists()):
            return replace(news, problem=news.proxy.problem, read=True)
        return replace(news, problem=str(error))

    def _titles(self, reader: Reader) -> dict[str, str]:
        """Some of those that are wanted, in the order in which they were asked for."""
        titles: dict[str, str] = {}
        until = time.monotonic() + TITLES_FOR
        while (asked := self._next_wanted()) is not None:
            key, exchange_id = asked
            body = reader.body(exchange_id, Leg.REQUEST)
            title = title_of(body) if body else None
            if title is not None:
                titles[key] = title
            if time.monotonic() > until:
                break
        return titles

    def _next_wanted(self) -> tuple[str, int] | None:
        with self._wake:
            key = next(iter(self._wanted), None)
            return None if key is None or self._stopped else (key, self._wanted.pop(key))


def _proxy_of(reader: Reader) -> Recorder | None:
    """The last proxy that wrote the capture; what is sent from here is recorded beside it."""
    return next((one for one in reversed(reader.recorders()) if is_proxy(one)), None)


def _files_of(reader: Reader) -> FilesRead:
    living = reader.living()
    begins = any(each.id in living and each.mode == converting.MODE for each in reader.recorders())
    return FilesRead(tuple(reader.imports()), living, begins=begins)


def _of_older_format(path: Path) -> str | None:
    if format_of(path) in (0, len(MIGRATIONS)):
        return None
    return f"An older format, shown from a copy; to bring it up to date: {migrate_command(path)}"
