"""The captures that screen.py looks at: many small exchanges, or a gigabyte of them."""

from __future__ import annotations

import base64
import json
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from inspector.capture.model import Leg, Outcome
from inspector.capture.writer import RecorderInfo, Writer

A_TURN, A_SESSION = 8, 400  # exchanges
PATIENCE = 120.0
BASE = "https://my-res.openai.azure.com/openai/v1"
EACH = 100_000  # bytes of a request of the gigabyte, on average
LAST = 1_000_000  # bytes of its last one
AT_ONCE = 50_000_000  # bytes after which the writer may catch up


def small(number: int) -> list[object]:
    """An input of a few hundred bytes."""
    return [_message(f"prompt {number}: " + f"word{number % 97} " * 40)]


def growing(count: int) -> Callable[[int], list[object]]:
    """Inputs that hold all of the session so far; the last one of all is of 1 MB."""
    words = _words()
    history: list[object] = []

    def made(number: int) -> list[object]:
        if number % A_SESSION == 0:
            history.clear()
        history.append(_message(f"prompt {number}: word{number % 97} " + _text(words, 2 * EACH // A_SESSION)))
        more = [_output(n, _text(words, 3000)) for n in range(LAST // 3100)] if number == count - 1 else []
        return [*history, *more]

    return made


def pictures(count: int) -> Callable[[int], list[object]]:
    """Inputs with a picture each, which nothing makes smaller; the last one of all has ten."""
    chance = random.Random(1906)

    def made(number: int) -> list[object]:
        images: list[object] = []
        for _ in range(LAST // EACH if number == count - 1 else 1):
            data = base64.b64encode(chance.randbytes(EACH * 3 // 4)).decode()
            images.append({"type": "input_image", "image_url": f"data:image/png;base64,{data}"})
        content = [{"type": "input_text", "text": f"prompt {number}: word{number % 97}"}, *images]
        return [{"type": "message", "role": "user", "content": content}]

    return made


def record(path: Path, exchanges: int, made: Callable[[int], list[object]]) -> int:
    """Sessions of turns of exchanges; every tenth one is refused and asked again. The bytes that passed."""
    writer = Writer(path, RecorderInfo("1.0", "observe", BASE, "http://127.0.0.1:8080"), on_problem=print)
    clock = time.monotonic() - exchanges
    passed = unsettled = 0
    items: list[object] = []
    for n in range(exchanges):
        told = {"thread_id": f"thread-{n // A_SESSION}", "turn_id": f"turn-{n // A_TURN}"}
        headers = (
            ("user-agent", "codex_exec/0.169.0 (Linux; x86_64)"),
            ("x-codex-turn-metadata", json.dumps({**told, "request_kind": "turn"})),
        )
        handle = writer.begin(
            method="POST", url=f"{BASE}/responses", http_version="HTTP/1.1", headers=headers,
            operation="responses.create", mode="observe", connection="c", at=clock + n,
        )  # fmt: skip
        refused, again = n % 10 == 3, n % 10 == 4
        items = items if again else made(n)
        body = json.dumps({"model": f"gpt-5.{(n - again) % 3}", "stream": True, "input": items}).encode()
        writer.chunk(handle, Leg.REQUEST, body, clock + n)
        writer.end_leg(handle, Leg.REQUEST, clock + n)
        kind = (("content-type", "application/json" if refused else "text/event-stream"),)
        writer.head(handle, Leg.RESPONSE, kind, status=429 if refused else 200, at=clock + n + 0.1)
        usage = {"input_tokens": 100 + n, "output_tokens": n % 300}
        done = {
            "type": "response.completed",
            "response": {"id": f"r{n}", "status": "completed", "usage": usage},
        }
        answer = '{"error": {"message": "slow down"}}' if refused else f"data: {json.dumps(done)}\n\n"
        writer.chunk(handle, Leg.RESPONSE, answer.encode(), clock + n + 0.2)
        writer.end_leg(handle, Leg.RESPONSE, clock + n + 0.3)
        writer.finish(handle, Outcome.COMPLETE, error=None, at=clock + n + 0.3 + (n % 13) / 10)
        passed += len(body) + len(answer)
        unsettled += len(body)
        if n % 500 == 499 or unsettled > AT_ONCE:
            assert writer.flush(PATIENCE)
            unsettled = 0
    writer.close(PATIENCE)
    return passed


def _message(text: str) -> object:
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


def _output(number: int, text: str) -> object:
    return {"type": "function_call_output", "call_id": f"call_{number}", "output": text}


def _words() -> Iterator[str]:
    """Without end, some far more often than others."""
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
