"""What a long session costs on disk: 200 turns whose bodies sum to 100 MB, written and read back.

    .venv/bin/python tests/bench/capture_size.py [--turns N] [--megabytes N]

Every request carries the whole history, in Codex's form (the simulator's); what a turn adds is tool output of
made-up words and sealed reasoning, which has no order to be found. Both bodies of an exchange count.
Goal: under 5 MB for the 100. Prints the file's size, how long it takes to write, and how long a reader that
has just opened the file takes for the list, for the last body and for the slowest one.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from inspector.capture.model import Leg, Outcome
from inspector.capture.reader import Reader
from inspector.capture.writer import RecorderInfo, Writer
from inspector.simulator import responses
from inspector.simulator.codex_request import Thread
from inspector.simulator.reply import Call, Reasoning, Reply
from inspector.simulator.script import Answer, Send

PATIENCE = 120.0  # seconds that the writer may take to catch up


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange of the session."""

    headers: tuple[tuple[str, str], ...]
    request: bytes
    answer: Answer

    @property
    def size(self) -> int:
        """Bytes of both bodies."""
        return len(self.request) + len(self.answer.body)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What a long session costs on disk.")
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--megabytes", type=float, default=100.0)
    options = parser.parse_args()
    session = _session(options.turns, options.megabytes * 1e6)
    total = sum(turn.size for turn in session)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "session.db"
        written = _write(session, path)
        size = path.stat().st_size
        listed, read = _read(session, path)
    print(f"Python {sys.version.split()[0]}; {options.turns} turns, {total / 1e6:.1f} MB of bodies")
    print(f"{'file':28}{size / 1e6:8.2f} MB   {total / size:.0f} times smaller")
    print(f"{'written, packed and closed':28}{written:8.2f} s    {total / 1e6 / written:.0f} MB/s")
    print(f"{'list of exchanges':28}{listed * 1000:8.1f} ms")
    print(f"{'last request body':28}{read[-1] * 1000:8.1f} ms")
    print(f"{'slowest request body':28}{max(read) * 1000:8.1f} ms   number {read.index(max(read)) + 1}")


def _session(turns: int, total: float) -> list[Turn]:
    """As many turns, each longer than the one before by as much as brings their sum to about `total`."""
    thread = Thread("gpt-5.5")
    words = _words()
    answers = 57_000  # bytes of an answer, about: it echoes the tools three times
    per_turn = 2 * (total / turns - len(thread.body()) - answers) / turns
    session: list[Turn] = []
    for n in range(turns):
        thread.prompt(f"Step {n + 1}: {_text(words, 60)}")
        request = thread.body()
        call = Call("exec_command", json.dumps({"cmd": f"sed -n '{n},{n + 80}p' src/{_text(words, 8)}.py"}))
        reply = Reply((Reasoning(f"**Step {n + 1}**\n\n{_text(words, 200)}"), call))
        answer = responses.answer(reply, json.loads(request), seed=b"%d" % n, created_at=1_700_000_000 + n)
        session.append(Turn(tuple(thread.headers().items()), request, answer))
        output = _output(answer)
        for item in output:
            thread.add(item)
        added = len(thread.body()) - len(request)
        thread.add_output(output[-1], _text(words, max(200, int(per_turn) - added)))
    return session


def _output(answer: Answer) -> list[dict[str, object]]:
    last = next(step.data for step in reversed(answer.steps) if isinstance(step, Send))
    found: list[dict[str, object]] = json.loads(last.partition(b"data: ")[2])["response"]["output"]
    return found


def _words() -> Iterator[str]:
    """Without end, from a vocabulary as large as a project's, some far more often than others."""
    chance = random.Random(1906)
    vocabulary = ["".join(chance.choices("aeioulnrstkmp", k=chance.randint(2, 9))) for _ in range(5000)]
    weights = [1 / (rank + 1) for rank in range(len(vocabulary))]
    while True:
        yield from chance.choices(vocabulary, weights, k=10_000)


def _text(words: Iterator[str], size: int) -> str:
    parts: list[str] = []
    length = 0
    while length < size:
        parts.append(next(words))
        length += len(parts[-1]) + 1
    return " ".join(parts)[:size]


def _write(session: list[Turn], path: Path) -> float:
    """Seconds until it was one closed file."""
    begun = time.perf_counter()
    writer = Writer(path, RecorderInfo(version="bench", mode="observe"), on_problem=_problem)
    url = "https://my-res.openai.azure.com/openai/v1/responses"
    for turn in session:
        now = time.monotonic()
        handle = writer.begin(
            method="POST",
            url=url,
            http_version="HTTP/1.1",
            headers=turn.headers,
            operation="responses.create",
            mode="observe",
            connection="bench",
            at=now,
        )
        writer.chunk(handle, Leg.REQUEST, turn.request, now)
        writer.end_leg(handle, Leg.REQUEST, now)
        writer.head(handle, Leg.RESPONSE, turn.answer.headers, status=200, at=now)
        for step in turn.answer.steps:
            if isinstance(step, Send):
                writer.chunk(handle, Leg.RESPONSE, step.data, time.monotonic())
        writer.end_leg(handle, Leg.RESPONSE, time.monotonic())
        writer.finish(handle, Outcome.COMPLETE, at=time.monotonic())
        writer.flush(PATIENCE)  # a session waits for its answers; a backlog is another story
    writer.close(PATIENCE)
    return time.perf_counter() - begun


def _problem(sentence: str | None) -> None:
    if sentence is not None:
        raise SystemExit(sentence)


def _read(session: list[Turn], path: Path) -> tuple[float, list[float]]:
    """Seconds for the list, and for each request body; what is read is what was written."""
    begun = time.perf_counter()
    with closing(Reader(path)) as reader:
        exchanges = reader.exchanges()
    listed = time.perf_counter() - begun
    bodies = []
    for exchange, turn in zip(exchanges, session, strict=True):
        begun = time.perf_counter()
        with closing(Reader(path)) as reader:  # a new one has nothing in its cache
            body = reader.body(exchange.id, Leg.REQUEST)
        bodies.append(time.perf_counter() - begun)
        if body != turn.request:
            raise SystemExit(f"body {exchange.id} is not the one that was written")
    return listed, bodies


if __name__ == "__main__":
    main()
