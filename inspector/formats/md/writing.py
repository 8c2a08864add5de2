"""A report in Markdown, as GitHub shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import BinaryIO

from inspector.capture.model import ExchangeDetail
from inspector.formats.exporting import Unfit
from inspector.formats.md.before import Sessions
from inspector.formats.md.report import report
from inspector.formats.md.story import Story, story_of

LIMIT = 60_000
"""Bytes. GitHub takes 65,536 characters in an issue, and something is to be written around it."""

_AHEAD = 8  # times the limit, in characters: what is kept of bodies before it is clear that they do not fit


class MdExporter:
    """What happened, in order. Headers are not in it but ids and regions; bodies are, shortened."""

    name = "md"
    suffix = "md"
    many = True

    def __init__(self) -> None:
        self.limit: int | None = LIMIT

    def write(self, details: Iterable[ExchangeDetail], out: BinaryIO) -> list[str]:
        """The report; what did not fit."""
        stories: list[Story] = []
        sessions, ahead = Sessions(), 0
        for detail in details:
            story = story_of(detail, sessions.before(detail))
            ahead += len(story.full)
            if self.limit is not None and ahead > _AHEAD * self.limit * (1 + story.is_odd):
                story = replace(story, full="", short="")
            stories.append(story)
        if not stories:
            raise Unfit("There is no exchange to write.")
        text, remarks = report(stories, self.limit)
        out.write(text.encode("utf-8", "replace"))
        return [*remarks, "It quotes the beginnings of bodies as they passed: read it before others do."]
