"""What a request's body asks for, as far as the list and the sessions need it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from inspector.capture.encodings import decode
from inspector.capture.model import Headers
from inspector.protocol.json_text import parse_object
from inspector.protocol.surrogates import whole

_LARGEST_JSON = 2**26
_canonical = json.JSONEncoder(check_circular=False, separators=(",", ":"), sort_keys=True).encode
_DEPLOYMENT = re.compile(r"/deployments/([^/?#]+)")


@dataclass(frozen=True, slots=True)
class Asked:
    """Facts of a request; None where it does not say.

    `digest` tells a repeated request from a new one. It is that of the JSON, since Codex orders the fields of
    a retry anew.
    """

    model: str | None = None
    stream: bool | None = None
    prompt_cache_key: str | None = None
    previous_response_id: str | None = None
    ends_with_user: bool = False  # the last input item, or message, is the user's
    digest: str | None = None
    prepares: bool = False  # nothing is to be answered: it belongs to the turn to come


def read_request(url: str, headers: Headers, body: bytes) -> Asked:
    """Whatever the body is; a deployment in the URL names the model when the body does not."""
    found = _DEPLOYMENT.search(url)
    deployment = unquote(found[1]) if found else None
    if not body:
        return Asked(model=deployment)
    value = _parsed(body, headers)
    stream = value.get("stream")
    return Asked(
        model=_text(value, "model") or deployment,
        stream=stream if isinstance(stream, bool) else None,
        prompt_cache_key=_text(value, "prompt_cache_key"),
        previous_response_id=_text(value, "previous_response_id"),
        ends_with_user=_ends_with_user(value),
        digest=_digest(body, value),
        prepares=value.get("generate") is False,
    )


def _parsed(body: bytes, headers: Headers) -> Mapping[str, Any]:
    plain, problem = decode(body, headers, limit=_LARGEST_JSON)
    if problem or len(plain) > _LARGEST_JSON:
        return {}
    return parse_object(plain) or {}


def _digest(body: bytes, value: Mapping[str, Any]) -> str:
    told = body
    if value:
        # Above the depth that some interpreter can parse and not write, the bytes must do.
        with suppress(RecursionError):
            told = _canonical(value).encode()
    return hashlib.blake2b(told, digest_size=8).hexdigest()


def _ends_with_user(value: Mapping[str, Any]) -> bool:
    items = value.get("input", value.get("messages"))
    if isinstance(items, str):
        return True
    last = items[-1] if isinstance(items, list) and items else None
    if not isinstance(last, dict) or last.get("type", "message") != "message":
        return False
    return last.get("role") == "user"


def _text(value: Mapping[str, Any], name: str) -> str | None:
    found = value.get(name)
    return whole(found) if isinstance(found, str) and found else None
