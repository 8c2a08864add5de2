"""The stream translator: each row of the table, each hard case, and what must hold for any bytes at all.

`translate` (conftest) judges every stream here by the openai package's types and accumulator, by our own
conformance rules, and by translating it once more byte by byte.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from inspector.protocol.accumulate import TERMINALS
from inspector.protocol.tools import ToolNames
from inspector.protocol.translate_stream import StreamFailure, StreamTranslator

LS = '{"cmd":"ls"}'


# The table of the machine's states

BEGUN = ["created", "in_progress"]
TEXT_BEGUN = ["output_item.added", "content_part.added", "output_text.delta"]
TEXT_DONE = ["output_text.done", "content_part.done", "output_item.done"]
END = None  # of the bytes
FOREIGN: dict[str, Any] = {"type": "response.created", "response": {}}
ERROR = {"error": {"message": "Boom."}}
A_TEXT = {"choices": [{"delta": {"content": "x"}}]}
USAGE = {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 1}}


def finish_with(reason: str) -> dict[str, Any]:
    return {"choices": [{"delta": {}, "finish_reason": reason}]}


@pytest.mark.parametrize(
    ("before", "given", "types", "finished"),
    [
        ([], {"choices": []}, BEGUN, False),
        ([], FOREIGN, [*BEGUN, "failed"], True),
        ([], "[DONE]", [*BEGUN, "failed"], True),
        ([], END, [*BEGUN, "failed"], True),
        ([], ERROR, [*BEGUN, "failed"], True),
        ([], "junk", [], False),
        ([A_TEXT], A_TEXT, ["output_text.delta"], False),
        ([A_TEXT], finish_with("stop"), TEXT_DONE, False),
        ([A_TEXT], finish_with("error"), [*TEXT_DONE, "failed"], True),
        ([A_TEXT], "[DONE]", [*TEXT_DONE, "failed"], True),
        ([A_TEXT], END, [*TEXT_DONE, "failed"], True),
        ([A_TEXT], ERROR, [*TEXT_DONE, "failed"], True),
        ([A_TEXT], USAGE, [], False),
        ([A_TEXT], FOREIGN, [], False),
        ([finish_with("stop")], A_TEXT, TEXT_BEGUN, False),
        ([finish_with("stop")], finish_with("length"), [], False),
        ([finish_with("stop")], finish_with("content_filter"), [], False),
        ([finish_with("stop"), finish_with("content_filter")], USAGE, ["incomplete"], True),
        ([finish_with("stop")], USAGE, ["completed"], True),
        ([finish_with("length")], USAGE, ["incomplete"], True),
        ([finish_with("stop")], "[DONE]", ["completed"], True),
        ([finish_with("length")], END, ["incomplete"], True),
        ([finish_with("stop"), A_TEXT], END, [*TEXT_DONE, "completed"], True),
        ([finish_with("stop")], ERROR, ["failed"], True),
        ([finish_with("stop"), "[DONE]"], A_TEXT, [], True),
        ([finish_with("stop"), "[DONE]"], END, [], True),
        ([finish_with("stop"), USAGE], ERROR, [], True),
    ],
)
def test_each_row_of_the_table(before: list[Any], given: Any, types: list[str], finished: bool) -> None:
    def event(value: Any) -> bytes:
        return b"data: %b\n\n" % (value if isinstance(value, str) else json.dumps(value)).encode()

    translator = StreamTranslator(request={}, tools=ToolNames(), model="m")
    translator.feed(b"".join(event(value) for value in before))
    events = translator.close() if given is END else translator.feed(event(given))
    assert [event.type.removeprefix("response.") for event in events] == types
    assert translator.finished == finished


# Text, refusal, reasoning


def test_text_from_first_to_last_event(chat: Any, translate: Any) -> None:
    events = translate(
        chat.chunk({"role": "assistant", "content": ""}) + chat.text("Hel", "lo") + chat.ended()
    )
    assert events.types == [
        "created",
        "in_progress",
        "output_item.added",
        "content_part.added",
        "output_text.delta",
        "output_text.delta",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "completed",
    ]
    assert events.deltas("output_text") == ["Hel", "lo"]
    assert events.output == [("message", "Hello")]
    assert events.notes == []


def test_the_response_answers_its_request(chat: Any, translate: Any) -> None:
    request = {
        "model": "deployed",
        "instructions": "Be brief.",
        "tools": [{"type": "custom", "name": "apply_patch"}],
        "tool_choice": "auto",
        "parallel_tool_calls": False,
        "reasoning": {"effort": "low"},
        "metadata": {"a": "b"},
        "temperature": 0.5,
        "max_output_tokens": 100,
        "store": False,
        "prompt_cache_key": "k",
    }
    response = translate(chat.text("x") + chat.ended(), request=request).response
    assert {name: response[name] for name in request if name != "reasoning"} == {
        name: value for name, value in request.items() if name != "reasoning"
    }
    assert response["reasoning"] == {"effort": "low", "summary": None}
    assert (response["status"], response["created_at"], response["completed_at"]) == (
        "completed",
        1_700_000_000,
        1_700_000_000,
    )


def test_the_model_is_the_upstreams_where_nobody_says(chat: Any, translate: Any) -> None:
    assert translate(chat.text("x") + chat.ended(), model="").response["model"] == "served"


def test_a_refusal_is_a_part_of_its_own(chat: Any, translate: Any) -> None:
    events = translate(
        chat.text("Well. ")
        + chat.chunk({"refusal": "I can"})
        + chat.chunk({"refusal": "not."})
        + chat.ended()
    )
    content = events.response["output"][0]["content"]
    assert [part["type"] for part in content] == ["output_text", "refusal"]
    assert events.output == [("message", "Well. ", "I cannot.")]
    assert events.deltas("refusal") == ["I can", "not."]


def test_codex_gets_a_refusal_as_text(chat: Any, translate: Any) -> None:
    events = translate(chat.chunk({"refusal": "I cannot."}) + chat.ended(), codex_client=True)
    assert events.response["output"][0]["content"][0]["type"] == "output_text"
    assert events.deltas("output_text") == ["I cannot."]
    assert events.notes == ["a refusal is told as text: Codex drops refusal parts"]


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_reasoning_is_an_item_before_the_text(chat: Any, translate: Any, field: str) -> None:
    events = translate(
        chat.chunk({field: "Let me "}) + chat.chunk({field: "see."}) + chat.text("4") + chat.ended()
    )
    assert events.output == [("reasoning", "Let me see."), ("message", "4")]
    assert events.deltas("reasoning_summary_text") == ["Let me ", "see."]


def test_reasoning_as_raw_text(chat: Any, translate: Any) -> None:
    events = translate(chat.chunk({"reasoning": "Hm."}) + chat.ended(), raw_reasoning=True)
    assert events.deltas("reasoning_text") == ["Hm."]
    assert events.response["output"][0]["content"] == [{"type": "reasoning_text", "text": "Hm."}]


def test_reasoning_told_twice_is_told_once(chat: Any, translate: Any) -> None:
    thought = {"reasoning_content": "Hm.", "reasoning": "Hm.", "reasoning_details": [{"text": "Hm."}]}
    events = translate(chat.chunk(thought) + chat.ended())
    assert events.output == [("reasoning", "Hm.")]


def test_reasoning_between_texts(chat: Any, translate: Any) -> None:
    events = translate(chat.text("a") + chat.chunk({"reasoning": "r"}) + chat.text("b") + chat.ended())
    assert events.output == [("message", "a"), ("reasoning", "r"), ("message", "b")]


def test_reasoning_only(chat: Any, translate: Any) -> None:
    assert translate(chat.chunk({"reasoning": "r"}) + chat.ended()).output == [("reasoning", "r")]


def test_content_as_a_list_of_parts(chat: Any, translate: Any) -> None:
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
        {"type": "text", "text": "hi"},
        "!",
    ]
    events = translate(chat.chunk({"content": parts}) + chat.ended())
    assert events.output == [("reasoning", "hm"), ("message", "hi!")]


def test_log_probabilities_travel_with_their_text(chat: Any, translate: Any) -> None:
    token = {
        "token": "Hi",
        "logprob": -0.25,
        "bytes": [72, 105],
        "top_logprobs": [{"token": "Ho", "logprob": -2.0}],
    }
    choice = {"index": 0, "delta": {"content": "Hi"}, "logprobs": {"content": [token, {"token": 1}]}}
    events = translate(chat.event({"choices": [choice]}) + chat.ended())
    delta = next(event.data for event in events if event.type == "response.output_text.delta")
    assert delta["logprobs"] == [
        {"token": "Hi", "logprob": -0.25, "top_logprobs": [{"token": "Ho", "logprob": -2.0}]}
    ]
    (kept,) = events.response["output"][0]["content"][0]["logprobs"]
    assert (kept["bytes"], kept["top_logprobs"][0]["bytes"]) == ([72, 105], [72, 111])


def test_half_characters_wait_for_their_other_half(chat: Any, translate: Any) -> None:
    stream = b'data: {"choices":[{"delta":{"content":"a\\ud83d"}}]}\n\n'
    stream += b'data: {"choices":[{"delta":{"content":"\\ude00b"}}]}\n\n'
    assert translate(stream + chat.ended()).deltas("output_text") == ["a", "\U0001f600b"]
    lone = b'data: {"choices":[{"delta":{"content":"a\\ud83d"}}]}\n\n'
    assert translate(lone + chat.ended()).output == [("message", "a\ufffd")]


# Tool calls


def test_a_function_call(chat: Any, translate: Any) -> None:
    stream = chat.call("", index=0, id="call_1", type="function", name="exec_command")
    stream += chat.call('{"cmd"', index=0) + chat.call(':"ls"}', index=0) + chat.ended("tool_calls")
    events = translate(stream)
    assert events.types[2:] == [
        "output_item.added",
        "function_call_arguments.delta",
        "function_call_arguments.delta",
        "function_call_arguments.done",
        "output_item.done",
        "completed",
    ]
    assert events.done == [("function_call", "exec_command", "call_1", LS)]
    done = next(event.data for event in events if event.type.endswith("arguments.done"))
    assert done["name"] == "exec_command"


def test_a_tool_of_a_namespace_gets_its_two_names_back(chat: Any, translate: Any) -> None:
    stream = chat.call("{}", index=0, id="c", name="multi_agent_v1__close_agent")
    assert translate(stream + chat.ended()).done == [
        ("function_call", "multi_agent_v1/close_agent", "c", "{}")
    ]
    stream = chat.call('{"input":"1+1"}', index=0, id="c", name="functions__exec")
    assert translate(stream + chat.ended()).done == [("custom_tool_call", "functions/exec", "c", "1+1")]


def test_a_custom_tools_input_is_unwrapped_as_it_streams(chat: Any, translate: Any) -> None:
    pieces = ['{"in', 'put": "*** Be', "gin\\", 'n\\"\\u00', "e9 \\ud83d", "\\ude", '00"', "}"]
    stream = chat.call("", index=0, id="c", name="apply_patch")
    events = translate(
        stream + b"".join(chat.call(piece, index=0) for piece in pieces) + chat.ended("tool_calls")
    )
    assert events.deltas("custom_tool_call_input") == ["*** Be", "gin", '\n"', "é ", "\U0001f600"]
    assert events.done == [("custom_tool_call", "apply_patch", "c", '*** Begin\n"é \U0001f600')]


@pytest.mark.parametrize(
    ("name", "arguments", "item"),
    [
        ("tool_search", '{"query":"x"}', ("tool_search_call", "", "c", '{"query": "x"}')),
        (
            "local_shell",
            '{"command":["ls"]}',
            ("local_shell_call", "", "c", '{"type": "exec", "env": {}, "command": ["ls"]}'),
        ),
        ("shell", '{"commands":["ls"]}', ("shell_call", "", "c", '{"commands": ["ls"]}')),
        ("local_shell", '{"command":"ls"}', ("function_call", "local_shell", "c", '{"command":"ls"}')),
        ("tool_search", "[broken", ("function_call", "tool_search", "c", "[broken")),
        ("tool_search", "", ("tool_search_call", "", "c", "{}")),
        ("local_shell", " ", ("function_call", "local_shell", "c", "{}")),
    ],
)
def test_the_clients_own_tools(
    chat: Any, translate: Any, name: str, arguments: str, item: tuple[str, ...]
) -> None:
    stream = chat.call(arguments[:3], index=0, id="c", name=name) + chat.call(arguments[3:], index=0)
    assert translate(stream + chat.ended("tool_calls")).done == [item]


def test_legacy_function_call(chat: Any, translate: Any) -> None:
    stream = chat.chunk({"function_call": {"name": "exec_command", "arguments": '{"cmd"'}})
    stream += chat.chunk({"function_call": {"arguments": ':"ls"}'}}) + chat.ended("function_call")
    assert translate(stream).done == [("function_call", "exec_command", "call_0", LS)]


def test_arguments_before_the_name(chat: Any, translate: Any) -> None:
    stream = chat.call('{"cmd"', index=0, id="c") + chat.call(':"ls"}', index=0, name="exec_command")
    assert translate(stream + chat.ended()).done == [("function_call", "exec_command", "c", LS)]


def test_arguments_before_the_id(chat: Any, translate: Any) -> None:
    stream = chat.call('{"cmd"', index=0, name="exec_command") + chat.call(':"l', index=0, id="c")
    events = translate(stream + chat.call('s"}', index=0) + chat.ended())
    assert events.done == [("function_call", "exec_command", "c", LS)]
    assert events.deltas("function_call_arguments") == ['{"cmd":"l', 's"}']


def test_an_id_that_never_comes_is_made_up(chat: Any, translate: Any) -> None:
    stream = chat.call('{"cmd"', index=0, name="exec_command", id="") + chat.call(':"ls"}', index=0, id=None)
    assert translate(stream + chat.ended()).done == [("function_call", "exec_command", "call_0", LS)]


def test_two_calls_interleaved(chat: Any, translate: Any) -> None:
    stream = chat.call("", index=0, id="a", name="exec_command") + chat.call(
        "", index=1, id="b", name="exec_command"
    )
    for piece in ('{"cmd"', ':"ls"}'):
        stream += chat.call(piece, index=0) + chat.call(piece, index=1)
    assert translate(stream + chat.ended("tool_calls")).done == [
        ("function_call", "exec_command", "a", LS),
        ("function_call", "exec_command", "b", LS),
    ]


def test_two_calls_in_one_delta(chat: Any, translate: Any) -> None:
    both = [
        chat.entry(LS, index=0, id="a", name="exec_command"),
        chat.entry('{"input":"p"}', index=1, id="b", name="apply_patch"),
    ]
    assert translate(chat.chunk({"tool_calls": both}) + chat.ended()).done == [
        ("function_call", "exec_command", "a", LS),
        ("custom_tool_call", "apply_patch", "b", "p"),
    ]


def test_one_index_used_by_two_ids(chat: Any, translate: Any) -> None:
    stream = chat.call(LS, index=0, id="a", name="exec_command") + chat.call(
        '{"cmd"', index=0, id="b", name="exec_command"
    )
    assert translate(stream + chat.call(':"pwd"}', index=0) + chat.ended()).done == [
        ("function_call", "exec_command", "a", LS),
        ("function_call", "exec_command", "b", '{"cmd":"pwd"}'),
    ]


@pytest.mark.parametrize("name", ["exec_command", "exec"])
def test_one_index_used_by_two_calls_without_ids(chat: Any, translate: Any, name: str) -> None:
    stream = chat.call('{"x":1}', index=0, name="exec_command") + chat.call("", index=0, name=name)
    events = translate(stream + chat.call('{"x":2}', index=0) + chat.ended("tool_calls"))
    assert [(item[1], item[3]) for item in events.done] == [("exec_command", '{"x":1}'), (name, '{"x":2}')]


def test_one_id_used_by_two_calls(chat: Any, translate: Any) -> None:
    stream = b"".join(chat.call(LS, index=n, id="same", name="exec_command") for n in (0, 1))
    assert [item[2] for item in translate(stream + chat.ended()).done] == ["same", "call_0"]


def test_no_index(chat: Any, translate: Any) -> None:
    stream = chat.call('{"cmd"', id="a", name="exec_command") + chat.call(':"ls"}')
    stream += chat.call('{"input":', id="b", name="apply_patch") + chat.call('"p"}', id="b") + chat.ended()
    assert translate(stream).done == [
        ("function_call", "exec_command", "a", LS),
        ("custom_tool_call", "apply_patch", "b", "p"),
    ]


def test_no_index_and_no_id(chat: Any, translate: Any) -> None:
    stream = chat.call(LS, name="exec_command") + chat.call('{"cmd":', name="exec_command")
    stream += chat.call('"pwd"}', name="exec_command") + chat.call('{"input":"p"}', name="apply_patch")
    assert translate(stream + chat.ended()).done == [
        ("function_call", "exec_command", "call_0", LS),
        ("function_call", "exec_command", "call_1", '{"cmd":"pwd"}'),
        ("custom_tool_call", "apply_patch", "call_2", "p"),
    ]


def test_a_name_in_pieces_and_a_name_repeated(chat: Any, translate: Any) -> None:
    stream = chat.call(index=0, id="a", name="exec_") + chat.call(index=0, id="a", name="command")
    stream += chat.call('{"cmd"', index=0, id="a", name="exec_command") + chat.call(
        ':"ls"}', index=0, name="exec_command"
    )
    assert translate(stream + chat.ended()).done == [("function_call", "exec_command", "a", LS)]


@pytest.mark.parametrize("arguments", ["", " ", None])
def test_empty_arguments(chat: Any, translate: Any, arguments: str | None) -> None:
    events = translate(chat.call(arguments, index=0, id="c", name="exec_command") + chat.ended())
    assert events.done == [("function_call", "exec_command", "c", "{}")]
    assert events.deltas("function_call_arguments") == ["{}"]
    events = translate(chat.call(arguments, index=0, id="c", name="apply_patch") + chat.ended())
    assert events.done == [("custom_tool_call", "apply_patch", "c", "")]


def test_arguments_as_an_object(chat: Any, translate: Any) -> None:
    entry = {"index": 0, "id": "c", "function": {"name": "exec_command", "arguments": {"cmd": "ls"}}}
    assert translate(chat.chunk({"tool_calls": [entry]}) + chat.ended()).done == [
        ("function_call", "exec_command", "c", LS)
    ]


def test_text_and_tool_in_one_delta(chat: Any, translate: Any) -> None:
    delta = {"content": "Look:", "tool_calls": [chat.entry(LS, index=0, id="c", name="exec_command")]}
    assert translate(chat.chunk(delta, "tool_calls") + chat.usage() + chat.done).done == [
        ("message", "Look:"),
        ("function_call", "exec_command", "c", LS),
    ]


def test_text_after_a_tool(chat: Any, translate: Any) -> None:
    stream = (
        chat.text("before") + chat.call('{"cmd"', index=0, id="c", name="exec_command") + chat.text("after")
    )
    events = translate(stream + chat.call(':"ls"}', index=0) + chat.ended())
    assert events.output == [
        ("message", "before"),
        ("function_call", "exec_command", "c", LS),
        ("message", "after"),
    ]


SHELL = '{"command":["ls"]}'


def test_the_order_of_the_output_is_the_order_of_the_stream(chat: Any, translate: Any) -> None:
    """Also for calls that cannot be announced when they begin: no arguments yet, or a tool of the client."""
    stream = chat.text("a") + chat.call("", index=0, id="a", name="exec_command") + chat.text("b")
    stream += chat.call(SHELL[:9], index=1, id="b", name="local_shell") + chat.call(SHELL[9:], index=1)
    stream += chat.chunk({"reasoning": "r"}) + chat.call(SHELL, index=2, id="c", name="local_shell")
    stream += chat.call(LS, index=3, id="d", name="exec_command") + chat.call(" ", index=2)
    stream += chat.call("", index=4, id="e", name="tool_search")
    kinds = [item["type"] for item in translate(stream + chat.ended("tool_calls")).response["output"]]
    message, call, shell = "message", "function_call", "local_shell_call"
    assert kinds == [message, call, message, shell, "reasoning", shell, call, "tool_search_call"]


def test_a_call_of_the_clients_own_that_is_interrupted(chat: Any, translate: Any) -> None:
    first, second = chat.call(SHELL[:9], index=0, id="a", name="local_shell"), chat.call(SHELL[9:], index=0)
    other = chat.call("{}", index=1, id="b", name="exec_command")
    events = translate(first + other + chat.text("x") + second + other + chat.ended("tool_calls"))
    assert [item[0] for item in events.output] == ["function_call", "message", "local_shell_call"]
    # Whole, but not what the tool wants: told as a function at once.
    bare = chat.call('{"command":"ls"}', index=0, id="a", name="local_shell")
    assert [item[0] for item in translate(bare + chat.text("x") + chat.ended()).output] == [
        "function_call",
        "message",
    ]


def test_arguments_beyond_a_whole_object_are_told(chat: Any, translate: Any) -> None:
    stream = chat.call(SHELL, index=0, id="a", name="local_shell") + chat.text("x") + chat.call("}", index=0)
    events = translate(stream + chat.ended("tool_calls"))
    assert [item[0] for item in events.done] == ["message", "local_shell_call"]
    assert events.notes == ["arguments that came after their tool call was over were left out"]


@pytest.mark.parametrize("codex_client", [True, False])
def test_a_whole_call_of_the_clients_own_is_not_done_in_a_failure(
    chat: Any, translate: Any, codex_client: bool
) -> None:
    stream = chat.call(SHELL, index=0, id="a", name="local_shell") + chat.text("x")
    events = translate(stream, codex_client=codex_client)
    assert [item[0] for item in events.done] == ([] if codex_client else ["message"])
    assert [item["status"] for item in events.response["output"]] == ["incomplete", "incomplete"]


def test_arguments_after_the_finish_are_told(chat: Any, translate: Any) -> None:
    stream = chat.call(LS, index=0, id="c", name="exec_command") + chat.finish("tool_calls")
    events = translate(stream + chat.call("more", index=0) + chat.text("late") + chat.usage())
    assert events.output == [("function_call", "exec_command", "c", LS), ("message", "late")]
    assert events.notes == ["arguments that came after their tool call was over were left out"]


# Endings


def test_length_is_incomplete(chat: Any, translate: Any) -> None:
    events = translate(chat.text("Once upon") + chat.ended("length"))
    assert events.types[-1] == "incomplete"
    assert events.response["incomplete_details"] == {"reason": "max_output_tokens"}
    assert events.response["output"][0]["status"] == "incomplete"


@pytest.mark.parametrize("reason", ["length", "content_filter"])
@pytest.mark.parametrize("name", ["exec_command", "apply_patch", "local_shell"])
def test_a_truncated_call_is_never_done(chat: Any, translate: Any, reason: str, name: str) -> None:
    stream = chat.call(LS, index=0, id="a", name="exec_command") + chat.call(
        '{"input":"rm -r', index=1, id="b", name=name
    )
    events = translate(stream + chat.ended(reason))
    assert events.done == [("function_call", "exec_command", "a", LS)]
    assert [item["status"] for item in events.response["output"]] == ["completed", "incomplete"]
    assert events.types[-1] == "incomplete"


@pytest.mark.parametrize("name", ["exec_command", "apply_patch", "local_shell"])
@pytest.mark.parametrize("arguments", ["", '{"inp'])
def test_a_text_before_a_truncated_call_is_whole(
    chat: Any, translate: Any, name: str, arguments: str
) -> None:
    stream = chat.text("a") + chat.call(arguments, index=0, id="c", name=name)
    for end, codex_client in ((chat.ended("length"), False), (b"", True)):
        events = translate(stream + end, codex_client=codex_client)
        assert events.done == [("message", "a")]
        assert [item["status"] for item in events.response["output"]] == ["completed", "incomplete"]


def test_a_call_cut_before_its_arguments_is_never_done(chat: Any, translate: Any) -> None:
    events = translate(chat.call("", index=0, id="a", name="exec_command") + chat.ended("length"))
    assert events.done == []
    assert events.output == [("function_call", "exec_command", "a", "")]


def test_content_filter_keeps_azures_results(chat: Any, translate: Any) -> None:
    safe, bad = {"filtered": False, "severity": "safe"}, {"filtered": True, "severity": "high"}
    prompt = [{"prompt_index": 0, "content_filter_results": {"hate": safe}}]
    stream = chat.event({"choices": [], "prompt_filter_results": prompt}) + chat.text("a")
    for result in (safe, bad, safe):
        choice = {"index": 0, "delta": {}, "content_filter_results": {"violence": result}}
        stream += chat.event({"choices": [choice]})
    events = translate(stream + chat.ended("content_filter"))
    assert events.response["incomplete_details"] == {"reason": "content_filter"}
    assert events.response["content_filters"] == [
        {"source_type": "prompt", "blocked": False, "content_filter_results": {"hate": safe}},
        {"source_type": "completion", "blocked": True, "content_filter_results": {"violence": bad}},
    ]


@pytest.mark.parametrize("first", ["stop", "length"])
def test_a_filter_that_speaks_after_the_finish(chat: Any, translate: Any, first: str) -> None:
    stream = chat.text("a") + chat.finish(first) + chat.finish("content_filter") + chat.finish(first)
    events = translate(stream + chat.usage())
    assert (events.types[-1], events.types.count("output_item.done")) == ("incomplete", 1)
    assert events.response["incomplete_details"] == {"reason": "content_filter"}
    assert events.notes == [
        "the content filter spoke after the finish: the items that were done by then stay so",
        "a second finish_reason was left out: it contradicts the first",
    ]


def test_usage_in_its_own_chunk(chat: Any, translate: Any) -> None:
    stream = chat.text("x") + chat.finish()
    events = translate(stream + chat.usage(7, 3) + chat.done)
    assert events.response["usage"]["total_tokens"] == 10
    assert events[-1].offset == len(stream)


def test_usage_with_the_finish_ends_the_response_at_once(chat: Any, translate: Any) -> None:
    last = chat.chunk(finish="stop", usage={"prompt_tokens": 7, "completion_tokens": 3})
    events = translate(chat.text("x") + last + chat.text("ignored"))
    assert events.response["usage"]["total_tokens"] == 10
    assert events.output == [("message", "x")]


def test_running_totals_do_not_end_the_response(chat: Any, translate: Any) -> None:
    running = chat.chunk({"content": "x"}, usage={"prompt_tokens": 7, "completion_tokens": 1})
    events = translate(running + chat.text("y") + chat.ended())
    assert events.output == [("message", "xy")]
    assert events.response["usage"]["total_tokens"] == 15


@pytest.mark.parametrize("end", [b"", b"data: [DONE]\n\n"])
def test_usage_that_never_comes(chat: Any, translate: Any, end: bytes) -> None:
    events = translate(chat.text("x") + chat.finish() + end)
    assert (events.types[-1], events.response["usage"]) == ("completed", None)


def test_the_terminal_event_waits_for_usage_and_for_nothing_else(chat: Any) -> None:
    translator = StreamTranslator(request={}, tools=ToolNames(), model="m")
    translator.feed(chat.text("x"))
    assert (translator.finishing, translator.finished) == (False, False)
    assert translator.feed(chat.finish())[-1].type == "response.output_item.done"
    assert (translator.finishing, translator.finished) == (True, False)
    assert [event.type for event in translator.feed(chat.usage())] == ["response.completed"]
    assert (translator.finishing, translator.finished) == (False, True)
    assert translator.feed(chat.done) == translator.close() == []


def test_codes_of_errors_in_the_stream(chat: Any, translate: Any) -> None:
    events = translate(
        chat.text("a") + chat.event({"error": {"message": "Boom.", "type": "server_error"}}) + chat.done
    )
    assert events.types[-1] == "failed"
    assert events.response["error"] == {"code": "server_error", "message": "Boom."}
    assert events.output == [("message", "a")]


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        ({"code": "context_length_exceeded", "message": "m"}, "context_length_exceeded", "m"),
        (
            {"code": "invalid_request_error", "message": "This model's maximum context length is 5 tokens."},
            "context_length_exceeded",
            "This model's maximum context length is 5 tokens.",
        ),
        (
            {"code": "429", "message": "Please retry after 26 seconds."},
            "rate_limit_exceeded",
            "Please retry after 26 seconds. Please try again in 26s.",
        ),
        ({"code": "insufficient_quota", "message": "m"}, "insufficient_quota", "m"),
        ({"code": "content_filter", "message": "m"}, "invalid_prompt", "m"),
        ({"message": None}, "server_error", '{"message":null}'),
        ("just text", "server_error", "just text"),
    ],
)
def test_an_error_object_gets_the_code_that_codex_understands(
    chat: Any, translate: Any, error: Any, code: str, message: str
) -> None:
    events = translate(chat.event({"error": error}))
    assert events.types == ["created", "in_progress", "failed"]
    assert events.response["error"] == {"code": code, "message": message}


def test_other_forms_of_errors(chat: Any, translate: Any) -> None:
    for stream in (
        b'event: error\ndata: {"message": "Boom."}\n\n',
        chat.event({"object": "error", "message": "Boom."}),
        chat.event({"statusCode": 500, "message": "Boom."}),
        chat.event({"type": "error", "error": {"message": "Boom."}}),
        b'{"error": {"message": "Boom."}}',
        b'\xef\xbb\xbf\n {"detail": "Boom."}',
    ):
        assert translate(stream).response["error"] == {"code": "server_error", "message": "Boom."}


def test_an_error_that_is_null_is_none(chat: Any, translate: Any) -> None:
    assert translate(chat.chunk({"content": "x"}, error=None) + chat.ended()).types[-1] == "completed"


@pytest.mark.parametrize(
    ("stream", "message"),
    [
        (b"", "The upstream's answer was empty."),
        (
            b"<html>Bad Gateway",
            "The upstream's answer was no stream of chat chunks. It begins: <html>Bad Gateway",
        ),
        (b"data: [DONE]\n\n", "The upstream's answer ended without a finish_reason."),
        (
            b'data: {"choices":[{"delta":{"content":"x"}}]}\n\n',
            "The upstream's answer stopped before its finish_reason.",
        ),
    ],
)
def test_an_end_without_a_finish_is_a_failure(translate: Any, stream: bytes, message: str) -> None:
    events = translate(stream)
    assert events.types[-1] == "failed"
    assert events.response["error"] == {"code": "server_error", "message": message}


def test_a_call_is_not_done_when_the_stream_breaks(chat: Any, translate: Any) -> None:
    events = translate(chat.text("a") + chat.call(LS, index=0, id="c", name="exec_command"))
    assert events.done == [("message", "a")]
    assert events.output == [("message", "a"), ("function_call", "exec_command", "c", LS)]


def test_a_failure_that_the_caller_knows(chat: Any) -> None:
    translator = StreamTranslator(request={}, tools=ToolNames(), model="m")
    translator.feed(chat.text("x"))
    (*_, last) = translator.close(StreamFailure("server_error", "The connection was reset."))
    assert last.data["response"]["error"] == {"code": "server_error", "message": "The connection was reset."}


def test_a_failure_after_the_finish_changes_nothing(chat: Any) -> None:
    translator = StreamTranslator(request={}, tools=ToolNames(), model="m")
    translator.feed(chat.text("x") + chat.finish())
    assert [event.type for event in translator.close(StreamFailure("server_error", "Reset."))] == [
        "response.completed"
    ]


def test_a_complete_body_instead_of_a_stream(chat: Any, translate: Any) -> None:
    message = {
        "role": "assistant",
        "content": "Hi",
        "tool_calls": [chat.entry(LS, id="c", name="exec_command")],
    }
    body = {
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
    }
    events = translate(json.dumps(body, indent=1).encode())
    assert events.done == [("message", "Hi"), ("function_call", "exec_command", "c", LS)]
    assert events.notes == ["the upstream answered with a JSON body instead of an event stream"]


# What surrounds the chunks


def test_what_is_between_the_chunks_is_understood(chat: Any, translate: Any) -> None:
    stream = b"\xef\xbb\xbf: hello\r\n\r\n" + chat.text("a").replace(b"\n", b"\r\n") + b": ping\n\ndata:\n\n"
    stream += b'data: {"choices":\ndata: [{"delta":{"content":"b"}}]}\n\n' + chat.event({"choices": []})
    stream += chat.event({"choices": [{"index": 1, "delta": {"content": "other"}, "finish_reason": "stop"}]})
    events = translate(stream + chat.text("é€𝄞") + chat.ended())
    assert events.output == [("message", "abé€𝄞")]
    assert events.notes == ["choices other than the first were left out: a Response has one"]


def test_what_makes_no_sense_is_left_out_and_told(chat: Any, translate: Any) -> None:
    stream = chat.text("a") + b'data: {"choices": [{"delta"\n\n' + b"data: 7\n\n" + b'data: {"x": 1}\n\n'
    stream += chat.chunk({"audio": {"id": "1"}}) + b'data: {"choices":[{"delta":{"content":"\xff"}}]}\n\n'
    events = translate(stream + chat.chunk({"tool_calls": [1]}) + chat.ended("eos"))
    assert events.output == [("message", "a\ufffd")]
    assert events.types[-1] == "completed"
    assert events.notes == [
        "an event whose data is not JSON was left out",
        "an event whose data is no JSON object was left out",
        "an event that is neither a chunk nor an error was left out",
        "the field 'audio' of a delta has no counterpart and was left out",
        "bytes that are not UTF-8 were replaced by U+FFFD",
        "a tool call that is no object was left out",
        "finish_reason 'eos' is unknown, taken for stop",
    ]


def test_notes_do_not_grow_without_end(chat: Any, translate: Any) -> None:
    events = translate(b"".join(chat.chunk({f"field {n}": 1}) for n in range(200)) + chat.ended())
    assert len(events.notes) == 50


def test_nesting_that_json_cannot_take(chat: Any, translate: Any) -> None:
    deep = b'data: {"choices":[{"delta":' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}]}\n\n"
    translator = StreamTranslator(
        request={"tools": json.loads("[" * 500 + "]" * 500)}, tools=ToolNames(), model="m"
    )
    events = translator.feed(deep + chat.text("x") + chat.ended())
    assert events[-1].type == "response.completed"
    assert events[-1].data["response"]["tools"] == []


def test_each_event_knows_the_chunk_that_made_it(chat: Any) -> None:
    first, second, last = chat.text("a"), chat.text("b"), chat.ended()
    translator = StreamTranslator(request={}, tools=ToolNames(), model="m")
    events = translator.feed(first[:9])
    assert events == []
    events = translator.feed(first[9:] + second[:5]) + translator.feed(second[5:]) + translator.feed(last)
    origins = {
        event.data["delta"]: (event.chunk, event.offset)
        for event in events
        if event.type.endswith("text.delta")
    }
    assert origins == {"a": (1, 0), "b": (2, len(first))}
    assert (events[-1].chunk, events[-1].offset) == (3, len(first + second + chat.finish()))


# The dual profile


def test_the_dual_profile_adds_its_events_in_order(chat: Any, translate: Any) -> None:
    stream = chat.chunk({"reasoning": "hm"}) + chat.call('{"cm', index=0, name="exec_command")
    stream += chat.call('d":', index=0, id="c") + chat.call('"ls"}', index=0)
    events = translate(stream + chat.ended("tool_calls"), profile="dual")
    at = events.types.index("output_tool_call.begin")
    assert events.types[at - 1 :] == [
        "output_item.added",
        "output_tool_call.begin",
        "function_call_arguments.delta",
        "output_tool_call.delta",
        "function_call_arguments.delta",
        "output_tool_call.delta",
        "function_call_arguments.done",
        "output_tool_call.end",
        "output_item.done",
        "summary",
        "completed",
        "done",
    ]
    extra = {event.type.removeprefix("response."): event.data for event in events}
    assert extra["output_tool_call.begin"]["name"] == "exec_command"
    assert (extra["output_tool_call.end"]["call_id"], extra["output_tool_call.end"]["arguments"]) == ("c", LS)
    assert extra["summary"]["summary"] == [{"type": "summary_text", "text": "hm"}]
    assert extra["done"]["response"] == extra["completed"]["response"]


def test_the_dual_profile_tells_errors(chat: Any, translate: Any) -> None:
    events = translate(chat.event({"error": {"message": "Boom."}}), profile="dual")
    assert events.types[-3:] == ["error", "failed", "done"]


# Any stream at all

DELTAS = st.fixed_dictionaries(
    {},
    optional={
        "content": st.text(max_size=4) | st.none(),
        "refusal": st.text(max_size=2),
        "reasoning_content": st.text(max_size=3),
        "tool_calls": st.lists(
            st.fixed_dictionaries(
                {},
                optional={
                    "index": st.integers(0, 2) | st.none(),
                    "id": st.sampled_from(["a", "b", "", None]),
                    "function": st.fixed_dictionaries(
                        {},
                        optional={
                            "name": st.sampled_from(
                                ["exec_command", "apply_patch", "local_shell", "functions__exec"]
                            ),
                            "arguments": st.sampled_from(
                                ['{"input":', '"x\\n"}', LS, "", "{}", '"\\ud8', "pl"]
                            ),
                        },
                    ),
                },
            ),
            max_size=2,
        ),
    },
)
CHUNKS = st.builds(
    lambda delta, finish: {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]},
    DELTAS,
    st.sampled_from([None] * 8 + ["stop", "length", "tool_calls"]),
)
LINES = CHUNKS.map(lambda chunk: b"data: " + json.dumps(chunk).encode() + b"\n\n") | st.sampled_from(
    [
        b": ping\n\n",
        b"data: {\n\n",
        b"data: [DONE]\n\n",
        b'data: {"error":{"message":"x"}}\n\n',
        b"\xff\xfe",
        b"\r",
    ]
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(LINES, max_size=8).map(b"".join), st.booleans(), st.booleans(), st.booleans())
@example(b'data: {"choices":[{"delta":{"content":"\\ud800"}}]}\n\n', True, True, True)
def test_any_stream_gives_a_well_formed_answer(
    translate: Any, stream: bytes, dual: bool, codex_client: bool, raw_reasoning: bool
) -> None:
    profile = "dual" if dual else "official"
    translate(stream, profile=profile, codex_client=codex_client, raw_reasoning=raw_reasoning)


NAMES = [
    "choices",
    "delta",
    "message",
    "content",
    "index",
    "tool_calls",
    "function",
    "name",
    "arguments",
    "id",
]
NAMES += ["usage", "error", "logprobs", "token", "type", "finish_reason", "text", "function_call", "custom"]
NAMES += ["prompt_filter_results", "content_filter_results"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150)
@given(st.lists(JSON | JSON.map(lambda value: {"choices": [value]}), max_size=4))
def test_any_json_is_survived(values: list[Any]) -> None:
    translator = StreamTranslator(
        request={"tools": values, "metadata": {"a": values}}, tools=ToolNames(), model="m"
    )
    events = [
        event for value in values for event in translator.feed(b"data: %b\n\n" % json.dumps(value).encode())
    ]
    events += translator.close()
    assert [event.type in TERMINALS for event in events].count(True) == 1
    assert all(json.loads(event.encode().partition(b"data: ")[2]) for event in events)
