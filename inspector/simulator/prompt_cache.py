"""Token counts that behave like Azure's: about four bytes a token, and a prompt cache by identical prefix.

The cache's rule: at least 1,024 tokens alike, in steps of 128; per cache key, against the request before.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

BYTES_A_TOKEN = 4
LEAST = 1024
STEP = 128
SESSIONS_REMEMBERED = 64


class PromptCache:
    """Remembers the last prompt of each session."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, list[str]] = OrderedDict()

    def count(self, session: str, body: Mapping[str, Any]) -> tuple[int, int]:
        """Input tokens of a body, and how many are cached: what the session's last prompt began with."""
        said = body.get("input", body.get("messages"))
        pieces = [body.get("instructions"), body.get("tools"), *(said if isinstance(said, list) else [said])]
        prompt = [json.dumps(piece, ensure_ascii=False) for piece in pieces if piece]
        last = self._last.pop(session, [])
        self._last[session] = prompt
        if len(self._last) > SESSIONS_REMEMBERED:
            self._last.popitem(last=False)
        alike = 0
        for piece, before in zip(prompt, last, strict=False):
            if piece != before:
                break
            alike += len(piece)
        cached = alike // BYTES_A_TOKEN // STEP * STEP
        total = max(1, sum(map(len, prompt)) // BYTES_A_TOKEN)
        return total, cached if cached >= LEAST else 0
