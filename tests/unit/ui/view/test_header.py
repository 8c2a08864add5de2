"""The first line, at every width."""

from __future__ import annotations

from inspector.ui.view.header import Facts, header_row
from inspector.ui.view.rows import Tone

LIVE = Facts(
    "today.db", 1_200_000, "http://127.0.0.1:8080", "https://my-res.openai.azure.com/openai/v1", "observe"
)


def test_wide_and_narrow():
    wide, narrow = header_row(LIVE, 140).text, header_row(LIVE, 80).text
    assert wide.startswith("inspector  ● live  127.0.0.1:8080 → my-res.openai.azure.com/openai/v1  observe")
    assert wide.endswith("today.db  1.2 MB")
    assert narrow.startswith("● live  127.0.0.1:8080 → my-res.openai  observe")


def test_without_a_proxy_and_after_one():
    assert (
        "○ capture  of my-res"
        in header_row(Facts("a.db", upstream="https://my-res/v1", mode="observe"), 140).text
    )
    assert "■ the proxy has ended" in header_row(Facts("a.db", was_live=True), 140).text


def test_forward_bridge_and_trouble():
    forward = Facts("a.db", listening="http://127.0.0.1:1", forward=True, troubled=3)
    assert "any Azure host" in header_row(forward, 140).text
    assert header_row(forward, 140).text.endswith("⚠ 3")
    bridge = Facts("a.db", listening="http://127.0.0.1:1", upstream="http://b", mode="bridge")
    assert any(span.tone is Tone.ACCENT and "bridge" in span.text for span in header_row(bridge, 140).left)


def test_a_long_name_leaves_room_for_the_rest():
    name = f"rollout-2026-11-21T13-10-43-{'0' * 36}.jsonl"
    line = header_row(Facts(name, read_from="codex-rollout"), 120).text
    assert line.startswith("inspector  ○ read from codex-rollout ")
    assert "rollout-2026-11-21T1…0000000000000.jsonl" in line


def test_files_that_it_was_read_from():
    line = header_row(Facts("a.har +1", size=2048, read_from="har, jsonl"), 120).text
    assert "○ read from har, jsonl" in line
    assert "capture" not in line


def test_what_of_its_files_nobody_could_read():
    assert header_row(Facts("a.har", unread=2), 80).text.endswith("a.har  ⚠ 2 unread")
