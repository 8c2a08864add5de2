"""What threads leave for the screen is joined while it waits, and announced once."""

from __future__ import annotations

import threading

from inspector.ui.mailbox import Mailbox


def test_letters_are_joined_in_order_and_the_bell_rings_once():
    rings: list[str] = []
    box: Mailbox[str] = Mailbox(lambda older, newer: older + newer, lambda: rings.append("ring"))
    assert box.take() is None
    for letter in "abc":
        box.put(letter)
    assert rings == ["ring"]
    assert box.take() == "abc"
    assert box.take() is None
    box.put("d")
    assert rings == ["ring", "ring"]
    assert box.take() == "d"


def test_an_empty_letter_is_a_letter():
    rings: list[int] = []
    box: Mailbox[str] = Mailbox(str.__add__, lambda: rings.append(1))
    box.put("")
    box.put("a")
    assert (len(rings), box.take()) == (1, "a")


def test_nothing_is_lost_among_threads():
    bell = threading.Event()
    box: Mailbox[list[int]] = Mailbox(list.__add__, bell.set)
    writers = [
        threading.Thread(target=lambda first=first: [box.put([n]) for n in range(first, first + 500)])
        for first in (0, 500, 1000)
    ]
    for writer in writers:
        writer.start()
    taken: list[int] = []
    while len(taken) < 1500:
        assert bell.wait(10), f"the bell did not ring for {1500 - len(taken)} letters"
        bell.clear()
        taken += box.take() or []
    for writer in writers:
        writer.join(10)
    assert sorted(taken) == list(range(1500))
    assert [n for n in taken if n < 500] == list(range(500))
