"""What holds for any JSON and any texts: the told changes make the new out of the old, and nothing is told
of equals.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Sequence
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from inspector.protocol.compare.canonical import canonical
from inspector.protocol.compare.change import Change, PieceChange, ValueChange
from inspector.protocol.compare.requests import compare_requests
from inspector.protocol.compare.responses import compare_responses
from inspector.protocol.compare.text import text_difference
from inspector.protocol.compare.tools import tools_of
from inspector.protocol.compare.values import value_difference
from inspector.protocol.json_text import write
from inspector.protocol.report import escape
from inspector.protocol.usage import TokenUsage

KEY = st.text(max_size=3) | st.sampled_from(["", "/", "~1", "a/b~c", "0", "type", "name", "id", "call_id"])
SCALAR = st.one_of(
    st.sampled_from([None, True, False, 0, 1, 1.0, -0.0, 10**30, float("nan"), "\ud83d", "a", "b", ""]),
    st.text(max_size=3),
)
JSON = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEY, inner, max_size=4), max_leaves=8
)
WORDS = st.lists(st.sampled_from(["read", "change", "run", "what", "you"]), max_size=4).map(" ".join)
ID = st.sampled_from(["x1", "x2", "x3", ""])
ITEM = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("message"), "role": st.sampled_from(["user", "assistant"]), "content": WORDS},
        optional={"id": ID},
    ),
    st.fixed_dictionaries(
        {"type": st.just("function_call"), "call_id": ID, "name": ID, "arguments": WORDS}, optional={"id": ID}
    ),
    st.fixed_dictionaries({"type": st.just("function_call_output"), "call_id": ID, "output": WORDS | JSON}),
    st.fixed_dictionaries({"type": st.just("additional_tools"), "tools": st.lists(JSON, max_size=2)}),
    JSON,
)
TOOL = st.one_of(
    st.fixed_dictionaries({"type": st.just("function"), "name": ID}, optional={"parameters": JSON}),
    st.fixed_dictionaries({"type": st.just("namespace"), "name": ID, "tools": st.lists(JSON, max_size=2)}),
    JSON,
)
BODY = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            "input": st.lists(ITEM, max_size=8) | JSON,
            "output": st.lists(ITEM, max_size=4) | JSON,
            "tools": st.lists(TOOL, max_size=4) | JSON,
            "model": ID,
            "instructions": WORDS,
            "client_metadata": JSON,
            "usage": JSON,
            "reasoning": JSON,
            "text": JSON,
        },
    ),
    JSON,
)
TEXT = st.lists(st.sampled_from(["", "a", "b", "c d", "c e", "\r", "\u2028"]), max_size=12).map("\n".join)


class Rebuilt:
    """The new value, made from nothing but the old one and the changes."""

    def __init__(self, changes: Sequence[ValueChange]) -> None:
        self.changed = {one.new: one.after for one in changes if one.change is Change.CHANGED}
        self.vanished = {one.old for one in changes if one.change is Change.VANISHED}
        self.added: dict[str, dict[str, Any]] = {}
        self.moved: dict[str, dict[int, int]] = {}
        for one in changes:
            if one.change is Change.ADDED:
                assert one.new is not None
                parent, _, last = one.new.rpartition("/")
                self.added.setdefault(parent, {})[last] = one.after
            elif one.change is Change.MOVED:
                assert one.old is not None
                assert one.new is not None
                parent, _, last = one.new.rpartition("/")
                self.moved.setdefault(parent, {})[int(last)] = int(one.old.rpartition("/")[2])

    def value(self, old: Any, old_at: str, new_at: str) -> Any:
        if new_at in self.changed:
            return self.changed[new_at]
        added = self.added.get(new_at, {})
        if isinstance(old, dict):
            kept = {
                name: self.value(member, f"{old_at}/{escape(name)}", f"{new_at}/{escape(name)}")
                for name, member in old.items()
                if f"{old_at}/{escape(name)}" not in self.vanished
            }
            return {**kept, **{_unescaped(name): member for name, member in added.items()}}
        if isinstance(old, list):
            moved = self.moved.get(new_at, {})
            gone = {n for n in range(len(old)) if f"{old_at}/{n}" in self.vanished} | {*moved.values()}
            staying = iter([n for n in range(len(old)) if n not in gone])
            made = []
            for n in range(len(old) - len(gone) + len(moved) + len(added)):
                if str(n) in added:
                    made.append(added[str(n)])
                else:
                    source = moved[n] if n in moved else next(staying)
                    made.append(self.value(old[source], f"{old_at}/{source}", f"{new_at}/{n}"))
            assert next(staying, None) is None
            return made
        return old


def _unescaped(token: str) -> str:
    return token.replace("~1", "/").replace("~0", "~")


def _pieces_rebuilt(pieces: Sequence[PieceChange]) -> list[Any]:
    """The new list, of which only what was added is taken from the new side."""
    return [
        one.after if one.old is None else Rebuilt(one.parts).value(one.before, one.old, one.new)
        for one in pieces
        if one.new is not None
    ]


@st.composite
def edited(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> tuple[Any, Any]:
    """A value, and what became of it by some edits anywhere inside."""
    old = draw(values)
    new = copy.deepcopy(old)
    dice = draw(st.randoms(use_true_random=False))
    for _ in range(draw(st.integers(0, 4))):
        _edit(new, dice, draw(JSON | ITEM))
    return old, new


def _edit(value: Any, dice: random.Random, other: Any) -> None:
    while True:
        inside = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
        deeper = [one for one in inside if isinstance(one, dict | list) and one]
        if not deeper or dice.random() < 0.3:
            break
        value = dice.choice(deeper)
    if isinstance(value, list):
        deed = dice.choice(["insert", "remove", "move", "replace", "repeat"])
        at = dice.randrange(len(value) + 1)
        if deed == "insert" or not value:
            value.insert(at, other)
        elif deed == "remove":
            value.pop(at - 1)
        elif deed == "move":
            value.insert(at - 1, value.pop(dice.randrange(len(value))))
        elif deed == "repeat":
            value.insert(at, copy.deepcopy(dice.choice(value)))
        else:
            value[at - 1] = other
    elif isinstance(value, dict):
        names = [*value, "novel"]
        name = dice.choice(names)
        if name in value and dice.random() < 0.5:
            del value[name]
        else:
            value[name] = other


@settings(max_examples=50, deadline=None)
@given(edited(JSON) | st.tuples(JSON, JSON))
@example(([1, True, 1.0], [True, 1.0, 1]))
@example(([{"name": "a", "x": 1}, {"name": "b"}], [{"name": "b", "x": [2]}, {"name": "a"}]))
def test_changes_of_a_value_make_the_new_one(pair: tuple[Any, Any]) -> None:
    old, new = pair
    changes = value_difference(old, new)
    assert canonical(Rebuilt(changes).value(old, "", "")) == canonical(new)
    assert (changes == ()) == (canonical(old) == canonical(new))


@settings(max_examples=50, deadline=None)
@given(edited(BODY) | st.tuples(BODY, BODY))
def test_changes_of_a_request_make_the_new_one(pair: tuple[Any, Any]) -> None:
    old, new = pair
    usage = TokenUsage(input_tokens=5000, cached_tokens=128)
    found = compare_requests(old, new, old_usage=usage, new_usage=usage)
    assert found.is_empty == (canonical(old) == canonical(new))
    write(found.to_json())
    if not isinstance(old, dict) or not isinstance(new, dict):
        assert canonical(Rebuilt(found.settings).value(old, "", "")) == canonical(new)
        return
    rest = {name: member for name, member in old.items() if name not in ("input", "tools")}
    told = {one.new or one.old for one in found.settings}
    for name in ("input", "tools"):  # in the settings only where they are no lists
        if f"/{name}" in told or any(str(one).startswith(f"/{name}/") for one in told):
            rest.update({name: old[name]} if name in old else {})
    made = Rebuilt(found.settings).value(rest, "", "")
    elsewhere = {*new} - {*made}
    assert canonical(made) == canonical({name: new[name] for name in new if name not in elsewhere})
    assert elsewhere <= {"input", "tools"}
    if "input" in elsewhere:
        items = new["input"] if isinstance(new["input"], list) else [new["input"]]
        items = [] if new["input"] is None else items
        assert canonical(_pieces_rebuilt(found.items)) == canonical(items)
    tools = tools_of(new)
    assert [one.new for one in found.tools if one.new] == [tool.pointer for tool in tools]
    assert canonical(_pieces_rebuilt(found.tools)) == canonical([tool.value for tool in tools])
    prefix = found.prefix
    assert prefix.bytes_before >= 0
    assert prefix.bytes_after >= 0
    assert 0 <= prefix.usable <= prefix.whole
    assert prefix.usable % 128 == 0 == prefix.whole % 128


@settings(max_examples=50, deadline=None)
@given(edited(BODY) | st.tuples(BODY, BODY))
def test_every_old_item_is_told_once(pair: tuple[Any, Any]) -> None:
    old, new = pair
    for found in (compare_requests(old, new).items, compare_responses(old, new).items):
        pointers = [one.old for one in found if one.old is not None]
        assert len(pointers) == len({*pointers})
        for one in found:
            assert (one.change is Change.ADDED) == (one.old is None)
            assert (one.change is Change.VANISHED) == (one.new is None)
            assert one.change is not Change.KEPT or canonical(one.before) == canonical(one.after)
    if isinstance(old, dict) and isinstance(old.get("input"), list):
        told = {one.old for one in compare_requests(old, new).items if one.old}
        assert told == {f"/input/{n}" for n in range(len(old["input"]))}


@settings(max_examples=50, deadline=None)
@given(BODY)
def test_nothing_is_told_of_equals(body: Any) -> None:
    again = copy.deepcopy(body)
    assert compare_requests(body, again).is_empty
    assert compare_responses(body, again).is_empty
    assert not compare_requests(body, again).prefix.broken


@settings(max_examples=50, deadline=None)
@given(st.lists(ITEM, max_size=6), st.lists(ITEM, max_size=4))
def test_a_history_that_only_grows_keeps_the_prefix(history: list[Any], more: list[Any]) -> None:
    found = compare_requests({"input": history}, {"input": copy.deepcopy(history) + more})
    assert not found.prefix.broken
    assert found.prefix.lost == 0
    assert [one.change for one in found.items] == ["kept"] * len(history) + ["added"] * len(more)


@settings(max_examples=50, deadline=None)
@given(TEXT, TEXT, st.none() | st.integers(0, 3))
def test_the_lines_are_those_of_both_texts(old: str, new: str, context: int | None) -> None:
    lines = text_difference(old, new, context=context)
    olds, news = old.split("\n"), new.split("\n")
    old_at = new_at = 0
    for line in lines:
        count = line.skipped or 1
        if line.old is not None:
            assert line.old == old_at + 1
            assert line.skipped or olds[old_at] == line.text
            old_at += count
        if line.new is not None:
            assert line.new == new_at + 1
            assert line.skipped or news[new_at] == line.text
            new_at += count
        assert (line.change is Change.KEPT) == (line.old is not None and line.new is not None)
        assert not line.skipped or (context is not None and line.skipped > 1)
        if line.skipped:
            assert olds[old_at - count : old_at] == news[new_at - count : new_at]
        for start, end in line.spans:
            assert 0 <= start < end <= len(line.text)
    assert (old_at, new_at) == (len(olds), len(news))
    assert (old == new) == all(line.change is Change.KEPT for line in lines)
