"""What holds for every request: nothing raised, nothing unaccounted for, nothing left to repair."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inspector.protocol import repair
from inspector.protocol.repair import RULES, Repaired, RepairOptions, repair_request
from inspector.protocol.report import Kind, leaves

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(0, 3) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
DESCRIPTION = st.sampled_from(["", " ", None, "said"])
TOOL = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("namespace")},
        optional={
            "name": st.just("ns"),
            "description": DESCRIPTION | JSON,
            "tools": st.lists(st.fixed_dictionaries({"name": JSON}), max_size=2) | JSON,
        },
    ),
    st.fixed_dictionaries({"type": st.just("function"), "description": DESCRIPTION}),
    JSON,
)
TOOLS = st.lists(TOOL, max_size=3) | JSON
ITEM = st.one_of(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["system", "developer", "user"]), "content": JSON},
        optional={"type": st.just("message"), "id": st.sampled_from(["msg_1", "", None]), "a/b~c": JSON},
    ),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["additional_tools", "tool_search_output"]), "tools": TOOLS}
    ),
    st.fixed_dictionaries(
        {"type": st.just("reasoning"), "id": JSON, "encrypted_content": st.text(max_size=3)}
    ),
    JSON,
)
INCLUDED = st.sampled_from(["reasoning.encrypted_content", "message.output_text.logprobs", "x", None])
NUMBER = st.none() | st.integers(1, 9)
REQUEST = st.fixed_dictionaries(
    {"model": st.sampled_from(["o3-mini", "gpt-5.5", "gpt-5", "gpt-4o", "mine", "o1-x"])},
    optional={
        "input": st.lists(ITEM, max_size=5) | JSON,
        "tools": TOOLS,
        "max_tokens": NUMBER,
        "max_completion_tokens": NUMBER,
        "max_output_tokens": NUMBER,
        "temperature": JSON,
        "logit_bias": JSON,
        "parallel_tool_calls": st.booleans() | JSON,
        "reasoning": st.fixed_dictionaries(
            {}, optional={"effort": st.sampled_from(["minimal", "low", None]), "summary": JSON, "n": JSON}
        )
        | JSON,
        "store": st.sampled_from([True, False, False, None]),
        "include": st.lists(INCLUDED, max_size=4) | JSON,
        "novel": JSON,
    },
)
OPTIONS = st.builds(
    RepairOptions,
    families=st.just({"mine": "gpt-5"}) | st.just({}),
    without=st.frozensets(st.sampled_from([rule.id for rule in RULES]), max_size=3),
    dated=st.booleans(),
    model=st.none() | st.just("o3-pro"),
)


def covers(pointer: str, leaf: str) -> bool:
    return pointer in ("", leaf) or leaf.startswith(f"{pointer}/")


def at(value: Any, pointer: str) -> Any:
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


def check(body: Any, repaired: Repaired) -> None:
    """Each leaf of the source is on the report once, each of the result has its row, each row is true."""
    rows = repaired.report().rows
    sources = [row.source for row in rows if row.source is not None]
    assert [leaf for leaf in leaves(body) if sum(covers(one, leaf) for one in sources) != 1] == []
    targets = {target for row in rows for target in row.targets}
    made = list(leaves(repaired.body))
    unexplained = [leaf for leaf in made if sum(covers(one, leaf) for one in targets) != 1]
    assert unexplained in ([], [""])  # all there was may have been removed
    for row in rows:
        assert (row.source is None) == (row.kind is Kind.INJECTED)
        assert (row.targets == ()) == (row.kind is Kind.DROPPED)
        for target in row.targets:
            found = at(repaired.body, target)
            if row.kind is Kind.MAPPED:
                assert found is at(body, str(row.source))


def changed(repaired: Repaired) -> set[Any]:
    return {tuple(change) for change in repaired.changes}


@settings(max_examples=150, deadline=None)
@given(REQUEST, OPTIONS)
@example(
    {
        "model": "o1",
        "include": ["message.output_text.logprobs", "x"],
        "store": False,
        "reasoning": {"summary": 1},
    },
    RepairOptions(),
)
def test_any_request_is_repaired_once_and_accounted_for(body: dict[str, Any], options: RepairOptions) -> None:
    before = copy.deepcopy(body)
    repaired = repair_request(body, options)
    assert body == before
    json.dumps(repaired.body)
    check(body, repaired)
    assert (repaired.body is body) == (repaired.changes == ())
    assert not {change.rule for change in repaired.changes} & options.without
    again = repair_request(repaired.body, options)
    assert again.changes == ()
    assert again.body is repaired.body


@settings(max_examples=50, deadline=None)
@given(REQUEST, st.booleans())
def test_a_rule_switched_off_leaves_its_piece_and_the_others_do_theirs(
    body: dict[str, Any], dated: bool
) -> None:
    everything = repair_request(body, RepairOptions(dated=dated))
    at_work = {change.rule for change in everything.changes}
    for rule in at_work - {"stored-items"}:  # encrypted-reasoning goes by what that one did
        rest = repair_request(body, RepairOptions(dated=dated, without=frozenset({rule})))
        told = {(change.rule, change.kind, change.source) for change in rest.changes}
        expected = {(one.rule, one.kind, one.source) for one in everything.changes if one.rule != rule}
        assert told == expected
        for change in everything.changes:
            if change.rule == rule and change.source is not None:
                for row in rest.report().for_source(change.source):
                    assert row.kind is Kind.MAPPED
                    assert at(rest.body, row.targets[0]) is at(body, str(row.source))


@settings(max_examples=50, deadline=None)
@given(REQUEST, st.booleans(), st.permutations([rule for rule in RULES if rule.id != "encrypted-reasoning"]))
def test_the_order_of_the_rules_matters_for_one_only(
    body: dict[str, Any], dated: bool, order: Iterable[Any]
) -> None:
    [last] = [rule for rule in RULES if rule.id == "encrypted-reasoning"]
    options = RepairOptions(dated=dated)
    usual = repair_request(body, options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repair, "RULES", (*order, last))
        other = repair_request(body, options)
    assert other.body == usual.body
    assert changed(other) == changed(usual)


@settings(max_examples=50, deadline=None)
@given(JSON | st.dictionaries(st.sampled_from(["model", "input", "tools", "include", "reasoning"]), JSON))
def test_any_json_comes_back(body: Any) -> None:
    check(body, repair_request(body, RepairOptions(model="o1", dated=True)))
