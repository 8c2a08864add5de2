"""Azure OpenAI's addresses: taken apart, built, and told for what they ask.

    form        base path                Responses                Chat Completions
    ----------  -----------------------  -----------------------  ----------------------------------
    v1          ROOT/v1, or ROOT alone   ROOT/v1/responses        ROOT/v1/chat/completions
    dated       ROOT, with a date        ROOT/responses           ROOT/deployments/NAME/chat/completions
    deployment  ROOT/deployments/NAME    ROOT[/v1]/responses      ROOT/deployments/NAME/chat/completions
    plain       anything else: BASE,     BASE/responses           BASE/chat/completions
                Foundry's /models, too

ROOT ends with /openai (but for deployments, where a gateway may have cut it off). Before that may stand a
Foundry project (`/api/projects/NAME`), the path of an API in API Management, or our own host in the path.
The dated and the deployment form need an api-version in the query, v1 takes none that is a date.
Operations are told from the end of the path, so that a wrong base is still seen for what it was meant to be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import parse_qsl, quote, unquote, urlsplit


class Operation(StrEnum):
    """The calls that are recorded."""

    CREATE = "responses.create"
    GET = "responses.get"
    DELETE = "responses.delete"
    CANCEL = "responses.cancel"
    ITEMS = "responses.items"
    COMPACT = "responses.compact"
    CONNECT = "responses.connect"  # GET on the collection: Codex asking for a WebSocket
    CHAT = "chat.create"
    EMBEDDINGS = "embeddings"
    MODELS = "models"


def operation(method: str, path: str) -> Operation | None:
    """The recorded operation of a request line (the path may carry a query); None: pass it unrecorded."""
    plain, _, query = path.partition("?")
    found = _by_path(method.upper(), [segment for segment in plain.split("/") if segment])
    if found is None and "/" in query:
        # A query pasted into base_url swallows the path: /openai?api-version=preview/responses
        found = _by_path(method.upper(), query.rstrip("/").split("/")[1:])
    return found


def _by_path(method: str, segments: list[str]) -> Operation | None:
    last = segments[-1] if segments else ""
    before = segments[-2] if len(segments) > 1 else ""
    if method == "POST":
        if last == "responses":
            return Operation.CREATE
        if before == "responses" and last == "compact":
            return Operation.COMPACT
        if last == "cancel" and len(segments) > 2 and segments[-3] == "responses":
            return Operation.CANCEL
        if before == "chat" and last == "completions":
            return Operation.CHAT
        return Operation.EMBEDDINGS if last == "embeddings" else None
    if method == "GET":
        if last == "responses":
            return Operation.CONNECT
        if last == "input_items" and len(segments) > 2 and segments[-3] == "responses":
            return Operation.ITEMS
        if before == "responses":
            return Operation.GET
        return Operation.MODELS if last == "models" or before == "models" else None
    if method == "DELETE" and before == "responses":
        return Operation.DELETE
    return None


class Form(StrEnum):
    """How an address is built; see the table above."""

    V1 = "v1"
    DATED = "dated"
    DEPLOYMENT = "deployment"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where requests go; `path` is the base ("/openai/v1", no slash at its end), `host` unbracketed."""

    scheme: str
    host: str
    port: int
    path: str
    api_version: str | None = None

    @property
    def authority(self) -> str:
        """host[:port], the port only where it is not the scheme's own; IPv6 in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def base_url(self) -> str:
        """The URL that a client would be given, without a query."""
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def form(self) -> Form:
        """Which form the base path has; between v1 and dated, an api-version that is a date decides."""
        if _DEPLOYMENT.search(self.path):
            return Form.DEPLOYMENT
        if not self.path.endswith(("/openai", "/openai/v1")):
            return Form.PLAIN
        return Form.DATED if _is_date(self.api_version) else Form.V1

    @property
    def deployment(self) -> str | None:
        """The deployment that the path names."""
        named = _DEPLOYMENT.search(self.path)
        return unquote(named[2]) if named else None

    @property
    def root(self) -> str:
        """The path that deployments and versions are put behind; a plain base itself."""
        if named := _DEPLOYMENT.search(self.path):
            return named[1]
        return self.path if self.form is Form.PLAIN else self.path.removesuffix("/v1")

    @property
    def is_azure(self) -> bool:
        """Whether the host is one of Azure's."""
        return is_azure_host(self.host)


_PORTS = {"http": 80, "https": 443}
# Foundry serves all its models at a base that ends with /models, so that this is a list of models only
# behind the base of one.
_OPERATION_END = re.compile(
    r"(/responses|/chat/completions|/embeddings|(?<=/openai)/models|(?<=/v1)/models)$"
)
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}")
_DEPLOYMENT = re.compile(r"^(.*)/deployments/([^/]+)$")
_PROJECT = re.compile(r"/api/projects/[^/]+$")

CHAT_VERSION = "2024-10-21"
"""The last dated version that is no preview; a deployment's address gives 404 without any."""
INFERENCE_VERSION = "2024-05-01-preview"
"""The one version that the clients of Foundry's own chat endpoint, /models, ask for; they always name it."""
_EXAMPLE = "for example https://my-res.openai.azure.com/openai/v1"


def parse_upstream(text: str) -> Upstream:
    """The upstream that a person means; a bare resource root means /openai/v1. ValueError says what is wrong.

    The target URIs that Azure's portal shows (up to `/chat/completions?api-version=...`) are understood too.
    """
    text = text.strip()
    if not text:
        raise ValueError(f"The upstream is empty: give the base URL of your resource, {_EXAMPLE}.")
    if "://" not in text:
        text = f"{'http' if is_loopback(re.split('[:/?]', text)[0]) else 'https'}://{text}"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError(
            f"The upstream {text!r} is not a URL ({error}): write it like this, {_EXAMPLE}."
        ) from None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS:
        raise ValueError(
            f"The upstream {text!r} has the scheme {scheme!r}: it must be http or https, {_EXAMPLE}."
        )
    if parts.username is not None or parts.password is not None:
        raise ValueError("The upstream has credentials in its URL: take them out, the client sends its own.")
    host = (parts.hostname or "").rstrip(".")
    if not host or re.search(r"[\s%<>\"]", host):
        raise ValueError(f"The upstream {text!r} has no valid host name: write it like this, {_EXAMPLE}.")
    version = None
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name != "api-version":
            raise ValueError(f"The upstream's query has {name!r}: only api-version is understood there.")
        version = value or None
    path = re.sub("/{2,}", "/", parts.path).rstrip("/")
    path = _OPERATION_END.sub("", path)
    if not path or _PROJECT.search(path):
        path += _root_path(host, version)
    return Upstream(scheme, host, port if port is not None else _PORTS[scheme], path, version)


def _root_path(host: str, version: str | None) -> str:
    if host == "api.openai.com":
        return "/v1"
    return "/openai" if _is_date(version) else "/openai/v1"


def _is_date(version: str | None) -> bool:
    return version is not None and _DATED.match(version) is not None


def client_base_url(upstream: Upstream, listening: str) -> str:
    """The base_url for the client: the upstream's host stays in the path, so Codex still sees Azure."""
    return f"{listening.rstrip('/')}/{upstream.authority}{upstream.path}"


def split_host_path(path: str) -> tuple[str, str] | None:
    """`/res.openai.azure.com/openai/v1/responses?q` -> authority in lower case, rest; None without a host."""
    if not path.startswith("/"):
        return None
    first, query_mark, query = path[1:].partition("?")
    first, _, rest = first.partition("/")
    authority = unquote(first).lower()
    if not (("." in authority and authority.strip(".")) or ":" in authority or authority == "localhost"):
        return None
    return authority, f"/{rest}{query_mark}{query}"


def chat_target(upstream: Upstream, *, deployment: str, api_version: str | None = None) -> str:
    """Path and query of Chat Completions at `upstream`, whose own deployment comes before `deployment`."""
    upstream = replace(upstream, api_version=api_version or upstream.api_version)
    version = upstream.api_version
    match upstream.form:
        case Form.DATED:
            path = f"{upstream.root}/deployments/{quote(deployment, safe='')}"
        case Form.DEPLOYMENT:
            path = upstream.path
            version = version or CHAT_VERSION
        case Form.V1:
            path = f"{upstream.root}/v1"
        case Form.PLAIN:
            path = upstream.path
            if upstream.is_azure and path.endswith("/models"):
                version = version or INFERENCE_VERSION
    return f"{path}/chat/completions{_query(version)}"


def responses_target(upstream: Upstream, *, api_version: str | None = None) -> str:
    """Path and query of Responses at `upstream`: the model is named in the body, never in the path."""
    version = api_version or upstream.api_version
    versioned = upstream.form is not Form.PLAIN and not _is_date(version)
    return f"{upstream.root}{'/v1' if versioned else ''}/responses{_query(version)}"


def _query(version: str | None) -> str:
    return f"?api-version={quote(version, safe='')}" if version else ""


AZURE_SUFFIXES = (
    "openai.azure.com",
    "cognitiveservices.azure.com",
    "services.ai.azure.com",
    "openai.azure.us",
    "cognitiveservices.azure.us",
    "openai.azure.cn",
    "cognitiveservices.azure.cn",
    "azure-api.net",
)
"""Domains of Azure's OpenAI resources: the three public ones, sovereign clouds, API Management."""

OPENAI_HOSTS = ("api.openai.com",)

opened_hosts: tuple[str, ...] = (
    *(rf"\.{re.escape(suffix)}(:\d+)?$" for suffix in AZURE_SUFFIXES),
    *(rf"^(\w+\.)?{re.escape(host)}(:\d+)?$" for host in OPENAI_HOSTS),
)
"""Regular expressions, searched in `host:port`: what forward mode opens. Sign-in hosts stay closed."""


def is_azure_host(host: str) -> bool:
    """Whether a host name (a port may follow) is a resource of Azure's."""
    name = host.partition(":")[0].rstrip(".").lower()
    return name.endswith(tuple(f".{suffix}" for suffix in AZURE_SUFFIXES))


def is_loopback(host: str) -> bool:
    """Whether a host name or address (no port) is this machine's own."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
