"""Codex as a client: who is calling, in which thread and turn, and how to point it at the proxy.

Measured on releases 0.58 to 0.169. Header spellings changed between them (`session_id` with `conversation_id`
or `thread_id`, later `session-id` with `thread-id`, and JSON in `x-codex-turn-metadata`); all are understood.

Sub-agents are threads of their own. In 0.169 each of their requests has `x-openai-subagent`: `collab_spawn`
(the model called `spawn_agent`; the metadata's `subagent_kind` says `thread_spawn`), `review` (`codex exec
review`, whose own thread asks nothing) or `guardian` (decides whether a command may run); the program knows
`compact` and `memory_consolidation` too. Beside it stands `x-codex-parent-thread-id`, the thread that
spawned it, also where that is an agent; `session-id` and `prompt_cache_key` are those of the first thread
(with a guardian the key has a prefix). gpt-6-sol, and others with feature `multi_agent_v2`, get newer tools
for agents: with these `agent_name` is a path such as `/root/greeter` and agents speak in input items
`agent_message`; with the older tools it is `/root` for all. 0.100 sends the kind and no parent; its ids are
the sub-agent's own.

Configuration (0.58, 0.100, 0.169): `-c` splits its key at every dot, quotes or not, so a provider whose id
has a dot can only be reached through an inline table (0.58 cannot do even that); a profile's choice of
provider wins over `-c model_provider=`, so the person's own is redirected rather than replaced; built-in
providers cannot be overridden. `[profiles.x]` tables ended: `--profile x` lays `x.config.toml` over the rest.

Compaction (0.169): where Codex sees Azure it asks the server to compact a long session, with an input item
that Chat Completions cannot say; elsewhere it asks for a summary in words and goes on from that. The rest of
what it sends is the same. So what is bridged must not look like Azure: no host in the path, another name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from inspector.protocol.azure import Upstream
from inspector.protocol.json_text import parse_object
from inspector.protocol.surrogates import whole

PROVIDER_ID = "inspector"
DEFAULT_ENV_KEY = "AZURE_OPENAI_API_KEY"

_AZURE_MARKS = (
    "openai.azure.",
    "cognitiveservices.azure.",
    "aoai.azure.",
    "azure-api.",
    "azurefd.",
    "windows.net/openai",
)


@dataclass(frozen=True, slots=True)
class CodexContext:
    """What the headers of one request tell; None where they do not. `session` is the thread's id.

    Of a sub-agent `agent` is the kind in Codex's word (`review`, `collab_spawn`), `agent_name` what the model
    called it, `parent_session` the thread that spawned it.
    """

    client: str | None = None
    version: str | None = None
    session: str | None = None
    turn_id: str | None = None
    request_kind: str | None = None
    parent_session: str | None = None
    agent: str | None = None
    agent_name: str | None = None
    is_codex: bool = False


_AGENT = re.compile(r"\s*([^\s(]+?)(?:[/ ]v?(\d[^\s;)]*))?(?=[\s(]|$)")  # also "OpenAI/Python 2.8.0"
_THREAD_HEADERS = ("thread-id", "thread_id", "conversation-id", "conversation_id")
_SESSION_HEADERS = ("session-id", "session_id")
_PARENT_HEADER, _AGENT_HEADER = "x-codex-parent-thread-id", "x-openai-subagent"
_FIRST_AGENT = "/root"
_LASTING = ("user-agent", "originator")


def identify(headers: Iterable[tuple[str, str]]) -> CodexContext:
    """Client, thread and turn from request headers, whatever their values. Names in any case, first wins.

    What comes out is text that can be stored: half a character, which JSON can escape, becomes U+FFFD.
    """
    seen: dict[str, str] = {}
    for name, value in headers:
        seen.setdefault(name.lower(), whole(value))
    metadata = seen.get("x-codex-turn-metadata")
    told = (parse_object(metadata) if metadata else None) or {}
    agent = _AGENT.match(seen.get("user-agent", ""))
    client, version = (agent[1], agent[2]) if agent else (None, None)
    originator = seen.get("originator", "")
    session = (
        _first(seen, _THREAD_HEADERS)
        or _text(told, "thread_id")
        or _first(seen, _SESSION_HEADERS)
        or _text(told, "session_id")
    )
    parent = _first(seen, (_PARENT_HEADER,)) or _text(told, "parent_thread_id")
    called = _text(told, "agent_name")
    return CodexContext(
        client=client,
        version=version,
        session=session,
        turn_id=_text(told, "turn_id"),
        request_kind=_text(told, "request_kind"),
        parent_session=parent if parent != session else None,
        agent=_first(seen, (_AGENT_HEADER,)) or _text(told, "subagent_kind"),
        agent_name=called.removeprefix(f"{_FIRST_AGENT}/") if called and called != _FIRST_AGENT else None,
        is_codex=originator.lower().startswith("codex")
        or (client or "").lower().startswith("codex")
        or bool(told),
    )


def identify_message(headers: Iterable[tuple[str, str]], body: Mapping[str, Any]) -> CodexContext:
    """The same of a request that came as a message over a WebSocket, whose headers are the handshake's.

    What they would say of it stands in its `client_metadata`, under their names; so each message has a turn
    of its own. What lasts (client, thread, kind of sub-agent) may stand in the headers alone.
    """
    opened = lasting(identify(headers := list(headers)))
    told = body.get("client_metadata")
    said = (
        [(name, value) for name, value in told.items() if isinstance(value, str)]
        if isinstance(told, dict)
        else []
    )
    found = identify([*said, *((name, value) for name, value in headers if name.lower() in _LASTING)])
    session = found.session or opened.session
    same = session == opened.session
    return replace(
        found,
        session=session,
        request_kind="prewarm" if body.get("generate") is False else found.request_kind,
        parent_session=found.parent_session or (opened.parent_session if same else None),
        agent=found.agent or (opened.agent if same else None),
        agent_name=found.agent_name or (opened.agent_name if same else None),
        is_codex=found.is_codex or opened.is_codex,
    )


def lasting(context: CodexContext) -> CodexContext:
    """Of a handshake's context what holds for every message of its WebSocket."""
    return replace(context, turn_id=None, request_kind=None)


def _first(seen: Mapping[str, str], names: Iterable[str]) -> str | None:
    return next((seen[name].strip() for name in names if seen.get(name, "").strip()), None)


def _text(value: Mapping[str, Any], name: str) -> str | None:
    found = value.get(name)
    return whole(found) if isinstance(found, str) and found else None


@dataclass(frozen=True, slots=True)
class ActiveProvider:
    """The provider that a Codex configuration selects: `id` is its key there, `name` what it calls itself."""

    id: str
    name: str | None
    base_url: str | None
    env_key: str | None = None
    wire_api: str | None = None
    query_params: dict[str, str] = field(default_factory=dict)
    http_headers: dict[str, str] = field(default_factory=dict, repr=False)
    env_http_headers: dict[str, str] = field(default_factory=dict)
    idle_timeout: float | None = None  # seconds of silence in a response that it bears; None: Codex's default
    built_in: bool = False


BUILT_IN = ActiveProvider(
    "openai", "OpenAI", "https://api.openai.com/v1", "OPENAI_API_KEY", "responses", built_in=True
)


def bridged_base_url(upstream: Upstream, listening: str) -> str:
    """The base_url of a bridging proxy, in which Codex does not see Azure: then it compacts by itself."""
    return f"{listening.rstrip('/')}{upstream.path}"


def sees_azure(base_url: str, name: str | None = None) -> bool:
    """Whether Codex would treat a provider as Azure (measured): by its name, or by marks in its base_url."""
    return (name or "").lower() == "azure" or any(mark in base_url.lower() for mark in _AZURE_MARKS)


def layered(*configs: Mapping[str, Any]) -> dict[str, Any]:
    """Parsed TOML files laid over each other, tables joined, as Codex lays a profile's file over its own."""
    result: dict[str, Any] = {}
    for config in configs:
        for key, value in config.items():
            below = result.get(key)
            both = isinstance(below, Mapping) and isinstance(value, Mapping)
            result[key] = layered(below, value) if both else value  # type: ignore[arg-type]  # `both` says so
    return result


def active_provider(config: Mapping[str, Any], profile: str | None = None) -> ActiveProvider | None:
    """The provider of a parsed config.toml: the profile's, else the file's, else Codex's built-in OpenAI.

    None when the configuration names a provider that it does not define.
    """
    name = profile if profile is not None else config.get("profile")
    chosen = None
    if isinstance(name, str):
        chosen = _table(_table(config.get("profiles")).get(name)).get("model_provider")
    if not isinstance(chosen, str):
        chosen = config.get("model_provider")
    if not isinstance(chosen, str):
        return BUILT_IN
    provider = _table(config.get("model_providers")).get(chosen)
    if not isinstance(provider, Mapping):
        return BUILT_IN if chosen == BUILT_IN.id else None
    return ActiveProvider(
        id=chosen,
        name=_text(provider, "name"),
        base_url=_text(provider, "base_url"),
        env_key=_text(provider, "env_key"),
        wire_api=_text(provider, "wire_api"),
        query_params=_strings(provider.get("query_params")),
        http_headers=_strings(provider.get("http_headers")),
        env_http_headers=_strings(provider.get("env_http_headers")),
        idle_timeout=_idle_timeout(provider),
    )


def idle_timeout(config: Mapping[str, Any], addresses: Container[tuple[str, int]]) -> float | None:
    """Seconds of silence that Codex bears in a response from one of the addresses (host, port).

    As the providers of a parsed config.toml say whose base_url is there, the shortest of several. None where
    none does: then it is Codex's default.
    """
    found = []
    for provider in _table(config.get("model_providers")).values():
        seconds = _idle_timeout(_table(provider))
        try:
            url = urlsplit(_text(_table(provider), "base_url") or "")
            address = url.hostname or "", url.port or (443 if url.scheme == "https" else 80)
        except ValueError:
            continue  # it names no address: Codex will say so itself
        if seconds is not None and address in addresses:
            found.append(seconds)
    return min(found, default=None)


def _idle_timeout(provider: Mapping[str, Any]) -> float | None:
    given = provider.get("stream_idle_timeout_ms")
    return given / 1000 if isinstance(given, int) and not isinstance(given, bool) and given >= 0 else None


def _table(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _strings(value: Any) -> dict[str, str]:
    return {name: text for name, text in _table(value).items() if isinstance(text, str)}


def config_block(
    base_url: str,
    *,
    env_key: str | None = DEFAULT_ENV_KEY,
    name: str | None = None,
    query_params: Mapping[str, str] | None = None,
) -> str:
    """The lines to paste at the top of config.toml; `name` is "Azure" where Codex would see Azure anyway."""
    selection, provider = _provider(base_url, env_key, name, query_params)
    lines = [f"{key} = {value}" for key, value in selection.items()]
    lines += ["", f"[model_providers.{PROVIDER_ID}]"]
    lines += [f"{key} = {value}" for key, value in provider.items()]
    return "\n".join(lines) + "\n"


def config_overrides(
    base_url: str,
    *,
    provider: ActiveProvider | None = None,
    env_key: str | None = DEFAULT_ENV_KEY,
    name: str | None = None,
    query_params: Mapping[str, str] | None = None,
    bridged: bool = False,
) -> list[str]:
    """Arguments that point `codex` at `base_url`, to stand right behind it: pairs of `-c` and `key=value`.

    With the person's own `provider` only its base_url is replaced: keys, headers and retries stay theirs; and
    where it is `bridged`, a name by which Codex would see Azure.
    """
    if provider is not None and not provider.built_in:
        replaced = {"base_url": base_url}
        if bridged and sees_azure("", provider.name):
            replaced["name"] = f"{provider.name}, bridged"
        if re.fullmatch(_BARE, provider.id):
            return _arguments(
                {f"model_providers.{provider.id}.{key}": _toml(new) for key, new in replaced.items()}
            )
        inline = ", ".join(f"{key} = {_toml(new)}" for key, new in replaced.items())
        return _arguments({"model_providers": f"{{ {_toml(provider.id)} = {{ {inline} }} }}"})
    if provider is not None:
        env_key, name = provider.env_key or env_key, provider.name
    selection, table = _provider(base_url, env_key, name, query_params)
    ours = {f"model_providers.{PROVIDER_ID}.{key}": value for key, value in table.items()}
    return _arguments(selection | ours)


def _arguments(settings: Mapping[str, str]) -> list[str]:
    return [argument for key, value in settings.items() for argument in ("-c", f"{key}={value}")]


def _provider(
    base_url: str, env_key: str | None, name: str | None, query_params: Mapping[str, str] | None
) -> tuple[dict[str, str], dict[str, str]]:
    """The setting that selects our provider, and its table; values are TOML already."""
    provider = {
        "name": _toml(name or ("Azure" if sees_azure(base_url) else "Inspector")),
        "base_url": _toml(base_url),
        "wire_api": _toml("responses"),
    }
    if env_key is not None:  # Codex does not start without a value in the variable that is named
        provider["env_key"] = _toml(env_key)
    if query_params:
        pairs = (
            f"{key if re.fullmatch(_BARE, key) else _toml(key)} = {_toml(value)}"
            for key, value in query_params.items()
        )
        provider["query_params"] = "{ " + ", ".join(pairs) + " }"
    return {"model_provider": _toml(PROVIDER_ID)}, provider


_BARE = r"[A-Za-z0-9_-]+"


def _toml(text: str) -> str:
    """A TOML basic string. JSON's escapes are TOML's too, only DEL must be escaped as well."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
