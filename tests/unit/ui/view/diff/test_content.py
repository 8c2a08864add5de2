from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.capture.compared import Comparison
from inspector.capture.model import Exchange, Outcome
from inspector.protocol.compare.requests import compare_requests
from inspector.protocol.compare.responses import compare_responses
from inspector.ui.view.diff.content import Side, diff_content
from inspector.ui.view.diff.pieces import CHANGED_LINK
from inspector.ui.view.outline import Outline


def titles(nodes):
    return [node.head(80, False).text for node in nodes if node.branches and not node.key.startswith("sum")]


def keys(nodes):
    outline = Outline(nodes)
    stack = list(nodes)
    while stack:
        node = stack.pop()
        outline.folds[node.key] = True
        stack.extend(node.below())
    outline.reflow()
    return [node.key for node in outline.visible]


def test_the_sections_of_a_request_and_of_an_answer(recorded):
    content = diff_content(recorded(1, 2))
    assert titles(content.nodes[Side.REQUEST]) == [
        "settings +1  ≠3",
        "tools +1  -1  ≠1  1 unchanged",
        "items +2  ≠1  5 unchanged",
        "headers 1 that differs every time",
    ]
    assert titles(content.nodes[Side.RESPONSE]) == ["output ≠1", "headers 1 that differs every time"]
    assert content.changes == {Side.REQUEST: 10, Side.RESPONSE: 1}


def test_every_key_is_there_once(recorded):
    for pair in ((1, 2), (2, 3), (1, 3), (2, 2)):
        content = diff_content(recorded(*pair))
        for side in content.sides:
            found = keys(content.nodes[side])
            assert len(found) == len(set(found))


def test_as_many_stops_as_there_are_changes(recorded):
    content = diff_content(recorded(1, 2))
    outline = Outline(content.nodes[Side.REQUEST])
    assert sum(CHANGED_LINK in node.links for node in outline.visible) == content.changes[Side.REQUEST]


def test_a_usage_that_only_one_side_has(words, compared):
    answers = {"output": [], "usage": {"input_tokens": 3}}, {"output": []}
    assert '  - usage  {"input_tokens": 3}' in words(
        diff_content(compared(answers=answers)).nodes[Side.RESPONSE]
    )
    there = words(diff_content(compared(answers=answers[::-1])).nodes[Side.RESPONSE])
    assert '  + usage  {"input_tokens": 3}' in there


def test_the_counts_of_a_usage(words, compared):
    answers = ({"output": [], "usage": {"input_tokens": count}} for count in (3, 4))
    told = words(diff_content(compared(answers=tuple(answers))).nodes[Side.RESPONSE])
    assert told[-2:] == ["usage ≠1", "  ≠ input_tokens  3 → 4"]


CALL = {"id": "c1", "type": "function", "function": {"name": "exec_command", "arguments": "{}"}}


def test_the_messages_of_a_chat_request_one_by_one(words, compared):
    old = {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "a"}]}
    called = {"role": "assistant", "content": None, "tool_calls": [CALL]}
    answer = {"role": "tool", "tool_call_id": "c1", "content": "ok"}
    new = {"messages": [{"role": "system", "content": "t"}, old["messages"][1], called, answer]}
    told = words(diff_content(compared(old, new)).nodes[Side.REQUEST])
    assert told[:3] == [
        "+ 2 messages added: message assistant, message tool",
        "≠ 1 message changed: message system",
        "✗ prompt-cache prefix broke at messages.0 message system  no tokens lost",
    ]
    shown = [line.split() for line in told[told.index("messages +2  ≠1  1 unchanged") + 1 :]]
    assert shown[-2:] == [
        ["+", "assistant", "→", "exec_command", "92", "B"],
        ["+", "tool", "exec_command", "ok", "2", "B"],
    ]
    unfolded = words(diff_content(compared(old, new)).nodes[Side.REQUEST], unfold=True)
    assert any(line.split()[:2] == ["call", "exec_command"] for line in unfolded)


def test_what_was_sent_on_is_a_part_of_its_own(compared):
    asked = compare_requests({"input": "a"}, {"input": "b"})
    sent = compare_requests({"messages": []}, {"messages": [{"role": "user", "content": "b"}], "n": 1})
    content = diff_content(replace(compared(), requests=asked, upstream=sent))
    assert content.sides == [Side.REQUEST, Side.UPSTREAM, Side.RESPONSE]
    assert content.changes == {Side.REQUEST: 1, Side.UPSTREAM: 2, Side.RESPONSE: 0}
    assert content.value(Side.UPSTREAM)["dialect"] == "chat"


def test_headers_that_hold_json_are_compared_inside(words, compared):
    old, new = ([("x-told", json.dumps({"a": n, "b": 1}))] for n in (1, 2))
    content = diff_content(compared({}, {}, old_headers=old, new_headers=new))
    assert words(content.nodes[Side.REQUEST], unfold=True)[-2:] == ["  ≠ x-told", "    ≠ a  1 → 2"]


def test_the_difference_as_json(words, recorded):
    content = diff_content(recorded(1, 2))
    value = content.value(Side.REQUEST)
    assert value["prefix"]["section"] == "effort"
    assert json.loads("\n".join(words(content.raw(Side.REQUEST), 100_000))) == json.loads(json.dumps(value))
    assert content.value(Side.RESPONSE)["items"][0]["change"] == "changed"


END = Exchange(1, 1, "POST", "https://a.b", "responses.create", "observe", 1.0, Outcome.COMPLETE)
PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["input", "output", "tools", "type", "role", "content", "id", "usage", "messages"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=50, deadline=None)
@given(VALUES, VALUES)
def test_any_two_bodies_can_be_shown(old: object, new: object):
    content = diff_content(Comparison(END, END, compare_requests(old, new), compare_responses(old, new)))
    for side in content.sides:
        outline = Outline(content.nodes[side], width=30)
        stack = list(outline.nodes)
        while stack:
            node = stack.pop()
            outline.folds[node.key] = True
            stack.extend(node.below())
        outline.reflow()
        found = [node.key for node in outline.visible]
        assert len(found) == len(set(found))
        for n in range(len(outline)):
            assert "\n" not in outline.row(n)[0].text
