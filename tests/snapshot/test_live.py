"""The main screen while the capture grows, before it does, and on the way out."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_a_response_that_streams(snap_compare, app, after, live, streaming, size):
    keys = ("3",) if size[0] == 80 else ()
    screen = app(streaming.path, proxy=live())
    assert snap_compare(screen, terminal_size=size, run_before=after(*keys, shown=4))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_nothing_recorded_yet(snap_compare, app, after, live, stage, size):
    screen = app(stage.settle(), proxy=live())
    assert snap_compare(screen, terminal_size=size, run_before=after(shown=None))


def test_nothing_recorded_yet_as_a_forward_proxy(snap_compare, app, after, live, stage):
    forward = live(
        base_url=None,
        forward=True,
        upstream=None,
        certificate=Path("/home/me/.local/share/inspector/certificates/mitmproxy-ca-cert.pem"),
    )
    assert snap_compare(
        app(stage.settle(), proxy=forward), terminal_size=(80, 24), run_before=after(shown=None)
    )


def test_a_recorder_that_cannot_write(snap_compare, app, after, live, turn):
    words = "The capture cannot be written: the disk is full. The traffic goes on."
    assert snap_compare(
        app(turn, proxy=live(problem=words)), terminal_size=(120, 40), run_before=after(shown=3)
    )


def test_quitting_while_the_proxy_runs(snap_compare, app, after, live, turn):
    screen = app(turn, proxy=live(connections=2))
    assert snap_compare(screen, terminal_size=(80, 24), run_before=after("q", shown=3))
