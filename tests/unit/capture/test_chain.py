"""The promise about size: a session of 200 turns whose bodies sum to 100 MB takes less than 5 MB."""

from __future__ import annotations

import base64
import json
import random
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from inspector.capture.bodies import compress
from inspector.capture.chain import MAX_DEPTH, BodyCache, fetch
from inspector.capture.connect import for_writing
from inspector.capture.model import Leg
from inspector.capture.reader import Reader

TURNS = 200


def talk(random_: random.Random, words: list[str], size: int) -> str:
    spoken = []
    while size > 0:
        spoken.append(random_.choice(words))
        size -= len(spoken[-1]) + 1
    return " ".join(spoken)


def session(turns: int) -> Iterator[bytes]:
    """Bodies as Codex sends them: the whole history every turn, text, tool output and encrypted reasoning."""
    random_ = random.Random(7)
    words = ["".join(random_.choices("etaoinshrdlu", k=random_.randint(2, 9))) for _ in range(3000)]
    items: list[dict[str, Any]] = [
        {"type": "message", "role": "developer", "content": talk(random_, words, 60_000)}
    ]
    for turn in range(turns):
        items += [
            {
                "type": "reasoning",
                "encrypted_content": base64.b64encode(random_.randbytes(1500)).decode(),
            },
            {
                "type": "function_call_output",
                "call_id": f"call_{turn}",
                "output": talk(random_, words, 1_900),
            },
            {"type": "message", "role": "user", "content": talk(random_, words, 300)},
        ]
        yield json.dumps(
            {"model": "my-gpt", "input": items, "stream": True, "metadata": {"turn": turn}}
        ).encode()


def test_two_hundred_turns_of_a_hundred_megabytes_take_less_than_five(studio):
    writer = studio.writer()
    total, last = 0, b""
    for turn, body in enumerate(session(TURNS)):
        studio.exchange(writer, body, [studio.completed(f"r{turn}")], headers=(("thread-id", "one"),))
        total, last = total + len(body), body
        if turn % 20 == 19:
            assert writer.flush(20)
    writer.close(60)
    size = studio.path.stat().st_size
    assert total > 95_000_000
    assert size < 5_000_000, f"{size:,} bytes"

    with closing(Reader(studio.path)) as reader:
        begun = time.thread_time()
        assert reader.body(TURNS, Leg.REQUEST) == last
        took = time.thread_time() - begun
        assert [exchange.turn for exchange in reader.exchanges()] == list(range(1, TURNS + 1))
    assert took < 2, "a chain of bodies should take milliseconds"


def test_a_key_frame_comes_now_and_then(studio):
    writer = studio.writer()
    for n in range(MAX_DEPTH + 3):
        studio.exchange(writer, f"body {n} ".encode() * 50, headers=(("thread-id", "one"),))
    writer.close()
    with closing(for_writing(studio.path, wait_for_disk=False)) as connection:
        depths = [
            row[0]
            for row in connection.execute(
                """SELECT depth FROM legs JOIN bodies ON bodies.id = body
                    WHERE leg = 'request' ORDER BY exchange"""
            )
        ]
    assert depths == [*range(MAX_DEPTH + 1), 0, 1]


def test_chains_do_not_cross_sessions_legs_or_operations(studio):
    writer = studio.writer()
    for thread in ("one", "two"):
        for operation in ("responses.create", "chat.create"):
            studio.exchange(
                writer, b"x" * 500, [b"y" * 500], headers=(("thread-id", thread),), operation=operation
            )
    writer.close()
    with closing(for_writing(studio.path, wait_for_disk=False)) as connection:
        assert connection.execute("SELECT base FROM bodies").fetchall() == [(None,)] * 8


def test_a_broken_chain_is_an_error_in_words(studio):
    writer = studio.writer()
    writer.close()
    with closing(for_writing(studio.path, wait_for_disk=False)) as connection:
        frame = compress(b"abc", b"abcdefgh" * 10)
        connection.execute("INSERT INTO bodies VALUES (1, 1, 1, 3, ?)", (frame,))
        for body in (1, 99):
            with pytest.raises(ValueError, match=f"packed body {body} is damaged"):
                fetch(connection, body, BodyCache(100))


def test_the_cache_lets_go_of_what_was_not_used():
    cache = BodyCache(10)
    cache.put(1, b"aaaa")
    cache.put(2, b"bbbb")
    assert cache.get(1) == b"aaaa"
    cache.put(3, b"cccc")
    assert cache.get(2) is None
    assert cache.get(1) == b"aaaa"
    cache.put(4, b"x" * 11)
    assert cache.get(4) is None
