"""The credential of a call: from where a person keeps it, never from a capture, and only to where it may go.

| first that is there | sent as |
|---|---|
| `--key-env NAME`, `--key-command CMD`, `--entra`: the one that was asked for, and no other | see below |
| `AZURE_OPENAI_API_KEY`, `AZURE_API_KEY` | a key |
| `AZURE_OPENAI_AD_TOKEN` | a token |
| `OPENAI_API_KEY`; for api.openai.com only this | a key |

A token, and any key that has the form of one (a JWT), is sent as Bearer; a key as `api-key` to Azure's
resources and to URLs of their form, as Bearer to everything else. This machine is sent none if there is none.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import re
import subprocess
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from urllib.parse import urlsplit

from inspector.capture.model import Headers
from inspector.protocol.azure import OPENAI_HOSTS, is_azure_host, is_loopback

KEYS = ("AZURE_OPENAI_API_KEY", "AZURE_API_KEY", "AZURE_OPENAI_AD_TOKEN", "OPENAI_API_KEY")
"""The variables that are looked at, in order."""

COMMAND_SECONDS = 60.0
_TOKENS = frozenset({"AZURE_OPENAI_AD_TOKEN"})
_JWT = re.compile(r"[\w-]+={0,2}\.(eyJ[\w-]+={0,2}|[\w-]+={0,2})\.[\w-]*={0,2}")
_GATEWAYS_OWN = ("ocp-apim-subscription-key", "x-api-key")
_IN_A_TOKENS_JSON = ("accessToken", "access_token", "token")


class CredentialProblem(Exception):
    """Nothing can be sent with what there is; the message is one sentence for a person, without a secret."""


class NoCredentialError(CredentialProblem):
    """There is none for `host`, so that a person can be asked for one."""

    def __init__(self, host: str, wanted: str) -> None:
        super().__init__(
            f"There is no key for {host}: set {wanted} in the environment, or name another source with "
            "--key-env, --key-command or --entra."
        )
        self.host, self.wanted = host, wanted


class UnnamedHostError(CredentialProblem):
    """Only the capture or the environment names this host, so nothing goes there until a person does."""

    def __init__(self, host: str, url: str) -> None:
        super().__init__(
            f"{host or url!r} is neither Azure's nor this machine, and no --to names it, so nothing is sent "
            f"there: if it is yours, name it, with --to {url.partition('?')[0]}."
        )
        self.host = host


@dataclass(frozen=True, slots=True)
class Credential:
    """A header that lets a request in."""

    name: str  # where it came from, for a person: a variable's name, "--key-command", "Entra"
    header: str
    value: str = field(repr=False)
    expires: float | None = None  # Unix time, where a token says so


@dataclass(frozen=True, slots=True)
class Source:
    """Where a person wants it from; at most one is set, and without any the environment is asked."""

    variable: str | None = None
    command: str | None = None
    entra: bool = False


def may_go_to(host: str, named_hosts: Collection[str] = ()) -> bool:
    """Whether anything may be sent to a host (no port): whatever a capture says, it decides nothing here."""
    host = host.strip("[]").rstrip(".").lower()
    return is_azure_host(host) or is_loopback(host) or host in OPENAI_HOSTS or host in named_hosts


def find(
    url: str,
    source: Source = Source(),
    *,
    named_hosts: Collection[str] = (),
    sent_before: Headers = (),
    environ: Mapping[str, str] = os.environ,
    now: Callable[[], float] = time.time,
) -> Credential | None:
    """The credential for a URL, None where none is needed. Raises CredentialProblem: nothing was sent yet.

    `named_hosts` are those that a person wrote; `sent_before` are the captured headers, whose names tell
    where a gateway looks for its key. May wait, for a command or for a sign-in.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    _check_host(url, host, parts.scheme, named_hosts)
    found = _found(host, source, environ)
    if found is None:
        if is_loopback(host):
            return None
        wanted = "OPENAI_API_KEY" if host in OPENAI_HOSTS else "AZURE_OPENAI_API_KEY (or AZURE_API_KEY)"
        raise NoCredentialError(host, wanted)
    name, secret, is_token = found
    secret = re.sub(r"(?i)^bearer\s+", "", secret.strip())
    if not secret:
        raise CredentialProblem(f"There is nothing from {name}: a key or a token is needed for {host}.")
    if not re.fullmatch(r"[!-~]+", secret):
        raise CredentialProblem(
            f"What {name} gave is no key: it has spaces, or letters that no header can carry."
        )
    expires = expiry(secret)
    if expires is not None and expires <= now():
        when = datetime.fromtimestamp(expires, UTC)
        raise CredentialProblem(
            f"The token from {name} expired at {when:%Y-%m-%d %H:%M:%S} UTC: get a new one, nothing was sent."
        )
    bears = is_token or _JWT.fullmatch(secret) is not None
    header = "authorization" if bears else header_for_keys(url, sent_before)
    return Credential(name, header, f"Bearer {secret}" if header == "authorization" else secret, expires)


def expiry(secret: str) -> float | None:
    """When a JWT ends, Unix time; None for what is none, or does not say. Nothing is verified."""
    if not _JWT.fullmatch(secret):
        return None
    claims = secret.split(".")[1].rstrip("=")
    try:
        told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    except (ValueError, RecursionError):
        return None
    ends = told.get("exp") if isinstance(told, dict) else None
    if not isinstance(ends, int | float) or isinstance(ends, bool) or not 0 <= ends < 2**35:
        return None
    return float(ends)


def _check_host(url: str, host: str, scheme: str, named_hosts: Collection[str]) -> None:
    if not may_go_to(host, named_hosts):
        raise UnnamedHostError(host, url)
    if scheme != "https" and not is_loopback(host) and host.lower() not in named_hosts:
        raise CredentialProblem(
            f"The URL of {host} is not https, so a key would be read on its way: name it with --to https://{host}."
        )


def _found(host: str, source: Source, environ: Mapping[str, str]) -> tuple[str, str, bool] | None:
    """Where from, the secret, and whether it is a token."""
    if source.variable is not None:
        secret = environ.get(source.variable, "")
        if not secret.strip():
            raise CredentialProblem(f"The variable {source.variable} is not set, or empty: nothing was sent.")
        return source.variable, secret, source.variable in _TOKENS
    if source.command is not None:
        return "the key command", _printed(source.command), False
    if source.entra:
        return "Entra", _signed_in(host), True
    for name in ("OPENAI_API_KEY",) if host in OPENAI_HOSTS else KEYS:
        if environ.get(name, "").strip():
            return name, environ[name], name in _TOKENS
    return None


def header_for_keys(url: str, sent_before: Headers = ()) -> str:
    """The name of the header that a key travels in: `api-key`, a gateway's own, else `authorization`."""
    parts = urlsplit(url)
    host, path = parts.hostname or "", parts.path
    before = {name.lower() for name, _ in sent_before}
    for name in _GATEWAYS_OWN:
        if name in before:
            return name
    is_azures = is_azure_host(host) or "/openai/" in path
    return "api-key" if is_azures and host not in OPENAI_HOSTS else "authorization"


def _printed(command: str) -> str:
    """What the command prints: a key, a token, or the JSON in which `az account get-access-token` has it."""
    try:
        done = subprocess.run(
            command, shell=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=COMMAND_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise CredentialProblem(
            f"The key command took longer than {COMMAND_SECONDS:.0f} seconds; nothing was sent."
        ) from None
    except OSError as error:
        raise CredentialProblem(f"The key command cannot be run: {error.strerror or error}.") from None
    if done.returncode:
        # Neither of its outputs is shown: they may hold what must not be told.
        raise CredentialProblem(
            f"The key command ended with status {done.returncode}, run it by hand to see why."
        )
    text = done.stdout.decode("utf-8", "replace").strip()
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if isinstance(told, dict):
        told = next((told[name] for name in _IN_A_TOKENS_JSON if isinstance(told.get(name), str)), None)
    elif isinstance(told, int | float) and not isinstance(told, bool):
        return text  # a key of digits
    if not isinstance(told, str):
        raise CredentialProblem(
            f"The key command printed JSON that is neither a text nor an object with "
            f"{', '.join(_IN_A_TOKENS_JSON[:-1])} or {_IN_A_TOKENS_JSON[-1]}; nothing was sent."
        )
    return told


def _signed_in(host: str) -> str:
    """A token of Entra, by whichever way azure-identity finds."""
    try:
        identity, problems = import_module("azure.identity"), import_module("azure.core.exceptions")
    except ImportError:
        raise CredentialProblem(
            "Entra needs the package azure-identity: install it with "
            "`pip install 'codex-azure-inspector[entra]'`."
        ) from None
    logger = logging.getLogger("azure")
    if not logger.handlers:  # else it says the same on stderr, where the screen is
        logger.addHandler(logging.NullHandler())
    try:
        with identity.DefaultAzureCredential() as credential:
            token: str = credential.get_token(scope_of(host)).token
    except problems.AzureError as error:
        raise CredentialProblem(
            f"Entra gave no token ({_refusal(error)}): sign in with `az login`."
        ) from None
    return token


def _refusal(error: Exception) -> str:
    """The one of its ways that was there and failed; it lists all, a line each."""
    lines = [line.strip() for line in str(error).splitlines()]
    ways = [line for line in lines[1:] if "failed" in line and "Credential: " in line]
    return next(iter(ways or lines), "no reason given")[:200]


def scope_of(host: str) -> str:
    """What a token of Entra has to be for, at a host of Azure's."""
    name = host.lower()
    if name.endswith(".services.ai.azure.com"):
        return "https://ai.azure.com/.default"
    cloud = next((end for end in ("us", "cn") if name.endswith(f".azure.{end}")), "com")
    return f"https://cognitiveservices.azure.{cloud}/.default"
