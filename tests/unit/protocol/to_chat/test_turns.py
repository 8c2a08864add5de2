"""Calls, their outputs, and the order that Chat wants them in."""

from __future__ import annotations

import json
from typing import Any

from inspector.protocol.report import Kind
from inspector.protocol.to_chat.turns import NO_OUTPUT, NOT_TEXT
from inspector.protocol.translate_request import ChatTranslation, translate_request


def translate(*items: dict[str, Any], **fields: Any) -> ChatTranslation:
    return translate_request({"model": "gpt-4o", "input": list(items), **fields})


def shape(done: ChatTranslation) -> list[Any]:
    """The messages in short: role, or ids of calls, or the id that is answered."""
    return [
        [call["id"] for call in message["tool_calls"]]
        if "tool_calls" in message
        else message.get("tool_call_id", message["role"])
        for message in done.payload["messages"]
    ]


def user(text: str = "u") -> dict[str, Any]:
    return {"role": "user", "content": text}


def said(text: str = "a") -> dict[str, Any]:
    return {"role": "assistant", "content": text}


def call(call_id: str, name: str = "f", **fields: Any) -> dict[str, Any]:
    return {"type": "function_call", "call_id": call_id, "name": name, "arguments": "{}", **fields}


def output(call_id: str, value: Any = "out") -> dict[str, Any]:
    return {"type": "function_call_output", "call_id": call_id, "output": value}


def test_parallel_calls_and_the_text_before_them_are_one_message() -> None:
    done = translate(
        user(), said("look"), {"type": "reasoning"}, call("1"), call("2"), output("2", "b"), output("1", "")
    )
    assert done.payload["messages"] == [
        {"role": "user", "content": "u"},
        {
            "role": "assistant",
            "content": "look",
            "tool_calls": [
                {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}},
                {"id": "2", "type": "function", "function": {"name": "f", "arguments": "{}"}},
            ],
        },
        {"role": "tool", "tool_call_id": "1", "content": ""},
        {"role": "tool", "tool_call_id": "2", "content": "b"},
    ]
    assert not [row for row in done.report if row.kind is Kind.MOVED]


def test_turns_one_after_another_stay_apart() -> None:
    done = translate(user(), call("1"), output("1"), call("2"), output("2"), said())
    assert shape(done) == ["user", ["1"], "1", ["2"], "2", "assistant"]
    assert done.payload["messages"][1]["content"] is None


def test_text_after_a_call_joins_its_message() -> None:
    done = translate(user(), call("1"), said("done"), call("2"), output("1"), output("2"))
    assert shape(done) == ["user", ["1", "2"], "1", "2"]
    assert done.payload["messages"][1]["content"] == "done"


def test_an_output_comes_to_its_call_over_a_message_in_between() -> None:
    done = translate(user(), call("1"), user("hurry"), output("1"))
    assert shape(done) == ["user", ["1"], "1", "user"]
    (row,) = done.report.for_source("/input/3/output")
    assert (row.kind, row.targets) == (Kind.MOVED, ("/messages/2/content",))


def test_an_output_before_its_call_is_moved_behind_it() -> None:
    done = translate(output("1"), user(), call("1"))
    assert shape(done) == ["user", ["1"], "1"]
    assert done.report.for_source("/input/0/type")[0].kind is Kind.MOVED


def test_a_call_without_an_output_gets_one_that_says_so() -> None:
    done = translate(call("1"), call("2"), output("2"), user())
    assert shape(done) == [["1", "2"], "1", "2", "user"]
    assert done.payload["messages"][1]["content"] == NO_OUTPUT
    assert ("/messages/1",) in [row.targets for row in done.report if row.kind is Kind.INJECTED]


def test_an_output_without_its_call_is_dropped() -> None:
    done = translate(user(), output("lost"))
    assert shape(done) == ["user"]
    (row,) = done.report.for_source("/input/1")
    assert (row.kind, row.loss) == (Kind.DROPPED, True)


def test_an_id_used_twice_is_two_turns_each_with_its_own_output() -> None:
    done = translate(call("1"), call("1"), output("1", "first"), output("1", "second"), output("1", "third"))
    assert shape(done) == [["1"], "1", ["1"], "1"]
    assert [m["content"] for m in done.payload["messages"] if m["role"] == "tool"] == ["first", "second"]
    assert done.report.for_source("/input/4")[0].kind is Kind.DROPPED


def test_images_of_outputs_follow_the_group_as_the_users() -> None:
    picture = {"type": "input_image", "image_url": "data:image/png;base64,AA", "detail": "original"}
    done = translate(
        call("1", "view_image"),
        call("2"),
        output("1", [picture]),
        output("2", [{"type": "input_text", "text": "one"}, picture, {"type": "input_text", "text": "two"}]),
        said(),
    )
    assert shape(done) == [["1", "2"], "1", "2", "user", "assistant"]
    assert [m["content"] for m in done.payload["messages"][1:3]] == [NOT_TEXT, "one\ntwo"]
    shown = done.payload["messages"][3]["content"]
    assert [part["type"] for part in shown] == ["text", "image_url", "text", "image_url"]
    assert "1" in shown[0]["text"]
    assert shown[1]["image_url"] == {"url": "data:image/png;base64,AA", "detail": "high"}
    rows = done.report.for_source("/input/3/output/1/image_url")
    assert [(row.kind, row.targets) for row in rows] == [
        (Kind.MOVED, ("/messages/3/content/3/image_url/url",))
    ]


def test_outputs_that_are_no_content_are_told_as_json() -> None:
    done = translate(
        call("1"),
        output("1", {"ok": True, "é": [1]}),
        call("2"),
        output("2", [1, 2]),
        call("3"),
        output("3", None),
    )
    told = [m["content"] for m in done.payload["messages"] if m["role"] == "tool"]
    assert told == ['{"ok":true,"é":[1]}', "[1,2]", ""]


def test_calls_of_other_kinds_are_function_calls() -> None:
    done = translate(
        {"type": "custom_tool_call", "call_id": "1", "name": "apply_patch", "input": '*** "x"\n'},
        {"type": "local_shell_call", "id": "2", "action": {"type": "exec", "command": ["ls"]}},
        {"type": "tool_search_call", "call_id": "3", "execution": "client", "arguments": {"query": "q"}},
        call("4", "close_agent", namespace="multi_agent_v1"),
        {"type": "apply_patch_call", "call_id": "5", "operation": {"type": "delete_file", "path": "p"}},
        {"type": "custom_tool_call_output", "call_id": "1", "output": "patched"},
        {"type": "local_shell_call_output", "id": "2", "output": "ls"},
    )
    functions = [one["function"] for one in done.payload["messages"][0]["tool_calls"]]
    assert [done.tools.restore(one["name"]).kind for one in functions] == [
        "custom",
        "local_shell",
        "tool_search",
        "function",
        "apply_patch",
    ]
    assert functions[0]["name"] == "apply_patch" != functions[4]["name"]
    assert functions[3]["name"] == "multi_agent_v1__close_agent"
    assert [json.loads(one["arguments"]) for one in functions] == [
        {"input": '*** "x"\n'},
        {"type": "exec", "command": ["ls"]},
        {"query": "q"},
        {},
        {"type": "delete_file", "path": "p"},
    ]
    assert [m["content"] for m in done.payload["messages"][1:3]] == ["patched", "ls"]


def test_found_tools_are_offered_and_named_to_the_model() -> None:
    found = [{"type": "namespace", "name": "mail", "tools": [{"type": "function", "name": "send"}]}]
    done = translate(
        {"type": "tool_search_call", "call_id": "1", "arguments": {"query": "mail"}},
        {"type": "tool_search_output", "call_id": "1", "tools": found, "execution": "client"},
    )
    assert done.payload["tools"][0]["function"]["name"] == "mail__send"
    assert done.payload["messages"][1]["content"] == '{"tools":["mail__send"]}'
    targets = {target for row in done.report.for_source("/input/1/tools/0/tools/0") for target in row.targets}
    assert targets >= {"/tools/0/function/name", "/messages/1/content"}


def test_what_a_search_of_the_servers_found_is_offered_too() -> None:
    found = {
        "type": "tool_search_output",
        "call_id": None,
        "execution": "server",
        "tools": [{"type": "custom", "name": "c"}],
    }
    done = translate(user(), found)
    assert [tool["function"]["name"] for tool in done.payload["tools"]] == ["c"]
    assert shape(done) == ["user"]


def test_messages_with_the_role_tool_are_outputs() -> None:
    content = [{"type": "output", "content_type": "text/plain", "body": "ok"}]
    done = translate(user(), call("1"), {"role": "tool", "tool_call_id": "1", "content": content})
    assert done.payload["messages"][2] == {"role": "tool", "tool_call_id": "1", "content": "ok"}
    assert done.error is None


def test_an_empty_tool_message_is_refused() -> None:
    for content in ([], "", [{"type": "output", "content_type": "text/plain", "body": ""}]):
        done = translate(call("1"), {"role": "tool", "tool_call_id": "1", "content": content})
        assert done.error is not None
        assert done.error["error"]["code"] == "tool_output_empty"


def test_an_image_in_a_tool_message_is_refused() -> None:
    content = [{"type": "output", "content_type": "image/png", "body": "AA"}]
    done = translate(call("1"), {"role": "tool", "tool_call_id": "1", "content": content})
    assert done.error is not None
    assert "image/png" in done.error["error"]["message"]


def test_a_call_without_id_or_name_is_refused() -> None:
    done = translate(
        {"type": "function_call", "name": "f"}, {"type": "custom_tool_call", "call_id": "1"}, user()
    )
    assert [row.reason for row in done.report.rejections()] == [
        "the call has no call_id",
        "the call has no name",
    ]
    assert shape(done) == ["user"]


def test_a_patch_that_failed_is_told_as_failed() -> None:
    patch = {"type": "apply_patch_call", "call_id": "1", "operation": {"type": "delete_file", "path": "a"}}
    failed = {"type": "apply_patch_call_output", "call_id": "1", "status": "failed"}
    assert translate(patch, failed).payload["messages"][1]["content"] == "The patch failed."
    done = translate(patch, {**failed, "output": "no such file"})
    assert done.payload["messages"][1]["content"] == "The patch failed.\nno such file"
    (row,) = done.report.for_source("/input/1/status")
    assert row.targets == ("/messages/1/content",)
