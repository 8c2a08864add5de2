"""Captures with a made-up Codex session in them, recorded at times that are always the same.

Loaded by the `conftest.py` of the folders that look at captures.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.bulk import BulkWriter
from inspector.capture.held.desk import Desk, Entry
from inspector.capture.holds import Holds, Point
from inspector.capture.model import Damage, ExchangeDetail, Leg, Outcome, Source, Timing
from inspector.capture.reader import Reader
from inspector.capture.writer import Handle, RecorderInfo, Writer
from inspector.protocol.repair import repair_request
from inspector.protocol.tools import ToolNames
from inspector.protocol.translate_request import translate_request
from inspector.protocol.translate_stream import StreamTranslator

BEGINNING = 1_790_000_000.5  # Unix time of the first exchange: 2026-09-21 14:13:20 UTC
BASE = "https://my-res.openai.azure.com/openai/v1"

Json = dict[str, Any]

TOOLS: list[Json] = [
    {
        "type": "function",
        "name": "exec_command",
        "description": "Run a shell command.",
        "parameters": {"type": "object", "properties": {"cmd": {"type": "string"}}, "required": ["cmd"]},
    },
    {"type": "custom", "name": "apply_patch", "description": "Edit files.", "format": {"type": "text"}},
    {"type": "web_search", "external_web_access": False},
]


def message(role: str, text: str) -> Json:
    """A message of the input or output."""
    kind = "output_text" if role == "assistant" else "input_text"
    return {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}


def request(items: Sequence[Json], **more: Any) -> Json:
    """A request as Codex sends it."""
    return {
        "model": "my-gpt5",
        "stream": True,
        "tool_choice": "auto",
        "parallel_tool_calls": True,
        "reasoning": {"effort": "low", "summary": "auto"},
        "store": False,
        "include": ["reasoning.encrypted_content"],
        "prompt_cache_key": "thread-1",
        "tools": TOOLS,
        "input": list(items),
        **more,
    }


def event(kind: str, **members: Any) -> Json:
    """An event of the Responses API."""
    return {"type": f"response.{kind}", **members}


def text_events(index: int, item_id: str, words: Sequence[str]) -> list[Json]:
    """An assistant's message as it streams."""
    item = {"type": "message", "id": item_id, "role": "assistant", "status": "in_progress", "content": []}
    part = {"type": "output_text", "text": "", "annotations": []}
    whole = {**part, "text": "".join(words)}
    where = {"item_id": item_id, "output_index": index, "content_index": 0}
    return [
        event("output_item.added", output_index=index, item=item),
        event("content_part.added", **where, part=part),
        *(event("output_text.delta", **where, delta=word) for word in words),
        event("output_text.done", **where, text=whole["text"]),
        event("content_part.done", **where, part=whole),
        event(
            "output_item.done", output_index=index, item={**item, "status": "completed", "content": [whole]}
        ),
    ]


def call_events(index: int, item_id: str, call_id: str, name: str, arguments: str) -> list[Json]:
    """A function call as it streams."""
    item = {"type": "function_call", "id": item_id, "call_id": call_id, "name": name, "arguments": ""}
    where = {"item_id": item_id, "output_index": index}
    half = len(arguments) // 2
    return [
        event("output_item.added", output_index=index, item={**item, "status": "in_progress"}),
        event("function_call_arguments.delta", **where, delta=arguments[:half]),
        event("function_call_arguments.delta", **where, delta=arguments[half:]),
        event("function_call_arguments.done", **where, arguments=arguments),
        event("output_item.done", output_index=index, item={**item, "arguments": arguments}),
    ]


def beginning(response_id: str) -> list[Json]:
    """The first two events."""
    response = {"id": response_id, "object": "response", "status": "in_progress", "model": "gpt-5"}
    return [
        event("created", response={**response, "output": []}),
        event("in_progress", response={**response, "output": []}),
    ]


def completed(response_id: str, given: int, cached: int, out: int, output: Sequence[Json]) -> Json:
    """The terminal event of a response that went well."""
    usage = {
        "input_tokens": given,
        "input_tokens_details": {"cached_tokens": cached},
        "output_tokens": out,
        "output_tokens_details": {"reasoning_tokens": 12},
        "total_tokens": given + out,
    }
    response = {"id": response_id, "object": "response", "status": "completed", "model": "gpt-5"}
    return event("completed", response={**response, "output": list(output), "usage": usage})


def wire(data: Mapping[str, Any], number: int) -> bytes:
    """An event as bytes."""
    body = json.dumps({**data, "sequence_number": number}, ensure_ascii=False)
    return f"event: {data['type']}\ndata: {body}\n\n".encode()


class Stage:
    """Records exchanges as a proxy would."""

    message = staticmethod(message)
    request = staticmethod(request)
    event = staticmethod(event)
    text_events = staticmethod(text_events)
    call_events = staticmethod(call_events)
    beginning = staticmethod(beginning)
    completed = staticmethod(completed)

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[str | None] = []
        info = RecorderInfo("1.0", "observe", BASE, "http://127.0.0.1:8080")
        self.writer = Writer(path, info, on_problem=self.problems.append)
        self._clock = time.monotonic() - time.time() + BEGINNING  # monotonic time of the beginning

    def ask(
        self,
        body: Any,
        *,
        after: float,
        turn: str | None = "turn-1",
        path: str = "/responses",
        operation: str = "responses.create",
        mode: str = "observe",
        agent: str | None = None,
    ) -> Handle:
        """A request, `after` seconds after the beginning; without a turn it is no Codex that asks.

        `agent`: a sub-agent of that name asks, in a thread of its own.
        """
        at = self._clock + after
        headers = [("content-type", "application/json")]
        if turn is not None:
            thread = "thread-1" if agent is None else f"thread-{agent}"
            told = {"thread_id": thread, "turn_id": turn, "request_kind": "turn"}
            if agent is not None:
                told["agent_name"] = f"/root/{agent}"
                headers += [("x-codex-parent-thread-id", "thread-1"), ("x-openai-subagent", "collab_spawn")]
            headers.append(("user-agent", "codex_exec/0.169.0 (Linux; x86_64)"))
            headers += [("thread-id", thread), ("x-codex-turn-metadata", json.dumps(told))]
        handle = self.writer.begin(
            method="POST",
            url=f"{BASE}{path}",
            http_version="HTTP/1.1",
            headers=tuple(headers),
            operation=operation,
            mode=mode,
            connection="c1",
            at=at,
        )
        data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        self.writer.chunk(handle, Leg.REQUEST, data, at + 0.001)
        self.writer.end_leg(handle, Leg.REQUEST, at + 0.001)
        return handle

    def head(
        self,
        handle: Handle,
        *,
        after: float,
        status: int | None = 200,
        kind: str = "text/event-stream",
        leg: Leg = Leg.RESPONSE,
        **more: str,
    ) -> None:
        """The response's head, or another leg's, `after` seconds after the request."""
        named = ((name.replace("_", "-"), value) for name, value in more.items())
        headers = (("content-type", kind), *named)
        self.writer.head(handle, leg, headers, status=status, at=handle.started + after)

    def upstream(self, handle: Handle, body: Json) -> None:
        """What the proxy sends instead of the client's request."""
        self.head(handle, after=0.01, status=None, kind="application/json", leg=Leg.UPSTREAM_REQUEST)
        data = json.dumps(body, ensure_ascii=False).encode()
        self.body(handle, data, after=0.01, leg=Leg.UPSTREAM_REQUEST)
        self.writer.end_leg(handle, Leg.UPSTREAM_REQUEST, handle.started + 0.01)

    def send(
        self, handle: Handle, events: Sequence[Json], *, after: float, every: float = 0.02, first: int = 0
    ) -> float:
        """Events one by one; gives the time of the last one."""
        at = after
        for number, data in enumerate(events):
            at = after + number * every
            self.body(handle, wire(data, first + number), after=at)
        return at

    def body(self, handle: Handle, data: bytes, *, after: float, leg: Leg = Leg.RESPONSE) -> None:
        """Bytes of the response."""
        self.writer.chunk(handle, leg, data, handle.started + after)

    def end(
        self,
        handle: Handle,
        *,
        after: float,
        outcome: Outcome = Outcome.COMPLETE,
        error: str | None = None,
    ) -> None:
        """The exchange is over."""
        if outcome is Outcome.COMPLETE:
            self.writer.end_leg(handle, Leg.RESPONSE, handle.started + after)
        self.writer.finish(handle, outcome, error=error, at=handle.started + after)

    def settle(self) -> Path:
        """Everything so far is in the file."""
        assert self.writer.flush(20), self.problems
        return self.path


PROMPT = "Why does tests/test_backoff.py fail now and then? Fix it."
INPUT = [
    message("developer", "You are a coding agent.\nAnswer in few words, change little, run the tests."),
    message("user", "<environment_context>\n  <cwd>/repo</cwd>\n</environment_context>"),
    message("user", PROMPT),
]
ARGUMENTS = '{"cmd": "pytest -q"}'
CALL = {"type": "function_call", "call_id": "call_1", "name": "exec_command", "arguments": ARGUMENTS}
OUTPUT = {"type": "function_call_output", "call_id": "call_1", "output": "1 failed, 1 passed in 0.03s\n"}
REASONING = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAAA" * 20}
WORDS = ("The ", "jitter ", "is ", "added ", "after ", "the ", "limit; ", "it ", "belongs ", "before ", "it.")


def first_turn(stage: Stage) -> None:
    """A call of a tool, a refusal for want of quota, an answer."""
    asked = stage.ask(request(INPUT), after=0)
    stage.head(asked, after=0.3, apim_request_id="11111111-2222")
    events = [
        *beginning("resp_1"),
        event("output_item.added", output_index=0, item={**REASONING, "encrypted_content": None}),
        event("output_item.done", output_index=0, item=REASONING),
        *call_events(1, "fc_1", "call_1", "exec_command", ARGUMENTS),
        completed("resp_1", 4100, 0, 58, [REASONING, {**CALL, "id": "fc_1"}]),
    ]
    stage.end(asked, after=stage.send(asked, events, after=0.4, every=0.05))
    again = request([*INPUT, REASONING, CALL, OUTPUT])
    refused = stage.ask(again, after=2)
    stage.head(refused, after=0.05, status=429, kind="application/json", retry_after_ms="1200")
    said = {"error": {"code": "too_many_requests", "message": "Rate limit reached. Try again in 2 seconds."}}
    stage.body(refused, json.dumps(said).encode(), after=0.06)
    stage.end(refused, after=0.06)
    answered = stage.ask(again, after=4)
    stage.head(answered, after=0.2)
    events = [*beginning("resp_2"), *text_events(0, "msg_1", WORDS)]
    last = stage.send(answered, events, after=0.3, every=0.03)
    done = completed("resp_2", 4200, 4096, 77, [message("assistant", "".join(WORDS))])
    stage.send(answered, [done], after=last + 0.9, first=len(events))
    stage.end(answered, after=last + 0.9)


def helped_turn(stage: Stage) -> None:
    """The first turn, those of two sub-agents while it goes on, and a second one that was cut off."""
    first_turn(stage)
    for n, (name, task) in enumerate((("reader", "Read the module."), ("tester", "Run the tests."))):
        asked = stage.ask(request([message("user", task)]), after=1 + n / 2, turn="turn-a", agent=name)
        stage.head(asked, after=0.1)
        events = [*beginning(f"resp_{name}"), *text_events(0, "msg_1", ("Done ", "that."))]
        events.append(completed(f"resp_{name}", 900, 512, 6, [message("assistant", "Done that.")]))
        stage.end(asked, after=stage.send(asked, events, after=0.2, every=0.05))
    stage.ask(request([*INPUT, message("user", "Thanks. And the docs?")]), after=9, turn="turn-2")


def chunk(delta: Json, finish: str | None = None, **more: Any) -> bytes:
    """A chunk of a chat stream."""
    choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
    told = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_790_000_000, "model": "gpt-5"}
    return f"data: {json.dumps({**told, 'choices': choices, **more})}\n\n".encode()


def chat_chunks() -> list[bytes]:
    """A chat stream: reasoning, words, a call, the usage, and a second choice that Responses cannot hold."""
    call = {"index": 0, "id": "call_9", "type": "function"}
    said = [
        {"role": "assistant", "content": ""},
        {"reasoning_content": "A look "},
        {"reasoning_content": "first."},
    ]
    said += [{"content": word} for word in ("I run ", "the ", "tests.")]
    said += [{"tool_calls": [{**call, "function": {"name": "exec_command", "arguments": ""}}]}]
    said += [
        {"tool_calls": [{"index": 0, "function": {"arguments": part}}]}
        for part in ('{"cmd": ', '"pytest -q"}')
    ]
    other = [{"index": 1, "delta": {"content": "Or not."}, "finish_reason": None}]
    usage = {"prompt_tokens": 412, "completion_tokens": 33, "total_tokens": 445}
    return [
        *map(chunk, said),
        chunk({}, choices=other),
        chunk({}, "tool_calls"),
        chunk({}, choices=[], usage=usage),
        b"data: [DONE]\n\n",
    ]


def translated(stage: Stage) -> None:
    """Four exchanges: one in Chat Completions, one bridged, one repaired, one that broke off."""
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": PROMPT}]
    tool = {"type": "function", "function": {k: v for k, v in TOOLS[0].items() if k != "type"}}
    chat = {"model": "gpt-5", "stream": True, "messages": messages, "tools": [tool]}
    asked = stage.ask(chat, after=0, turn=None, path="/chat/completions", operation="chat.create")
    stage.head(asked, after=0.2)
    for n, data in enumerate(chat_chunks()):
        stage.body(asked, data, after=0.3 + n * 0.05)
    stage.end(asked, after=1.0)

    body = request(INPUT)
    bridged = stage.ask(body, after=5, mode="bridge")
    stage.upstream(bridged, translate_request(body).payload)
    for leg in (Leg.UPSTREAM_RESPONSE, Leg.RESPONSE):
        stage.head(bridged, after=0.2, leg=leg)
    translator = StreamTranslator(
        request=body, tools=ToolNames.of_request(body), model="my-gpt5", new_id="{}_1".format
    )
    for n, data in enumerate(chat_chunks()):
        stage.body(bridged, data, after=0.3 + n * 0.05, leg=Leg.UPSTREAM_RESPONSE)
        for made in translator.feed(data):
            stage.body(bridged, made.encode(), after=0.3 + n * 0.05)
    stage.writer.end_leg(bridged, Leg.UPSTREAM_RESPONSE, bridged.started + 1.0)
    stage.end(bridged, after=1.0)

    system = message("system", "Never touch the main branch.")
    sampled = request(
        [INPUT[0], system, *INPUT[1:]], model="gpt-5-mini", temperature=0.2, max_tokens=4000, include=[]
    )
    repaired = stage.ask(sampled, after=10, mode="repair")
    stage.upstream(repaired, repair_request(sampled).body)
    stage.head(repaired, after=0.2)
    events = [*beginning("resp_3"), *text_events(0, "msg_3", WORDS)]
    stage.send(repaired, [*events, completed("resp_3", 4100, 0, 20, [])], after=0.3)
    stage.end(repaired, after=1.2)

    broken = stage.ask(request(INPUT), after=15)
    stage.head(broken, after=0.2)
    last = stage.send(broken, events[:8], after=0.3)
    stage.end(broken, after=last + 1, outcome=Outcome.UPSTREAM_GONE, error="peer closed connection")


RULES = "\n".join(f"{n}. Change little, say why, run the tests." for n in range(1, 41))


def changing(stage: Stage) -> None:
    """Three turns: the second breaks the prompt's prefix, the third goes on from a compaction."""
    told = {"instructions": "You are Codex.\nBe brief.\nBe exact."}
    items = [message("developer", RULES), *INPUT[1:], REASONING, CALL, OUTPUT]
    _answer(stage, request(items, **told), "turn-1", 0, 0)
    tools = [{**TOOLS[0], "description": "Run a shell command, and wait for it."}, TOOLS[2]]
    tools.append({"type": "function", "name": "view_image", "parameters": {"type": "object"}})
    rules = message("developer", RULES.replace("7. Change little", "7. Change less"))
    grown = [rules, *items[1:], message("assistant", "".join(WORDS)), message("user", "Pin it with a test.")]
    told = {"instructions": "You are Codex.\nBe very brief.\nBe exact.", "prompt_cache_key": "thread-2"}
    told |= {"tools": tools, "reasoning": {"effort": "high", "summary": "auto"}}
    _answer(stage, request(grown, **told, temperature=0.2), "turn-2", 20, 0)
    summary = {"type": "compaction", "encrypted_content": "gAAAA" * 20}
    short = [rules, INPUT[1], INPUT[2], summary, message("user", "Go on.")]
    _answer(stage, request(short, **told), "turn-3", 40, 1024)


def _answer(stage: Stage, body: Json, turn: str, after: float, cached: int) -> None:
    words = ("Turn ", turn[-1], " is ", "done.")
    asked = stage.ask(body, after=after, turn=turn)
    stage.head(asked, after=0.2, apim_request_id=turn)
    done = completed(turn, 4100, cached, 20, [message("assistant", "".join(words))])
    events = [*beginning(turn), *text_events(0, "msg_1", words), done]
    stage.end(asked, after=stage.send(asked, events, after=0.3))


@pytest.fixture
def changed(stage: Stage) -> Path:
    """A finished capture: three turns in which settings, tools, instructions and the history change."""
    changing(stage)
    stage.settle()
    stage.writer.close()
    return stage.path


@pytest.fixture
def four(stage: Stage) -> Path:
    """A finished capture: a chat exchange, a bridged one, a repaired one, one that broke off."""
    translated(stage)
    stage.settle()
    stage.writer.close()
    return stage.path


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A recorder on a new capture; closed at the end."""
    made = Stage(tmp_path / "today.db")
    yield made
    made.writer.close()


@pytest.fixture
def turn(stage: Stage) -> Path:
    """A finished capture: one turn of three exchanges."""
    first_turn(stage)
    stage.settle()
    stage.writer.close()
    return stage.path


@pytest.fixture
def helped(stage: Stage) -> Path:
    """A capture of a session that two sub-agents work for."""
    helped_turn(stage)
    stage.settle()
    stage.writer.close()
    return stage.path


@pytest.fixture
def streaming(stage: Stage) -> Stage:
    """The turn, and a second one of which the answer has begun to come in."""
    first_turn(stage)
    said = message("assistant", "".join(WORDS))
    items = [*INPUT, CALL, OUTPUT, said, message("user", "Pin it with a test.")]
    asked = stage.ask(request(items), after=20, turn="turn-2")
    stage.head(asked, after=0.2)
    begun = text_events(0, "msg_2", ["I ", "will ", "add ", "one."])[:5]
    stage.send(asked, [*beginning("resp_3"), *begun], after=0.3)
    stage.settle()
    return stage


class Held:
    """What a proxy holds in the capture of a stage, by the rules of another app that stays there."""

    NOW = BEGINNING + 64.5

    def __init__(self, stage: Stage) -> None:
        self.path = stage.settle()
        self.desk = Desk(self.path)
        self.other = Holds(self.path, "inspector hold")
        self.rule = self.other.add("model:my-gpt5", Point.EVENT, types=["response.*.done"], seconds=120)
        self.requests = self.other.add("session:thread-1", seconds=120)
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            connection.execute("UPDATE hold_apps SET beat = beat + 1e6")  # whatever time the test takes

    def entry(self, exchange: int, *, since: float, app: int | None = None, **more: Any) -> Entry:
        """Something of an exchange that is held, for so many seconds by now."""
        rule = self.rule if "event_type" in more else self.requests
        if "status" in more:
            rule = replace(rule, point=Point.RESPONSE)
        at = self.NOW - since
        app = self.desk.rules()[0][1] if app is None else app
        return Entry(exchange, rule, app, at=at, deadline=at + 120, **more)

    def hold(self, exchange: int, *, since: float, **more: Any) -> int:
        """Hold it; its number."""
        return self.desk.enter(self.entry(exchange, since=since, **more))

    def three(self) -> None:
        """A request, the head of an answer, and an event of one that has begun."""
        self.hold(2, since=3, headers=(("content-type", "application/json"),))
        said = (("content-type", "application/json"), ("retry-after-ms", "1200"))
        self.hold(3, since=115, status=429, headers=said)
        self.silent()

    def silent(self) -> int:
        """An event, after a long silence."""
        data = {"type": "response.output_text.done", "item_id": "msg_2", "text": "I will add one."}
        body = json.dumps(data).encode()
        return self.hold(
            4, since=42, event_type="response.output_text.done", body=body, silent_since=self.NOW - 251
        )

    def close(self) -> None:
        """The proxy is done with it, the other app leaves."""
        self.desk.close()
        self.other.close()


@pytest.fixture
def held(streaming: Stage) -> Iterator[Held]:
    """A session of which a request, an answer and an event are held."""
    made = Held(streaming)
    made.three()
    yield made
    made.close()


class ReadIn:
    """A flow file of the turn's three exchanges while it is read in: of all the heads, of the first all."""

    SIZE = 4_000_000

    def __init__(self, turn: Path) -> None:
        self.path = turn.with_name("session.db")
        self._writer = BulkWriter(self.path, RecorderInfo("1.0", "import"))
        self._import = self._writer.begin_import("session.mitm", "mitmproxy", self.SIZE)
        with closing(Reader(turn)) as reader:
            first, second, third = (reader.detail(number) for number in (1, 2, 3))
        remark = "The file tells when the answer began and ended, not when its pieces came."
        said = second.legs[Leg.RESPONSE]
        self._details = [
            _from(first, "byte 0", Timing.WHOLE, remark),
            _from(replace(second, legs={**second.legs, Leg.RESPONSE: replace(said, body=b"", absent=True)}),
                  "byte 41,112", Timing.RECORDED, "Its answer was streamed, and not kept."),
            _from(third, "byte 44,730", Timing.EVEN),
        ]  # fmt: skip
        for detail in self._details:
            self._writer.outline(detail, self._import)
        self._writer.add(self._details[0], self._import)
        self._writer.progress(self._import, self.SIZE * 46 // 100)
        self._writer.flush()

    def go_on(self) -> None:
        """The bodies of the second come."""
        self._writer.add(self._details[1], self._import)
        self._writer.flush()

    def end(self) -> Path:
        """All that can be read has been; two places could not."""
        for detail in self._details[1:]:
            self._writer.add(detail, self._import)
        for damage in (
            Damage(1_204_551, "The flow that begins here has no request."),
            Damage(3_999_808, "The file ends in the middle of a flow."),
        ):
            self._writer.damage(self._import, damage)
        self._writer.progress(self._import, self.SIZE)
        self._writer.end_import(self._import)
        self.stop()
        return self.path

    def stop(self) -> None:
        """Whoever read it is gone."""
        self._writer.close()


def _from(detail: ExchangeDetail, place: str, timing: Timing, *remarks: str) -> ExchangeDetail:
    source = Source("session.mitm", "mitmproxy", place, timing, remarks)
    chunks = tuple(chunk for chunk in detail.chunks if not detail.legs[chunk.leg].absent)
    return replace(detail, exchange=replace(detail.exchange, source=source), chunks=chunks)


@pytest.fixture
def read_in(turn: Path) -> Iterator[ReadIn]:
    """A file that is being read in."""
    made = ReadIn(turn)
    yield made
    made.stop()


@pytest.fixture
def damaged(read_in: ReadIn) -> Path:
    """A capture of a file that was read in, but for two places."""
    return read_in.end()
