"""A request without its secrets: what of it travels in a snippet, and which variables stand for the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_plus, urlsplit

from inspector.protocol.azure import OPENAI_HOSTS
from inspector.protocol.codex import DEFAULT_ENV_KEY


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable, in place of something that must not be told."""

    name: str


Text = tuple[str | Variable, ...]
"""A text with variables in it."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a snippet says. `credentials` are the headers that hold the key, `headers` all others.

    `left_out` are names of headers that may hold a secret and that a request can do without.
    """

    method: str
    base_url: str  # up to what comes before `path`, no slash at its end
    path: str  # "/responses", "/chat/completions", "/responses/ID/cancel" ...; "" where it is none of Azure's
    query: tuple[tuple[str, Text], ...]  # decoded
    credentials: tuple[tuple[str, Text], ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    left_out: tuple[str, ...] = ()

    @property
    def url(self) -> Text:
        """The whole URL."""
        parts: list[str | Variable] = [self.base_url + self.path]
        for n, (name, value) in enumerate(self.query):
            parts.append(f"{'&' if n else '?'}{quote(name, safe='[]')}=")
            parts += (quote(part, safe=":,") if isinstance(part, str) else part for part in value)
        return joined(parts)

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the variables that must be set."""
        texts = (value for _, value in (*self.credentials, *self.query))
        return tuple(
            dict.fromkeys(part.name for text in texts for part in text if isinstance(part, Variable))
        )


TOKEN_KEY = "AZURE_OPENAI_AD_TOKEN"
"""The variable for an Entra token, as the openai package calls it."""

_PATH = re.compile(r"^(.*)(/(?:responses|chat/completions|embeddings|models)(?:/[^/]+){0,2})/?$")
_USERINFO = re.compile(r"^([A-Za-z][\w+.-]*://)[^/?#]*@")
_TOKEN = re.compile(r"eyJ[\w-]*\.[\w-]+\.|\[redacted \S+ (?:exp|aud)=")
_KEY_HEADERS = frozenset({"api-key", "authorization", "ocp-apim-subscription-key", "x-api-key"})
_KEY_PARAMETERS = frozenset({"api-key", "subscription-key"})
_PLAIN_PARAMETERS = frozenset(
    {"api-version", "stream", "starting_after", "include", "include[]", "include_obfuscation"}
    | {"limit", "order", "after", "before"}
)
_PLAIN_HEADERS = frozenset(
    {"content-type", "accept", "originator", "openai-beta", "prefer", "x-openai-subagent"}
    | {"session-id", "session_id", "thread-id", "thread_id", "conversation-id", "conversation_id"}
    | {"x-codex-window-id", "x-codex-turn-metadata", "x-codex-beta-features", "x-codex-parent-thread-id"}
    | {"x-ms-oai-image-generation-deployment", "x-ms-enable-preview"}
)
# Of the connection, of the client, or of one request only: a new one has its own.
_OWN = frozenset(
    {"host", "content-length", "connection", "keep-alive", "transfer-encoding", "content-encoding", "te"}
    | {"accept-encoding", "accept-language", "user-agent", "expect", "upgrade", "sec-fetch-mode", "date"}
    | {"x-client-request-id", "x-ms-client-request-id", "x-codex-turn-state", "traceparent", "tracestate"}
)
_CLIENTS_OWN = "x-stainless-"


def call_of(method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes = b"") -> Call:
    """The call that a request makes again. `body` is decoded, in that it has no content encoding any more."""
    base_url, path, host, query = _address(url)
    credentials: list[tuple[str, Text]] = []
    kept: list[tuple[str, str]] = []
    left_out: list[str] = []
    for name, value in headers:
        known = name.lower()
        if known in _KEY_HEADERS:
            credentials.append((name, _key(value, host, bearing=known == "authorization")))
        elif known in _PLAIN_HEADERS and value.isprintable() and value.strip():
            kept.append((name, value.strip()))
        elif known not in _OWN and not known.startswith(_CLIENTS_OWN):
            left_out.append(name if name.isprintable() else "?")
    if body and "content-type" not in {name.lower() for name, _ in kept}:
        kept.append(("content-type", "application/json"))
    return Call(
        method, base_url, path, query, tuple(credentials), tuple(kept), body, tuple(dict.fromkeys(left_out))
    )


def without_userinfo(url: str) -> str:
    """The URL without name and key before its host, or what stands in their place: no parser takes that."""
    return _USERINFO.sub(r"\1", url)


def _address(url: str) -> tuple[str, str, str, tuple[tuple[str, Text], ...]]:
    """Base, path, host and query; whatever is in the userinfo stays behind."""
    url = without_userinfo(url)
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.partition("?")[0], "", "", ()
    authority = parts.netloc
    found = _PATH.match(parts.path)
    before, path = (found[1], found[2]) if found else (parts.path, "")
    host = authority.partition(":")[0].lower()
    return f"{parts.scheme}://{authority}{before}", path, host, tuple(_query(parts.query))


def _query(query: str) -> Iterable[tuple[str, Text]]:
    for pair in query.split("&") if query else ():
        name, _, value = pair.partition("=")
        name, value = unquote_plus(name), unquote_plus(value)
        if name.lower() in _PLAIN_PARAMETERS:
            yield name, (value,)
        elif name.lower() in _KEY_PARAMETERS:
            yield name, (Variable(DEFAULT_ENV_KEY),)
        else:
            yield name, (Variable(_variable(name)),)


def _variable(name: str) -> str:
    """A name for the value of a parameter of which nobody knows whether it is a secret."""
    return "PARAMETER_" + (re.sub(r"[^A-Z0-9]+", "_", name.upper(), flags=re.ASCII).strip("_") or "VALUE")


def _key(value: str, host: str, *, bearing: bool) -> Text:
    """The header's value with a variable for the key: `Bearer $AZURE_OPENAI_API_KEY`."""
    scheme, space, secret = value.strip().partition(" ")
    if not (bearing and space and re.fullmatch(r"[A-Za-z]+", scheme)):
        scheme, secret = "", value
    name = "OPENAI_API_KEY" if host in OPENAI_HOSTS else DEFAULT_ENV_KEY
    variable = Variable(TOKEN_KEY if _TOKEN.match(secret) else name)
    return (f"{scheme} ", variable) if scheme else (variable,)


def joined(parts: Iterable[str | Variable]) -> Text:
    """The same text, neighbouring strings made one."""
    result: list[str | Variable] = []
    for part in parts:
        if isinstance(part, str) and result and isinstance(result[-1], str):
            result[-1] += part
        else:
            result.append(part)
    return tuple(result)
