"""A request in a few lines."""

from __future__ import annotations

from inspector.replay.outline import outline


def test_what_there_is_in_order() -> None:
    found = outline(
        {
            "model": "m",
            "input": [
                {"role": "user", "content": [{"type": "input_text", "text": "say\nhi"}]},
                {"type": "function_call", "call_id": "c", "name": "f", "arguments": "x" * 99},
                {"type": "reasoning", "summary": []},
                7,
            ],
            "tools": [{"type": "function", "name": "f"}, {"type": "web_search"}, {}],
        }
    )
    assert (found.items, found.tools, found.settings) == (4, 3, 1)
    assert found.lines == (
        'model: "m"',
        r'input[0]: message user "say\nhi"',
        f'input[1]: function_call f "{"x" * 58}…',
        "input[2]: reasoning",
        "input[3]: 7",
        "tools[0]: function f",
        "tools[1]: web_search",
        "tools[2]: {}",
    )
    assert found.to_json()["bytes"] == found.size > 200


def test_a_text_for_input_and_a_chat() -> None:
    assert outline({"input": "hi"}).lines == ('input: "hi"',)
    chat = outline({"messages": [{"role": "user", "content": "hi"}], "tools": [{"function": {"name": "f"}}]})
    assert chat.lines == ('messages[0]: message user "hi"', "tools[0]: f")


def test_many_lines_are_cut_and_what_changed_is_counted() -> None:
    before = outline({"model": "m", "input": list(range(40))})
    assert len(before.lines) == 20
    assert before.lines[-1] == "and 22 more"
    assert list(before.against(outline({"input": [1]}))) == [("items", 40, 1), ("settings", 1, 0)]
