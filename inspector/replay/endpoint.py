"""Where a request goes: to the endpoint it was captured at, or to another one that a person names.

| `--to` | the endpoint |
|---|---|
| not given | the exchange's own |
| a URL | as `parse_upstream` reads it: v1, dated, of a deployment, plain |
| `azure` | that of the environment: AZURE_OPENAI_ENDPOINT, else AZURE_RESOURCE_NAME |

A call that has no exchange goes to that of the environment as well, unless a URL is given. The environment
never decides where a captured request goes unless it is asked to: its prompts would go elsewhere unseen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from inspector.capture.redact import is_secret_parameter
from inspector.protocol.azure import Operation, Upstream, chat_target, parse_upstream, responses_target
from inspector.protocol.snippets.call import call_of

FROM_ENVIRONMENT = "azure"
_RESOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")

Query = Sequence[tuple[str, str]]


class EndpointProblem(ValueError):
    """There is no telling where to send; the message is one sentence for a person."""


@dataclass(frozen=True, slots=True)
class Destination:
    """What a person says about where it goes; None leaves it as it was captured."""

    to: str | None = None  # a URL, or FROM_ENVIRONMENT
    model: str | None = None  # the model that the body names
    deployment: str | None = (
        None  # what is asked at the endpoint, where it is called otherwise than the model
    )
    api_version: str | None = None
    families: Mapping[str, str] = field(default_factory=dict)  # besides those of the recorder


AS_CAPTURED = Destination()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A place that calls are sent to. `named`: a person wrote its host, so it may be given a credential."""

    upstream: Upstream
    named: bool = False
    query: tuple[tuple[str, str], ...] = ()  # of the captured URL, besides api-version and secrets
    left_out: tuple[str, ...] = ()  # names of its query's secrets

    @property
    def named_hosts(self) -> frozenset[str]:
        """For `credentials.find` and the sender."""
        return frozenset({self.upstream.host.lower()} if self.named else ())

    def responses(self, tail: str = "", query: Query = ()) -> str:
        """The URL of Responses; `tail` follows it: "/resp_1/cancel"."""
        return self._url(responses_target(self.upstream), tail, query)

    def chat(self, deployment: str) -> str:
        """The URL of Chat Completions; a deployment in the endpoint's own path comes first."""
        return self._url(chat_target(self.upstream, deployment=deployment), "", ())

    def embeddings(self, deployment: str) -> str:
        """The URL of embeddings, which stand where Chat Completions do."""
        path, mark, version = chat_target(self.upstream, deployment=deployment).partition("?")
        return self._url(f"{path.removesuffix('/chat/completions')}/embeddings{mark}{version}", "", ())

    def models(self, tail: str = "", query: Query = ()) -> str:
        """The URL of the list of models."""
        path, mark, version = responses_target(self.upstream).partition("?")
        return self._url(f"{path.removesuffix('/responses')}/models{mark}{version}", tail, query)

    def _url(self, target: str, tail: str, query: Query) -> str:
        path, _, version = target.partition("?")
        further = urlencode([*self.query, *query], quote_via=quote)
        told = "&".join(part for part in (version, further) if part)
        return f"{self.upstream.scheme}://{self.upstream.authority}{path}{tail}{'?' if told else ''}{told}"


def resolve(url: str | None, destination: Destination, environ: Mapping[str, str]) -> Endpoint:
    """The endpoint for a call that was captured with this URL; without one, that of the environment."""
    if destination.to == FROM_ENVIRONMENT or (url is None and destination.to is None):
        endpoint = Endpoint(_of_environment(environ))
    elif destination.to is not None:
        endpoint = Endpoint(_parsed(destination.to), named=True)
    else:
        assert url is not None
        endpoint = _captured(url)
    upstream = endpoint.upstream
    if destination.api_version is not None:
        upstream = replace(upstream, api_version=destination.api_version or None)
    if destination.deployment is not None and upstream.deployment is not None:
        path = f"{upstream.root}/deployments/{quote(destination.deployment, safe='')}"
        upstream = replace(upstream, path=path)
    return replace(endpoint, upstream=upstream)


def deployment_in(url: str) -> str | None:
    """The deployment that the path of a captured URL names."""
    try:
        return _captured(url).upstream.deployment
    except EndpointProblem:
        return None


def tail_of(url: str, operation: Operation) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What follows the collection in a captured call's URL; its query without api-version and secrets."""
    path = call_of("GET", url, ()).path
    collection = "/models" if operation is Operation.MODELS else "/responses"
    plain, _ = _plain_query(url)
    return path.removeprefix(collection), plain


def as_captured(url: str) -> str:
    """A captured URL to the letter, as long as it has no secrets; they are left out."""
    plain, secrets = _plain_query(url, without=())
    if not secrets and "@" not in urlsplit(url).netloc:
        return url
    parts = urlsplit(url)
    return parts._replace(
        netloc=parts.netloc.rpartition("@")[2], query=urlencode(plain, quote_via=quote), fragment=""
    ).geturl()


def _captured(url: str) -> Endpoint:
    if url.startswith("/") or not url:  # what was read from a file that does not tell
        raise EndpointProblem("It is not known where the exchange was sent. Name a place with --to.")
    try:
        plain, secrets = _plain_query(url)
        version = dict(parse_qsl(urlsplit(url).query)).get("api-version")
        upstream = parse_upstream(call_of("GET", url, ()).base_url)
    except ValueError as error:
        raise EndpointProblem(
            f"The exchange's own URL cannot be sent to: {str(error).rstrip('.')}. Name one with --to."
        ) from None
    return Endpoint(replace(upstream, api_version=version or None), query=plain, left_out=secrets)


def _plain_query(
    url: str, without: Sequence[str] = ("api-version",)
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """The parameters of a captured URL, and the names of those that held a secret."""
    plain, secrets = [], []
    for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True):
        if is_secret_parameter(name) or value.startswith("[redacted "):
            secrets.append(name)
        elif name not in without:
            plain.append((name, value))
    return tuple(plain), tuple(secrets)


def _parsed(text: str) -> Upstream:
    try:
        return parse_upstream(text)
    except ValueError as error:
        raise EndpointProblem(str(error)) from None


def _of_environment(environ: Mapping[str, str]) -> Upstream:
    if endpoint := environ.get("AZURE_OPENAI_ENDPOINT", "").strip():
        return _parsed(endpoint)
    if resource := environ.get("AZURE_RESOURCE_NAME", "").strip():
        if not _RESOURCE.fullmatch(resource):
            raise EndpointProblem(
                f"AZURE_RESOURCE_NAME is {resource!r}, which is no name of a resource: "
                "write my-res for https://my-res.openai.azure.com."
            )
        return _parsed(f"https://{resource}.openai.azure.com")
    raise EndpointProblem(
        "It is not said where to send: set AZURE_OPENAI_ENDPOINT or AZURE_RESOURCE_NAME, "
        "or name a URL with --to."
    )
