"""The lines are TOML that names the same upstream and model."""

from __future__ import annotations

import tomllib

import pytest

from inspector.protocol.codex import active_provider
from inspector.protocol.snippets.call import call_of
from inspector.protocol.snippets.codex_config import codex_config

RESPONSES = "https://my-res.openai.azure.com/openai/v1/responses"
BODY = (
    b'{"model": "my-gpt55", "reasoning": {"effort": "low", "summary": "auto"}, "text": {"verbosity": "low"}}'
)


def test_provider_and_model() -> None:
    config = tomllib.loads(
        codex_config(
            call_of("POST", f"{RESPONSES}?api-version=preview&code=x", [("authorization", "Bearer x")], BODY)
        )
    )
    provider = active_provider(config)
    assert provider is not None
    assert (provider.name, provider.base_url) == ("Azure", RESPONSES.removesuffix("/responses"))
    assert (provider.env_key, provider.wire_api) == ("AZURE_OPENAI_API_KEY", "responses")
    assert provider.query_params == {"api-version": "preview"}
    del config["model_providers"], config["model_provider"]
    assert config == {
        "model": "my-gpt55",
        "model_reasoning_effort": "low",
        "model_reasoning_summary": "auto",
        "model_verbosity": "low",
    }


def test_a_key_that_has_a_header_of_its_own_goes_there() -> None:
    provider = active_provider(
        tomllib.loads(codex_config(call_of("POST", RESPONSES, [("api-key", "x")], BODY)))
    )
    assert provider is not None
    assert provider.env_key is None
    assert provider.env_http_headers == {"api-key": "AZURE_OPENAI_API_KEY"}


def test_without_a_key_codex_still_needs_one() -> None:
    provider = active_provider(tomllib.loads(codex_config(call_of("POST", RESPONSES, []))))
    assert provider is not None
    assert (provider.env_key, provider.env_http_headers) == ("AZURE_OPENAI_API_KEY", {})


@pytest.mark.parametrize(
    ("url", "base_url"),
    [
        ("https://r.openai.azure.com/openai/v1/chat/completions", "https://r.openai.azure.com/openai/v1"),
        (
            "https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=2025-04-01-preview",
            "https://r.openai.azure.com/openai",
        ),
        ("http://127.0.0.1:8/x/chat/completions", "http://127.0.0.1:8/x"),
        ("https://h%20/chat/completions", "https://h%20"),
        ("https://h/x/responses/resp_1/cancel", "https://h/x"),
    ],
)
def test_chat_becomes_the_responses_endpoint_beside_it(url: str, base_url: str) -> None:
    provider = active_provider(tomllib.loads(codex_config(call_of("POST", url, []))))
    assert provider is not None
    assert provider.base_url == base_url


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"model": 5, "reasoning": [], "text": "\\u0000"}'])
def test_a_body_that_says_nothing(body: bytes) -> None:
    assert tomllib.loads(codex_config(call_of("POST", RESPONSES, [], body))).keys() == {
        "model_provider",
        "model_providers",
    }
