from __future__ import annotations

from inspector.protocol.compare.change import Change, ValueChange
from inspector.protocol.compare.values import value_difference
from inspector.ui.view.diff.values import OPENED, changed_node, moved_node, value_node, value_nodes


def test_short_values_stand_on_one_line(words):
    nodes = value_nodes("k", value_difference({"a": {"b": 1}, "c": True}, {"a": {"b": 2}, "d": "x"}))
    assert words(nodes) == ["≠ a.b  1 → 2", "- c  true", "+ d  x"]
    assert not any(node.foldable for node in nodes)


def test_what_may_be_cut_where_there_is_no_room_can_be_unfolded(words):
    changed = changed_node("k", "a", "x" * 20, "y" * 20)
    assert words([changed], unfold=True)[1:] == ["  1 - " + "x" * 20, "  1 + " + "y" * 20]
    added = value_node("k", ValueChange(Change.ADDED, None, "/a", None, "x" * 40), "a")
    assert words([added], unfold=True)[1:] == ["  " + "x" * 40]
    assert len(words([changed, added])) == 2


def test_an_empty_text_is_seen(words):
    assert words([changed_node("k", "a", "", "x")]) == ['≠ a  "" → x']


def test_names_begin_after_the_piece_that_they_are_in(words):
    change = ValueChange(Change.CHANGED, "/input/3/content/0/text", "/input/4/content/0/text", "a", "b")
    assert words(value_nodes("k", [change], 2)) == ["≠ content.0.text  a → b"]
    assert words(value_nodes("k", [ValueChange(Change.CHANGED, "", "", 1, 2)])) == ["≠ all of it  1 → 2"]


def test_a_text_of_lines_is_compared_line_by_line(words):
    node = changed_node("k", "text", "one\ntwo\nthree", "one\n2\nthree")
    assert words([node]) == [
        "≠ text  -1 +1 lines",
        "  1   one",
        "  2 - two",
        "  2 + 2",
        "  3   three",
    ]


def test_where_lines_are_left_out_both_sides_are_below_it_whole(words):
    old = "\n".join("abcdefghij")
    told = words([changed_node("k", "text", old, old.replace("j", "J"))], unfold=True)
    assert told[1].strip() == "… 6 unchanged lines"
    assert told[told.index("  all of it before") + 1 :][:2] == ["    a", "    b"]
    assert told[-1] == "    J"


def test_a_long_difference_is_folded_at_first():
    assert not changed_node("k", "text", "a" * OPENED, "b" * OPENED).opened


def test_objects_are_compared_as_json(words):
    old = {"name": "a" * 40, "other": 1}
    told = words([changed_node("k", "x", old, [old])])
    assert told[0].startswith("≠ x  -")
    assert any(line.strip().startswith("1 - {") for line in told)


def test_an_object_that_came_can_be_unfolded(words):
    node = value_node("k", ValueChange(Change.ADDED, None, "/a", None, {"b": [1]}), "a")
    assert words([node], unfold=True) == ['+ a  {"b": [1]}', "  {", '    "b": [', "      1", "    ]", "  }"]


def test_what_moved_says_from_where(words):
    change = ValueChange(Change.MOVED, "/list/0", "/list/2", 1, 1)
    assert words([value_node("k", change, "list.2")]) == ["→ list.2  from list.0 to list.2"]
    assert words([moved_node("k", "/input/0", "/input/5")]) == ["from input.0 to input.5"]
