"""What Azure's content filters said of the prompt and of the answer, gathered over the chunks.

Chat tells it piece by piece (`prompt_filter_results` first, `content_filter_results` with each choice), a
Response in one list. What was filtered once stays so, whatever later chunks say.
"""

from __future__ import annotations

from typing import Any, Literal

from inspector.protocol.from_chat.response_body import is_writable


class ContentFilters:
    """The results so far."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Any]] = {}  # by source
        self._last: dict[str, Any] = {}  # by source: most chunks say the same again

    def take(self, source: Literal["prompt", "completion"], results: object) -> bool:
        """Take in results; False when they cannot be sent on."""
        if results == self._last.get(source):
            return True
        self._last[source] = results
        if source == "prompt" and isinstance(results, list):
            first = (one.get("content_filter_results") for one in results if isinstance(one, dict))
            results = next(first, None)
        if not isinstance(results, dict):
            return True
        if not is_writable(results):
            return False
        known = self._known.setdefault(source, {})
        for category, result in results.items():
            if not _is_filtered(known.get(category)):
                known[category] = result
        return True

    @property
    def listed(self) -> list[dict[str, Any]]:
        """As a Response lists them; empty where nothing was said."""
        return [
            {
                "source_type": source,
                "blocked": any(_is_filtered(result) for result in results.values()),
                "content_filter_results": results,
            }
            for source, results in self._known.items()
        ]


def _is_filtered(result: object) -> bool:
    return isinstance(result, dict) and result.get("filtered") is True
