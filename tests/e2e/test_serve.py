"""A recorded session played back to the real Codex: offline, elsewhere, to the same last words."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import openai
import pytest

from inspector.protocol.codex import PROVIDER_ID, config_overrides
from inspector.proxy import registry
from inspector.simulator.server import running
from inspector.simulator.service import Service
from inspector.simulator.stories.tool_session import ToolSession

PATIENCE = 30.0
STORY = ToolSession()
SAMPLES = Path(__file__).parents[2] / "sample_captures"


@dataclass
class Serving:
    """`inspector serve` while it runs."""

    process: Any
    out: Path
    err: Path

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What it has printed so far."""
        return [json.loads(line) for line in self.out.read_bytes().splitlines()]

    @property
    def base_url(self) -> str:
        return str(self.lines[0]["base_url"])

    def end(self) -> list[dict[str, Any]]:
        """Ends it; what it told of each request, and the summary."""
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(PATIENCE) == 0, self.err.read_text()
        return self.lines[1:]


@pytest.fixture
def serve(tmp_path: Path, starter: Any) -> Iterator[Callable[..., Serving]]:
    """Starts it on a free port, and waits until it is ready."""
    started: list[Any] = []

    def start(*arguments: object) -> Serving:
        out, err = (tmp_path / f"serve-{len(started)}.{end}" for end in ("out", "err"))
        command = [sys.executable, "-m", "inspector", "serve", "--listen", "127.0.0.1:0", "--json"]
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = starter.Popen(
                [*command, *map(str, arguments)],
                stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, env=dict(os.environ),
            )  # fmt: skip
        started.append(process)
        deadline = time.monotonic() + PATIENCE
        while b"\n" not in out.read_bytes():
            assert process.poll() is None, err.read_text()
            assert time.monotonic() < deadline, f"it is not ready: {err.read_text()}"
            time.sleep(0.01)
        return Serving(process, out, err)

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait(PATIENCE)


SOCKETS = ("-c", f"model_providers.{PROVIDER_ID}.supports_websockets=true")


def played(codex: Any, serving: Any, model: str, prompt: str, *overrides: str) -> Any:
    """Codex asks the one that serves, and nobody else."""
    program, *rest = codex.exec(model, prompt)
    nobody = "http://127.0.0.1:9"
    return codex.run(
        [program, *config_overrides(serving.base_url), *overrides, *rest],
        HTTPS_PROXY=nobody, HTTP_PROXY=nobody, NO_PROXY="127.0.0.1",
    )  # fmt: skip


def test_a_whole_session_with_tools(
    codex_at: Callable[[Path], Any],
    inspector: Callable[..., Any],
    tmp_path: Path,
    serve: Callable[..., Serving],
) -> None:
    model = "gpt-5.5"
    capture, prompt = tmp_path / "recorded.db", "Greet the world."
    first, second = codex_at(tmp_path / "first"), codex_at(tmp_path / "elsewhere")
    file = first.work / "greeting.txt"
    story = ToolSession(
        command=f"printf 'hello\\n' > {file} && ls {file}", last_words=f"{file} reaches the whole world."
    )
    with running(Service(story)) as upstream:
        command = ("run", "--upstream", upstream.base_url, "--capture", capture, "--")
        done = inspector(*command, *first.exec(model, prompt), env=first.env)
        assert done.status == 0, done.err

    files = first.files()
    first.work.rename(tmp_path / "gone")  # its name is good for nothing any more
    serving = serve(capture, "--speed", "0")
    again = played(second, serving, model, prompt)
    *told, summary = serving.end()
    assert again.returncode == 0, (again.stderr, told)
    assert first.last_words == story.last_words
    assert second.last_words == story.last_words.replace(str(first.work), str(second.work))
    assert second.files() == files
    assert files["loud.txt"] == b"HELLO, WORLD\n"
    created = [each for each in told if each["operation"] == "responses.create"]
    assert [each["exchange"] for each in created] == sorted({each["exchange"] for each in created})
    assert len(created) > 3
    assert summary["summary"] == {"answered": len(told), "passed": 0, "unmatched": 0, "never_asked": []}


def test_the_third_dialect_from_a_websocket_over_one_and_over_post(
    codex_at: Callable[[Path], Any], record: Callable[..., Any], serve: Callable[..., Serving], tmp_path: Path
) -> None:
    model, prompt = "gpt-6-sol", "Greet the world."
    first, second, third = (codex_at(tmp_path / name) for name in ("first", "second", "third"))
    with running(Service(STORY, websockets=True)) as upstream:
        recording = record(upstream.base_url)
        done = played(first, recording, model, prompt, *SOCKETS)
        assert done.returncode == 0, done.stderr
        assert recording.end() == 0

    serving = serve(recording.capture, "--speed", "0", "--repeat")
    for codex, overrides in ((second, SOCKETS), (third, ())):
        done = played(codex, serving, model, prompt, *overrides)
        assert done.returncode == 0, done.stderr
        assert codex.last_words == first.last_words == STORY.last_words
        assert codex.files() == first.files()
    *told, summary = serving.end()
    asked = [(each["method"], each["operation"]) for each in told if each["exchange"]]
    assert ("WEBSOCKET", "responses.create") in asked
    assert asked[-1] == ("POST", "responses.create")
    assert summary["summary"]["unmatched"] == 0


@pytest.mark.parametrize(
    ("sample", "model", "prompt", "last_words", "statuses"),
    [
        (
            "functions",
            "my-deployment",
            "Put a greeting into greeting.txt, then let it reach the whole world.",
            "Done: `greeting.txt` says `hello, world`.",
            [200, 200, 200],
        ),
        (
            "rate-limited",
            "gpt-5.5",
            "How long is the greeting?",
            "Thirteen bytes, the line's end included.",
            [200, 429, 200],
        ),
    ],
)
def test_a_recording_of_somebody_else(
    codex: Any,
    serve: Callable[..., Serving],
    sample: str,
    model: str,
    prompt: str,
    last_words: str,
    statuses: list[int],
) -> None:
    serving = serve(SAMPLES / f"{sample}.db", "--speed", "0")
    done = played(codex, serving, model, prompt)
    *told, summary = serving.end()
    assert done.returncode == 0, (done.stderr, told)
    assert codex.last_words == last_words
    assert codex.files() == {"greeting.txt": b"hello, world\n"}
    assert [each["exchange"] for each in told] == [1, 2, 3]
    assert [each["status"] for each in told] == statuses
    assert summary["summary"]["never_asked"] == []


def test_codex_shows_at_once_what_nothing_fits(codex: Any, serve: Callable[..., Serving]) -> None:
    serving = serve(SAMPLES / "functions.db")
    done = played(codex, serving, "my-deployment", "Say nothing.")
    [told, summary] = serving.end()  # it asked once
    assert done.returncode == 1
    assert "No recorded answer fits this request; the nearest is exchange 1" in done.stderr
    assert 'now \\"Say nothing.\\"' in done.stderr
    assert told["why"] in serving.err.read_text()
    assert (told["status"], told["nearest"]) == (400, 1)
    assert summary["summary"] == {"answered": 0, "passed": 0, "unmatched": 1, "never_asked": [1, 2, 3]}


def test_what_nothing_fits_goes_through_and_is_recorded(
    serve: Callable[..., Serving], details: Callable[..., Any], tmp_path: Path
) -> None:
    capture, key = tmp_path / "more.db", "a-key-nobody-may-see-0123456789"
    with running(Service(STORY)) as upstream:
        serving = serve(SAMPLES / "functions.db", "--through", upstream.base_url, "-o", capture)
        body = json.dumps({"model": "m", "input": "hi", "stream": True}).encode()
        asked = Request(f"{serving.base_url}/responses", body, {"authorization": f"Bearer {key}"})
        with urlopen(asked, timeout=PATIENCE) as response:
            answer = response.read()
        told, summary = serving.end()
        assert (told["passed"], told["status"], told["nearest"]) == (True, 200, 1)
        assert summary["summary"]["passed"] == 1
        assert upstream.received[0].header("authorization") == f"Bearer {key}"
        assert answer == upstream.sent[0].body
    [each] = details(capture)
    assert each["response"]["body"].encode() == answer
    assert key.encode() not in capture.read_bytes()
    assert registry.running() == []


def everything(base_url: str) -> list[Any]:
    """The calls of the openai package, and what came of each."""
    client = openai.OpenAI(base_url=base_url, api_key="k", max_retries=0)
    first = client.responses.create(model="m", input="hi")
    second = client.responses.create(model="m", input="again", previous_response_id=first.id)
    behind = client.responses.create(model="m", input="slow", background=True)
    while behind.status in ("queued", "in_progress"):
        behind = client.responses.retrieve(behind.id)
    with client.responses.stream(model="m", input="stream it") as stream:
        streamed = [event.type for event in stream]
    said: Any = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
    chat = client.chat.completions.create(**said)
    chunks = [chunk.to_dict() for chunk in client.chat.completions.create(**said, stream=True)]
    again = client.responses.retrieve(first.id)
    items = client.responses.input_items.list(second.id).data
    client.responses.delete(first.id)
    with pytest.raises(openai.NotFoundError) as gone:
        client.responses.retrieve(first.id)
    vector = client.embeddings.create(model="e", input="x", dimensions=4).data[0].embedding
    client.close()
    wholes = [each.to_dict() for each in (first, second, behind, chat, again, *items)]
    return [*wholes, streamed, chunks, gone.value.message, vector]


def test_the_openai_package_gets_all_of_it_again(
    record: Callable[..., Any], serve: Callable[..., Serving]
) -> None:
    with running(Service(STORY)) as upstream:
        recording = record(upstream.base_url)
        recorded = everything(recording.base_url)
        assert recording.end() == 0
    serving = serve(recording.capture, "--speed", "0")
    assert everything(serving.base_url) == recorded
    *told, summary = serving.end()
    assert {each["operation"] for each in told} == {
        "responses.create", "responses.get", "responses.items", "responses.delete", "chat.create",
        "embeddings",
    }  # fmt: skip
    assert (summary["summary"]["unmatched"], summary["summary"]["never_asked"]) == (0, [])
