"""Work in a thread of its own: in order, to its end, and with what it raises."""

from __future__ import annotations

import threading

import pytest

from inspector.cli.aside import aside

PATIENCE = 20.0


def test_it_is_done_in_order_by_another_and_to_its_end() -> None:
    done: list[tuple[int, int]] = []
    go = threading.Event()

    def work(value: int) -> None:
        assert go.wait(PATIENCE)
        done.append((value, threading.get_ident()))

    with aside(work) as hand_over:
        for value in range(3):
            hand_over(value)
        assert done == []  # it does not hold up whoever hands over
        go.set()
    assert [value for value, _ in done] == [0, 1, 2]
    assert threading.get_ident() not in {thread for _, thread in done}


def test_what_it_raises_comes_out_at_the_end() -> None:
    def hand_over_all() -> None:
        with aside(fails_at_two) as hand_over:
            for value in (1, 2):
                hand_over(value)

    with pytest.raises(BrokenPipeError, match="2"):
        hand_over_all()


def test_what_it_raises_comes_out_as_soon_as_more_is_handed_over() -> None:
    begun = 0

    def hand_over_many() -> None:
        nonlocal begun
        with aside(fails_at_two) as hand_over:
            for begun in range(2, 1_000_000):
                hand_over(begun)

    with pytest.raises(BrokenPipeError, match="2"):
        hand_over_many()
    assert begun < 999_999


def fails_at_two(value: int) -> None:
    if value == 2:
        raise BrokenPipeError(value)
