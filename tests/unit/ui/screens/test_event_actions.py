"""Stepping, playing, jumping, filtering and flipping event streams, by their keys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from inspector.capture.model import Outcome
from inspector.ui.app import InspectorApp
from inspector.ui.view.streams import Stream

Until = Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]

BACK, ON = "left_square_bracket", "right_square_bracket"


def shown(app: InspectorApp) -> int | None:
    view = app.main.panes.view
    return view.exchange.id if view is not None and view.exchange.id == app.main.selected else None


def rows(app: InspectorApp, name: str) -> list[str]:
    outline = app.main.panes.pane(name).list.outline
    return [" ".join(outline.row(n)[0].text.split()) for n in range(len(outline))]


def title(app: InspectorApp, name: str) -> str:
    return app.main.panes.pane(name).title_row(80).text


def cursor(app: InspectorApp, name: str = "events") -> str:
    node = app.main.panes.pane(name).list.node
    return node.key if node is not None else ""


async def test_the_answer_is_that_of_the_event_where_one_stands(turn: Path, until: Until):
    app = InspectorApp(turn)
    async with app.run_test(size=(170, 45)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        await pilot.press("right_curly_bracket", "right_curly_bracket")
        await until(pilot, lambda: shown(app) == 3)
        await pilot.press(*[ON] * 6)  # created, in_progress, added, part, two deltas
        await until(pilot, lambda: rows(app, "answer")[0].startswith("⏸ at 0.450, event 6 of 19"))
        assert rows(app, "answer")[2] == "The jitter"
        payload = rows(app, "payload")  # there it is the same moment
        assert payload[-4:] == [
            "── the answer at event 6, as chat ──",
            *payload[-3:-2],
            "The jitter",
            payload[-1],
        ]
        assert payload[-1].startswith("finish_reason not yet")
        assert "⏸ 6" in title(app, "events")
        assert "⏸ 6" in title(app, "answer")
        assert cursor(app) == "group:output:0"
        await pilot.press(BACK)
        await until(pilot, lambda: rows(app, "answer")[2] == "The")
        await pilot.press("3", "G")  # the cursor leads back to the end, too
        await until(pilot, lambda: "⏸" not in title(app, "answer"))
        assert rows(app, "answer")[-1].startswith("✓ completed")
        assert "── the answer, as chat ──" in rows(app, "payload")
        await pilot.press(ON, BACK, BACK)
        await until(pilot, lambda: "event 18 of 19" in rows(app, "answer")[0])
        await pilot.press("k")  # moving the cursor moves it as well
        await until(pilot, lambda: "event 2 of 19" in rows(app, "answer")[0])
        assert rows(app, "answer")[1].startswith("▶ in_progress")
        await pilot.press("L")
        await until(pilot, lambda: rows(app, "answer")[-1].startswith("✓ completed"))
        await pilot.press(BACK)
        await until(pilot, lambda: "⏸" in title(app, "answer"))
        await pilot.press("left_curly_bracket")  # another exchange begins at its end
        await until(pilot, lambda: shown(app) == 2)
        assert "⏸" not in title(app, "answer") + title(app, "events")
        await pilot.press(ON, "w", "space")  # nothing streamed here
        assert "⏸" not in title(app, "answer") + title(app, "events")


async def test_playing_takes_the_time_it_took(turn: Path, until: Until):
    app = InspectorApp(turn)
    async with app.run_test(size=(170, 45)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        clock = [100.0]
        app.main.clock = lambda: clock[0]
        await pilot.press("space")
        await until(pilot, lambda: "▶ 1" in title(app, "events"))
        clock[0] += 0.12
        await until(pilot, lambda: "▶ 3" in title(app, "events"))
        await pilot.press("greater_than_sign")
        clock[0] += 0.05  # twice as fast: 0.1 s
        await until(pilot, lambda: "▶ 2x 5" in title(app, "events"))
        await until(pilot, lambda: "event 5 of 10" in rows(app, "answer")[0])
        await pilot.press("less_than_sign", "space")
        await until(pilot, lambda: "⏸ 5" in title(app, "events"))
        clock[0] += 50
        await pilot.pause(0.2)
        assert "⏸ 5" in title(app, "events")
        await pilot.press("space")
        clock[0] += 50
        await until(pilot, lambda: app.main.panes.events.playback.at is None)
        await until(pilot, lambda: rows(app, "answer")[-1].startswith("✓ completed"))


async def test_from_one_point_worth_a_look_to_the_next(stage: Any, until: Until):
    asked = stage.ask(stage.request([stage.message("user", "Hello")]), after=0)
    stage.head(asked, after=0.1)
    events = [*stage.beginning("resp_1"), *stage.text_events(0, "msg_1", ["a ", "b "])]
    stage.send(asked, events[:4], after=0.2)
    stage.send(asked, events[4:6], after=2, first=4)
    last = stage.send(asked, events[6:], after=2.1, first=9)  # three numbers are missing
    stage.end(asked, after=last, outcome=Outcome.UPSTREAM_GONE, error="gone")
    stage.settle()
    stage.writer.close()
    app = InspectorApp(stage.path)
    async with app.run_test(size=(170, 45)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        assert "⚠ 4" in title(app, "events")
        await pilot.press("w")
        assert cursor(app) == "event:4"
        await pilot.press("w")
        assert cursor(app) == "event:6"
        assert len(app.main.panes.events.list.outline) > 8  # unfolded
        told = rows(app, "events")
        assert any("⚠ sequence" in line for line in told)
        await pilot.press("3", "enter")
        whole = " ".join(rows(app, "events"))
        assert "⚠ sequence: sequence_number is 9, expected 6" in whole
        await pilot.press("w", "W")
        assert cursor(app) == "event:4"
        assert "⚠ terminal" in rows(app, "events")


async def test_only_some_kinds_are_shown_and_stepped_through(turn: Path, until: Until):
    app = InspectorApp(turn)
    async with app.run_test(size=(170, 45)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        seen = {}
        for _ in range(7):
            told = title(app, "events").removeprefix("3 Events").partition("10  ")[0].strip()
            seen[told] = [line.partition(" ")[2].partition(" ")[0] for line in rows(app, "events")]
            await pilot.press("T")
        head, end = seen[""][0], seen[""][-1]
        assert (
            seen[""] == seen["no deltas"] == [head, "created", "in_progress", "reasoning", "call", "✓", end]
        )
        assert (seen["calls"], seen["reasoning"]) == ([head, "call", end], [head, "reasoning", end])
        assert seen["lifecycle"] == [head, "created", "in_progress", "✓", end]
        assert seen["text"] == [head, end]
        assert "remarks" in "".join(seen)
        await pilot.press("T", "T", "T", ON)  # calls
        await until(pilot, lambda: "event 5 of 10" in rows(app, "answer")[0])


async def test_a_chunk_and_its_events_are_one_key_away_from_each_other(four: Path, until: Until):
    app = InspectorApp(four)
    async with app.run_test(size=(170, 45)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        await pilot.press("right_curly_bracket")
        await until(pilot, lambda: shown(app) == 2)
        panes = app.main.panes
        events = panes.events
        delta = next(event for event in events.records if event.members.get("delta") == "the ")
        await pilot.press("3")
        events.list.select("group:output:1")
        await pilot.press("enter")
        events.list.select(f"event:{delta.n}")
        await pilot.press("enter")
        assert any(f"event {delta.n + 1} ← chat event 5" in line for line in rows(app, "events"))
        await pilot.press("u")
        assert events.stream is Stream.UPSTREAM
        assert cursor(app) == "event:4"
        await pilot.press("enter")
        place = next(line for line in rows(app, "events") if line.startswith("chunk 5, byte "))
        assert place.endswith(f" → event {delta.n + 1}")
        await pilot.press("u")
        assert (events.stream, cursor(app)) == (Stream.SENT, f"event:{delta.n}")
        await pilot.press("u", ON)  # one stands at a chunk: the answer is what it was by then
        await until(pilot, lambda: "I run the tests." in rows(app, "answer"))
        assert "⏸ 6" in title(app, "events")


async def test_a_live_stream_grows_on_while_one_looks_at_a_moment(stage: Any, until: Until):
    asked = stage.ask(stage.request([stage.message("user", "Hello")]), after=0)
    stage.head(asked, after=0.1)
    stage.send(
        asked, [*stage.beginning("resp_1"), *stage.text_events(0, "msg_1", ["a ", "b "])[:4]], after=0.2
    )
    app = InspectorApp(stage.settle())
    async with app.run_test(size=(170, 45)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        await pilot.press("3", "G", BACK, BACK)
        await until(pilot, lambda: "event 5 of 6" in rows(app, "answer")[0])
        before = rows(app, "answer")[1:]
        where = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
        stage.send(asked, [stage.event("output_text.delta", **where, delta="More.")], after=1, first=6)
        await until(pilot, lambda: "event 5 of 7" in rows(app, "answer")[0])
        assert rows(app, "answer")[1:] == before
        assert "── the answer at event 5, as chat ──" in rows(app, "payload")
        await pilot.press("L")
        await until(pilot, lambda: "a b More." in rows(app, "answer"))
        assert rows(app, "payload")[-2] == "a b More."


async def test_tab_walks_between_what_belongs_together(turn: Path, until: Until):
    app = InspectorApp(turn)
    async with app.run_test(size=(170, 45)) as pilot:
        await until(pilot, lambda: shown(app) == 1)
        await pilot.press("right_curly_bracket", "right_curly_bracket")
        await until(pilot, lambda: shown(app) == 3)
        panes = app.main.panes
        await pilot.press("1")
        panes.pane("request").list.select("/input/4", by_person=True)  # the call
        await until(pilot, lambda: "call:call_1" in panes.pane("payload").list.lit)
        places = []
        for _ in range(8):
            await pilot.press("tab")
            places.append((panes.active, cursor(app, panes.active)))
            if places[-1] == ("request", "/input/4"):
                break
        assert places[-1] == ("request", "/input/4")
        assert ("request", "/input/5") in places  # its output
        assert ("payload", "out:/tools/0") in places  # folded away before
        assert any(name == "payload" and "/tool_calls/0" in key for name, key in places)
        await pilot.press("shift+tab")
        assert (panes.active, cursor(app, panes.active)) == places[-2]
        await pilot.press("1", "g", "tab")  # settings belong to nothing: to the next pane
        assert panes.active == "payload"


async def test_before_anything_is_there_no_key_does_harm(stage: Any, until: Until):
    app = InspectorApp(stage.settle())
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.main.was_read)
        await pilot.press("space", BACK, ON, "w", "W", "L", "T", "u", "tab", "shift+tab")
        assert app.main.panes.view is None
