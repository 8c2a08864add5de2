"""Token counts: a session's prompt is cached as far as it begins like the one before."""

from __future__ import annotations

from inspector.simulator.prompt_cache import LEAST, SESSIONS_REMEMBERED, STEP, PromptCache

LONG = "x" * 6000


def test_the_same_beginning_is_cached_in_steps() -> None:
    cache = PromptCache()
    first, cached = cache.count("s", {"instructions": LONG, "input": ["one"]})
    assert (first, cached) == ((6002 + 5) // 4, 0)
    second, cached = cache.count("s", {"instructions": LONG, "input": ["one", "two" * 50]})
    assert cached == 6007 // 4 // STEP * STEP
    assert LEAST <= cached < second


def test_another_beginning_another_session_or_a_short_prompt_is_not_cached() -> None:
    cache = PromptCache()
    cache.count("s", {"input": ["a", LONG]})
    assert cache.count("s", {"input": ["b", LONG]})[1] == 0
    assert cache.count("t", {"input": ["b", LONG]})[1] == 0
    cache.count("u", {"messages": ["short"]})
    assert cache.count("u", {"messages": ["short", "er"]}) == (2, 0)


def test_old_sessions_are_forgotten() -> None:
    cache = PromptCache()
    for n in range(SESSIONS_REMEMBERED + 1):
        cache.count(str(n), {"input": [LONG]})
    assert cache.count("0", {"input": [LONG]})[1] == 0
    assert cache.count(str(SESSIONS_REMEMBERED), {"input": [LONG]})[1] > 0
