"""The main screen on a finished capture."""

from __future__ import annotations

import json

import pytest

from inspector.settings import Settings


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
def test_a_finished_capture(snap_compare, app, after, turn, size):
    assert snap_compare(app(turn), terminal_size=size, run_before=after())


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_an_exchange_that_was_refused(snap_compare, app, after, turn, size):
    keys = ("right_curly_bracket", "3") if size[0] == 80 else ("right_curly_bracket",)
    assert snap_compare(app(turn), terminal_size=size, run_before=after(*keys, then=2))


def test_in_a_light_theme(snap_compare, app, after, turn):
    light = app(turn, settings=Settings(theme="inspector-light"))
    run = after("right_curly_bracket", "right_curly_bracket", then=3)
    assert snap_compare(light, terminal_size=(120, 40), run_before=run)


def test_items_unfolded(snap_compare, app, after, turn):
    keys = (
        "1",
        "h",
        "h",
        "j",
        "l",
        "j",
        "enter",
        "j",
        "j",
        "j",
        "j",
        "j",
        "j",
        "j",
        "j",
        "j",
        "j",
        "j",
        "j",
        "enter",
    )
    assert snap_compare(app(turn), terminal_size=(120, 40), run_before=after(*keys))


def test_the_payload_lights_up_what_a_message_came_from(snap_compare, app, after, turn):
    keys = ("right_curly_bracket", "right_curly_bracket", "2", "G", *["k"] * 7)
    assert snap_compare(app(turn), terminal_size=(140, 40), run_before=after(*keys, then=3))


@pytest.mark.parametrize("presses", [1, 2], ids=["json", "bytes"])
def test_the_request_raw(snap_compare, app, after, turn, presses):
    assert snap_compare(app(turn), terminal_size=(80, 24), run_before=after("1", *["x"] * presses))


def test_the_events_raw_and_zoomed(snap_compare, app, after, turn):
    assert snap_compare(app(turn), terminal_size=(80, 24), run_before=after("3", "x", "z"))


def test_an_event_group_unfolded(snap_compare, app, after, turn):
    keys = (
        "right_curly_bracket",
        "right_curly_bracket",
        "3",
        "z",
        "j",
        "j",
        "j",
        "enter",
        "j",
        "j",
        "j",
        "enter",
    )
    assert snap_compare(app(turn), terminal_size=(120, 40), run_before=after(*keys, then=3))


@pytest.mark.parametrize(("size", "keys"), [((80, 24), ("1", "G", "k")), ((120, 40), ())])
def test_a_compaction_and_an_image_in_the_request_after_it(snap_compare, app, after, stage, size, keys):
    picture = {"type": "input_image", "image_url": f"data:image/png;base64,{'A' * 16_384}"}
    words = {"type": "input_text", "text": "It looks like this."}
    compaction = {"type": "compaction", "encrypted_content": "A" * 60}
    first = stage.ask(stage.request([stage.message("user", "Why is the button gone?")]), after=0)
    compact = stage.ask(
        stage.request([stage.message("user", "Why is the button gone? Look.")]),
        after=5,
        operation="responses.compact",
    )
    told = {"type": "message", "role": "user", "content": [words, picture]}
    last = stage.ask(stage.request([compaction, told]), after=10)
    for asked in (first, last):
        stage.head(asked, after=0.2)
        said = stage.text_events(0, "msg_1", ["Let ", "me ", "look."])
        events = [*stage.beginning("resp_1"), *said, stage.completed("resp_1", 900, 0, 4, [said[-1]["item"]])]
        stage.end(asked, after=stage.send(asked, events, after=0.3))
    stage.head(compact, after=0.4, kind="application/json")
    stage.body(
        compact, json.dumps({"object": "response.compaction", "output": [compaction]}).encode(), after=2
    )
    stage.end(compact, after=2)
    stage.settle()
    run = after("right_curly_bracket", "right_curly_bracket", *keys, then=3)
    assert snap_compare(app(stage.path), terminal_size=size, run_before=run)
