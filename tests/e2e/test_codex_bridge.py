"""The real Codex over the bridge: its sessions go on, or end, as against real Responses, and it says why.

Every story is played by one Codex whose way to a Responses endpoint is only observed, and by another one over
the bridge to a chat endpoint: what they did, said and remembered must be the same. All of it at one simulator
behind one proxy a mode; a prompt is the name of the story that answers it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.model import ExchangeDetail, Leg, Outcome
from inspector.capture.reader import Reader
from inspector.protocol import codex as codex_settings
from inspector.protocol import sse
from inspector.protocol.azure import parse_upstream
from inspector.protocol.conformance import check
from inspector.proxy import registry
from inspector.proxy.process import spawn
from inspector.proxy.settings import Mode, ProxySettings
from inspector.simulator import azure
from inspector.simulator.ask import Ask
from inspector.simulator.offered import shell_call
from inspector.simulator.reply import Call, Failure, Finish, Part, Reasoning, Refusal, Reply, Text
from inspector.simulator.script import Answer, Close, Received, Reset, Send, dropped
from inspector.simulator.server import Simulator, running
from inspector.simulator.service import Service, Story
from inspector.simulator.stories.tool_session import DOT, ToolSession

RETRIES = 1
"""How often Codex asks again, of a request and of a stream: enough to see whether it does."""

TOOLS = ToolSession()
WORDS = "All is well."
DECLINED = "I can't help with that."
DISCONNECTED = "stream disconnected before completion: "


def shell(ask: Ask, command: str) -> Call:
    call = shell_call(ask.tools, command)
    assert call is not None
    return call


def stopped(finish: Finish, *parts: Part, failure: Failure | None = None) -> Story:
    """An answer that ends in that way, whenever it is asked for."""
    return lambda ask: ask.answer(Reply(parts, finish, failure=failure or Failure()))


def lost(how: Close | Reset) -> Story:
    """An answer whose connection is gone in the middle of its words."""

    def story(ask: Ask) -> Answer:
        answer = ask.say(Text("It is gone before it has come to an end."))
        return dropped(answer, sum(isinstance(step, Send) for step in answer.steps) // 2, how)

    return story


def cut_call(ask: Ask) -> Answer:
    """The limit of tokens is reached in the middle of a call's arguments."""
    return ask.answer(Reply((Text("I'll remove it."), shell(ask, "touch ran.txt")), Finish.MAX_TOKENS))


HALF = (Reasoning("**Thinking**"), Text("Half of what was to be said."))
LIMITED = Failure("rate_limit_exceeded", "Rate limit reached. Please try again in 0.4s.")
MISHAPS: dict[str, Story] = {
    "429": lambda _: azure.rate_limited(retry_after="1"),
    "503": lambda _: azure.gateway_error(503, "The service is not there just now."),
    "reset": lost(Reset()),
    "closed": lost(Close()),
    "error": stopped(Finish.ERROR, *HALF),
    "limited": stopped(Finish.FAILED, *HALF, failure=LIMITED),
    "silent": stopped(Finish.SILENT, *HALF),
    "filtered": stopped(Finish.CONTENT_FILTER, *HALF),
}
"""What goes wrong the first time and well the second."""


def unlucky(ask: Ask) -> Answer:
    """A turn of as many calls as there are mishaps, each of which happens before its call."""
    step = len(ask.outputs)
    if step == len(MISHAPS):
        return ask.say(Text(WORDS))
    name, mishap = list(MISHAPS.items())[step]
    return ask.say(shell(ask, f"echo {name} >> ran.txt")) if ask.attempt else mishap(ask)


@dataclass(frozen=True)
class End:
    """A turn that cannot go on: how often it is tried, and what of the cause the person reads."""

    story: Story
    attempts: int
    cause: str
    bridged: str | None = None  # the cause, where the bridge can name one that Codex cannot find by itself


QUOTA = azure.error(429, "insufficient_quota", "You exceeded your quota.", kind="insufficient_quota")
REFUSED = azure.error(400, "invalid_prompt", "No such luck.", kind="invalid_request_error")
FILTERED = azure.filtered_prompt()
UNKNOWN = azure.error(404, "DeploymentNotFound", "The deployment does not exist.")
TOO_LONG = Failure("context_length_exceeded", "It is too long.")
GONE = "HOST broke off in the middle of the response: it closed the connection."
ENDS = {
    "429 without Retry-After": End(lambda _: azure.rate_limited(), 1, "last status: 429 Too Many Requests"),
    "quota": End(lambda _: QUOTA, 1, "Quota exceeded."),
    "400": End(lambda _: REFUSED, 1, "No such luck."),
    "filtered prompt": End(lambda _: FILTERED, 1, FILTERED.body.decode()),
    "404": End(lambda _: UNKNOWN, 1 + RETRIES, "404 Not Found: The deployment does not exist."),
    "length": End(stopped(Finish.MAX_TOKENS, *HALF), 1, "reason: max_output_tokens"),
    "length in a call": End(cut_call, 1, "reason: max_output_tokens"),
    "content filter": End(stopped(Finish.CONTENT_FILTER, *HALF), 1 + RETRIES, "reason: content_filter"),
    "too long": End(stopped(Finish.FAILED, *HALF, failure=TOO_LONG), 1, "ran out of room"),
    "lost connection": End(lost(Close()), 1 + RETRIES, DISCONNECTED, DISCONNECTED + GONE),
    "error in the stream": End(
        stopped(Finish.ERROR, *HALF), 1 + RETRIES, DISCONNECTED, DISCONNECTED + Failure().message
    ),
    "silent end": End(
        stopped(Finish.SILENT, *HALF),
        1 + RETRIES,
        DISCONNECTED,
        f"{DISCONNECTED}The upstream's answer stopped before its finish_reason.",
    ),
}
STORIES: dict[str, Story] = {
    "Use every tool.": TOOLS,
    "Go on whatever happens.": unlucky,
    "Decline.": lambda ask: ask.say(Refusal(DECLINED)),
    "Say something.": lambda ask: ask.say(Text(WORDS)),
    **{name: end.story for name, end in ENDS.items()},
}


@dataclass(frozen=True)
class Turn:
    """One turn of Codex's, with what tells two of them apart taken out: ids, paths, ports, times."""

    status: int
    words: str
    cause: str  # the last error on its stderr, "" where there is none
    attempts: int
    files: dict[str, bytes]
    requests: list[list[dict[str, Any]]]  # of each request: what came after the prompt
    received: list[Received] = field(compare=False, repr=False)  # by the upstream
    exchanges: list[ExchangeDetail] = field(compare=False, repr=False)


Play = Callable[..., Turn]


@pytest.fixture(scope="module")
def upstream() -> Iterator[Simulator]:
    """A resource that serves both APIs, and shows its thoughts in both."""
    service = Service(lambda ask: STORIES[ask.prompts[0]](ask), show_reasoning=True)
    with running(service) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def proxy_of(
    upstream: Simulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Mode], registry.Running]]:
    """The proxy of a mode, started when it is first asked for."""
    folder = tmp_path_factory.mktemp("ways")
    started: dict[Mode, registry.Running] = {}

    def proxy(mode: Mode) -> registry.Running:
        if mode not in started:
            target = parse_upstream(upstream.base_url)
            settings = ProxySettings(capture=folder / f"{mode}.db", upstream=target, port=0, mode=mode)
            started[mode] = spawn(settings)
        return started[mode]

    yield proxy
    for running_proxy in started.values():
        assert registry.stop(running_proxy)


@pytest.fixture
def play(
    upstream: Simulator,
    proxy_of: Callable[[Mode], registry.Running],
    codex_at: Callable[[Path], Any],
    wait_for: Callable[..., Any],
    tmp_path: Path,
) -> Play:
    """Plays the story of a prompt in a mode: one turn of a Codex of its own."""

    def play_one(mode: Mode, prompt: str, model: str = "gpt-5.5") -> Turn:
        proxy = proxy_of(mode)
        codex = codex_at(tmp_path / mode)
        before = len(upstream.received)
        retries = [
            f"model_providers.inspector.{kind}_max_retries={RETRIES}" for kind in ("request", "stream")
        ]
        overrides = [
            *codex_settings.config_overrides(proxy.base_url or ""),
            *(word for setting in retries for word in ("-c", setting)),
        ]
        done = codex.run([codex.program, *overrides, *codex.exec(model, prompt)[1:]])
        received = upstream.received[before:]
        [session] = {each.json()["prompt_cache_key"] for each in received}
        exchanges = wait_for(lambda: ended(proxy.capture, session, len(received)), "all is recorded")
        bodies = [json.loads(each.legs[Leg.REQUEST].body) for each in exchanges]
        return Turn(
            status=done.returncode,
            words=codex.last_words,
            cause=cause_in(done.stderr),
            attempts=len(received),
            files=codex.files(),
            requests=[since_prompt(body["input"], prompt) for body in bodies],
            received=received,
            exchanges=exchanges,
        )

    return play_one


def ended(capture: Path, session: str, count: int) -> list[ExchangeDetail]:
    """The exchanges of a session, if they are that many and over; else none yet."""
    with closing(Reader(capture)) as reader:
        ours = [each for each in reader.exchanges() if each.session == session]
        if len(ours) < count or any(each.outcome is Outcome.OPEN for each in ours):
            return []
        return [reader.detail(each.id) for each in ours]


def cause_in(stderr: str) -> str:
    """The last error, without what belongs to one request only."""
    errors = [line.removeprefix("ERROR: ") for line in stderr.splitlines() if line.startswith("ERROR: ")]
    errors = [line for line in errors if not line.startswith("Reconnecting... ")]
    last = errors[-1] if errors else ""
    last = re.sub(r"(, url: \S+)?(, request id: [\w-]+)?$", "", last)
    return re.sub(r"127\.0\.0\.1:\d+", "HOST", last)


def since_prompt(items: Sequence[dict[str, Any]], prompt: str) -> list[dict[str, Any]]:
    """What a request says after the prompt, in terms that two sessions have in common."""
    asked = [n for n, item in enumerate(items) if item.get("role") == "user" and prompt in json.dumps(item)]
    numbers: dict[str, int] = {}
    told = []
    for item in items[asked[-1] + 1 :]:
        kept = {key: value for key, value in item.items() if key not in ("id", "encrypted_content")}
        if "call_id" in kept:
            kept["call_id"] = numbers.setdefault(kept["call_id"], len(numbers))
        for found in kept.get("tools", ()):  # of a search: equal scores come in an order of chance
            found["tools"].sort(key=lambda tool: tool["name"])
        if kept["type"] == "message":
            kept["content"] = [part["text"] for part in kept["content"]]
        if kept["type"].endswith("_output"):
            text = json.dumps(kept, sort_keys=True)
            kept = json.loads(re.sub(r"Chunk ID: \w+|Wall time:? [\d.]+ seconds", "", text))
        told.append(kept)
    return told


def events_of(exchange: ExchangeDetail) -> list[dict[str, Any]]:
    """What Codex was sent."""
    return [json.loads(event.data) for event in sse.Decoder().feed(exchange.legs[Leg.RESPONSE].body)]


def assert_untouched(turn: Turn) -> None:
    """What the upstream got is what Codex sent, byte for byte: an observed turn is one without a proxy."""
    sent = [each.legs[Leg.REQUEST].body for each in turn.exchanges]
    assert sent == [each.body for each in turn.received]


def assert_bridged(turn: Turn) -> None:
    """Chat went to the chat endpoint, and what came back from it became proper events."""
    assert {each.path.rpartition("/v1")[2] for each in turn.received} == {"/chat/completions"}
    for each, received in zip(turn.exchanges, turn.received, strict=True):
        assert each.legs[Leg.UPSTREAM_REQUEST].body == received.body
        assert not each.tracebacks
        assert each.exchange.status != 200 or check(events_of(each)) == []


def assert_every_call_answered(messages: Sequence[dict[str, Any]]) -> None:
    """The rule of Chat: right behind calls come their outputs, and there are no others."""
    open_calls: list[str] = []
    for message in messages:
        if message["role"] == "tool":
            open_calls.remove(message["tool_call_id"])
            continue
        assert open_calls == []
        open_calls = [call["id"] for call in message.get("tool_calls", ())]
    assert open_calls == []


@pytest.mark.parametrize(
    ("model", "patches_by", "agents", "has_search"),
    [
        ("my-deployment", "function_call", "multi_agent_v1", False),
        ("gpt-5.5", "custom_tool_call", "multi_agent_v1", True),
        ("gpt-6-sol", "custom_tool_call", "collaboration", False),
    ],
)
def test_every_tool_of_every_dialect(
    play: Play, model: str, patches_by: str, agents: str, has_search: bool
) -> None:
    observed, repaired, bridged = (
        play(mode, "Use every tool.", model) for mode in (Mode.OBSERVE, Mode.REPAIR, Mode.BRIDGE)
    )
    assert (observed.status, observed.words, observed.cause) == (0, TOOLS.last_words, "")
    assert observed.attempts == 7 if has_search else 6
    assert sorted(observed.files) == ["dot.png", "greeting.txt", "loud.txt"]
    assert observed.files["loud.txt"] == b"HELLO, WORLD\n"
    history = observed.requests[-1]
    calls = [item for item in history if item["type"].endswith("_call")]
    outputs = {item["call_id"]: item for item in history if item["type"].endswith("_output")}
    assert [item["call_id"] for item in calls] == sorted(outputs)  # each has its answer
    assert "unsupported call" not in json.dumps(list(outputs.values()))
    _, patched, *searched, asked, one, two, three, seen = calls
    assert patched["type"] == patches_by
    assert [call["type"] for call in searched] == ["tool_search_call"] * has_search
    assert asked["namespace"] == agents
    at = [history.index(call) for call in (one, two, three)]
    assert at == [at[0], at[0] + 1, at[0] + 2]  # at once
    assert [item["content"] for item in history if item.get("role") == "assistant"][-1] == [
        "Three things at once."
    ]
    assert DOT in json.dumps(outputs[seen["call_id"]])
    assert_untouched(observed)

    assert repaired == observed
    assert bridged == observed
    assert_bridged(bridged)
    messages = bridged.received[-1].json()["messages"]
    functions = [tool["function"] for tool in bridged.received[-1].json()["tools"]]
    short = [function["name"] for function in functions if "is in the instructions" in str(function)]
    assert short
    assert max(len(function.get("description", "")) for function in functions) <= 1024
    assert all(f"## Tool {name}" in str(messages[0]["content"]) for name in short)
    assert_every_call_answered(messages)
    assert messages[-1]["role"] == "user"  # where alone an image can be
    assert DOT in messages[-1]["content"][-1]["image_url"]["url"]
    for each, before in zip(repaired.exchanges, repaired.received, strict=True):
        assert each.exchange.mode == "repair"
        assert before.path.endswith("/responses")


def test_a_session_goes_on_whatever_happens(play: Play) -> None:
    observed, bridged = (play(mode, "Go on whatever happens.") for mode in (Mode.OBSERVE, Mode.BRIDGE))
    assert (observed.status, observed.words) == (0, WORDS)
    assert observed.files == {"ran.txt": "".join(f"{name}\n" for name in MISHAPS).encode()}  # each call once
    assert observed.attempts == 2 * len(MISHAPS) + 1
    assert bridged == observed
    assert_untouched(observed)
    assert_bridged(bridged)
    waits = [
        later.exchange.started - earlier.exchange.started
        for earlier, later in zip(bridged.exchanges, bridged.exchanges[1:], strict=False)
    ]
    assert waits[0] >= 1.0  # as the header asked
    assert waits[2 * list(MISHAPS).index("limited")] >= 0.4  # as the words of the error asked


@pytest.mark.parametrize("name", ENDS)
def test_a_session_ends_with_its_cause(play: Play, name: str) -> None:
    end = ENDS[name]
    observed, bridged = (play(mode, name) for mode in (Mode.OBSERVE, Mode.BRIDGE))
    assert (observed.status, observed.words, observed.attempts) == (1, "", end.attempts)
    assert end.cause in observed.cause
    assert observed.files == {}  # no call that was cut is run
    assert bridged == replace(observed, cause=end.bridged or observed.cause)
    assert_untouched(observed)
    assert_bridged(bridged)


def test_a_refusal_can_be_read(play: Play) -> None:
    observed, bridged = (play(mode, "Decline.") for mode in (Mode.OBSERVE, Mode.BRIDGE))
    assert (observed.status, observed.words, observed.attempts) == (0, "", 1)  # Codex drops refusal parts
    assert (bridged.status, bridged.words, bridged.attempts) == (0, DECLINED, 1)
    assert_bridged(bridged)


def test_what_a_family_refuses_is_repaired(play: Play) -> None:
    turn = play(Mode.REPAIR, "Say something.", "o1-mini-of-mine")
    assert (turn.status, turn.words) == (0, WORDS)
    sent, received = json.loads(turn.exchanges[0].legs[Leg.REQUEST].body), turn.received[0].json()
    assert (sent["reasoning"], sent["parallel_tool_calls"]) == ({"summary": "auto"}, True)
    assert not {"reasoning", "parallel_tool_calls"} & set(received)
    assert {key: received.get(key, sent[key]) for key in sent} == sent  # and nothing else is changed
