"""What translating a chat stream costs: chunks a second on one core, bytes to bytes, and memory.

    .venv/bin/python tests/bench/translate_stream.py [--chunks N] [--deltas N] [--rounds N]

The stream is Azure's, content filter results and all, a piece of bytes a chunk. "Bytes to bytes" is what the
bridge does: feed, encode each event. Printed is the median of the rounds in processor time, which the
machine's other work disturbs least, beside `json.loads` and `json.dumps` of the same chunks.

Memory is by how much a process of its own grows at most over a stream of many deltas, whose events are sent
and forgotten, as in the bridge. What has to be there is the text, and at the very end the last events, each
of which says all of it again.

Goals: at least 50,000 chunks a second; at most six times the text: it is kept once, and the last events,
which say it again, are built and sent. (A short text is less than what surrounds it: see the default.)
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from inspector.protocol.tools import ToolNames, ToolRef
from inspector.protocol.translate_stream import StreamTranslator

GOAL = 50_000  # chunks a second
KEPT = 6.0  # times the text

SAFE = {"filtered": False, "severity": "safe"}
FILTERS = dict.fromkeys(("hate", "self_harm", "sexual", "violence"), SAFE)
HEAD = {
    "created": 1_700_000_000,
    "id": "chatcmpl-Abcdefghijklmnopqrstuvwxyz012",
    "model": "gpt-5-2025-08-07",
    "object": "chat.completion.chunk",
    "system_fingerprint": "fp_0123456789",
}
TOOLS = ToolNames([ToolRef("function", "exec_command"), ToolRef("custom", "apply_patch")])
MIX = {"text": "text", "calls": "function calls", "patch": "a custom tool's input, unwrapped"}


def chunk(delta: dict[str, object], finish: str | None = None, **fields: object) -> bytes:
    """A chunk as Azure sends it."""
    choice = {
        "content_filter_results": FILTERS,
        "delta": delta,
        "finish_reason": finish,
        "index": 0,
        "logprobs": None,
    }
    return (
        b"data: %b\n\n" % json.dumps({"choices": [choice], **HEAD, **fields}, separators=(",", ":")).encode()
    )


def stream(kind: str, count: int) -> Iterator[bytes]:
    """A stream of so many deltas of one kind, and its end."""
    if kind == "text":
        yield chunk({"role": "assistant", "content": "", "refusal": None})
        for n in range(count):
            yield chunk({"content": f" word{n % 1000}"})
    else:
        name = "exec_command" if kind == "calls" else "apply_patch"
        head = '{"cmd":"' if kind == "calls" else '{"input":"'
        function = {"name": name, "arguments": head}
        yield chunk({"tool_calls": [{"index": 0, "id": "call_0", "type": "function", "function": function}]})
        for n in range(count):
            arguments = f"line {n % 1000}\\n"
            yield chunk({"tool_calls": [{"index": 0, "function": {"arguments": arguments}}]})
        yield chunk({"tool_calls": [{"index": 0, "function": {"arguments": '"}'}}]})
    yield chunk({}, "stop" if kind == "text" else "tool_calls")
    usage = {"prompt_tokens": 9, "completion_tokens": count, "total_tokens": 9 + count}
    yield b"data: %b\n\n" % json.dumps({"choices": [], **HEAD, "usage": usage}).encode()
    yield b"data: [DONE]\n\n"


def translator() -> StreamTranslator:
    """As the bridge makes it."""
    return StreamTranslator(request={"model": "m"}, tools=TOOLS, model="m", codex_client=True)


def translate(chunks: list[bytes]) -> float:
    """Seconds of processor time, bytes to bytes."""
    machine = translator()
    began = time.process_time()
    sent = 0
    for data in chunks:
        sent += sum([len(event.encode()) for event in machine.feed(data)])
    took = time.process_time() - began
    assert machine.finished
    assert sent > len(chunks) * 100
    return took


def plain(chunks: list[bytes]) -> float:
    """Seconds of processor time to read and write the same as JSON."""
    began = time.process_time()
    for data in chunks:
        if data[6:7] == b"{":
            json.dumps(json.loads(data[6:]))
    return time.process_time() - began


def speed(kind: str, count: int, rounds: int) -> float:
    """Chunks a second; prints them."""
    chunks = list(stream(kind, count))
    gc.collect()
    ours = len(chunks) / statistics.median(translate(chunks) for _ in range(rounds))
    theirs = len(chunks) / statistics.median(plain(chunks) for _ in range(rounds))
    print(f"{MIX[kind]:<34}{ours:>10,.0f} chunks/s   {theirs:>10,.0f} as plain JSON")
    return ours


def memory(kind: str, count: int) -> tuple[int, int]:
    """The characters of the text of so many deltas, and by how many bytes the process grew at most."""
    for data in stream(kind, 1000):  # whatever is loaded or made once
        translator().feed(data)
    machine, text = translator(), 0
    before = peak()
    for data in stream(kind, count):
        for event in machine.feed(data):
            if event.type.endswith(".delta"):
                text += len(event.data["delta"])
            event.encode()
    assert machine.finished
    return text, peak() - before


def peak() -> int:
    """The most memory that this process ever had, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def weigh(count: int) -> float:
    """How many times its text a stream costs at worst; each kind in a process of its own, prints it."""
    worst = 0.0
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as processes:
        for kind, (text, grown) in zip(MIX, processes.map(memory, MIX, [count] * len(MIX)), strict=True):
            print(f"{MIX[kind]:<34}{text / 1e6:>8.1f} MB of text    {grown / 1e6:>8.1f} MB at most")
            worst = max(worst, grown / text)
    return worst


def main() -> int:
    """Measure, print, and say whether the goals are met."""
    options = argparse.ArgumentParser(description="What translating a chat stream costs.")
    options.add_argument("--chunks", type=int, default=100_000, help="chunks of a stream to time")
    options.add_argument("--deltas", type=int, default=1_000_000, help="deltas of a stream to weigh")
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    print(f"Python {sys.version.split()[0]}, one core, {given.chunks:,} chunks, {given.deltas:,} deltas")
    heaviest = weigh(given.deltas)  # first: on Linux a process begins with the peak of its parent
    slowest = min(speed(kind, given.chunks, given.rounds) for kind in MIX)
    met = slowest >= GOAL and heaviest <= KEPT
    print("goals met" if met else f"goals missed: {GOAL:,} chunks/s, {KEPT:g} times the text")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
