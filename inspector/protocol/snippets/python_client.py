"""The client of the openai package for an address: AzureOpenAI where it is one that this builds."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inspector.protocol.azure import Operation
from inspector.protocol.snippets.call import Call, Text, Variable
from inspector.protocol.snippets.python_text import expression, mapping, quoted

_AZURES = re.compile(r"^(.*)/openai(?:/deployments/([^/]+))?$")
# What the package puts behind a deployment, the model's name where none is given.
_OF_A_DEPLOYMENT = frozenset({Operation.CHAT, Operation.EMBEDDINGS})


@dataclass(frozen=True, slots=True)
class Client:
    """`arguments` make it, `keys` are the headers that it does not send by itself."""

    name: str
    arguments: tuple[str, ...]
    keys: tuple[tuple[str, Text], ...]


def client_of(call: Call, asked: Operation) -> Client:
    """That of a call."""
    return _azure(call, asked) or _plain(call)


def _azure(call: Call, asked: Operation) -> Client | None:
    """For a dated address, /openai or /openai/deployments/NAME, and a key that goes where it sends it."""
    found = _AZURES.match(call.base_url)
    version = [value for name, value in call.query if name == "api-version"]
    if found is None or len(version) != 1 or len(call.credentials) != 1:
        return None
    (header, key), deployment = call.credentials[0], found[2]
    if (asked in _OF_A_DEPLOYMENT) is not (deployment is not None):
        return None
    secret = key[-1]
    assert isinstance(secret, Variable)
    if key[0] == "Bearer ":
        named = "azure_ad_token"
    elif header.lower() == "api-key" and len(key) == 1:
        named = "api_key"
    else:
        return None
    arguments = (
        f"azure_endpoint={quoted(found[1])}",
        *([f"azure_deployment={quoted(deployment)}"] if deployment else []),
        f"api_version={expression(version[0])}",
        f"{named}={expression((secret,))}",
    )
    return Client("AzureOpenAI", arguments, ())


def _plain(call: Call) -> Client:
    bearer = next((value[-1] for _, value in call.credentials if value[0] == "Bearer "), None)
    keys = [(name, value) for name, value in call.credentials if value[0] != "Bearer "]
    if bearer is None:
        keys.append(("Authorization", ()))  # the package takes this among the headers of one call only
    key = expression((bearer,)) if bearer is not None else quoted("none")
    version = [(name, value) for name, value in call.query if name == "api-version"]
    arguments = (
        f"base_url={quoted(call.base_url)}",
        f"api_key={key}",
        *([f"default_query={mapping(version)}"] if version else []),
    )
    return Client("OpenAI", arguments, tuple(keys))
