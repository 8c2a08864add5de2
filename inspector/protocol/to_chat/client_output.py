"""What a client's own tool gave back: the content of a message with the role tool.

It is a string, or a list of `{"type": "output", "content_type": ..., "body": ...}`. A chat tool message holds
text: an empty output and anything that is no text are refused.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from inspector.protocol.report import Kind, Row
from inspector.protocol.to_chat.content import as_text
from inspector.protocol.to_chat.refusals import Refusals


def client_output(content: Any, at: str, target: str, rows: list[Row], refusals: Refusals) -> str:
    """The text of the content at `at`, which goes to `target`."""
    parts = content if isinstance(content, list) else [content]
    told = [(n, _client_text(part)) for n, part in enumerate(parts)]
    if not any(not isinstance(text, str) or text.strip() for _, text in told):
        refusals.add(at, "tool_output_empty", "the tool's output is empty")
        return ""
    texts = []
    for n, text in told:
        here = f"{at}/{n}" if isinstance(content, list) else at
        if not isinstance(text, str):
            reason = f"a tool message holds text; {text.what} cannot be sent in it"
            refusals.add(here, "unsupported_value", reason)
        elif text:
            texts.append(text)
            rows.append(Row(Kind.RENAMED, here, (target,), "the text of a tool message"))
        else:
            rows.append(Row(Kind.DROPPED, here, (), "empty"))
    return "\n".join(texts)


class _NoText(NamedTuple):
    """What a tool gave back that is no text."""

    what: str


_TEXTUAL = re.compile(r"text/.*|(application/|.*\+)(json|xml|yaml|x-yaml|javascript|toml|sql)\b.*|", re.ASCII)
_FILES = {"input_image": "an image", "image_url": "an image", "input_file": "a file", "input_audio": "audio"}


def _client_text(part: Any) -> str | _NoText:
    """The text of a part of what a client's tool gave back; "" for nothing."""
    fields = part if isinstance(part, dict) else {"body": part}
    media, kind = fields.get("content_type"), fields.get("type")
    if isinstance(media, str) and not _TEXTUAL.fullmatch(media.strip().lower()):
        return _NoText(media[:80])
    if isinstance(kind, str) and kind in _FILES:
        return _NoText(_FILES[kind])
    if "file_id" in fields:
        return _NoText(f"the file {fields['file_id']!r:.80}")
    body = fields.get("body", fields.get("text"))
    return "" if body is None or body in ("", [], {}) else as_text(body)
