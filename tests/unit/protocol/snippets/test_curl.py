"""curl really sends what was recorded."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from inspector.protocol.snippets.call import call_of
from inspector.protocol.snippets.curl import curl
from inspector.simulator.server import Simulator

NEEDS_CURL = pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl: apt-get install curl")
KEY = "a-key-nobody-may-see-0123456789"


def _run(script: str) -> str:
    done = subprocess.run(
        ["bash", "-eu"], input=script.encode(), capture_output=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


@NEEDS_CURL
def test_the_same_request_goes_out_again(azure: Simulator, sent: tuple[str, bytes]) -> None:
    path, body = sent
    headers = [
        ("Authorization", "Bearer [redacted 0123456789ab]"),
        ("content-type", "application/json"),
        ("x-codex-turn-metadata", '{"a": "it\'s $HOME"}'),
    ]
    call = call_of("POST", f"{azure.base_url}{path}?api-version=preview&code=x&include[]=a", headers, body)
    answer = _run(curl(call))
    received = azure.received[-1]
    assert received.method == "POST"
    assert received.target == f"/openai/v1{path}?api-version=preview&code={KEY}-code&include[]=a"
    assert received.header("authorization") == f"Bearer {KEY}"
    assert received.header("content-type") == "application/json"
    assert received.header("x-codex-turn-metadata") == '{"a": "it\'s $HOME"}'
    try:
        meant = json.loads(body)
    except ValueError:
        assert received.body == body
        assert '"code":"invalid_payload"' in answer
    else:
        assert received.json() == meant
        assert answer.endswith("data: [DONE]\n\n") or "completed" in answer


@NEEDS_CURL
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_other_methods(azure: Simulator, method: str) -> None:
    _run(curl(call_of(method, f"{azure.base_url}/responses/resp_1", [("api-key", "x")])))
    received = azure.received[-1]
    assert (received.method, received.target) == (method, "/openai/v1/responses/resp_1")
    assert (received.header("api-key"), received.body) == (KEY, b"")


def test_what_it_looks_like() -> None:
    call = call_of(
        "POST",
        "https://my-res.openai.azure.com/openai/v1/responses",
        [("api-key", "x"), ("Content-Type", "application/json"), ("session-id", "s-1")],
        b'{"model": "gpt-5.5", "input": "it\'s"}',
    )
    assert curl(call) == (
        "curl -sS -N https://my-res.openai.azure.com/openai/v1/responses \\\n"
        '  -H "api-key: $AZURE_OPENAI_API_KEY" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        "  -H 'session-id: s-1' \\\n"
        """  --data-raw '{"model": "gpt-5.5", "input": "it'"'"'s"}'\n"""
    )
