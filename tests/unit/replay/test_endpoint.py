"""Where a call goes: as captured, as named, as the environment says."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.azure import Operation
from inspector.replay.endpoint import (
    Destination,
    EndpointProblem,
    as_captured,
    deployment_in,
    resolve,
    tail_of,
)

V1 = "https://res.openai.azure.com/openai/v1/responses"
DATED = "https://res.openai.azure.com/openai/responses?api-version=2025-04-01-preview"
CHAT = "https://res.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2024-10-21"


@pytest.mark.parametrize(
    ("url", "said", "responses", "chat"),
    [
        (V1, {}, V1, "https://res.openai.azure.com/openai/v1/chat/completions"),
        (
            V1,
            {"api_version": "2025-04-01-preview"},
            DATED,
            "https://res.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2025-04-01-preview",
        ),
        (DATED, {"api_version": ""}, V1, "https://res.openai.azure.com/openai/v1/chat/completions"),
        (CHAT, {}, "https://res.openai.azure.com/openai/responses?api-version=2024-10-21", CHAT),
        (CHAT, {"deployment": "a/b"}, None, CHAT.replace("/gpt/", "/a%2Fb/")),
        (
            V1,
            {"to": "https://api.openai.com"},
            "https://api.openai.com/v1/responses",
            "https://api.openai.com/v1/chat/completions",
        ),
        (
            V1,
            {"to": "127.0.0.1:9000/v1"},
            "http://127.0.0.1:9000/v1/responses",
            "http://127.0.0.1:9000/v1/chat/completions",
        ),
        (V1, {"to": CHAT}, None, CHAT),
    ],
)
def test_urls_are_of_the_form_of_the_endpoint(
    url: str, said: dict[str, Any], responses: str | None, chat: str
) -> None:
    endpoint = resolve(url, Destination(**said), {})
    if responses is not None:
        assert endpoint.responses() == responses
    assert endpoint.chat("gpt") == chat
    assert endpoint.embeddings("gpt") == chat.replace("/chat/completions", "/embeddings")
    assert endpoint.named == ("to" in said)


def test_what_follows_the_collection_stands_before_the_query() -> None:
    endpoint = resolve(DATED, Destination(), {})
    assert endpoint.responses("/resp_1/input_items", [("limit", "5"), ("after", "a b")]) == (
        "https://res.openai.azure.com/openai/responses/resp_1/input_items"
        "?api-version=2025-04-01-preview&limit=5&after=a%20b"
    )
    assert endpoint.models("/gpt") == (
        "https://res.openai.azure.com/openai/models/gpt?api-version=2025-04-01-preview"
    )


@pytest.mark.parametrize(
    ("environ", "base"),
    [
        ({"AZURE_OPENAI_ENDPOINT": "https://e.openai.azure.com/", "AZURE_RESOURCE_NAME": "r"}, "e"),
        ({"AZURE_OPENAI_ENDPOINT": "  ", "AZURE_RESOURCE_NAME": "my-r"}, "my-r"),
    ],
)
@pytest.mark.parametrize(("url", "said"), [(None, Destination()), (V1, Destination(to="azure"))])
def test_the_environment_names_one_where_it_is_asked(
    url: str | None, said: Destination, environ: dict[str, str], base: str
) -> None:
    endpoint = resolve(url, said, environ)
    assert endpoint.responses() == f"https://{base}.openai.azure.com/openai/v1/responses"
    assert not endpoint.named_hosts
    assert resolve(V1, Destination(), environ).responses() == V1


@pytest.mark.parametrize(
    ("url", "said", "environ", "words"),
    [
        (None, {}, {}, "set AZURE_OPENAI_ENDPOINT or AZURE_RESOURCE_NAME"),
        (None, {}, {"AZURE_RESOURCE_NAME": "evil.example/x"}, "which is no name of a resource"),
        (V1, {"to": "ftp://x"}, {}, "must be http or https"),
        ("https://[oops/v1/responses", {}, {}, "Name one with --to"),
    ],
)
def test_a_problem_is_one_sentence(
    url: str | None, said: dict[str, Any], environ: dict[str, str], words: str
) -> None:
    with pytest.raises(EndpointProblem, match=words):
        resolve(url, Destination(**said), environ)


def test_secrets_of_a_captured_url_stay_behind() -> None:
    url = "https://gw.azure-api.net/x/openai/v1/responses?sub=1&subscription-key=[redacted+0123456789ab]&t=[redacted+ab]"
    assert as_captured(V1) == V1
    assert as_captured(url) == "https://gw.azure-api.net/x/openai/v1/responses?sub=1"
    assert as_captured("https://u:p@h.example/responses") == "https://h.example/responses"
    endpoint = resolve(url, Destination(), {})
    assert endpoint.left_out == ("subscription-key", "t")
    assert endpoint.chat("m") == "https://gw.azure-api.net/x/openai/v1/chat/completions?sub=1"


def test_the_tail_of_a_captured_call() -> None:
    url = "https://r.openai.azure.com/openai/v1/responses/resp_1/input_items?limit=2&api-version=preview"
    assert tail_of(url, Operation.ITEMS) == ("/resp_1/input_items", (("limit", "2"),))
    assert tail_of("https://r/openai/v1/models/m", Operation.MODELS) == ("/m", ())


def test_the_deployment_in_a_captured_path() -> None:
    assert deployment_in(CHAT) == "gpt"
    assert deployment_in(V1) is None
    assert deployment_in("https://x:port/openai/deployments/d/chat/completions") is None


def test_a_file_that_does_not_tell_where_it_was_sent() -> None:
    with pytest.raises(EndpointProblem, match=r"^It is not known where the exchange was sent\."):
        resolve("/responses", Destination(), {})


def test_a_captured_url_that_is_none_is_told_in_sentences() -> None:
    with pytest.raises(EndpointProblem, match=r"characters under NFKC normalization\. Name one with --to\.$"):
        resolve("https://evil.example\uff0f.openai.azure.com/responses", Destination(), {})
