"""Who asked, as Codex's files tell it, under the names of the headers in which Codex sends it.

So an exchange that is read in finds its session, its turn and the session that a sub-agent works for in the
way in which a recorded one does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspector.capture.model import Headers
from inspector.protocol import json_text

_METADATA = "x-codex-turn-metadata"
_JSON = ("content-type", "application/json")
_KINDS = {"thread_spawn": "collab_spawn"}  # where the header's word is another


@dataclass(frozen=True, slots=True)
class Thread:
    """A session of Codex's."""

    id: str | None = None
    parent: str | None = None
    agent: str | None = None  # the kind of sub-agent
    name: str | None = None
    client: str | None = None  # "codex_exec/0.169.0"


def thread_of(told: Mapping[str, Any]) -> Thread:
    """The thread of a rollout's `session_meta`, or of the metadata that a trace bundle has of it."""
    source = told.get("source", told.get("session_source"))
    agent, more = _agent(source.get("subagent") if isinstance(source, dict) else None)
    name, version = text(told.get("originator")), text(told.get("cli_version"))
    return Thread(
        text(told.get("id")) or text(told.get("thread_id")),
        text(told.get("parent_thread_id")) or text(more.get("parent_thread_id")),
        agent,
        (text(told.get("agent_path")) or text(more.get("agent_path"))) if agent else None,
        f"{name}/{version}" if name and version else None,
    )


def headers(thread: Thread, turn: str | None, kind: str, told: object = None) -> Headers:
    """Those of a request; `told` is its `client_metadata`, which newer Codex fills with the very same."""
    said = told if isinstance(told, dict) else {}
    found = {name: value for name, value in said.items() if name.startswith("x-") and text(value)}
    if _METADATA not in found:
        metadata = {
            "thread_id": thread.id,
            "turn_id": turn,
            "request_kind": kind,
            "parent_thread_id": thread.parent,
            "subagent_kind": thread.agent,
            "agent_name": thread.name,
        }
        found[_METADATA] = json_text.write({name: value for name, value in metadata.items() if value})
    thread_id = text(said.get("thread_id")) or thread.id
    first = {"user-agent": thread.client, "session-id": text(said.get("session_id")), "thread-id": thread_id}
    return (_JSON, *((name, value) for name, value in {**first, **found}.items() if value))


def text(value: object) -> str | None:
    """A text that says something, else None."""
    return value if isinstance(value, str) and value else None


def _agent(told: object) -> tuple[str | None, Mapping[str, Any]]:
    """The kind of sub-agent, and what else is known of it: `"review"`, `{"thread_spawn": {...}}`."""
    if isinstance(told, dict) and told:
        kind, more = next(iter(told.items()))
        if isinstance(more, str) and more:
            return more, {}
        return _KINDS.get(kind, kind), more if isinstance(more, dict) else {}
    return text(told), {}
