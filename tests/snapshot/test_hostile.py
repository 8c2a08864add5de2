"""Traffic that would like to be more than text: whatever its bytes, the screen keeps its shape, and nothing
but Textual's own control sequences reaches the terminal.
"""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
import time
import unicodedata
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.strip import Strip

from inspector.capture.model import Outcome
from inspector.ui.app import InspectorApp

BAD = (
    "\x1b[2J\x1b]0;owned\x07 [bold red]markup[/] \u202ereversed\u202c zero\u200bwidth \x00 \r\n"
    "\ttab \ufeff e\u0301\u0301\u0301\u0301\u0301 漢字 👍🏽"
)


def test_hostile_text_stays_text(snap_compare, app, after, stage):
    asked = stage.ask(stage.request([stage.message("user", BAD * 3)], instructions=BAD, model=BAD), after=0)
    stage.head(asked, after=0.1, x_bad=BAD.encode("ascii", "ignore").decode().replace("\r\n", " "))
    events = [*stage.beginning("resp_1"), *stage.text_events(0, "msg_1", [BAD, BAD])]
    last = stage.send(asked, events, after=0.2)
    stage.body(asked, b'data: {"type": "response.output_text.delta", "delta": "\xff\xfe"}\n\n', after=last)
    stage.body(asked, b"data: {not json\x1b[31m}\n\n: a comment \x1b[5m\n\ndata: cut o", after=last)
    stage.end(asked, after=last + 1, outcome=Outcome.UPSTREAM_GONE, error=BAD)
    stage.settle()
    assert snap_compare(app(stage.path), terminal_size=(120, 40), run_before=after("1", "G", "k"))


NASTY = [
    BAD,
    "\x1b[31m\x1b[?1049h\x1b]52;c;aGk=\x07\x1bP+q\x1b\\",  # colours, screens, clipboards
    "\x9b2J\x9d0;t\x9c\x85\x90",  # the same in one byte each
    "\x00\x07\x08\x0b\x0c\x0e\x1a\x7f\r\n\r\r",
    "\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c",  # bidi
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e\u3164\U000e0041",  # nothing to see
    "Z" + "\u0335\u0301\u0489" * 20 + " \u0e01" + "\u0e49" * 50,
    "漢字カナ한국어ｗｉｄｅ\u1100\u1161\u11a8",
    "§±\u00d7÷αβ─│┌┐█●◆★☆",  # ambiguous ones, and frames
    "👩\u200d👩\u200d👧\u200d👦 👍🏽 ❤\ufe0f 🇩🇪🇩 \U0001f3f4\U000e0067\U000e007f",
    "\t\ta\tb\t\t",
    "[red]x[/red] [@click=app.quit]y[/] [/] [[ \\[",
    "\ud83d \udfff\udc80",  # halves
    "\ue000\ue01b\ue100FFFF\ue101\ue102\uf8ff",  # private ones, which are marks within
    "\u2028\u2029\x1c\x1d\x1e",
    "x" * 300,
    "",
]
TEXTS = st.lists(st.sampled_from(NASTY) | st.text(max_size=30), min_size=1, max_size=3).map("".join)
BYTES = st.binary(max_size=60) | TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass"))


def words(*texts: str) -> dict[str, Any]:
    """What an exchange is made of."""
    first, last = texts[0], texts[-1]
    return {
        "text": first,
        "name": last,
        "header": first,
        "body": None,
        "answer": first.encode("utf-8", "surrogatepass"),
    }


EXCHANGES = st.fixed_dictionaries(
    {"text": TEXTS, "name": TEXTS, "header": TEXTS, "body": st.none() | BYTES, "answer": BYTES}
)
COUNT = 2
HARMLESS = [words("harmless")] * COUNT


def recorded(stage: Any, told: list[dict[str, Any]]) -> Path:
    """A capture of one session, in which each exchange says `text` in every place that takes one."""
    for number, each in enumerate(told):
        text, name = each["text"], each["name"]
        deep: Any = text
        for _ in range(60):
            deep = {name: [deep]}
        items = [
            stage.message("user", text),
            {"type": "function_call", "call_id": name, "name": name, "arguments": json.dumps({text: text})},
            {"type": "function_call_output", "call_id": name, "output": text},
            {"type": name, "value": deep},
        ]
        tools = [{"type": "function", "name": name, "description": text, "parameters": {"type": text}}]
        body = stage.request(items, model=name, instructions=text, tools=tools)
        sent = each["body"] if each["body"] is not None else json.dumps(body).encode()
        asked = stage.ask(sent, after=number * 10)
        stage.head(asked, after=0.1, x_said=each["header"])
        events = [*stage.beginning(name), *stage.text_events(0, name, [text, name])]
        events += [*stage.call_events(1, text, name, name, text), {"type": name, "said": text}]
        for event in events:
            stage.body(asked, b"data: " + json.dumps(event).encode() + b"\n\n", after=0.2)
        stage.body(asked, b"event: x\ndata: " + each["answer"] + b"\n\n" + each["answer"], after=0.3)
        stage.end(asked, after=1, outcome=Outcome.UPSTREAM_GONE, error=text)
    return Path(stage.settle())


# What is looked at

OURS = re.compile(r"\x1b\[[0-9;]*m|\x1b\[[0-9]+;[0-9]+H|\x1b\]8;[^\x1b]*\x1b\\\\|\n")
"""What Textual writes: colours, places, links, and the end of a line."""


def cells_of(strip: Strip) -> list[str]:
    """The character in each cell of a line; "" where one is the second half of the cell before."""
    found: list[str] = []
    for character in strip.text:
        width = cell_len(character)
        found += [character, *[""] * (width - 1)][:width]
    return found


def checked(app: InspectorApp) -> list[list[str]]:
    """The cells of the screen, after it was seen that they are what they seem to be."""
    width, height = app.size
    compositor = app.screen._compositor
    strips = compositor.render_strips()
    assert len(strips) == height
    grid = [cells_of(strip) for strip in strips]
    for strip, cells in zip(strips, grid, strict=True):
        assert len(cells) == width == cell_len(strip.text), strip.text
        marks = 0
        for character in strip.text:
            kind = unicodedata.category(character)
            assert kind[0] != "C", (hex(ord(character)), strip.text)
            assert kind not in ("Zl", "Zp"), strip.text
            assert unicodedata.bidirectional(character) not in BIDI, strip.text
            marks = marks + 1 if kind in ("Mn", "Me") else 0
            assert marks <= 3, strip.text
    written = compositor.render_full_update().render_segments(app.console)
    rest = OURS.sub("", written)
    assert not [each for each in rest if unicodedata.category(each)[0] == "C"], rest
    return grid


BIDI = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")


def shape_of(app: InspectorApp) -> dict[str, Any]:
    """Where everything is that has a name."""
    return {widget.id: widget.region for widget in app.screen.walk_children() if widget.id and widget.display}


def frame_of(app: InspectorApp, grid: list[list[str]]) -> dict[tuple[int, int], str]:
    """What stands between the panes and beside them: in the columns and rows that are no list's."""
    lists = [widget.region for widget in app.screen.query("RowList, RowLines, Label, Input, KeysLine, Toast")]
    inside = {
        (x, y)
        for region in lists
        for y in range(region.y, region.bottom)
        for x in range(region.x, region.right)
    }
    return {
        (x, y): character
        for y, line in enumerate(grid)
        for x, character in enumerate(line)
        if (x, y) not in inside
    }


async def seen(stage: Any, told: list[dict[str, Any]]) -> list[Any]:
    """The shape of the screen, look by look, of an app that shows this in every way it can."""
    app = InspectorApp(recorded(stage, told), now=lambda: 1_790_000_065.0)
    main, looks = app.main, []
    async with app.run_test(size=(120, 40), notifications=True) as pilot:

        def shows(number: int) -> bool:
            view = main.panes.view
            return view is not None and view.exchange.id == number

        async def until(so: Callable[[], object]) -> None:
            deadline = time.monotonic() + 20
            while not so():
                assert time.monotonic() < deadline, "it did not become so"
                await asyncio.sleep(0.01)
            await pilot.pause(0)

        async def look() -> None:
            await pilot.pause(0)
            grid = checked(app)
            looks.append((type(app.screen).__name__, shape_of(app), frame_of(app, grid)))

        await until(lambda: main.was_read and main.sessions.count == len(told))
        for number in range(1, len(told) + 1):
            main.select(number, by_person=True)
            await until(partial(shows, number))
            for name in main.panes.NAMES:
                shown = main.panes.pane(name).list
                for _ in range(3):
                    shown.outline.folds.update({node.key: True for node in shown.outline.visible})
                    shown.grew()
            await look()
            for _ in range(2):  # as JSON, and as it passed
                for name in main.panes.NAMES:
                    main.panes.activate(name)
                    main.panes.next_form()
                await look()
            for name in main.panes.NAMES:
                main.panes.activate(name)
                main.panes.next_form()
        app.simulate_key("d")
        await until(lambda: getattr(app.screen, "content", None) is not None)
        await look()
        app.simulate_key("escape")
        app.simulate_key("t")
        await until(lambda: type(app.screen).__name__ == "TimelineScreen")
        await pilot.pause(0)
        checked(app)  # its plots take their places when they like: no shape to compare
        app.simulate_key("escape")
        app.simulate_key("S")
        await until(lambda: app.screen is main and main.sessions.flat)
        main.panes.activate("request", focus=True)
        await look()
    return looks


NASTIEST = [
    words("".join(NASTY[number:11:2]), NASTY[(number * 5 + 1) % len(NASTY)]) for number in range(COUNT)
]


@pytest.fixture(scope="module")
def harmless(new_stage: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """How the screen looks when nobody means any harm."""
    return asyncio.run(seen(new_stage(tmp_path_factory.mktemp("harmless") / "today.db"), HARMLESS))


def test_no_bytes_change_the_layout_or_reach_the_terminal_as_control(
    harmless: list[Any], new_stage: Callable[[Path], Any]
):
    # A whole app for each example: one that fails is told as it is, looking for a smaller one takes minutes.
    @settings(max_examples=2, deadline=None, phases=[Phase.explicit, Phase.generate])
    @given(told=st.lists(EXCHANGES, min_size=COUNT, max_size=COUNT))
    @example(told=NASTIEST)
    def the_same(told: list[dict[str, Any]]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            stage = new_stage(Path(folder) / "today.db")
            looks = asyncio.run(seen(stage, told))
            stage.writer.close()
            assert stage.problems == []
        assert [name for name, _, _ in looks] == [name for name, _, _ in harmless]
        for (screen, regions, frame), (_, calm_regions, calm_frame) in zip(looks, harmless, strict=True):
            assert regions == calm_regions, screen
            assert frame == calm_frame, screen

    the_same()
