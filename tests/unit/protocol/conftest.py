"""What tests of the stream side share: chat chunks to write, and a translation that is always judged by the
oracles.
"""

from __future__ import annotations

import itertools
import json
import typing
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx
import pytest
from openai import OpenAI, omit
from openai._models import construct_type
from openai.lib.streaming.responses._responses import ResponseStreamState
from openai.types.responses import ResponseStreamEvent
from pydantic import ValidationError

from inspector.protocol.accumulate import TERMINALS, Accumulator
from inspector.protocol.conformance import check
from inspector.protocol.from_chat.stream_event import StreamEvent
from inspector.protocol.tools import ToolNames, ToolRef
from inspector.protocol.translate_stream import StreamTranslator

TOOLS = (
    ToolRef("function", "exec_command"),
    ToolRef("custom", "apply_patch"),
    ToolRef("custom", "exec", "functions"),
    ToolRef("function", "close_agent", "multi_agent_v1"),
    ToolRef("tool_search", "tool_search"),
    ToolRef("local_shell", "local_shell"),
    ToolRef("shell", "shell"),
)

OPENAI_EVENTS: dict[str, Any] = {
    typing.get_args(member.model_fields["type"].annotation)[0]: member
    for member in typing.get_args(typing.get_args(ResponseStreamEvent)[0])
}

# The events of the dual profile that the API does not have: the fields of each, and their types.
DUAL_EVENTS: dict[str, dict[str, type]] = {
    "response.output_tool_call.begin": {"item_id": str, "output_index": int, "call_id": str, "name": str},
    "response.output_tool_call.delta": {"item_id": str, "output_index": int, "call_id": str, "delta": str},
    "response.output_tool_call.end": {"item_id": str, "output_index": int, "call_id": str, "name": str},
    "response.summary": {"response_id": str, "summary": list},
    "response.error": {"response_id": str, "error": dict},
    "response.done": {"response": dict},
}
DUAL_OPTIONAL: dict[str, set[str]] = {
    "response.output_tool_call.begin": {"namespace"},
    "response.output_tool_call.end": {"namespace", "arguments", "input"},
}

# Codes that make Codex do the right thing but that the package's type does not list.
CODEX_CODES = {"context_length_exceeded", "insufficient_quota", "model_not_found", "usage_not_included"}


class Chat:
    """Chat chunks as an upstream writes them."""

    done = b"data: [DONE]\n\n"

    @staticmethod
    def event(value: object) -> bytes:
        return b"data: " + json.dumps(value).encode() + b"\n\n"

    def chunk(self, delta: dict[str, Any] | None = None, finish: str | None = None, **fields: Any) -> bytes:
        choice = {"index": 0, "delta": delta or {}, "finish_reason": finish}
        head = {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1_700_000_000,
            "model": "served",
        }
        return self.event({**head, "choices": [choice], **fields})

    def text(self, *pieces: str) -> bytes:
        return b"".join(self.chunk({"content": piece}) for piece in pieces)

    def finish(self, reason: str = "stop") -> bytes:
        return self.chunk(finish=reason)

    def usage(self, given: int = 10, produced: int = 5) -> bytes:
        total = {"prompt_tokens": given, "completion_tokens": produced, "total_tokens": given + produced}
        return self.chunk(choices=[], usage=total)

    def call(self, arguments: str | None = None, *, name: str | None = None, **entry: Any) -> bytes:
        """One fragment of a tool call; `entry` holds index and id where there are any."""
        return self.chunk({"tool_calls": [self.entry(arguments, name=name, **entry)]})

    @staticmethod
    def entry(arguments: str | None = None, *, name: str | None = None, **entry: Any) -> dict[str, Any]:
        function = {"arguments": arguments, "name": name}
        return {**entry, "function": {field: value for field, value in function.items() if value is not None}}

    def ended(self, reason: str = "stop") -> bytes:
        return self.finish(reason) + self.usage() + self.done


class Judge:
    """The openai package as oracle: its types for each event, its stream accumulator for the whole."""

    def __init__(self) -> None:
        self._body = b""
        transport = httpx.MockTransport(self._answer)
        self._client = OpenAI(
            api_key="-",
            base_url="http://judge/v1",
            max_retries=0,
            http_client=httpx.Client(transport=transport),
        )

    def _answer(self, _: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=self._body)

    def validate(self, event: dict[str, Any]) -> None:
        """Each event has the package's own type, in strict mode."""
        data = json.loads(json.dumps(event))
        error = (data.get("response") or {}).get("error")
        if error is not None and error["code"] in CODEX_CODES:
            error["code"] = "server_error"
        OPENAI_EVENTS[event["type"]].model_validate_json(json.dumps(data), strict=True)

    def accumulate(self, events: Sequence[dict[str, Any]]) -> Any:
        """The package's stream accumulator takes all of it; the final response if it was completed."""
        self._body = b"".join(b"data: %b\n\n" % json.dumps(event).encode() for event in events)
        with self._client.responses.stream(model="m", input="-") as stream:
            seen = [event.type for event in stream]
            assert seen == [event["type"] for event in events]
            return stream.get_final_response() if "response.completed" in seen else None

    def objection(self, events: Sequence[dict[str, Any]], suspects: Sequence[dict[str, Any]]) -> str | None:
        """Why the package would not take these events; the `suspects` are judged by their types as well.

        A whole stream is fed to the accumulator itself: five times as fast as through the client.
        """
        try:
            for event in suspects:
                self.validate(event)
        except (ValidationError, KeyError) as error:
            return f"type: {error}"
        state: ResponseStreamState[Any] = ResponseStreamState(text_format=omit, input_tools=omit)
        try:
            for event in events:
                state.handle_event(construct_type(type_=ResponseStreamEvent, value=event))  # type: ignore[arg-type]
        except Exception as error:  # noqa: BLE001 - the accumulator says no in many ways
            return f"accumulator: {error!r}"
        return None

    def close(self) -> None:
        self._client.close()


class Translated(list[StreamEvent]):
    """The events of a translation, and short ways to look at them."""

    notes: list[str]

    @property
    def kinds(self) -> set[str]:
        return {event.type for event in self}

    @property
    def types(self) -> list[str]:
        return [event.type.removeprefix("response.") for event in self]

    @property
    def response(self) -> dict[str, Any]:
        response: dict[str, Any] = next(event.data["response"] for event in self if event.type in TERMINALS)
        return response

    @property
    def output(self) -> list[tuple[str, ...]]:
        """The final output, an item a tuple: its kind, then its texts, or tool (namespace/name), id and
        arguments."""
        return [summary(item) for item in self.response["output"]]

    @property
    def done(self) -> list[tuple[str, ...]]:
        """The items that were closed, which is what Codex acts on, in that order."""
        return [summary(event.data["item"]) for event in self if event.type == "response.output_item.done"]

    def deltas(self, kind: str) -> list[str]:
        return [event.data["delta"] for event in self if event.type == f"response.{kind}.delta"]


def summary(item: dict[str, Any]) -> tuple[str, ...]:
    kind = item["type"]
    if kind == "message":
        return kind, *(part.get("text", part.get("refusal")) for part in item["content"])
    if kind == "reasoning":
        return kind, *(part["text"] for part in item["summary"] + item.get("content", []))
    tool = "/".join(name for name in (item.get("namespace"), item.get("name")) if name)
    given = next(item[field] for field in ("arguments", "input", "action", "operation") if field in item)
    return kind, tool, item["call_id"], given if isinstance(given, str) else json.dumps(given)


def run(pieces: list[bytes], **options: Any) -> Translated:
    counters: dict[str, Iterator[int]] = {}

    def new_id(prefix: str) -> str:
        return f"{prefix}_{next(counters.setdefault(prefix, itertools.count()))}"

    settings: dict[str, Any] = {
        "request": {},
        "tools": ToolNames(TOOLS),
        "model": "deployed",
        "now": lambda: 1.7e9,
    }
    translator = StreamTranslator(**{**settings, "new_id": new_id, **options})
    events = Translated(event for piece in pieces for event in translator.feed(piece))
    terminal_seen = any(event.type in TERMINALS for event in events)
    assert translator.finished == terminal_seen
    events.extend(translator.close())
    assert translator.finished
    events.notes = [note.text for note in translator.notes]
    return events


@pytest.fixture
def chat() -> Chat:
    return Chat()


@pytest.fixture(scope="session")
def judge() -> Iterator[Judge]:
    judge = Judge()
    yield judge
    judge.close()


def check_dual(events: Translated, official: Translated) -> None:
    """The dual profile is the official one with its own events between, each where its client expects it."""
    kept = [event.data for event in events if event.type not in DUAL_EVENTS]
    renumbered = [{**data, "sequence_number": n} for n, data in enumerate(kept)]
    assert renumbered == [event.data for event in official]
    texts: dict[int, str] = {}
    for before, event, after in zip([None, *events], events, [*events[1:], None], strict=False):
        if event.type not in DUAL_EVENTS:
            continue
        data, fields = event.data, DUAL_EVENTS[event.type]
        names = {*data} - {"type", "sequence_number"} - DUAL_OPTIONAL.get(event.type, set())
        assert names == {*fields}
        assert all(type(data[name]) is form for name, form in fields.items())
        kind = event.type.removeprefix("response.output_tool_call.")
        if kind == "begin":
            assert before is not None
            assert before.type == "response.output_item.added"
            assert (before.data["output_index"], before.data["item"]["id"]) == (
                data["output_index"],
                data["item_id"],
            )
            texts[data["output_index"]] = ""
        elif kind == "delta":
            texts[data["output_index"]] += data["delta"]
        elif kind == "end":
            assert after is not None
            assert after.type == "response.output_item.done"
            assert after.data["item"]["call_id"] == data["call_id"]
            assert data.get("arguments", data.get("input")) == texts.pop(data["output_index"])
    done = events[-1]
    assert (done.type, events[-2].type in TERMINALS) == ("response.done", True)
    assert done.data["response"] == events[-2].data["response"]
    assert ("response.error" in events.kinds) == (events[-2].type == "response.failed")
    thoughts = [text for kind, *texts in events.output if kind == "reasoning" for text in texts if text]
    assert ("response.summary" in events.kinds) == bool(thoughts)


@pytest.fixture
def translate(judge: Judge) -> Callable[..., Translated]:
    """Translate a chat stream, after every oracle has found the result well-formed."""

    def translate(stream: bytes, **options: Any) -> Translated:
        events = run([stream], **options)
        numbers = [event.data["sequence_number"] for event in events]
        assert numbers == list(range(len(events)))
        assert [event.type in TERMINALS for event in events].count(True) == 1
        datas = [event.data for event in events]
        if options.get("profile") == "dual":
            check_dual(events, run([stream], **{**options, "profile": "official"}))
            datas = [data for data in datas if data["type"] not in DUAL_EVENTS]
        objection = judge.objection(datas, datas)
        assert objection is None, objection
        remarks = check([event.data for event in events])
        assert [remark for remark in remarks if remark.rule != "codex-drops"] == []
        accumulator = Accumulator()
        for event in events:
            accumulator.feed(event.data)
        assert accumulator.response == events.response
        # However the bytes are cut, the events are the same, down to the offsets.
        bytewise = run([stream[n : n + 1] for n in range(len(stream))], **options)
        assert [(event.data, event.offset) for event in bytewise] == [(e.data, e.offset) for e in events]
        assert bytewise.notes == events.notes
        return events

    return translate
