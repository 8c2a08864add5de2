"""The forms that a request can be copied in, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from inspector.protocol.snippets.call import Call
from inspector.protocol.snippets.codex_config import codex_config
from inspector.protocol.snippets.curl import curl
from inspector.protocol.snippets.httpie import httpie
from inspector.protocol.snippets.python import python


@dataclass(frozen=True, slots=True)
class Form:
    """One of them; `suffix` is what a file of it is called."""

    label: str
    suffix: str
    write: Callable[[Call], str]


FORMS: dict[str, Form] = {
    "curl": Form("a curl command", ".sh", curl),
    "httpie": Form("an HTTPie command", ".sh", httpie),
    "python": Form("Python with the openai package", ".py", python),
    "codex": Form("lines for Codex's config.toml", ".toml", codex_config),
}
"""Every form, in the order in which they are offered."""
