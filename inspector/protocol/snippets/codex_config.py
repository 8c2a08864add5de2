"""A request as the lines of Codex's config.toml that make Codex ask the same upstream for the same model."""

from __future__ import annotations

import json
from typing import Any

from inspector.protocol import json_text
from inspector.protocol.azure import parse_upstream, responses_target
from inspector.protocol.codex import DEFAULT_ENV_KEY, config_block
from inspector.protocol.snippets.call import Call, Variable


def codex_config(call: Call) -> str:
    """The lines; a chat endpoint becomes the Responses endpoint beside it, which is what Codex speaks."""
    plain = {name: value[0] for name, value in call.query if isinstance(value[0], str)}
    version = plain.get("api-version")
    base_url = _base_url(call, version)
    bearer = next((value[-1] for _, value in call.credentials if value[0] == "Bearer "), None)
    others = {name: value[-1].name for name, value in call.credentials if isinstance(value[-1], Variable)}
    env_key = bearer.name if isinstance(bearer, Variable) else None if others else DEFAULT_ENV_KEY
    block = config_block(
        base_url, env_key=env_key, query_params={"api-version": version} if version else None
    )
    if env_key is None:
        pairs = ", ".join(f"{json.dumps(name)} = {json.dumps(value)}" for name, value in others.items())
        block += f"env_http_headers = {{ {pairs} }}\n"
    return "".join(f"{name} = {value}\n" for name, value in _model(call).items()) + block


def _base_url(call: Call, version: str | None) -> str:
    """Of Responses at the same upstream; as it is where it is none that we know."""
    if not call.path.startswith("/chat/"):
        return call.base_url
    try:
        upstream = parse_upstream(call.base_url)
    except ValueError:
        return call.base_url
    target = responses_target(upstream, api_version=version).partition("?")[0]
    return f"{upstream.scheme}://{upstream.authority}{target.removesuffix('/responses')}"


def _model(call: Call) -> dict[str, str]:
    """Codex's names for what the request asked of the model; values are TOML."""
    body = (json_text.parse_object(call.body) if call.body else None) or {}
    asked = {
        "model": body.get("model"),
        "model_reasoning_effort": _of(body, "reasoning", "effort") or body.get("reasoning_effort"),
        "model_reasoning_summary": _of(body, "reasoning", "summary"),
        "model_verbosity": _of(body, "text", "verbosity") or body.get("verbosity"),
    }
    return {
        name: json.dumps(value)
        for name, value in asked.items()
        if isinstance(value, str) and value.isprintable()
    }


def _of(body: dict[str, Any], name: str, within: str) -> Any:
    found = body.get(name)
    return found.get(within) if isinstance(found, dict) else None
