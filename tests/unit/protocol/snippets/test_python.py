"""The program is Python, and really sends what was recorded."""

from __future__ import annotations

import json
import math
import re
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

import httpx
import openai
import pytest

from inspector.protocol.snippets.call import call_of
from inspector.protocol.snippets.python import python
from inspector.simulator.server import Simulator

KEY = "a-key-nobody-may-see-0123456789"
BEARER = ("Authorization", "Bearer [redacted 0123456789ab]")


def _run(program: str) -> None:
    names: dict[str, Any] = {}
    exec(compile(program, "snippet.py", "exec"), names)
    if "client" in names:
        names["client"].close()


def test_the_same_request_goes_out_again(
    azure: Simulator, sent: tuple[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    path, body = sent
    headers = [BEARER, ("content-type", "application/json"), ("session-id", 'it\'s "1"')]
    call = call_of("POST", f"{azure.base_url}{path}?api-version=preview&code=x", headers, body)
    _run(python(call))
    received = azure.received[-1]
    assert received.method == "POST"
    assert received.target == f"/openai/v1{path}?api-version=preview&code={KEY}-code"
    assert received.header("authorization") == f"Bearer {KEY}"
    assert received.header("session-id") == 'it\'s "1"'
    if "from openai" in python(call):
        assert received.json() == json.loads(body)
        said = re.findall(r'"(?:delta|content|text)": ?"([^"]*)"', capsys.readouterr().out)
        assert "All of it in order" in "".join(said)
    else:
        assert received.body == body
        status, _, answer = capsys.readouterr().out.partition("\n")
        assert (status, '"code":"invalid_payload"' in answer) in {("200", False), ("400", True)}
        assert json.loads(answer)


@pytest.mark.parametrize("name", ["short", "long", "whole", "chat"])
def test_the_package_is_asked_where_it_can(bodies: dict[str, tuple[str, bytes]], name: str) -> None:
    path, body = bodies[name]
    assert "from openai import OpenAI" in python(call_of("POST", f"https://h{path}", [BEARER], body))


@pytest.mark.parametrize("name", ["deep", "half", "endless", "text"])
def test_httpx_sends_what_the_package_cannot(bodies: dict[str, tuple[str, bytes]], name: str) -> None:
    path, body = bodies[name]
    assert "import httpx" in python(call_of("POST", f"https://h{path}", [BEARER], body))


def test_what_only_looks_like_a_stream_is_no_argument() -> None:
    for stream in (b"1", b'"yes"', b"{}"):
        assert "import httpx" in python(
            call_of("POST", "https://h/responses", [BEARER], b'{"stream":%b}' % stream)
        )


def test_a_key_in_a_header_of_its_own_goes_there_only(azure: Simulator) -> None:
    headers = [("api-key", "x")]
    _run(python(call_of("POST", f"{azure.base_url}/responses", headers, b'{"model": "m", "input": "x"}')))
    received = azure.received[-1]
    assert (received.header("api-key"), received.header("authorization")) == (KEY, None)


@pytest.fixture
def stored(azure: Simulator) -> str:
    """The id of a response that the imitation stores."""
    body = {"model": "m", "input": "x", "background": True, "store": True}
    answer = httpx.post(f"{azure.base_url}/responses", json=body, headers={"api-key": KEY})
    return str(answer.json()["id"])


@pytest.mark.parametrize(
    ("method", "path", "calls"),
    [
        ("GET", "/responses/{}", "responses.retrieve("),
        ("GET", "/responses/{}?include[]=reasoning.encrypted_content", "responses.retrieve("),
        ("GET", "/responses/{}/input_items?limit=5&order=asc", "responses.input_items.list("),
        ("POST", "/responses/{}/cancel", "responses.cancel("),
        ("DELETE", "/responses/{}", "responses.delete("),
        ("GET", "/models", "models.list("),
    ],
)
def test_stored_responses_and_models(
    azure: Simulator, stored: str, method: str, path: str, calls: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = path.format(stored)
    program = python(call_of(method, f"{azure.base_url}{path}", [("api-key", "x")]))
    assert calls in program
    _run(program)
    received = azure.received[-1]
    assert (received.method, unquote(received.target)) == (method, f"/openai/v1{path}")
    assert (received.header("api-key"), received.header("authorization")) == (KEY, None)
    assert capsys.readouterr().out.strip()


def test_a_stored_stream_goes_on_where_it_was(azure: Simulator) -> None:
    body = {"model": "m", "input": "x", "background": True, "stream": True}
    answer = httpx.post(f"{azure.base_url}/responses", json=body, headers={"api-key": KEY})
    created = json.loads(answer.text.split("data: ", 1)[1].split("\n", 1)[0])
    path = f"/responses/{created['response']['id']}?starting_after=2&stream=true"
    program = python(call_of("GET", f"{azure.base_url}{path}", [BEARER]))
    _run(program)
    target, _, query = azure.received[-1].target.partition("?")
    assert target.endswith(created["response"]["id"])
    assert sorted(query.split("&")) == ["starting_after=2", "stream=true"]


EMBEDDED = {"model": "text-embedding-3-small", "input": ["a", "b"], "dimensions": 8}


@pytest.mark.parametrize(
    ("path", "body", "client"),
    [
        ("/openai/deployments/d-1/chat/completions", {"model": "m", "messages": []}, "AzureOpenAI("),
        ("/openai/deployments/d-1/embeddings", {**EMBEDDED, "encoding_format": "float"}, "AzureOpenAI("),
        ("/openai/responses", {"model": "m", "input": "x", "odd": {"a": [1]}}, "AzureOpenAI("),
        ("/openai/chat/completions", {"model": "m", "messages": []}, " OpenAI("),
        ("/models/chat/completions", {"model": "m", "messages": []}, " OpenAI("),
    ],
)
@pytest.mark.parametrize("key", [("api-key", "x"), BEARER])
def test_dated_addresses(
    azure: Simulator,
    path: str,
    body: dict[str, Any],
    client: str,
    key: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AZURE_OPENAI_AD_TOKEN")  # which the package itself prefers to a key, where it is set
    root = azure.base_url.removesuffix("/openai/v1")
    target = f"{path}?api-version=2025-04-01-preview"
    program = python(call_of("POST", f"{root}{target}", [key], json.dumps(body).encode()))
    assert client in program
    with suppress(openai.APIStatusError):  # not all of them are answered: it is what was asked that counts
        _run(program)
    received = azure.received[-1]
    assert (received.method, received.target, received.json()) == ("POST", target, body)
    sent = (received.header("api-key"), received.header("authorization"))
    assert sent == ((KEY, None) if key[0] == "api-key" else (None, f"Bearer {KEY}"))


def test_what_the_package_adds_is_said(azure: Simulator) -> None:
    call = call_of("POST", f"{azure.base_url}/embeddings", [BEARER], json.dumps(EMBEDDED).encode())
    assert "# The package asks for base64" in python(call)
    with suppress(openai.APIStatusError):
        _run(python(call))
    assert azure.received[-1].json() == {**EMBEDDED, "encoding_format": "base64"}


def test_what_it_looks_like() -> None:
    body = {
        "model": "gpt-5.5",
        "input": [{"role": "user", "content": "x" * 90}],
        "stream": True,
        "odd": math.pi,
    }
    call = call_of(
        "POST", "https://my-res.openai.azure.com/openai/v1/responses", [BEARER], json.dumps(body).encode()
    )
    assert python(call) == (
        "import os\n\n"
        "from openai import OpenAI\n\n"
        "client = OpenAI(\n"
        '    base_url="https://my-res.openai.azure.com/openai/v1",\n'
        '    api_key=os.environ["AZURE_OPENAI_API_KEY"],\n'
        "    max_retries=0,\n"
        ")\n"
        "body = {\n"
        '    "model": "gpt-5.5",\n'
        '    "input": [\n'
        "        {\n"
        '            "role": "user",\n'
        f'            "content": "{"x" * 90}",\n'
        "        },\n"
        "    ],\n"
        '    "stream": True,\n'
        "}\n"
        "answer = client.responses.create(\n"
        "    **body,\n"
        '    extra_body={"odd": 3.141592653589793},\n'
        ")\n"
        "for event in answer:\n"
        "    print(event.model_dump_json())\n"
    )
