"""The output as it grows: which item is open, and what each ending does to it."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from inspector.protocol.from_chat.output import Output
from inspector.protocol.from_chat.stream_event import EventLog
from inspector.protocol.from_chat.tool_fragments import read_fragment
from inspector.protocol.tools import ToolNames


def new_output(*, codex_client: bool = False) -> tuple[Output, EventLog]:
    log = EventLog(lambda prefix: f"{prefix}_0", dual=False)
    return Output(log, ToolNames(), codex_client=codex_client, raw_reasoning=False), log


def call(output: Output, arguments: str, **entry: Any) -> bool:
    fragment = read_fragment({**entry, "function": {"name": "f", "arguments": arguments}}, 0, 1)
    assert fragment is not None
    return output.write_call(fragment)


def test_another_kind_of_item_closes_the_open_text() -> None:
    output, _ = new_output()
    output.write_reasoning("r")
    output.write_text("a")
    call(output, "{", index=0, id="c")
    output.write_text("b")
    call(output, "}", index=0)
    output.write_reasoning("s")
    output.close("completed")
    assert [body["type"] for body in output.bodies] == [
        "reasoning",
        "message",
        "function_call",
        "message",
        "reasoning",
    ]
    assert {body["status"] for body in output.bodies} == {"completed"}
    assert output.thoughts == "r\n\ns"


@pytest.mark.parametrize(
    ("ending", "statuses"),
    [
        ("completed", ["completed", "completed", "completed"]),
        ("incomplete", ["completed", "incomplete", "incomplete"]),
        ("failed", ["incomplete", "incomplete", "incomplete"]),
    ],
)
def test_what_an_ending_does(
    ending: Literal["completed", "incomplete", "failed"], statuses: list[str]
) -> None:
    output, log = new_output()
    call(output, "{}", index=0, id="a")
    call(output, "{", index=1, id="b")
    output.write_text("x")
    output.close(ending)
    assert [body["status"] for body in output.bodies] == statuses
    done = [event.data["item"]["type"] for event in log.take() if event.type == "response.output_item.done"]
    assert done.count("message") == 1
    assert done.count("function_call") == statuses[:2].count("completed")


@pytest.mark.parametrize("kind", ["text", "refusal", "reasoning"])
def test_codex_gets_no_half_text_as_done_when_the_response_fails(kind: str) -> None:
    output, log = new_output(codex_client=True)
    getattr(output, f"write_{kind}")("half")
    output.close("failed")
    assert "response.output_item.done" not in [event.type for event in log.take()]
    (body,) = output.bodies
    assert body["status"] == "incomplete"
    assert "half" in str(body["summary" if kind == "reasoning" else "content"])


def test_what_comes_for_a_closed_call_is_lost_and_said_so() -> None:
    output, _ = new_output()
    assert call(output, "{}", index=0, id="a")
    assert output.write_legacy_call("f", "{}")
    output.close("completed")
    assert not call(output, "x", index=0, id="a")
    assert call(output, "", index=0, id="a")
    assert not output.write_legacy_call("", "x")
