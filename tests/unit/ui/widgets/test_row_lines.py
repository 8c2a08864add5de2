"""Rows that do not scroll: made for their width, as high as there are, in the colours of the theme."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.widgets.row_lines import LINE_EDGE, MARGIN, RowLines

Host = Callable[..., Any]


async def test_rows_are_made_for_the_width_they_get(host: Host):
    widths: list[int] = []

    def rows(width: int) -> list[Row]:
        widths.append(width)
        return [row("left", right="right"), row(Span("second", Tone.WARN))]

    lines = RowLines()
    lines.styles.height = 3
    async with host(lines).run_test(size=(30, 5)) as pilot:
        lines.show(rows)
        await pilot.pause()
        shown = [lines.render_line(y).text for y in range(3)]
        assert widths[-1] == 30 - MARGIN - LINE_EDGE
        assert shown == [" left" + " " * 18 + "right  ", " second".ljust(30), " " * 30]


async def test_the_height_follows_the_rows_where_it_may(host: Host):
    lines = RowLines()
    lines.styles.height = "auto"
    async with host(lines).run_test(size=(30, 9)) as pilot:
        lines.show(lambda _: [row("a")] * 4)
        await pilot.pause()
        assert lines.size.height == 4
        lines.show(lambda _: [])
        await pilot.pause()
        assert lines.size.height == 0


async def test_what_wraps_between_the_margins_alone_is_not_cut_off(host: Host):
    lines = RowLines()
    lines.styles.height = "auto"
    async with host(lines).run_test(size=(30, 9)) as pilot:
        lines.show(lambda width: [row("x" * width)] + [row("x" * (29 - width))] * (width < 29))
        await pilot.pause()
        assert lines.size.height == 2
        assert [lines.render_line(y).text.strip() for y in range(2)] == ["x" * 27, "xx"]


async def test_rows_of_the_same_height_need_no_new_layout(host: Host, monkeypatch: pytest.MonkeyPatch):
    lines = RowLines()
    lines.styles.height = "auto"
    async with host(lines).run_test(size=(30, 9)) as pilot:
        lines.show(lambda _: [row("a")])
        await pilot.pause()
        asked: list[bool] = []
        monkeypatch.setattr(lines, "refresh", lambda *, layout: asked.append(layout))
        for rows in (1, 2):
            lines.show(lambda _, rows=rows: [row("b")] * rows)
        assert asked == [False, True]


async def test_another_theme_gives_other_colours(host: Host):
    lines = RowLines()
    lines.styles.height = 1
    app = host(lines)
    async with app.run_test(size=(30, 3)) as pilot:
        lines.show(lambda _: [row(Span("word", Tone.BAD))])
        await pilot.pause()
        dark = lines.render_line(0)
        app.theme = "inspector-light"
        await pilot.pause()
        light = lines.render_line(0)
        assert dark.text == light.text
        assert dark != light
