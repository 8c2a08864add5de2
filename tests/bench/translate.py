"""What translating a request costs, bytes to bytes, beside plain JSON and two other translators, in one run.

    .venv/bin/python tests/bench/translate.py [--rounds N] [--sizes BYTES ...]

The others are for comparison only and no dependency of ours. A way is left out, and said so, where it is
not installed; to have them all, in an environment of its own:

    python -m venv others && others/bin/pip install litellm llm-rosetta -e .
    others/bin/python tests/bench/translate.py

The body is a long session of Codex as our simulator's thread puts it on the wire. Each way gets bytes and
gives bytes: it parses, translates, and writes the payload; ours also gives its report, with a row for every
piece. In every round each way takes its turn, in random order, so that the noise of the machine hits all
alike; what is printed is the median of the rounds, and its ratio to `json.loads` and `json.dumps` of the
body. The goal: below LiteLLM at both sizes.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import sys
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from statistics import median
from typing import Any

from inspector.protocol.json_text import parse, to_bytes
from inspector.protocol.translate_request import translate_request
from inspector.simulator.codex_request import Thread

Way = Callable[[bytes], bytes]

MODEL = "gpt-4o"  # all three know it, and none strips anything for its sake
WORDS = (
    "kiln",
    "oven",
    "schedule",
    "ramp",
    "hold",
    "cool",
    "sensor",
    "firing",
    "cone",
    "glaze",
    "shelf",
    "draft",
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What translating a request costs.")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--sizes", type=int, nargs="+", default=[40_000, 600_000], metavar="BYTES")
    options = parser.parse_args()
    ways: dict[str, Way] = {"plain json": plain, "ours": ours}
    for name, package, load in (("litellm", "litellm", litellm), ("llm-rosetta", "llm-rosetta", rosetta)):
        try:
            named = f"{name} {version(package)}"
            ways[named] = load()
        except PackageNotFoundError:
            print(f"{name} is not installed and left out; the head of this file says how to install it")
    print(f"Python {sys.version.split()[0]}, {options.rounds} rounds")
    for size in options.sizes:
        body = session(size)
        report = translate_request(parse(body)).report
        print(f"\n{len(body):,} bytes, {len(json.loads(body)['input'])} items, {len(report)} rows")
        times = measure(ways, body, options.rounds)
        plain_time = median(times["plain json"])
        for name, taken in times.items():
            print(f"  {name:24} {median(taken) * 1e3:8.3f} ms  {median(taken) / plain_time:5.2f}x")


def measure(ways: dict[str, Way], body: bytes, rounds: int) -> dict[str, list[float]]:
    """Seconds of each way, one entry a round."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    order = list(ways)
    for way in ways.values():
        way(body)
    gc.freeze()  # what the packages keep in memory is not to be looked through before every turn
    for _ in range(rounds):
        random.shuffle(order)
        for name in order:
            gc.collect()
            began = time.perf_counter()
            ways[name](body)
            times[name].append(time.perf_counter() - began)
    return times


def plain(body: bytes) -> bytes:
    """What anybody pays who looks into a body."""
    return json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode()


def ours(body: bytes) -> bytes:
    """With the report."""
    translation = translate_request(parse(body))
    assert translation.error is None
    assert translation.report.rows
    return to_bytes(translation.payload)


def litellm() -> Way:
    """LiteLLM's transformation of a Responses request for its completion call."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # else importing it asks the network
    from litellm.responses.additional_tools import hoist_additional_tools
    from litellm.responses.litellm_completion_transformation.transformation import (
        LiteLLMCompletionResponsesConfig as Config,
    )

    def translate(body: bytes) -> bytes:
        request = json.loads(body)
        items, model, stream = request.pop("input"), request.pop("model"), request.pop("stream")
        hoisted = hoist_additional_tools(items, request.get("tools"))
        payload: dict[str, Any] = Config.transform_responses_api_request_to_chat_completion_request(
            model=model,
            input=hoisted.input,
            responses_api_request=request,
            custom_llm_provider="azure",
            stream=stream,
        )
        return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()

    return translate


def rosetta() -> Way:
    """llm-rosetta's: Responses to its own form, and from there to Chat."""
    from llm_rosetta.pipeline import ConversionPipeline

    def translate(body: bytes) -> bytes:
        pipeline = ConversionPipeline("openai_responses", "openai_chat")
        payload = pipeline.convert_request(json.loads(body))
        return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()

    return translate


def session(size: int) -> bytes:
    """The request at the end of a session, at least `size` bytes long; always the same."""
    chance = random.Random(7)
    thread = Thread(MODEL)
    n = 0
    while len(body := thread.body()) < size:
        thread.prompt(f"Now {_prose(chance, 20)}")
        for _ in range(chance.randint(3, 8)):
            n += 1
            thread.add(_reasoning(chance, n))
            if chance.random() < 0.5:
                thread.add(_said(_prose(chance, 30), n))
            for call in _calls(chance, n):
                thread.add(call)
                thread.add_output(call, _output(chance))
            if len(thread.body()) > size:
                break
        thread.add(_said(_prose(chance, 120), n + 10_000))
    return body


def _calls(chance: random.Random, n: int) -> list[dict[str, Any]]:
    """One call, now and then two at once, now and then a patch."""
    if chance.random() < 0.25:
        lines = "".join(f"+{_prose(chance, 9)}\n" for _ in range(chance.randint(3, 25)))
        patch = f"*** Begin Patch\n*** Update File: src/{n}.py\n@@\n{lines}*** End Patch\n"
        known = {"id": f"ctc_{n}", "call_id": f"call_{n}", "name": "apply_patch", "input": patch}
        return [{"type": "custom_tool_call", "status": "completed", **known}]
    calls = []
    for k in range(2 if chance.random() < 0.2 else 1):
        arguments = json.dumps({"cmd": f"rg -n '{_prose(chance, 2)}' src", "yield_time_ms": 1000})
        known = {"id": f"fc_{n}_{k}", "call_id": f"call_{n}_{k}", "name": "exec_command"}
        calls.append({"type": "function_call", "status": "completed", **known, "arguments": arguments})
    return calls


def _output(chance: random.Random) -> str:
    lines = (f"src/{n}.py:{n * 7}:    {_prose(chance, 8)}" for n in range(chance.randint(3, 60)))
    return (
        f"Chunk ID: {chance.getrandbits(24):06x}\nWall time: 0.05 seconds\nOutput:\n"
        + "\n".join(lines)
        + "\n"
    )


def _reasoning(chance: random.Random, n: int) -> dict[str, Any]:
    opaque = "".join(chance.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", k=1200))
    summary = [{"type": "summary_text", "text": f"**{_prose(chance, 3)}**\n\n{_prose(chance, 25)}"}]
    return {"type": "reasoning", "id": f"rs_{n}", "summary": summary, "encrypted_content": opaque}


def _said(text: str, n: int) -> dict[str, Any]:
    part = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    return {
        "type": "message",
        "id": f"msg_{n}",
        "role": "assistant",
        "status": "completed",
        "content": [part],
    }


def _prose(chance: random.Random, words: int) -> str:
    """Words, with a character now and then that is not ASCII."""
    return " ".join(chance.choices(WORDS, k=words)) + (
        " \u2013 \u201cgl\u00fcht\u201d" if chance.random() < 0.05 else ""
    )


if __name__ == "__main__":
    main()
