from __future__ import annotations

from inspector.protocol.compare.requests import compare_requests
from inspector.ui.view.diff.pieces import CHANGED_LINK, item_nodes, tool_nodes


def said(role, text):
    return {"type": "message", "role": role, "content": [{"type": "input_text", "text": text}]}


def items(old, new):
    return item_nodes("items", compare_requests({"input": old}, {"input": new}).items)


def tools(old, new):
    return tool_nodes("tools", compare_requests({"tools": old}, {"tools": new}).tools)


def test_what_was_kept_is_folded_and_what_came_is_not(words):
    kept = [said("user", "a"), said("assistant", "b")]
    nodes = items(kept, [*kept, said("user", "c")])
    assert words(nodes) == ["… 2 unchanged", "+ user     c  1 B"]
    assert words(nodes[:1], unfold=True)[1].startswith("  · user")


def test_a_single_one_that_was_kept_is_shown(words):
    assert words(items([said("user", "a")], [said("user", "a")])) == ["· user     a  1 B"]


def test_an_item_that_changed_has_its_parts_below(words):
    nodes = items([said("user", "a"), said("user", "long ago")], [said("user", "a"), said("user", "long")])
    assert words(nodes)[1:] == ["≠ user     long  4 B", "  ≠ content.0.text  long ago → long"]


def test_an_item_that_moved_says_from_where(words):
    a, b, c = (said("user", text) for text in ("alpha", "beta", "gamma"))
    told = words(items([a, b, c], [b, c, a]))
    assert told[-1] == "→ user     from input.0 to input.2: alpha  5 B"
    changed = words(items([a, b, c], [b, c, said("user", "alpha and omega") | {"id": "x"}]))
    assert changed[-1].startswith("+")
    moved = [{**a, "id": "x"}, b, c], [b, c, {**said("user", "alpha!"), "id": "x"}]
    assert words(items(*moved))[-3:] == [
        "→ user     from input.0 to input.2: alpha!  6 B",
        "  from input.0 to input.2",
        "  ≠ content.0.text  alpha → alpha!",
    ]


def test_calls_name_their_outputs_and_vanished_ones_are_shown_as_they_were(words):
    call = {"type": "function_call", "call_id": "c", "name": "exec", "arguments": "{}"}
    output = {"type": "function_call_output", "call_id": "c", "output": "done"}
    assert words(items([call, output], [])) == ["- call exec  {}  2 B", "- output exec  done  4 B"]


def test_only_what_changed_is_a_stop():
    nodes = items([said("user", "a")], [said("user", "a"), said("user", "b")])
    assert [CHANGED_LINK in node.links for node in nodes] == [False, True]


def test_keys_are_unique_on_both_sides():
    nodes = items([said("user", "a")], [{"type": "reasoning", "summary": []}])
    assert len({node.key for node in nodes}) == len(nodes) == 2


def test_tools_that_came_went_and_changed(words):
    def tool(name, about):
        return {"type": "function", "name": name, "description": about}

    old, new = [tool("a", "A."), tool("b", "B.")], [tool("a", "AA."), tool("c", "C.")]
    assert words(tools(old, new)) == [
        "≠ a  49 B → 50 B",
        "  ≠ description  A. → AA.",
        "- b  B.  53 B",
        "+ c  C.  53 B",
    ]


def test_tools_inside_an_item_are_told_among_the_tools(words):
    def request(about):
        tool = {"type": "function", "name": "a", "description": about}
        return {"input": [{"type": "additional_tools", "role": "developer", "tools": [tool]}]}

    found = compare_requests(request("A."), request("B."))
    assert words(item_nodes("items", found.items))[0].startswith("≠ tools")
    assert len(words(item_nodes("items", found.items))) == 1
    assert words(tool_nodes("tools", found.tools))[1] == "  ≠ description  A. → B."


def test_many_changes_are_folded_at_first(words):
    old = [said("user", f"{n} alpha beta") for n in range(20)]
    new = [said("user", f"{n} alpha gamma beta") for n in range(20)]
    assert len(words(items(old, new))) == 20


def test_anything_may_stand_in_the_lists(words):
    nodes = items([None, 1, "a"], [{"type": []}, [], 2.5])
    assert all(isinstance(line, str) for line in words(nodes, unfold=True))
    assert len(nodes) == len({node.key for node in nodes})
