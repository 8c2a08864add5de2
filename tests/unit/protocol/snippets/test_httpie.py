"""HTTPie's words, as a shell hands them over (HTTPie itself is not among what the tests install)."""

from __future__ import annotations

import shlex
import subprocess

from inspector.protocol.snippets.call import call_of
from inspector.protocol.snippets.httpie import httpie

URL = "https://my-res.openai.azure.com/openai/v1/responses"


def test_a_short_body_is_an_argument() -> None:
    body = b'{"model": "gpt-5.5", "input": "it\'s"}'
    headers = [("Authorization", "Bearer x"), ("content-type", "application/json")]
    assert shlex.split(httpie(call_of("POST", URL, headers, body)).replace("\\\n", "")) == [
        *("http", "--stream", "--ignore-stdin", "POST", URL),
        "Authorization:Bearer $AZURE_OPENAI_API_KEY",
        "content-type:application/json",
        *("--raw", body.decode()),
    ]


def test_a_long_body_is_read() -> None:
    body = b'{"input": "' + b"x" * 1000 + b'"}'
    text = httpie(call_of("POST", URL, [("api-key", "x")], body))
    head, document = text.split(" <<'JSON'\n")
    assert head.startswith("http --stream POST ")
    assert document == f"{body.decode()}\nJSON\n"


def test_no_body_is_not_waited_for() -> None:
    assert httpie(call_of("GET", URL, [])) == f"http --stream --ignore-stdin GET {URL}\n"


def test_values_that_would_be_other_separators_are_escaped() -> None:
    headers = [("originator", "=a"), ("session-id", "@file"), ("thread-id", "b\\=c"), ("prefer", "a=b:c")]
    words = shlex.split(httpie(call_of("GET", URL, headers)).replace("\\\n", ""))
    assert words[-3:] == ["originator:\\=a", "session-id:\\@file", "prefer:a=b:c"]


def test_bash_reads_it(sent: tuple[str, bytes]) -> None:
    path, body = sent
    script = httpie(call_of("POST", f"https://h{path}?code=x", [("api-key", "x")], body))
    done = subprocess.run(["bash", "-n"], input=script.encode(), capture_output=True, check=False, timeout=30)
    assert (done.returncode, done.stderr) == (0, b"")
