"""Calls that a command sends: recorded, each told on stdout, narrated on stderr, cancelled by Ctrl-C."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import click

from inspector.capture.compared import compare_exchanges
from inspector.capture.model import ExchangeDetail, Outcome
from inspector.capture.writer import Writer
from inspector.cli.aside import aside
from inspector.cli.diff import print_comparison
from inspector.cli.exchange_json import exchange_json
from inspector.cli.one_sent import effort, named, recorded, trouble
from inspector.cli.printing import print_json_line, print_line, print_note
from inspector.cli.recorded_work import run_recorded
from inspector.cli.show import exchange_line
from inspector.replay.difference import difference
from inspector.replay.repeating import repeat
from inspector.replay.sending import Sender, Sent

_DIFFERENCES = 5  # lines about how many answers differ in which way


class Told:
    """What has been sent so far.

    `original`: the exchange that answers are compared with, at length with `show_difference`; `advise` adds
    what to do about one that failed.
    """

    def __init__(
        self,
        capture: Path,
        times: int,
        *,
        as_json: bool,
        original: ExchangeDetail | None = None,
        show_difference: bool = False,
        advise: Callable[[Sent], str | None] = lambda _: None,
    ) -> None:
        self._advise = advise
        self._capture = capture
        self._times = times
        self._as_json = as_json
        self._original = original
        self._show_difference = show_difference
        self.sent: list[Sent] = []  # without their bodies: they may be many
        self._differences: Counter[str] = Counter()
        self._troubles: dict[str, None] = {}  # those that went wrong, in words, each once
        self._bar: Any = None
        self._behind: list[Sent] = []  # those that wait until the bar is gone from the terminal

    def bar(self, ending: ExitStack) -> None:
        """A progress bar, where many are sent and a person looks on."""
        if self._times > 1 and sys.stderr.isatty():
            self._bar = ending.enter_context(
                click.progressbar(length=self._times, label="sending", file=sys.stderr)
            )

    def tell(self, sent: Sent) -> None:
        """One more has come to its end: its exchange on stdout, what came of it on stderr."""
        light = replace(sent, body=b"")
        self.sent.append(light)
        detail = recorded(self._capture, sent)
        unlike = difference(self._original, detail) if self._original and detail else ""
        self._differences[unlike] += 1
        trouble_of_it = self._trouble(sent)
        if trouble_of_it:
            self._troubles[trouble_of_it] = None
        if self._bar is None:
            self._print(detail)
            print_note(self._words(sent, trouble_of_it, unlike))
            return
        self._bar.update(1)
        if sys.stdout.isatty():
            self._behind.append(light)
        else:
            self._print(detail)

    def waits(self, sent: Sent, seconds: float) -> None:
        """One is tried again so many seconds from now."""
        if self._bar is None:
            print_note(f"{named(sent)}: {trouble(sent, None)}; again in {seconds:.3g} s")

    def _print(self, detail: ExchangeDetail | None) -> None:
        if detail is None:
            return
        if self._as_json:
            print_json_line(exchange_json(detail.exchange).model_dump(mode="json"))
            return
        print_line(exchange_line(detail.exchange))
        if self._original is not None and self._show_difference:
            print_comparison(compare_exchanges(self._original, detail))

    def sum_up(self) -> None:
        """What all of them came to, where they were many."""
        for sent in self._behind:
            self._print(recorded(self._capture, sent))
        if self._times == 1:
            return
        ends = Counter(map(_end, self.sent))
        told = ", ".join(f"{count} {end}" for end, count in ends.most_common())
        times = [one.seconds for one in self.sent if one.is_fine]
        took = f"; {min(times):.2f} s, {median(times):.2f} s, {max(times):.2f} s" if times else ""
        took += " (fastest, median, slowest)" if times else ""
        print_note(f"{len(self.sent)} of {self._times} sent: {told or 'none ended'}{took}")
        for unlike, count in self._differences.most_common(_DIFFERENCES):
            if unlike:
                print_note(f"{count} times {unlike}" if count > 1 else f"once {unlike}")
        if self._bar is not None:
            for words in self._troubles:
                print_note(words)

    def _trouble(self, sent: Sent) -> str:
        """What went wrong, and what to do about it; "" where nothing did."""
        return trouble(sent, self._advise(sent))

    def _words(self, sent: Sent, trouble_of_it: str, unlike: str) -> str:
        told = [f"{named(sent)}: {trouble_of_it or sent.status}", effort(sent)]
        if (usage := sent.summary.usage) is not None:
            told.append(f"{usage.input_tokens or 0:,} tokens in, {usage.output_tokens or 0:,} out")
        return "; ".join([*told, *([unlike] if unlike else [])])


def _end(sent: Sent) -> str:
    """How it ended, in a word to be counted."""
    if sent.is_fine:
        return "fine"
    if sent.status is not None and sent.status >= 400:
        return str(sent.status)
    return "failed" if sent.outcome is Outcome.COMPLETE else sent.outcome.value


def send_and_tell(
    capture: Path,
    send: Callable[[Sender], Awaitable[Sent]],
    told: Told,
    *,
    times: int = 1,
    concurrency: int = 1,
    options: dict[str, Any],
    named_hosts: frozenset[str],
    timeout: float,
    retries: int,
) -> int:
    """Send so many times, and tell; the exit status: 0 when every answer was whole, fine and recorded."""

    async def all_of_them(writer: Writer) -> None:
        async with Sender(
            writer, named_hosts=named_hosts, timeout=timeout, retries=retries, on_wait=told.waits
        ) as sender:
            # A long answer is compared for a tenth of a second: that is none of the others' time.
            with aside(told.tell) if concurrency > 1 else nullcontext(told.tell) as tell:
                await repeat(lambda: send(sender), times, concurrency=concurrency, on_sent=tell)

    with ExitStack() as ending:
        told.bar(ending)
        done = run_recorded(capture, options, all_of_them)
    told.sum_up()
    if not done:
        click.echo("cancelled; what was under way is recorded as far as it came", err=True)
    fine = all(one.is_fine and one.exchange is not None for one in told.sent)
    return 0 if done and told.sent and fine else 1
