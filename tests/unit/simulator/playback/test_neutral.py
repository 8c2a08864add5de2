"""What differs from run to run is gone from a text, and what does not is not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.simulator.playback.neutral import _Memory, neutral, neutral_value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("M /home/you/greeting/a.py", "M /tmp/x-1/work/a.py"),
        ("see ~/notes and /etc", "see ~/other/notes and /opt"),
        (r"in C:\Users\you\x", r"in D:\a\y"),
        (r'{"path": "C:\\Users\\you"}', r'{"path": "C:\\b"}'),
        ("id 01a1fce7-62ad-7040-b4d5-b65a7216ea98", "id 5f3c1a00-aaaa-4bbb-8ccc-000000000001"),
        ("call_8bd407ce22a79f721cd95f4a", "call_0e38d3f34eafeaa49d71ec75"),
        ("[main 1a2b3c4] x", "[main 9f8e7d6] x"),
        ("Chunk ID: 93ab8a\nWall time: 0.0000 seconds", "Chunk ID: ffffff\nWall time: 1.5 seconds"),
        ("session ID 1234 runs", "session ID 7 runs"),
        ("Original token count: 7\nOutput:", "Original token count: 1200\nOutput:"),
        ("on 2026-11-21", "on 2025-01-02"),
        ("at 2026-11-21T13:31:02.123Z", "at 2025-01-02 03:04:05 +0100"),
        ("Sat Nov 21 13:31:02 UTC 2026", "Mon Jan  5 01:02:03 CET 2025"),
        ("-rw- 1 root Nov 21 13:31 a", "-rw- 1 root Jan  2 2024 a"),
        ("3 passed in 0.12s", "3 passed in 4.5s"),
        ('{"duration_seconds":0.1}', '{"duration_seconds":12}'),
        ("a\r\nb\r\n", "a\nb"),
    ],
)
def test_what_differs_between_runs(one: str, other: str) -> None:
    assert neutral(one) == neutral(other)
    assert neutral(neutral(one)) == neutral(one)


@pytest.mark.parametrize(
    "text",
    [
        "Put a greeting into greeting.txt, and/or not.",
        "src/inspector/cli/serve.py:12",
        "https://example.com/a/b",
        "exit code 1, 42 files, 3.11",
        "sed 's/hello/world/' greeting.txt",
        "response_format and tool_choice",
        "deadbeef cafe",
        "may be 12 more; 13 more",
    ],
)
def test_what_does_not(text: str) -> None:
    assert neutral(text) == text


def test_values_have_their_members_in_one_order() -> None:
    one = neutral_value({"b": ["/tmp/a", 1, None], "a": {"x": "2026-11-21"}})
    assert list(one.items()) == [("a", {"x": "{date}"}), ("b", ["{path}", 1, None])]


def test_depth_is_no_matter() -> None:
    deep: object = "/tmp/a"
    for _ in range(5000):
        deep = [deep]
    assert neutral_value(deep)


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="aZ9_-/:.~ \\{}é\n", max_size=60))
def test_space_around_any_text_does_not_count(text: str) -> None:
    assert neutral(f" {text}\r\n") == neutral(text)


@pytest.mark.parametrize("piece", ["a_", "/a", "12", "a-", "9a", "C:\\", "call_", "0" * 7 + "-", "Nov 1 "])
def test_long_texts_take_no_longer_than_they_are_long(piece: str) -> None:
    assert neutral(piece * 100_000)


def test_what_is_remembered_is_bounded() -> None:
    memory = _Memory(64)
    for n in range(100):
        memory.keep(str(n), "x")
    assert memory.get("99") == "x"
    assert memory.get("0") is None
    memory.keep("large" * 10, "x")
    assert memory.get("large" * 10) is None


def test_a_huge_text_counts_as_it_is() -> None:
    image = "data:image/png;base64," + "iVBO/Rw0/KGgo" * 100_000
    assert neutral(image) is image
