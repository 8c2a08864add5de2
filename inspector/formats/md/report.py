"""The whole report, in the length that an issue takes: what is odd first, the rest as far as it fits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlsplit

from inspector import __version__
from inspector.capture.filter.surroundings import retries
from inspector.capture.model import Exchange
from inspector.formats.md.story import Story, told_by_file
from inspector.formats.md.text import code
from inspector.formats.md.timeline import timeline
from inspector.formats.moments import utc
from inspector.protocol.snippets.call import without_userinfo

_MOST_PROBLEMS, _MOST_NUMBERS = 20, 12
# Of a story, the fullest first; and what of it the reader has to know.
_FORMS: tuple[tuple[Callable[[Story], str], str | None], ...] = (
    (lambda story: story.lines + story.full + "\n", None),
    (lambda story: story.lines + story.short + "\n", "Bodies are shortened more, for the report to fit."),
    (
        lambda story: story.lines + (story.full if story.is_odd else ""),
        "Bodies are shown only where something is odd, for the report to fit.",
    ),
    (
        lambda story: story.lines + (story.short if story.is_odd else ""),
        "Bodies are shown only where something is odd, and shortened, for the report to fit.",
    ),
)


def report(stories: Sequence[Story], limit: int | None) -> tuple[str, list[str]]:
    """The report in about `limit` bytes, and what is not in it, in sentences."""
    top = _top(stories)
    room = None if limit is None else max(0, limit - len(top.encode()) - 500)
    table = timeline(
        stories, retries(story.exchange for story in stories), None if room is None else room * 3 // 5
    )
    if room is not None:
        room -= len(table.encode())
    sections, remarks = _sections(stories, room)
    note = "".join(f"\n_{remark}_\n" for remark in remarks)
    return f"{top}{table}{sections}{note}", remarks


def _top(stories: Sequence[Story]) -> str:
    exchanges = [story.exchange for story in stories]
    wrong = [story for story in stories if story.problem is not None]
    odd = [story for story in stories if story.problem is None and story.remarks]
    count = f"{len(stories):,} exchange{'' if len(stories) == 1 else 's'}"
    fate = f"{len(wrong):,} went wrong" if wrong else "none went wrong"
    about = [
        _several({_host(each.url) for each in exchanges} - {""}),
        _several({each.client for each in exchanges if each.client}),
        _several({each.model for each in exchanges if each.model}),
        _when(exchanges),
        f"written by codex-azure-inspector {__version__}",
    ]
    text = f"## {count}, {fate}\n\n{' · '.join(part for part in about if part)}\n\n"
    if (told := _totals(exchanges)) and len(exchanges) > 1:
        text += f"{told}\n\n"
    problems = _grouped(
        [
            *((story, code(story.problem or "", 300)) for story in wrong),
            *((story, f"events break {_rules(story)}") for story in odd),
            *((story, story.broken_cache) for story in stories if story.broken_cache),
        ]
    )
    text += _listed(problems)
    if unsure := _grouped([(story, remark) for story in stories for remark in told_by_file(story.exchange)]):
        text += f"What is to be known of the file that was read:\n\n{_listed(unsure)}"
    return text


def _when(exchanges: Sequence[Exchange]) -> str:
    """`2026-11-21 13:41:45 UTC, 8.7 s`, as far as files tell."""
    known = [exchange for exchange in exchanges if exchange.timing.tells_ends]
    if not known:
        return ""
    began = min(exchange.started for exchange in known)
    ended = max(exchange.started + (exchange.ended or 0.0) for exchange in known)
    return f"{utc(began)}, {ended - began:,.1f} s".removeprefix(", ")


def _listed(lines: Sequence[str]) -> str:
    more = len(lines) - _MOST_PROBLEMS
    text = "".join(lines[:_MOST_PROBLEMS]) + (f"- and {more:,} more\n" if more > 0 else "")
    return f"{text}\n" if text else ""


def _grouped(told: Iterable[tuple[Story, str]]) -> list[str]:
    """A line for each that is told, with its exchanges: in a storm of retries all say the same."""
    of: dict[str, list[int]] = {}
    for story, words in told:
        of.setdefault(words, []).append(story.exchange.id)
    return [f"- {_numbers(numbers)}: {words}\n" for words, numbers in of.items()]


def _numbers(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"Exchange {numbers[0]}"
    more = len(numbers) - _MOST_NUMBERS
    first = ", ".join(map(str, numbers[:_MOST_NUMBERS]))
    return f"Exchanges {first}" + (f" and {more:,} more" if more > 0 else "")


def _host(url: str) -> str:
    """Where a URL leads to, "" where it does not tell."""
    try:
        return urlsplit(without_userinfo(url)).netloc
    except ValueError:
        return ""


def _totals(exchanges: Sequence[Exchange]) -> str:
    """Tokens of all, and how many requests were made again."""
    usages = [each.usage for each in exchanges if each.usage is not None]
    given, cached, out = (
        sum(getattr(usage, name) or 0 for usage in usages)
        for name in ("input_tokens", "cached_tokens", "output_tokens")
    )
    again = len(retries(exchanges))
    parts = [
        f"Tokens: {given:,} in ({cached:,} cached), {out:,} out" if usages else "",
        f"{again:,} requests were sent again" if again > 1 else "1 request was sent again" if again else "",
    ]
    return " · ".join(part for part in parts if part)


def _rules(story: Story) -> str:
    names = list(dict.fromkeys(remark.rule for remark in story.remarks))
    return f"the rule{'' if len(names) == 1 else 's'} {', '.join(f'`{name}`' for name in names[:6])}"


def _several(names: set[str]) -> str:
    given = sorted(names)
    return ", ".join(code(name, 80) for name in given[:4]) + (" …" if len(given) > 4 else "")


def _sections(stories: Sequence[Story], room: int | None) -> tuple[str, list[str]]:
    """As much of each as there is room for: all with their bodies, or shorter, or only what is odd."""
    if room is None:
        return "".join(story.lines + story.full + "\n" for story in stories), []
    for part, remark in _FORMS:
        whole = "".join(part(story) for story in stories)
        if len(whole.encode()) <= room:
            return whole, [] if remark is None else [remark]
    return _as_many_as_fit(stories, room)


def _as_many_as_fit(stories: Sequence[Story], room: int) -> tuple[str, list[str]]:
    """Those with something odd first, but in their order."""
    kept: set[int] = set()
    for story in sorted(stories, key=lambda story: not story.is_odd):
        size = len((story.lines + (story.short if story.is_odd else "")).encode())
        if size <= room:
            room -= size
            kept.add(story.exchange.id)
    text = "".join(
        story.lines + (story.short if story.is_odd else "") for story in stories if story.exchange.id in kept
    )
    left = len(stories) - len(kept)
    return text, [f"{left:,} exchanges have no section of their own, for the report to fit."]
