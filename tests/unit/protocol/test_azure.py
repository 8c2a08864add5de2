"""Addresses of Azure OpenAI in all the forms that people and clients write."""

from __future__ import annotations

import re

import pytest

from inspector.protocol.azure import (
    Form,
    Operation,
    Upstream,
    chat_target,
    client_base_url,
    is_azure_host,
    opened_hosts,
    operation,
    parse_upstream,
    responses_target,
    split_host_path,
)

V1 = parse_upstream("https://my-res.openai.azure.com")


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", "/openai/v1/responses", Operation.CREATE),
        ("post", "/openai/responses?api-version=2025-04-01-preview", Operation.CREATE),
        ("POST", "/v1/responses/", Operation.CREATE),
        ("POST", "/responses", Operation.CREATE),
        ("POST", "/openai/deployments/gpt/responses?api-version=x", Operation.CREATE),
        ("POST", "/openai?api-version=preview/responses", Operation.CREATE),
        ("GET", "/openai/v1/responses", Operation.CONNECT),
        ("GET", "/openai/v1/responses/resp_1?stream=true&starting_after=5", Operation.GET),
        ("DELETE", "/openai/v1/responses/resp_1", Operation.DELETE),
        ("POST", "/openai/v1/responses/resp_1/cancel", Operation.CANCEL),
        ("GET", "/openai/v1/responses/resp_1/input_items", Operation.ITEMS),
        ("POST", "/my-res.openai.azure.com/openai/v1/responses/compact", Operation.COMPACT),
        ("POST", "/openai/deployments/gpt/chat/completions?api-version=2024-10-21", Operation.CHAT),
        ("POST", "/v1/embeddings", Operation.EMBEDDINGS),
        ("GET", "/openai/v1/models", Operation.MODELS),
        ("GET", "/v1/models/gpt-5", Operation.MODELS),
        ("GET", "/v1/chat/completions", None),
        ("DELETE", "/v1/models/gpt-5", None),
        ("PUT", "/v1/responses", None),
        ("POST", "/v1/files", None),
        ("GET", "/", None),
        ("GET", "/v1/files?next=/a/b", None),
    ],
)
def test_operations_are_told_from_the_end_of_the_path(
    method: str, path: str, expected: Operation | None
) -> None:
    assert operation(method, path) is expected


@pytest.mark.parametrize(
    ("text", "base_url", "version"),
    [
        ("https://my-res.openai.azure.com", "https://my-res.openai.azure.com/openai/v1", None),
        ("https://My-Res.OpenAI.azure.com/", "https://my-res.openai.azure.com/openai/v1", None),
        ("my-res.openai.azure.com", "https://my-res.openai.azure.com/openai/v1", None),
        ("https://r.openai.azure.com/openai/v1/", "https://r.openai.azure.com/openai/v1", None),
        ("https://r.openai.azure.com/openai/v1/responses", "https://r.openai.azure.com/openai/v1", None),
        ("https://r.openai.azure.com?api-version=preview", "https://r.openai.azure.com/openai/v1", "preview"),
        (
            "https://r.openai.azure.com?api-version=2025-04-01-preview",
            "https://r.openai.azure.com/openai",
            "2025-04-01-preview",
        ),
        (
            "https://r.cognitiveservices.azure.com/openai/deployments/d/chat/completions?api-version=2025-01-01-preview",
            "https://r.cognitiveservices.azure.com/openai/deployments/d",
            "2025-01-01-preview",
        ),
        ("https://r.services.ai.azure.com/openai/v1", "https://r.services.ai.azure.com/openai/v1", None),
        ("https://r.openai.azure.com/openai/v1/models", "https://r.openai.azure.com/openai/v1", None),
        (
            "https://r.openai.azure.com/openai/models?api-version=2024-10-21",
            "https://r.openai.azure.com/openai",
            "2024-10-21",
        ),
        ("https://gw.azure-api.net/llm/models", "https://gw.azure-api.net/llm/models", None),
        ("https://api.openai.com", "https://api.openai.com/v1", None),
        ("localhost:8000", "http://localhost:8000/openai/v1", None),
        ("127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1", None),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/openai/v1", None),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1", None),
        ("https://h.example:443//llm//v1/", "https://h.example/llm/v1", None),
    ],
)
def test_an_upstream_is_what_the_person_means(text: str, base_url: str, version: str | None) -> None:
    upstream = parse_upstream(text)
    assert (upstream.base_url, upstream.api_version) == (base_url, version)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        ("ftp://h.example", "scheme"),
        ("https://user:pw@h.example", "credentials"),
        ("https://h.example:99999", "is not a URL"),
        ("https://", "no valid host"),
        ("https://a b/v1", "no valid host"),
        ("https://h.example/v1?key=secret", "only api-version"),
        ("https://[::1/v1", "is not a URL"),
    ],
)
def test_what_is_no_upstream_is_told_in_a_sentence(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as failure:
        parse_upstream(text)
    assert "secret" not in str(failure.value)
    assert "pw" not in str(failure.value)
    assert str(failure.value).endswith(".")


def test_the_authority_names_a_port_only_where_it_is_not_the_schemes_own() -> None:
    assert Upstream("https", "h", 443, "/v1").authority == "h"
    assert Upstream("http", "h", 443, "/v1").authority == "h:443"
    assert Upstream("http", "::1", 80, "/v1").authority == "[::1]"


def test_the_hosts_way_into_the_path_and_out_again() -> None:
    upstream = parse_upstream("http://127.0.0.1:8000/v1")
    url = client_base_url(upstream, "http://127.0.0.1:8080/")
    assert url == "http://127.0.0.1:8080/127.0.0.1:8000/v1"
    path = url.removeprefix("http://127.0.0.1:8080") + "/responses?a=b"
    assert split_host_path(path) == ("127.0.0.1:8000", "/v1/responses?a=b")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/My-Res.openai.azure.com/openai/v1", ("my-res.openai.azure.com", "/openai/v1")),
        ("/h.example?q=1", ("h.example", "/?q=1")),
        ("/[::1]:80/v1", ("[::1]:80", "/v1")),
        ("/%5B::1%5D:80/v1", ("[::1]:80", "/v1")),
        ("/localhost/v1", ("localhost", "/v1")),
        ("/openai/v1/responses", None),
        ("/../etc", None),
        ("//h.example/v1", None),
        ("*", None),
        ("/", None),
    ],
)
def test_a_host_in_the_path(path: str, expected: tuple[str, str] | None) -> None:
    assert split_host_path(path) == expected


@pytest.mark.parametrize(
    ("upstream", "version", "expected"),
    [
        ("https://r.openai.azure.com", None, "/openai/v1/chat/completions"),
        ("https://r.openai.azure.com", "preview", "/openai/v1/chat/completions?api-version=preview"),
        (
            "https://r.openai.azure.com",
            "2024-10-21",
            "/openai/deployments/my%20d/chat/completions?api-version=2024-10-21",
        ),
        (
            "https://r.openai.azure.com?api-version=2024-10-21",
            None,
            "/openai/deployments/my%20d/chat/completions?api-version=2024-10-21",
        ),
        (
            "https://r.openai.azure.com/openai/deployments/other?api-version=2024-10-21",
            None,
            "/openai/deployments/other/chat/completions?api-version=2024-10-21",
        ),
        ("http://127.0.0.1:8000/v1", None, "/v1/chat/completions"),
        (
            "https://r.openai.azure.com/openai/deployments/other/chat/completions",
            None,
            "/openai/deployments/other/chat/completions?api-version=2024-10-21",
        ),
        (
            "https://r.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview",
            None,
            "/models/chat/completions?api-version=2024-05-01-preview",
        ),
    ],
)
def test_where_chat_completions_is(upstream: str, version: str | None, expected: str) -> None:
    assert chat_target(parse_upstream(upstream), deployment="my d", api_version=version) == expected


@pytest.mark.parametrize(
    ("host", "azure", "opened"),
    [
        ("my-res.openai.azure.com", True, True),
        ("my-res.openai.azure.com:443", True, True),
        ("my-res.cognitiveservices.azure.com.", True, False),
        ("gw.azure-api.net", True, True),
        ("api.openai.com:443", False, True),
        ("eu.api.openai.com:443", False, True),
        ("auth.openai.com:443", False, False),
        ("openai.azure.com.evil.example", False, False),
        ("evilopenai.azure.com", False, False),
        ("github.com:443", False, False),
    ],
)
def test_azures_hosts_and_those_that_are_opened(host: str, azure: bool, opened: bool) -> None:
    assert is_azure_host(host) is azure
    assert any(re.search(pattern, host, re.IGNORECASE) for pattern in opened_hosts) is opened


FORMS = [
    # what a person has, its form, root and deployment, and where its Responses and Chat Completions are
    (
        "https://r.openai.azure.com/openai/v1",
        Form.V1,
        "/openai",
        None,
        "/openai/v1/responses",
        "/openai/v1/chat/completions",
    ),
    (
        "https://r.openai.azure.com/openai/v1/responses?api-version=preview",
        Form.V1,
        "/openai",
        None,
        "/openai/v1/responses?api-version=preview",
        "/openai/v1/chat/completions?api-version=preview",
    ),
    (
        "https://r.openai.azure.com/openai/responses?api-version=2025-04-01-preview",
        Form.DATED,
        "/openai",
        None,
        "/openai/responses?api-version=2025-04-01-preview",
        "/openai/deployments/d%2F1/chat/completions?api-version=2025-04-01-preview",
    ),
    (
        "https://r.openai.azure.com/openai/v1?api-version=2025-04-01-preview",
        Form.DATED,
        "/openai",
        None,
        "/openai/responses?api-version=2025-04-01-preview",
        "/openai/deployments/d%2F1/chat/completions?api-version=2025-04-01-preview",
    ),
    (
        "https://r.openai.azure.com/openai",
        Form.V1,
        "/openai",
        None,
        "/openai/v1/responses",
        "/openai/v1/chat/completions",
    ),
    *(
        (
            f"https://r.services.ai.azure.com/models{rest}",
            Form.PLAIN,
            "/models",
            None,
            f"/models/responses{version}",
            "/models/chat/completions?api-version=2024-05-01-preview",
        )
        for rest, version in (
            ("", ""),
            ("/", ""),
            ("/chat/completions", ""),
            ("?api-version=2024-05-01-preview", "?api-version=2024-05-01-preview"),
            ("/chat/completions?api-version=2024-05-01-preview", "?api-version=2024-05-01-preview"),
        )
    ),
    (
        "https://r.openai.azure.com/openai?api-version=preview",
        Form.V1,
        "/openai",
        None,
        "/openai/v1/responses?api-version=preview",
        "/openai/v1/chat/completions?api-version=preview",
    ),
    (
        "https://r.openai.azure.com/openai/deployments/d",
        Form.DEPLOYMENT,
        "/openai",
        "d",
        "/openai/v1/responses",
        "/openai/deployments/d/chat/completions?api-version=2024-10-21",
    ),
    (
        "https://r.cognitiveservices.azure.com/openai/deployments/my%20d/chat/completions?api-version=2025-01-01-preview",
        Form.DEPLOYMENT,
        "/openai",
        "my d",
        "/openai/responses?api-version=2025-01-01-preview",
        "/openai/deployments/my%20d/chat/completions?api-version=2025-01-01-preview",
    ),
    (
        "https://r.services.ai.azure.com",
        Form.V1,
        "/openai",
        None,
        "/openai/v1/responses",
        "/openai/v1/chat/completions",
    ),
    (
        "https://r.services.ai.azure.com/api/projects/p",
        Form.V1,
        "/api/projects/p/openai",
        None,
        "/api/projects/p/openai/v1/responses",
        "/api/projects/p/openai/v1/chat/completions",
    ),
    (
        "https://r.services.ai.azure.com/api/projects/p/openai/v1/",
        Form.V1,
        "/api/projects/p/openai",
        None,
        "/api/projects/p/openai/v1/responses",
        "/api/projects/p/openai/v1/chat/completions",
    ),
    (
        "https://gw.azure-api.net/team/llm/openai/v1",
        Form.V1,
        "/team/llm/openai",
        None,
        "/team/llm/openai/v1/responses",
        "/team/llm/openai/v1/chat/completions",
    ),
    (
        "https://gw.azure-api.net/llm/openai/deployments/d2/chat/completions?api-version=2024-10-21",
        Form.DEPLOYMENT,
        "/llm/openai",
        "d2",
        "/llm/openai/responses?api-version=2024-10-21",
        "/llm/openai/deployments/d2/chat/completions?api-version=2024-10-21",
    ),
    (
        "https://gw.azure-api.net/llm/deployments/d2?api-version=2024-10-21",
        Form.DEPLOYMENT,
        "/llm",
        "d2",
        "/llm/responses?api-version=2024-10-21",
        "/llm/deployments/d2/chat/completions?api-version=2024-10-21",
    ),
    ("https://gw.azure-api.net/llm", Form.PLAIN, "/llm", None, "/llm/responses", "/llm/chat/completions"),
    ("https://api.openai.com", Form.PLAIN, "/v1", None, "/v1/responses", "/v1/chat/completions"),
    (
        "http://127.0.0.1:8080/r.openai.azure.com/openai/v1",
        Form.V1,
        "/r.openai.azure.com/openai",
        None,
        "/r.openai.azure.com/openai/v1/responses",
        "/r.openai.azure.com/openai/v1/chat/completions",
    ),
]


@pytest.mark.parametrize(("text", "form", "root", "deployment", "responses", "chat"), FORMS)
def test_each_form_is_taken_apart_and_built(
    text: str, form: Form, root: str, deployment: str | None, responses: str, chat: str
) -> None:
    upstream = parse_upstream(text)
    assert (upstream.form, upstream.root, upstream.deployment) == (form, root, deployment)
    assert responses_target(upstream) == responses
    assert chat_target(upstream, deployment="d/1") == chat
    assert operation("POST", responses) is Operation.CREATE
    assert operation("POST", chat) is Operation.CHAT


@pytest.mark.parametrize("text", [text for text, *_ in FORMS])
def test_each_form_finds_its_way_back(text: str) -> None:
    upstream = parse_upstream(text)
    version = f"?api-version={upstream.api_version}" if upstream.api_version else ""
    assert parse_upstream(upstream.base_url + version) == upstream
    chat = chat_target(upstream, deployment="d/1")
    again = parse_upstream(f"https://{upstream.authority}{chat}")
    assert chat_target(again, deployment="d/1") == chat
    through = client_base_url(upstream, "http://127.0.0.1:1")
    assert split_host_path(through.removeprefix("http://127.0.0.1:1")) == (upstream.authority, upstream.path)
