"""Codex as a client: who is calling, in which thread and turn, and how to point it at the proxy.

Measured on releases 0.58 to 0.169. Header spellings changed between them (`session_id`, `conversation_id`,
`thread_id`, later `session-id`, `thread-id`, later `x-codex-turn-metadata`); all are understood at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

PROVIDER_ID = "inspector"
DEFAULT_ENV_KEY = "AZURE_OPENAI_API_KEY"


@dataclass(frozen=True, slots=True)
class CodexContext:
    """What the headers of one request tell; None where they do not. `session` is the thread's id."""

    client: str | None = None
    version: str | None = None
    session: str | None = None
    turn_id: str | None = None
    request_kind: str | None = None
    is_codex: bool = False


_AGENT = re.compile(r"^\s*([^/\s(]+)(?:/(\S+))?")
_THREAD_HEADERS = ("thread-id", "thread_id", "conversation-id", "conversation_id")
_SESSION_HEADERS = ("session-id", "session_id")


def identify(headers: Iterable[tuple[str, str]]) -> CodexContext:
    """Client, thread and turn from request headers, whatever their values. Names in any case, first wins."""
    seen: dict[str, str] = {}
    for name, value in headers:
        seen.setdefault(name.lower(), value)
    told = _json_object(seen.get("x-codex-turn-metadata"))
    agent = _AGENT.match(seen.get("user-agent", ""))
    client, version = (agent[1], agent[2]) if agent else (None, None)
    originator = seen.get("originator", "")
    session = (
        _first(seen, _THREAD_HEADERS)
        or _text(told, "thread_id")
        or _first(seen, _SESSION_HEADERS)
        or _text(told, "session_id")
    )
    return CodexContext(
        client=client,
        version=version,
        session=session,
        turn_id=_text(told, "turn_id"),
        request_kind=_text(told, "request_kind"),
        is_codex=originator.lower().startswith("codex")
        or (client or "").lower().startswith("codex")
        or bool(told),
    )


def _first(seen: Mapping[str, str], names: Iterable[str]) -> str | None:
    return next((seen[name].strip() for name in names if seen.get(name, "").strip()), None)


def _json_object(text: str | None) -> dict[str, Any]:
    try:
        value = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _text(value: Mapping[str, Any], name: str) -> str | None:
    found = value.get(name)
    return found if isinstance(found, str) and found else None


@dataclass(frozen=True, slots=True)
class ActiveProvider:
    """The provider that a Codex configuration selects. `id` is its key, `name` what it calls itself."""

    id: str
    name: str | None
    base_url: str | None
    env_key: str | None = None
    wire_api: str | None = None
    query_params: dict[str, str] = field(default_factory=dict)
    http_headers: dict[str, str] = field(default_factory=dict)
    env_http_headers: dict[str, str] = field(default_factory=dict)


def active_provider(config: Mapping[str, Any], profile: str | None = None) -> ActiveProvider | None:
    """The provider of a parsed config.toml: the profile's, else the file's, else Codex's built-in OpenAI."""
    name = profile if profile is not None else config.get("profile")
    chosen: Any = None
    if isinstance(name, str):
        chosen = _table(_table(config.get("profiles")).get(name)).get("model_provider")
    if not isinstance(chosen, str):
        chosen = config.get("model_provider")
    if not isinstance(chosen, str):
        chosen = "openai"
    providers = _table(config.get("model_providers"))
    if chosen not in providers:
        return (
            ActiveProvider("openai", "OpenAI", "https://api.openai.com/v1", "OPENAI_API_KEY", "responses")
            if chosen == "openai"
            else None
        )
    provider = _table(providers[chosen])
    return ActiveProvider(
        id=chosen,
        name=_text(provider, "name"),
        base_url=_text(provider, "base_url"),
        env_key=_text(provider, "env_key"),
        wire_api=_text(provider, "wire_api"),
        query_params=_strings(provider.get("query_params")),
        http_headers=_strings(provider.get("http_headers")),
        env_http_headers=_strings(provider.get("env_http_headers")),
    )


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _strings(value: Any) -> dict[str, str]:
    return {name: text for name, text in _table(value).items() if isinstance(text, str)}


def config_block(
    base_url: str,
    *,
    env_key: str = DEFAULT_ENV_KEY,
    name: str = "Azure",
    query_params: Mapping[str, str] | None = None,
) -> str:
    """The lines to paste into Codex's config.toml."""
    lines = [
        f"model_provider = {_toml(PROVIDER_ID)}",
        "",
        f"[model_providers.{PROVIDER_ID}]",
        f"name = {_toml(name)}",
        f"base_url = {_toml(base_url)}",
        f"env_key = {_toml(env_key)}",
        'wire_api = "responses"',
    ]
    if query_params:
        lines.append(f"query_params = {_inline(query_params)}")
    return "\n".join(lines) + "\n"


def config_overrides(
    base_url: str,
    *,
    provider: ActiveProvider | None = None,
    env_key: str = DEFAULT_ENV_KEY,
    name: str = "Azure",
    query_params: Mapping[str, str] | None = None,
) -> list[str]:
    """Arguments for `codex` that point it at `base_url`: pairs of `-c` and `key=value`.

    With the person's own `provider` only its base_url is replaced: keys, headers and retries stay theirs.
    """
    if provider is not None and provider.id != "openai":
        settings = {f"model_providers.{_key(provider.id)}.base_url": _toml(base_url)}
    else:
        prefix = f"model_providers.{PROVIDER_ID}"
        settings = {
            "model_provider": _toml(PROVIDER_ID),
            f"{prefix}.name": _toml(name),
            f"{prefix}.base_url": _toml(base_url),
            f"{prefix}.env_key": _toml(provider.env_key if provider and provider.env_key else env_key),
            f"{prefix}.wire_api": _toml("responses"),
        }
        if query_params:
            settings[f"{prefix}.query_params"] = _inline(query_params)
    return [argument for key, value in settings.items() for argument in ("-c", f"{key}={value}")]


def _toml(text: str) -> str:
    """A TOML basic string. JSON's escapes are TOML's, except that DEL must be escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)


def _inline(table: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f"{_key(name)} = {_toml(value)}" for name, value in table.items()) + " }"
