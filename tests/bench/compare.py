"""What comparing two requests costs: milliseconds, for a long Codex session and what may become of it.

    .venv/bin/python tests/bench/compare.py [--steps N] [--rounds N]

Printed is the best of the rounds in processor time, from parsed bodies to the whole difference, the
texts of changed items left out: a screen asks for those of the item in view.

Goal: under 50 ms for 600 KB, whatever changed.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import string
import time
from collections.abc import Callable
from typing import Any

from inspector.protocol.compare.requests import compare_requests
from inspector.protocol.compare.text import text_difference
from inspector.simulator.codex_request import Thread

GOAL = 50.0  # milliseconds

DICE = random.Random(1)


def words(count: int) -> str:
    return " ".join("".join(DICE.choices("abcdefghij", k=DICE.randint(2, 8))) for _ in range(count))


def history(steps: int) -> dict[str, Any]:
    thread = Thread("gpt-5.5")
    thread.prompt("fix the flaky test")
    for n in range(steps):
        blob = "".join(DICE.choices(string.ascii_letters, k=400))
        thread.add({"type": "reasoning", "id": f"rs_{n}", "summary": [], "encrypted_content": blob})
        arguments = json.dumps({"cmd": words(10)})
        call = {"type": "function_call", "id": f"fc_{n}", "call_id": f"call_{n}", "name": "exec_command"}
        thread.add({**call, "arguments": arguments})
        thread.add_output(call, "\n".join(words(12) for _ in range(15)))
    body: dict[str, Any] = json.loads(thread.body())
    return body


def grown(body: dict[str, Any]) -> None:
    body["input"].append({"type": "message", "role": "user", "content": "go on"})


def first_changed(body: dict[str, Any]) -> None:
    body["input"][0]["content"][0]["text"] += " Today is Monday."


def all_outputs_changed(body: dict[str, Any]) -> None:
    for item in body["input"]:
        if "output" in item:
            item["output"] = item["output"].upper()


def other_identifiers(body: dict[str, Any]) -> None:
    for item in body["input"]:
        item.update({name: f"{item[name]}_" for name in ("id", "call_id") if name in item})


def shuffled(body: dict[str, Any]) -> None:
    DICE.shuffle(body["input"])


def best(rounds: int, work: Callable[[], object]) -> float:
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken) * 1000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=350)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    old = history(options.steps)
    print(f"{len(json.dumps(old)):,} bytes, {len(old['input']):,} items, goal {GOAL:.0f} ms")
    for edit in (grown, first_changed, all_outputs_changed, other_identifiers, shuffled):
        new = copy.deepcopy(old)
        edit(new)
        taken = best(options.rounds, lambda new=new: compare_requests(old, new))
        print(f"{edit.__name__:24}{taken:8.1f} ms  {'' if taken < GOAL else 'over the goal'}")
    lines = [words(10) for _ in range(10_000)]
    changed = [words(10) if n % 100 == 0 else line for n, line in enumerate(lines)]
    texts = "\n".join(lines), "\n".join(changed)
    print(f"{'text of 10,000 lines':24}{best(3, lambda: text_difference(*texts)):8.1f} ms")


if __name__ == "__main__":
    main()
