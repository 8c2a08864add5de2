"""The list by its keys and by the mouse, and what it keeps steady while its outline grows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.events import MouseScrollDown
from textual.pilot import Pilot

from inspector.ui.view.cards import text_body
from inspector.ui.view.outline import Node, Outline
from inspector.ui.view.rows import row
from inspector.ui.widgets.row_list import RowList

Host = Callable[..., Any]
Until = Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]
SIZE = (40, 10)
PAGE = SIZE[1] - 1


def plain(count: int, first: int = 0) -> list[Node]:
    return [Node(f"n{n}", row(f"row {n}")) for n in range(first, first + count)]


def folder(key: str = "folder") -> Node:
    return Node(key, row(key), branches=[Node(f"{key}/{n}", row(f"inner {n}")) for n in range(3)])


def filled(nodes: list[Node]) -> RowList:
    made = RowList()
    made.outline = Outline(nodes)
    return made


def on_screen(shown: RowList) -> list[str]:
    return [shown.render_line(y).text.strip() for y in range(shown.size.height)]


async def test_keys_move_the_cursor_and_it_stays_in_sight(host: Host):
    shown = filled(plain(100))
    async with host(shown).run_test(size=SIZE) as pilot:
        shown.focus()
        for key, cursor in (
            ("pagedown", PAGE),
            ("ctrl+f", 2 * PAGE),
            ("pageup", PAGE),
            ("ctrl+b", 0),
            ("pageup", 0),
            ("end", 99),
            ("pagedown", 99),
            ("pageup", 99 - PAGE),
            ("home", 0),
            ("G", 99),
            ("g", 0),
            ("down", 1),
            ("j", 2),
            ("up", 1),
            ("k", 0),
        ):
            await pilot.press(key)
            assert shown.cursor == cursor, key
            assert f"row {cursor}" in on_screen(shown), key


async def test_the_cursor_stays_in_sight_where_the_window_gets_smaller(host: Host):
    shown = filled(plain(100))
    async with host(shown).run_test(size=SIZE) as pilot:
        shown.focus()
        await pilot.press("end")
        for size in ((40, 4), (20, 3)):
            await pilot.resize_terminal(*size)
            assert on_screen(shown)[-1] == "row 99"
        shown.scroll_to(y=0, animate=False, immediate=True)  # one who looks elsewhere stays there
        await pilot.resize_terminal(10, 2)
        assert on_screen(shown)[0] == "row 0"


async def test_an_empty_list_takes_every_key(host: Host):
    shown = filled([])
    async with host(shown).run_test(size=SIZE) as pilot:
        shown.focus()
        await pilot.press("pagedown", "end", "home", "pageup", "enter", "l", "h", "j", "k")
        await pilot.click(shown, offset=(3, 3))
        assert (shown.cursor, shown.node) == (0, None)


async def test_a_click_puts_the_cursor_there_and_a_second_one_unfolds(host: Host):
    shown = filled([*plain(2), folder()])
    app = host(shown)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.click(shown, offset=(8, 1))
        assert (shown.cursor, shown.has_focus) == (1, True)
        assert [(told.node.key, told.by_person) for told in app.told][-1] == ("n1", True)
        await pilot.click(shown, offset=(8, 2))
        assert len(shown.outline) == 3
        await pilot.click(shown, offset=(8, 2), times=2)
        assert len(shown.outline) == 6
        await pilot.click(shown, offset=(8, 9))  # below the last row: nothing is there
        assert shown.cursor == 2


async def test_one_click_on_the_fold_mark_is_enough(host: Host):
    shown = filled([folder(), *plain(2)])
    async with host(shown).run_test(size=SIZE) as pilot:
        await pilot.click(shown, offset=(1, 0))
        assert len(shown.outline) == 6
        await pilot.click(shown, offset=(1, 0))
        assert len(shown.outline) == 3


async def test_a_click_in_a_scrolled_list_means_the_row_that_is_seen(host: Host):
    shown = filled(plain(100))
    async with host(shown).run_test(size=SIZE) as pilot:
        shown.focus()
        await pilot.press("end")
        await pilot.click(shown, offset=(8, 0))
        assert on_screen(shown)[0] == f"row {shown.cursor}" == "row 90"


async def test_the_wheel_scrolls_and_leaves_the_cursor(host: Host, until: Until):
    shown = filled(plain(100))
    async with host(shown).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: shown.allow_vertical_scroll)
        for _ in range(5):
            shown.post_message(MouseScrollDown(shown, 5, 5, 0, 1, 0, False, False, False))
        await until(pilot, lambda: shown.scroll_offset.y > 3)
        await pilot.wait_for_scheduled_animations()
        top = shown.scroll_offset.y
        assert (shown.cursor, on_screen(shown)[0]) == (0, f"row {top}")
        shown.outline.nodes.extend(plain(10, first=100))  # what grows does not bring it back
        shown.grew()
        await pilot.pause()
        assert (shown.cursor, shown.scroll_offset.y) == (0, top)


async def test_the_rows_under_the_cursor_stay_where_they_are_when_more_come_above(host: Host):
    shown = filled(plain(50))
    async with host(shown).run_test(size=SIZE) as pilot:
        shown.focus()
        await pilot.press(*["j"] * 20)
        before = on_screen(shown)
        shown.outline.nodes[:0] = [Node(f"new{n}", row(f"new {n}")) for n in range(7)]
        shown.grew()
        await pilot.pause()
        assert shown.cursor == 27
        assert on_screen(shown) == before


@pytest.mark.parametrize("follow", [True, False])
async def test_at_the_end_it_follows_only_when_told_to(host: Host, follow: bool):
    shown = filled(plain(50))
    async with host(shown).run_test(size=SIZE) as pilot:
        shown.focus()
        shown.follow = follow
        await pilot.press("end")
        shown.outline.nodes.extend(plain(5, first=50))
        shown.grew()
        await pilot.pause()
        assert shown.cursor == (54 if follow else 49)
        await pilot.press("k")
        shown.outline.nodes.extend(plain(5, first=55))
        shown.grew()
        assert shown.cursor == (53 if follow else 48)


async def test_a_long_body_is_paged_through_and_folded_from_within(host: Host):
    text = "\n".join(f"line {n}" for n in range(40))
    shown = filled([Node("long", row("long"), body=text_body(text), opened=True), *plain(1)])
    async with host(shown).run_test(size=SIZE) as pilot:
        shown.focus()
        await pilot.press("pagedown", "pagedown")
        assert on_screen(shown)[-1] == "line 17"
        await pilot.press("left")
        assert (shown.cursor, len(shown.outline)) == (0, 2)


async def test_enter_on_what_cannot_unfold_is_told(host: Host):
    shown = filled(plain(3))
    app = host(shown)
    async with app.run_test(size=SIZE) as pilot:
        shown.focus()
        await pilot.press("j", "enter")
        assert [told.node.key for told in app.told if isinstance(told, RowList.Entered)] == ["n1"]


async def test_steps_go_from_node_to_node(host: Host):
    body = text_body("a\nb\nc")
    shown = filled([Node(f"n{n}", row(f"n{n}"), body=body, opened=True) for n in range(3)])
    async with host(shown).run_test(size=SIZE) as pilot:
        shown.step(1)
        assert shown.cursor == 4
        shown.focus()
        await pilot.press("j")
        shown.step(-1)
        assert shown.cursor == 4
        shown.step(9)
        assert shown.cursor == 8


async def test_what_is_lit_comes_into_sight(host: Host):
    nodes = [*plain(60), Node("far", row("far"), links=frozenset(["call:1"]))]
    shown = filled(nodes)
    async with host(shown).run_test(size=SIZE) as pilot:
        shown.light(frozenset(["call:1"]))
        await pilot.pause()
        assert "far" in [line.removeprefix("▎").strip() for line in on_screen(shown)]
        assert shown.cursor == 0


async def test_a_narrower_list_wraps_anew_and_keeps_the_place(host: Host):
    shown = filled([Node("a", row("a"), body=text_body("word " * 40), opened=True), *plain(3)])
    async with host(shown).run_test(size=(60, 10)) as pilot:
        shown.focus()
        await pilot.press("G")
        tall = len(shown.outline)
        await pilot.resize_terminal(30, 10)
        await pilot.pause()
        assert len(shown.outline) > tall
        assert shown.node is shown.outline.nodes[-1]


async def test_lines_stand_on_what_is_around_them_now(host: Host):
    shown = filled(plain(3))
    app = host(shown)
    async with app.run_test(size=SIZE) as pilot:
        for colour in ("#102030", "#405060"):
            shown.styles.background = colour
            await pilot.pause()
            below_the_rows = next(iter(shown.render_line(9)))
            assert below_the_rows.style is not None
            assert below_the_rows.style.bgcolor is not None
            assert below_the_rows.style.bgcolor.name == colour
