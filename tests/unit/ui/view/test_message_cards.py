"""Messages of a Chat payload as cards."""

from __future__ import annotations

from inspector.ui.view.message_cards import call_card, call_names, calls, card

CALL = {"id": "call_1", "type": "function", "function": {"name": "exec", "arguments": '{"cmd": "ls"}'}}
ASSISTANT = {"role": "assistant", "content": None, "tool_calls": [CALL]}


def test_an_assistant_that_only_calls():
    made = card(ASSISTANT, {})
    assert (made.role, made.text) == ("assistant", "→ exec")
    assert calls(ASSISTANT) == [CALL]


def test_a_call_and_its_output_are_linked():
    called = call_card(CALL)
    output = card({"role": "tool", "tool_call_id": "call_1", "content": "done"}, call_names([ASSISTANT]))
    assert (called.name, called.text) == ("exec", '{"cmd": "ls"}')
    assert (output.name, output.text) == ("exec", "done")
    assert (called.links, output.links) == ({"call:call_1", "calls:exec"}, {"call:call_1"})


def test_a_refusal_and_what_is_no_message():
    assert card({"role": "assistant", "content": None, "refusal": "no"}, {}).text == "no"
    assert card(7, {}).role == "?"
    assert call_card({"type": "custom"}).name == "custom"
    assert calls({"tool_calls": "x"}) == []
