"""The program is Python, and really sends what was recorded."""

from __future__ import annotations

import json
import math
import re
from typing import Any

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


def test_a_key_in_a_header_of_its_own_goes_there_only(azure: Simulator) -> None:
    headers = [("api-key", "x")]
    _run(python(call_of("POST", f"{azure.base_url}/responses", headers, b'{"model": "m", "input": "x"}')))
    received = azure.received[-1]
    assert (received.header("api-key"), received.header("authorization")) == (KEY, None)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_other_methods(azure: Simulator, method: str, capsys: pytest.CaptureFixture[str]) -> None:
    _run(python(call_of(method, f"{azure.base_url}/responses/resp_1", [("api-key", "x")])))
    received = azure.received[-1]
    assert (received.method, received.target) == (method, "/openai/v1/responses/resp_1")
    assert received.header("api-key") == KEY
    assert capsys.readouterr().out.startswith("404\n")


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
