"""Settings as people write them."""

from __future__ import annotations

import pytest

from inspector.protocol.limits import Limits
from inspector.proxy.written import limits, pairs


def test_pairs() -> None:
    assert pairs(["a=b", "c=d=e"], "A=B") == {"a": "b", "c": "d=e"}
    assert pairs([], "A=B") == {}


@pytest.mark.parametrize("text", ["a", "a=", "=b", ""])
def test_what_is_no_pair(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not A=B\.$"):
        pairs([text], "A=B")


def test_limits() -> None:
    read = limits(["tools=128", "body=1000", "temperature=0-1.5"])
    assert read == Limits(tools=128, body=1000, temperature=(0, 1.5))
    assert limits([]) == Limits()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tools", "is not NAME=VALUE"),
        ("tool=1", "no limit 'tool': there are body, items"),
        ("tools=many", "tools=many is no whole number"),
        ("tools=-1", "no whole number"),
        ("tools=1.5", "no whole number"),
        ("top_p=1", "write it like 0-1"),
        ("top_p=1-0", "write it like 0-1"),
        ("top_p=a-b", "write it like 0-1"),
    ],
)
def test_what_is_no_limit(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as wrong:
        limits([text])
    assert told in str(wrong.value)
