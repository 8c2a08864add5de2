"""The form of an exchange as a JSON object."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.capture.model import Chunk, Exchange, ExchangeDetail, Leg, Message, Outcome
from inspector.formats.jsonl import form

EXCHANGE = {
    "id": 1,
    "method": "GET",
    "url": "/",
    "operation": "",
    "mode": "observe",
    "started": 0,
    "outcome": "complete",
}
DETAIL = ExchangeDetail(
    Exchange(3, 9, "POST", "https://h/", "", "observe", 1.5, Outcome.COMPLETE, status=200),
    {Leg.RESPONSE: Message((("a", "b"),), b"one\xe2\x82\xactwo", 200)},
    (Chunk(Leg.RESPONSE, 0, 0.25, b"one\xe2"), Chunk(Leg.RESPONSE, 1, 0.5, b"\x82\xactwo")),
)


def test_what_it_looks_like() -> None:
    assert json.loads(json.dumps(form.of(DETAIL))) == {
        "inspector": 1,
        "exchange": {
            "id": 3,
            "method": "POST",
            "url": "https://h/",
            "operation": "",
            "mode": "observe",
            "started": 1.5,
            "outcome": "complete",
            "status": 200,
        },
        "legs": {
            "response": {
                "status": 200,
                "headers": [["a", "b"]],
                "text": "one€two",
                "times": [0.25, 0.5],
                "sizes": [4, 5],
            }
        },
    }


def test_chunks_that_do_not_make_up_the_body_are_none() -> None:
    told = form.of(DETAIL)
    told["legs"]["response"]["text"] = "other"
    assert form.detail(form.read(told)).chunks == ()
    told["legs"]["response"]["sizes"] = [5]
    assert form.detail(form.read(told)).chunks == ()


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ({}, "is not as it should be at inspector: field required"),
        ({"inspector": 2, "exchange": EXCHANGE}, "was written by a newer inspector"),
        (
            {"inspector": 1, "exchange": {**EXCHANGE, "outcome": "odd"}},
            "at exchange.outcome: input should be",
        ),
        ({"inspector": 1, "exchange": EXCHANGE, "legs": {"side": {}}}, "at legs.side"),
        (
            {"inspector": 1, "exchange": EXCHANGE, "legs": {"request": {"base64": "a"}}},
            "has a body that is no base64",
        ),
        ({"inspector": 1, "exchange": EXCHANGE, "edited": {"base64": "a"}}, "has a body that is no base64"),
    ],
)
def test_what_is_wrong_is_said(odd: dict[str, Any], words: str) -> None:
    with pytest.raises(form.Malformed, match=words):
        form.detail(form.read(odd))


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ({"legs": {"request": {"times": ["a"] * 9999}}}, "at legs.request.times.0"),
        ({"legs": {"request": {"headers": [1] * 9999}}}, "at legs.request.headers.0"),
        ({"tracebacks": [1] * 9999}, "at tracebacks.0"),
        ({"legs": {"request": {"binary_messages": ["a"] * 9999}}}, "at legs.request.binary_messages.0"),
        ({"legs": {str(n): 1 for n in range(9999)}}, "has 9,999 legs"),
        ({"exchange": {**EXCHANGE, "made": [[[1] * 9] * 9] * 9}}, "has an exchange of more than 500 values"),
    ],
)
def test_of_thousands_of_mistakes_one_is_told(
    odd: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them are gigabytes."""
    monkeypatch.setattr(form, "_MOST", 500)
    tracemalloc.start()
    with pytest.raises(form.Malformed, match=words):
        form.detail(form.read({"inspector": 1, "exchange": EXCHANGE, **odd}))
    assert tracemalloc.get_traced_memory()[1] < 500_000
    tracemalloc.stop()


_ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.just(10**400),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "text"]), inner, max_size=2)
    ),
    max_leaves=3,
)


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*EXCHANGE, "made", "source", "usage", "ended", "parent"]), _ODD, max_size=2
    ),
    st.dictionaries(
        st.sampled_from(["headers", "trailers", "times", "sizes", "status", "text"]), _ODD, max_size=2
    ),
    st.dictionaries(st.sampled_from(["tracebacks", "options", "edited", "legs"]), _ODD, max_size=1),
)
def test_nothing_is_too_odd(exchange: dict[str, Any], leg: dict[str, Any], more: dict[str, Any]) -> None:
    told = {"inspector": 1, "exchange": EXCHANGE | exchange, "legs": {"request": leg}, **more}
    try:
        detail = form.detail(form.read(told))
    except form.Malformed as error:
        detail = None
        words = str(error)
    assert (detail is None and words.startswith(("is ", "has "))) or isinstance(detail, ExchangeDetail)
