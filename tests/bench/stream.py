"""What a proxy costs a stream: latency of each event and throughput of a burst, four ways in one run.

    .venv/bin/python tests/bench/stream.py [--rounds N] [--events N] [--rate PER_SECOND] [--burst N]

The ways: nothing between client and upstream; mitmdump with streaming switched on and nothing else; our
recorder; our bridge. In every round each way, in random order, carries a paced stream and a burst, so that
the noise of the machine hits all alike; what a recorder still does behind its stream is waited for. Upstream,
client and proxies are processes of their own; latency is from the write of an event to the read that brings
it, by the system's monotonic clock. Needs /proc. The goals it is judged by:

    recorder: median latency at most 0.05 ms above mitmdump's, burst throughput at least 0.8 of mitmdump's
    bridge:   median latency at most 0.25 ms above mitmdump's

A recorder's writer works beside the stream, so its burst needs a processor more than mitmdump's: on two busy
ones the ratio moves by a tenth from run to run. The last column, time of all its threads, hardly moves.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles

from client import ask
from ways import Way, running


@dataclass(slots=True)
class Measured:
    """What one way has shown so far, one entry a round; latencies in milliseconds."""

    latencies: list[list[float]] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)  # events a second
    costs: list[float] = field(
        default_factory=list
    )  # microseconds of processor time for an event of the burst

    @property
    def medians(self) -> list[float]:
        """The median latency of each round."""
        return [median(one) for one in self.latencies]

    def latency(self, percentile: int) -> float:
        """Over all rounds."""
        return quantiles([one for block in self.latencies for one in block], n=100)[percentile - 1]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What a proxy costs a stream.")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--events", type=int, default=200, help="of a paced stream")
    parser.add_argument("--rate", type=float, default=200.0, help="events a second of a paced stream")
    parser.add_argument("--burst", type=int, default=20_000, help="events of a burst")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ["INSPECTOR_HOME"] = folder
        with running(Path(folder)) as ways:
            for way in ways:  # imports and first allocations are nobody's news
                _round(way, Measured(), options)
            measured = {way.name: Measured() for way in ways}
            for n in range(options.rounds):
                print(f"\rround {n + 1} of {options.rounds}", end="", file=sys.stderr, flush=True)
                for way in random.sample(ways, len(ways)):
                    _round(way, measured[way.name], options)
    print(file=sys.stderr)
    print(
        f"Python {sys.version.split()[0]}, mitmproxy {version('mitmproxy')}, {os.cpu_count()} processors. "
        f"{options.rounds} rounds: {options.events} events at {options.rate:g}/s, a burst of {options.burst}."
    )
    print("\n".join(_table(measured)))


def _round(way: Way, measured: Measured, options: argparse.Namespace) -> None:
    way.settle()
    paced = ask(way.port, way.path, events=options.events, rate=options.rate)
    measured.latencies.append(paced.latencies)
    before = way.settle()
    burst = ask(way.port, way.path, events=options.burst, rate=0)
    measured.rates.append(burst.rate)
    measured.costs.append((way.settle() - before) / options.burst * 1e6)


def _table(measured: dict[str, Measured]) -> list[str]:
    """Differences and ratios are to mitmdump, taken within each round; their median is shown."""
    base = measured["mitmdump, streaming"]
    lines = [
        f"{'':22}{'latency, ms':>24}{'to mitmdump':>14}{'burst':>14}{'to mitmdump':>13}{'processor':>13}",
        f"{'':22}{'median':>8}{'p95':>8}{'p99':>8}{'median, ms':>14}{'events/s':>14}{'':13}{'us/event':>13}",
    ]
    for name, one in measured.items():
        more = _paired(one.medians, base.medians, lambda mine, theirs: mine - theirs)
        ratio = _paired(one.rates, base.rates, lambda mine, theirs: mine / theirs)
        lines.append(
            f"{name:22}{one.latency(50):8.3f}{one.latency(95):8.3f}{one.latency(99):8.3f}{more:+14.3f}"
            f"{median(one.rates):14,.0f}{ratio:13.2f}{median(one.costs):13.0f}"
        )
    return lines


def _paired(
    mine: Sequence[float], theirs: Sequence[float], compare: Callable[[float, float], float]
) -> float:
    return median(map(compare, mine, theirs))


if __name__ == "__main__":
    main()
