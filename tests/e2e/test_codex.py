"""The real Codex through the real proxy: it works as without one, and every byte is on record."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.events import response_events
from inspector.capture.model import Damage, ExchangeDetail, Leg
from inspector.capture.reader import Reader
from inspector.formats.choosing import choose
from inspector.protocol import codex as codex_settings
from inspector.protocol.codex import identify
from inspector.protocol.conformance import check
from inspector.proxy import registry
from inspector.simulator import azure
from inspector.simulator.ask import Ask
from inspector.simulator.chat import DONE
from inspector.simulator.reply import Text
from inspector.simulator.script import Answer, Gate, Handler, Received, Send, WaitFor
from inspector.simulator.server import Simulator, running
from inspector.simulator.service import Service
from inspector.simulator.stories.tool_session import ToolSession

PATIENCE = 60.0
STORY = ToolSession()
RESPONSES = {"gpt-5.5": 7, "gpt-6-sol": 6}  # the first has to search for the agents' tools


def only(part: str) -> Handler:
    """The story at addresses that end in `part`; every other is unknown to this upstream."""
    service = Service(STORY)

    def answer(received: Received) -> Answer:
        return service(received) if received.path.endswith(part) else azure.not_found()

    return answer


@pytest.fixture
def turns(details: Callable[..., Any]) -> Callable[[Path], list[dict[str, Any]]]:
    """The responses that were created, with everything."""
    return lambda capture: [each for each in details(capture) if each["operation"] == "responses.create"]


def assert_told(created: Sequence[dict[str, Any]], model: str) -> None:
    """What every exchange of one good turn has in common."""
    assert len(created) == RESPONSES[model]
    [session] = {each["session"] for each in created}
    assert session
    for each in created:
        assert dict(each["request"]["headers"])["thread-id"] == session
        assert (each["turn"], each["status"], each["error"], each["model"]) == (1, 200, None, model)
        assert each["client"].startswith("codex_exec ")
        assert each["outcome"] == "complete"  # Codex lets go right after the terminal event
        assert each["events"][-1]["type"] == "response.completed"
        assert each["usage"]["input_tokens"] > 0


def assert_recorded(chat: bytes, sent: bytes) -> None:
    """All of a chat stream that reached us: Codex may have let go before `[DONE]`, which changes nothing."""
    assert chat in (sent, sent.removesuffix(DONE))


def assert_played(codex: Any) -> None:
    """The story happened: commands ran, the patch was applied, the last words were heard."""
    files = codex.files()
    assert (files["greeting.txt"], files["loud.txt"]) == (b"hello, world\n", b"HELLO, WORLD\n")
    assert codex.last_words == STORY.last_words


def assert_no_secret(folder: Path, key: str) -> None:
    """The key is in no file of ours."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert key.encode() not in path.read_bytes(), path


SAID = ("type", "id", "call_id", "name", "arguments", "input", "summary", "encrypted_content")


def said(item: dict[str, Any]) -> list[Any]:
    """What an output item says: Codex writes it down without annotations and the like."""
    texts = [part["text"] for part in item.get("content") or ()]
    return [*(item.get(name) for name in SAID), texts]


def assert_written_down(recorded: Sequence[dict[str, Any]], read_in: Sequence[ExchangeDetail]) -> None:
    """What Codex wrote down of its answers is what was recorded of them."""
    assert len(read_in) == len(recorded)
    for each, detail in zip(recorded, read_in, strict=True):
        *_, told = response_events(detail)
        response, known = told.data["response"], each["events"][-1]["data"]["response"]
        assert told.type == "response.completed"
        assert response["id"] == known["id"]
        assert list(map(said, response["output"])) == list(map(said, known["output"]))
        assert response["usage"]["output_tokens"] == known["usage"]["output_tokens"]


def read_in(path: Path) -> list[ExchangeDetail]:
    """What is read from a file of Codex's, or a folder; nothing in it is damaged."""
    [chosen] = choose([path])
    found = list(chosen.importer.read(chosen.given, lambda _: None))
    assert [each for each in found if isinstance(each, Damage)] == []
    return [each for each in found if isinstance(each, ExchangeDetail)]


def test_run_records_every_byte(
    codex: Any,
    inspector: Callable[..., Any],
    tmp_path: Path,
    home: Path,
    turns: Callable[..., Any],
) -> None:
    """And what Codex writes down by itself, its trace bundle and its rollout, is read in as the same."""
    capture, model, trace = tmp_path / "run.db", "gpt-5.5", tmp_path / "trace"
    trace.mkdir()
    with running(only("/responses")) as upstream:
        command = ("run", "--upstream", upstream.base_url, "--capture", capture, "--")
        env = {**codex.env, "CODEX_ROLLOUT_TRACE_ROOT": str(trace)}
        done = inspector(*command, *codex.exec(model), env=env)
        assert done.status == 0, done.err
        assert f"recorded to {capture}" in done.err
    assert_played(codex)

    created = turns(capture)
    assert_told(created, model)
    asked = [n for n, received in enumerate(upstream.received) if received.method == "POST"]
    for n, each in zip(asked, created, strict=True):
        received, sent = upstream.received[n], upstream.sent[n]
        assert each["request"]["body"].encode() == received.body
        assert each["response"]["body"].encode() == sent.body
        sizes = [chunk["size"] for chunk in each["chunks"] if chunk["leg"] == "response"]
        assert sizes == [len(chunk) for chunk in sent.chunks]
        assert received.header("authorization") == f"Bearer {codex.key}"
        assert received.header("host") == upstream.url.removeprefix("http://")
    raw = ("show", capture, created[-1]["id"], "--raw")
    assert inspector(*raw, "request").out == upstream.received[-1].body
    assert inspector(*raw, "response").out == upstream.sent[-1].body
    assert_no_secret(home, codex.key)
    assert codex.key.encode() not in capture.read_bytes()
    assert (codex.home / "config.toml").read_text() == f"\n{codex.settings}\n"  # the person's file is theirs

    bundle = read_in(trace)
    assert_written_down(created, bundle)
    for each, detail in zip(created, bundle, strict=True):
        assert json.loads(detail.legs[Leg.REQUEST].body) == json.loads(each["request"]["body"])
        sent, retold = (
            identify(headers) for headers in (each["request"]["headers"], detail.legs[Leg.REQUEST].headers)
        )
        assert (retold.session, retold.turn_id) == (sent.session, sent.turn_id)
    assert_written_down(created, read_in(codex.home / "sessions"))


def test_run_bridges_to_chat(
    codex: Any,
    inspector: Callable[..., Any],
    tmp_path: Path,
    turns: Callable[..., Any],
) -> None:
    capture, model = tmp_path / "bridge.db", "gpt-6-sol"
    with running(only("/chat/completions")) as upstream:
        command = ("run", "--upstream", upstream.base_url, "--mode", "bridge", "--capture", capture, "--")
        done = inspector(*command, *codex.exec(model), env=codex.env)
        assert done.status == 0, done.err
    assert_played(codex)

    created = turns(capture)
    assert_told(created, model)
    assert {each["mode"] for each in created} == {"bridge"}
    asked = [n for n, received in enumerate(upstream.received) if received.path.endswith("/completions")]
    for n, each in zip(asked, created, strict=True):
        received, sent = upstream.received[n], upstream.sent[n]
        assert each["upstream_request"]["body"].encode() == received.body
        assert_recorded(each["upstream_response"]["body"].encode(), sent.body)
        assert json.loads(each["request"]["body"])["input"]  # what Codex said
        assert check([event["data"] for event in each["events"]]) == []
        assert received.header("authorization") == f"Bearer {codex.key}"
    raw = ("show", capture, created[-1]["id"], "--raw")
    assert inspector(*raw, "upstream-request").out == upstream.received[-1].body
    assert_recorded(inspector(*raw, "upstream-response").out, upstream.sent[-1].body)
    assert codex.key.encode() not in capture.read_bytes()


@pytest.mark.parametrize("mode", ["observe", "bridge"])
def test_the_printed_block_is_all_that_codex_needs(
    codex: Any,
    record: Callable[..., Any],
    wait_for: Callable[..., Any],
    mode: str,
    turns: Callable[..., Any],
) -> None:
    with running(words()) as upstream:
        recording = record(upstream.base_url, "--mode", mode)
        wait_for(lambda: "env_key" in recording.said, "the block is printed")
        selection, _, provider = recording.said.partition("\n\n")[2].partition("\n\n")
        assert f"{selection}\n\n{provider}".strip() == codex_settings.config_block(recording.base_url).strip()
        codex.configure(before=selection, after=provider)
        done = codex.run(codex.exec())
        assert done.returncode == 0, done.stderr
        assert recording.end() == 0
    assert codex.last_words == STORY.last_words
    assert [each["mode"] for each in turns(recording.capture)] == [mode]


def azures(base_url: str) -> str:
    """A person's own provider, which authenticates in its own way."""
    return f"""
[model_providers.my-azure]
name = "Azure"
base_url = "{base_url}"
env_key = "MY_OWN_KEY"
wire_api = "responses"
http_headers = {{ "x-team" = "kiln" }}
env_http_headers = {{ "api-key" = "MY_OWN_KEY" }}
"""


def words() -> Service:
    """Nothing but words, which is enough where the way is tried and not the tools."""
    return Service(lambda ask: ask.say(Text(STORY.last_words)))


def assert_answered(codex: Any, done: Any) -> None:
    assert done.status == 0, done.err
    assert codex.last_words == STORY.last_words


def test_the_upstream_is_the_one_of_the_persons_provider(
    codex: Any,
    inspector: Callable[..., Any],
    tmp_path: Path,
    turns: Callable[..., Any],
) -> None:
    secret = "another-key-nobody-may-see"
    with running(words()) as upstream, running(words()) as other:
        codex.configure(before='model_provider = "my-azure"', after=azures(upstream.base_url))
        env = {**codex.env, "MY_OWN_KEY": secret, "AZURE_OPENAI_ENDPOINT": other.base_url}
        capture = tmp_path / "mine.db"
        done = inspector("run", "--capture", capture, "--", *codex.exec(), env=env)
        assert_answered(codex, done)
        assert other.received == []
        [received] = [each for each in upstream.received if each.method == "POST"]
        assert received.header("authorization") == f"Bearer {secret}"
        assert (received.header("api-key"), received.header("x-team")) == (secret, "kiln")
    [each] = turns(capture)
    assert dict(each["request"]["headers"])["x-team"] == "kiln"
    assert secret.encode() not in capture.read_bytes()


def test_a_profile_chooses_the_upstream(codex: Any, inspector: Callable[..., Any]) -> None:
    with running(words()) as upstream, running(words()) as other:
        codex.configure(before='model_provider = "elsewhere"', after=azures(other.base_url))
        (codex.home / "work.config.toml").write_text(
            f'model_provider = "my-azure"\n{azures(upstream.base_url)}'
        )
        command = codex.exec()
        command[1:1] = ["--profile", "work"]
        done = inspector("run", "--", *command, env={**codex.env, "MY_OWN_KEY": "k"})
        assert_answered(codex, done)
        assert other.received == []
        assert [each.method for each in upstream.received if each.path.endswith("/responses")] == ["POST"]


def test_the_endpoint_of_the_environment_comes_last(codex: Any, inspector: Callable[..., Any]) -> None:
    with running(words()) as upstream:
        env = {**codex.env, "AZURE_OPENAI_ENDPOINT": upstream.url}  # a bare root means /openai/v1
        assert_answered(codex, inspector("run", "--", *codex.exec(), env=env))
        assert upstream.received[-1].path == "/openai/v1/responses"


def test_without_any_upstream_nothing_starts(codex: Any, inspector: Callable[..., Any]) -> None:
    done = inspector("run", "--", *codex.exec(), env=codex.env)
    assert (done.status, done.out) == (2, b"")
    assert "AZURE_OPENAI_ENDPOINT" in done.err
    assert not codex.last.exists()


def test_the_exit_status_is_that_of_codex(
    codex: Any,
    inspector: Callable[..., Any],
    tmp_path: Path,
    turns: Callable[..., Any],
) -> None:
    refusing = azure.error(400, "invalid_prompt", "No such luck.", kind="invalid_request_error")
    capture = tmp_path / "refused.db"
    with running(lambda _: refusing) as upstream:
        command = ("run", "--upstream", upstream.base_url, "--capture", capture, "--")
        done = inspector(*command, *codex.exec(), env=codex.env)
        assert done.status == 1
        assert "No such luck." in done.err
        [each] = turns(capture)
        assert each["status"] == 400
        assert "No such luck." in each["error"]
        wrong = inspector(*command, codex.program, "exec", "--no-such-option", env=codex.env)
        assert wrong.status == codex.run([codex.program, "exec", "--no-such-option"]).returncode == 2


def test_codex_does_not_notice_that_the_app_is_killed(
    codex: Any,
    terminal: Callable[..., Any],
    wait_for: Callable[..., Any],
    turns: Callable[..., Any],
) -> None:
    gate = Gate()

    def halting(ask: Ask) -> Answer:
        answer = STORY(ask)
        if ask.outputs:
            return answer
        sends = [step for step in answer.steps if isinstance(step, Send)]
        return Answer(answer.status, answer.headers, (*sends[:6], WaitFor(gate), *sends[6:]))

    with running(Service(halting)) as upstream:
        live = terminal("live", "--upstream", upstream.base_url, "--listen", "127.0.0.1:0")
        [proxy] = wait_for(registry.running, "the proxy runs")
        overrides = codex_settings.config_overrides(proxy.base_url)
        command = [codex.program, *overrides, *codex.exec()[1:]]
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **codex.env},
        )
        try:
            live.shows("▶ streaming", "Greet the world.")
            os.kill(live.pid, signal.SIGKILL)
            assert live.ended() == 128 + signal.SIGKILL
        finally:
            gate.open()
            said, _ = child.communicate(timeout=PATIENCE)
        assert child.returncode == 0, said.decode()
        assert len(upstream.received) == RESPONSES["gpt-5.5"]  # nothing was asked twice
        assert proxy.alive
        assert registry.stop(proxy)
    assert_played(codex)
    assert_told(turns(proxy.capture), "gpt-5.5")


def in_a_terminal(command: Sequence[str], env: dict[str, str], ready: Callable[[], bool]) -> tuple[int, str]:
    """Runs a command at a terminal of its own, types Ctrl-C once `ready`; its wait status and its words."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(command[0], list(command), {**os.environ, **env, "TERM": "xterm-256color"})
    said = b""
    typed = False
    deadline = time.monotonic() + PATIENCE
    with closing(os.fdopen(terminal, "r+b", buffering=0)) as keyboard:
        while time.monotonic() < deadline:
            if not typed and ready():
                keyboard.write(b"\x03")
                typed = True
            if not select.select([keyboard], [], [], 0.02)[0]:
                continue
            try:
                piece = os.read(terminal, 65536)
            except OSError:  # how Linux says that nobody is left at the other end
                break
            if not piece:
                break
            said += piece
        else:
            os.kill(pid, 9)
            pytest.fail(f"it goes on after Ctrl-C: {said.decode(errors='replace')}")
    return os.waitpid(pid, 0)[1], said.decode(errors="replace")


def test_ctrl_c_ends_codex_and_what_it_left_is_recorded(
    codex: Any,
    tmp_path: Path,
    turns: Callable[..., Any],
) -> None:
    gate = Gate()

    def unfinished(ask: Ask) -> Answer:
        answer = ask.say(Text("A long story."))
        sends = [step for step in answer.steps if isinstance(step, Send)]
        return Answer(answer.status, answer.headers, (*sends[:3], WaitFor(gate), *sends[3:]))

    def streaming(upstream: Simulator) -> Callable[[], bool]:
        return lambda: any(len(sent.chunks) >= 3 for sent in upstream.sent)

    with running(Service(unfinished)) as upstream:
        overrides = codex_settings.config_overrides(upstream.base_url)
        alone = [codex.program, *overrides, *codex.exec()[1:]]
        expected, _ = in_a_terminal(alone, codex.env, streaming(upstream))
    capture = tmp_path / "stopped.db"
    with running(Service(unfinished)) as upstream:
        ours = [sys.executable, "-m", "inspector", "run", "--upstream", upstream.base_url]
        command = [*ours, "--capture", str(capture), "--", *codex.exec()]
        status, said = in_a_terminal(command, codex.env, lambda: arrived(capture) >= 3)
        gate.open()
    assert os.waitstatus_to_exitcode(status) % 256 == _shell_status(expected), said
    assert f"recorded to {capture}" in said
    [each] = turns(capture)
    assert each["outcome"] in ("client-gone", "interrupted")
    assert each["event_count"] >= 3
    assert not capture.with_name("stopped.db-wal").exists()


def arrived(capture: Path) -> int:
    """How many chunks of responses are in a capture that may not be there yet."""
    if not (capture.exists() and capture.stat().st_size):
        return 0
    with closing(Reader(capture)) as reader:
        return sum(len(reader.chunks(each.id, Leg.RESPONSE)) for each in reader.exchanges())


def _shell_status(status: int) -> int:
    """What a shell would say: 128 + N after signal N."""
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code
