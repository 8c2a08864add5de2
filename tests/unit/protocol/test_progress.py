"""Telling how far a comparison has come, and ending it."""

from __future__ import annotations

import pytest

from inspector.protocol.compare.requests import compare_requests
from inspector.protocol.progress import part


def bodies(count: int) -> tuple[dict[str, object], dict[str, object]]:
    old, new = (
        {"input": [{"role": "user", "content": f"{n} said {word} again"} for n in range(count)]}
        for word in ("one", "two")
    )
    return old, new


def test_it_grows_to_its_total() -> None:
    told: list[tuple[int, int]] = []
    compare_requests(*bodies(40), progress=lambda *step: told.append(step))
    assert told == sorted(told)
    assert {total for _, total in told} == {80}
    assert (told[0][0], told[-1][0]) == (1, 79)


def test_what_the_listener_raises_ends_it() -> None:
    def listen(done: int, total: int) -> None:
        if done == 5:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        compare_requests(*bodies(40), progress=listen)


def test_parts_of_a_whole() -> None:
    told: list[tuple[int, int]] = []
    for number in range(2):
        part(lambda *step: told.append(step), number, 2)(1, 4)
    assert told == [(1, 8), (5, 8)]
