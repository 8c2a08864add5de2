"""The item of a tool call: when it is announced, what it writes, and that a truncated one is never done."""

from __future__ import annotations

import pytest

from inspector.protocol.from_chat.call_items import CallItem
from inspector.protocol.from_chat.stream_event import EventLog
from inspector.protocol.tools import ToolNames, ToolRef

TOOLS = ToolNames([ToolRef("function", "f"), ToolRef("custom", "c"), ToolRef("tool_search", "tool_search")])


class Log(EventLog):
    """An event log that tells its events in short."""

    def __init__(self) -> None:
        super().__init__(lambda prefix: f"{prefix}_0", dual=False)

    def told(self) -> list[str]:
        return [
            " ".join([event.type.removeprefix("response."), event.data.get("delta", "")]).strip()
            for event in self.take()
        ]


def begin(name: str, call_id: str | None = "call") -> tuple[CallItem, Log]:
    log = Log()
    call = CallItem(log, TOOLS, lambda call: 0)
    call.name, call.call_id = name, call_id
    return call, log


def test_nothing_is_said_before_there_are_arguments() -> None:
    call, log = begin("f")
    call.append("")
    call.append(" ")
    assert log.told() == []
    call.append("{")
    assert log.told() == ["output_item.added", "function_call_arguments.delta  {"]
    call.append("}")
    call.close()
    assert log.told() == [
        "function_call_arguments.delta }",
        "function_call_arguments.done",
        "output_item.done",
    ]
    assert call.closed


def test_nothing_is_said_before_name_and_id_are_known() -> None:
    call, log = begin("", None)
    call.append("{")
    call.name = "f"
    call.append("}")
    assert log.told() == []
    call.close()
    assert call.body == {
        "id": "fc_0",
        "type": "function_call",
        "status": "completed",
        "call_id": "call_0",
        "name": "f",
        "arguments": "{}",
    }


@pytest.mark.parametrize("name", ["f", "c", "tool_search", "unknown"])
def test_a_call_left_open_is_shown_but_never_done(name: str) -> None:
    call, log = begin(name)
    call.append('{"input":"a')
    call.leave_open()
    assert not any(told.endswith("done") for told in log.told())
    assert (call.body["status"], call.closed) == ("incomplete", True)
    assert call.body["type"] == ("custom_tool_call" if name == "c" else "function_call")


def test_the_clients_own_call_appears_when_it_is_whole() -> None:
    call, log = begin("tool_search")
    call.append('{"query":')
    call.append('"x"}')
    assert log.told() == []
    call.close()
    assert log.told() == ["output_item.added", "output_item.done"]
    assert call.body["arguments"] == {"query": "x"}


@pytest.mark.parametrize(
    ("name", "arguments", "whole"),
    [
        ("f", '{"a":1}', True),
        ("f", '{"a":1} ', True),
        ("f", '{"a":"}', False),
        ("f", "", False),
        ("f", "1", False),
        ("c", '{"input":"a"', True),
        ("c", '{"input":"a', False),
        ("tool_search", "{}", True),
    ],
)
def test_when_a_call_is_whole(name: str, arguments: str, whole: bool) -> None:
    call, _ = begin(name)
    for piece in arguments:
        call.append(piece)
    assert call.is_whole() is whole
