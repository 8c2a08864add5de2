"""Settings and tools as nodes."""

from __future__ import annotations

from inspector.ui.view.rows import Span, Tone
from inspector.ui.view.settings import flat, group, headers_node, name_width, setting, tool_node


def test_small_objects_are_shown_member_by_member():
    found = list(
        flat({"model": "m", "reasoning": {"effort": "low"}, "big": dict.fromkeys("abcd", 1), "a/b": {}})
    )
    assert [(pointer, name) for pointer, name, _ in found] == [
        ("/model", "model"),
        ("/reasoning/effort", "reasoning.effort"),
        ("/big", "big"),
        ("/a~1b", "a/b"),
    ]


def test_a_setting_and_its_note_where_there_is_room():
    node = setting("/model", "model", "my-gpt", note="← name", pad=8)
    assert node.head(40, False).text == "model    my-gpt  ← name"
    assert node.head(16, False).text == "model    my-gpt"
    assert [line.text for line in node.body(12)] == ["← name"]  # reachable at any width
    assert not setting("/model", "model", "my-gpt").foldable
    assert setting("/include", "include", ["a"]).foldable


def test_in_a_narrow_pane_values_have_room_beside_long_names():
    pad = name_width(["model", "parallel_tool_calls"])
    assert setting("/model", "model", "gpt-5.5", pad=pad).head(26, False).text == "model         gpt-5.5"
    long = setting("/p", "parallel_tool_calls", True, pad=pad)
    assert long.head(26, False).text == "parallel_tool_calls true"
    assert long.head(20, False).text == "parallel_tool_… true"
    assert long.head(2, False).text.endswith("true")


def test_what_is_sent_as_a_name_or_a_detail_is_cleaned():
    assert "\x1b" not in setting("/x", "\x1b[2J", "\x1b").head(80, False).text
    assert "\x1b" not in group("/x", "settings", [], detail="\x1b[2J").head(80, False).text


def test_a_tool_of_either_api():
    told = {"name": "exec", "description": "Run it.\nNow.", "parameters": {"type": "object"}}
    for tool in ({"type": "function", **told}, {"type": "function", "function": told}):
        node = tool_node("/tools/0", tool, mark=Span("→", Tone.LOSS))
        assert node.head(80, False).text.startswith("→ exec  Run it. Now.")
        assert [each.text for each in node.body(40)][:3] == ["Run it.", "Now.", "{"]
    assert tool_node("/tools/0", {"type": "web_search"}).head(80, False).text.startswith("web_search")
    assert tool_node("/tools/0", 7).head(80, False).text.startswith("?")


def test_a_namespace_holds_its_tools():
    node = tool_node(
        "/tools/0", {"type": "namespace", "name": "mcp", "tools": [{"type": "function", "name": "a"}]}
    )
    assert [each.key for each in node.below()] == ["/tools/0/tools/0"]


def test_headers_line_up():
    node = headers_node("headers", "headers", [("a", "1"), ("longer", "2")])
    assert [each.head(40, False).text for each in node.below()] == ["a      1", "longer 2"]
    assert name_width(["x" * 50]) == 20
