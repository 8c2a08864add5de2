"""Flows that a person changed in mitmproxy: what it was, what it became, and whether that was sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inspector.capture.model import ExchangeDetail, Leg, Made, Outcome

Make = Callable[..., Any]
Told = Callable[..., list[Any]]


def bodies(detail: ExchangeDetail) -> dict[Leg, bytes]:
    return {leg: message.body for leg, message in detail.legs.items()}


def test_sent_again_after_a_change(flow: Make, told: Told) -> None:
    one = flow(b"before", b"first")
    one.backup()
    one.is_replay = "request"
    one.request.content, one.response.content = b"after", b"second"
    before, after = told(one)
    assert bodies(before) == {Leg.REQUEST: b"before", Leg.RESPONSE: b"first"}
    assert bodies(after) == {Leg.REQUEST: b"after", Leg.RESPONSE: b"second"}
    assert (before.exchange.made, before.exchange.parent) == (None, None)
    assert (after.exchange.made, after.exchange.parent) == (Made("edit"), before.exchange.id)
    assert "changed in mitmproxy and sent again" in after.exchange.source.remarks[0]


def test_sent_again_as_it_was(flow: Make, told: Told) -> None:
    one = flow(b"asked", b"first")
    one.backup()
    one.is_replay = "request"
    one.response.content = b"second"
    before, after = told(one)
    assert bodies(after) == {Leg.REQUEST: b"asked", Leg.RESPONSE: b"second"}
    assert (after.exchange.made, after.exchange.parent) == (Made("replay"), before.exchange.id)


def test_changed_afterwards_and_not_sent(flow: Make, told: Told) -> None:
    one = flow(b"x" * 70_000)
    one.backup()
    one.request.content = b"y" * 70_000
    before, after = told(one)
    assert bodies(before)[Leg.REQUEST] == b"x" * 70_000
    assert after.exchange.made == Made("edit")
    assert "nobody says that it was ever sent so" in after.exchange.source.remarks[0]


def test_held_and_changed_before_it_was_sent(flow: Make, told: Told) -> None:
    one = flow(b"asked", b"answer")
    answer, one.response = one.response, None
    one.backup()
    one.request.content, one.response = b"sent instead", answer
    (detail,) = told(one)
    assert bodies(detail) == {
        Leg.REQUEST: b"asked", Leg.UPSTREAM_REQUEST: b"sent instead", Leg.RESPONSE: b"answer",
    }  # fmt: skip
    assert [chunk.leg for chunk in detail.chunks] == [Leg.REQUEST, Leg.UPSTREAM_REQUEST, Leg.RESPONSE]
    assert (detail.exchange.outcome, detail.exchange.request_size) == (Outcome.COMPLETE, 5)
    assert detail.exchange.made is None


def test_a_mark_or_a_comment_changes_no_exchange(flow: Make, told: Told) -> None:
    one, other = flow(), flow()
    one.backup()
    one.comment, one.marked = "look", ":default:"
    answer, other.response = other.response, None
    other.backup()
    other.response = answer
    first, second = told(one, other)
    assert (first.exchange.note, second.exchange.note) == ("look", "")
    assert all(each.exchange.made is None for each in (first, second))


def test_numbers_go_on_behind_it(flow: Make, told: Told) -> None:
    one = flow(b"before")
    one.backup()
    one.request.content = b"after"
    assert [each.exchange.id for each in told(flow(), one, flow())] == [1, 2, 3, 4]
