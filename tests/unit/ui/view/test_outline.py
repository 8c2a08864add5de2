"""The foldable list: which rows there are, and where each node begins."""

from __future__ import annotations

import pytest

from inspector.ui.view import wrap
from inspector.ui.view.outline import Node, Outline, Sheet
from inspector.ui.view.plain import plain
from inspector.ui.view.rows import row
from inspector.ui.view.wrap import TextRows


def leaf(key: str, lines: int = 0, *, opened: bool = False, links: tuple[str, ...] = ()) -> Node:
    body = (lambda width: [row(f"{key}{n}:{width}") for n in range(lines)]) if lines else None
    return Node(key, row(key), body=body, opened=opened, links=frozenset(links))


def texts(outline: Outline) -> list[str]:
    return [outline.row(n)[0].text for n in range(len(outline))]


def test_a_body_is_laid_out_below_its_head_for_the_width_it_gets():
    outline = Outline([leaf("a", 2, opened=True), leaf("b")], width=20)
    assert texts(outline) == ["a", "a0:16", "a1:16", "b"]
    outline.reflow(30)
    assert texts(outline)[1] == "a0:26"
    assert outline.row(2)[1:] == (outline.visible[0], 0, 2)


def test_a_sheet_begins_at_the_top_where_heads_stand():
    sheet = Sheet("s", lambda width: [row(f"{n}:{width}") for n in range(3)])
    outline = Outline([leaf("a"), sheet, leaf("b")], width=20, folds={"s": False})
    assert texts(outline) == ["a", "0:18", "1:18", "2:18", "b"]
    assert [outline.row(n)[2:] for n in range(5)] == [(0, 0), (-1, 1), (-1, 2), (-1, 3), (0, 0)]
    assert Outline.indent(-1 + 1) == Outline.indent(0)  # of a body, of a head
    assert [outline.find("s", line) for line in range(5)] == [1, 1, 2, 3, 3]
    assert (outline.find("b"), outline.top(1), sheet.text()) == (
        4,
        1,
        "\n".join(f"{n}:10000000" for n in range(3)),
    )
    assert (list(plain([sheet], 20)), list(plain([sheet], 20, full=True))) == (["0:18", "1:18", "2:18"],) * 2


def test_folding_is_remembered_by_key():
    outline = Outline([Node("top", row("top"), branches=[leaf("a"), leaf("b", 1)], opened=True)])
    outline.fold(outline.visible[2], True)
    assert texts(outline) == ["top", "a", "b", "b0:74"]
    outline.fold(outline.visible[0], False)
    assert texts(outline) == ["top"]
    again = Outline([Node("top", row("top"), branches=[leaf("a")], opened=True)], folds=outline.folds)
    assert texts(again) == ["top"]


def test_branches_are_made_once_and_when_first_seen():
    made = []

    def branches() -> list[Node]:
        made.append(1)
        return [leaf("a")]

    outline = Outline([Node("top", row("top"), branches=branches)])
    assert made == []
    outline.fold(outline.visible[0], True)
    outline.reflow(50)
    assert texts(outline) == ["top", "a"]
    assert made == [1]


def test_nodes_are_found_by_key_by_link_and_by_row():
    outline = Outline(
        [leaf("a", 2, opened=True), Node("t", row("t"), branches=[leaf("c", links=("x",))], opened=True)]
    )
    assert (outline.find("t"), outline.find("c"), outline.find("gone")) == (3, 4, None)
    assert outline.first(lambda node: "x" in node.links) == 4
    assert outline.first(lambda node: "x" in node.links, among=[0]) is None
    found = [outline.node(n) for n in (2, 4, 9)]
    assert [node and node.key for node in found] == ["a", "c", None]
    assert (outline.parent(2), outline.parent(0)) == (1, None)


def test_what_has_nothing_below_cannot_be_open():
    outline = Outline([leaf("a", opened=True)])
    assert not outline.is_open(outline.visible[0])
    assert len(Outline()) == 0


def test_a_body_that_begins_as_before_is_not_laid_out_anew(monkeypatch: pytest.MonkeyPatch):
    def shown(text: str, before: Outline | None = None) -> Outline:
        node = Node("a", row("a"), body=lambda width: TextRows(text, width), opened=True)
        return Outline([node], before=before)

    first = shown("one\ntwo")
    cleaned: list[str] = []
    monkeypatch.setattr(wrap, "clean", lambda line: cleaned.append(line) or line)
    grown = shown("one\ntwo\nthree", first)
    assert texts(grown) == ["a", "one", "two", "three"]
    assert cleaned == ["two", "three"]
    assert texts(shown("one", grown)) == ["a", "one"]
    assert cleaned == ["two", "three", "one"]


def test_put_on_screen_at_the_width_it_was_made_for_it_is_not_laid_out_again():
    nodes = [leaf("a")]
    outline = Outline(nodes, width=20)
    visible = outline.visible
    outline.reflow(20)
    assert outline.visible is visible
    nodes.append(leaf("b"))
    outline.reflow(20)
    assert texts(outline) == ["a", "b"]
