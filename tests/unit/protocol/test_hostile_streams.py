"""Streams as no server should send them. Each comes out right, or at least well-formed and told about.

`translate` (conftest) judges each by the openai package, by our rules, and by cutting it at every byte.
"""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.protocol.accumulate import TERMINALS
from inspector.protocol.tools import ToolNames
from inspector.protocol.translate_stream import StreamTranslator

LS = '{"cmd":"ls"}'
CALL = ("function_call", "exec_command", "c", LS)


def translated(stream: bytes) -> list[dict[str, Any]]:
    translator = StreamTranslator(request={}, tools=ToolNames(), model="m")
    return [event.data for event in translator.feed(stream) + translator.close()]


# Chunks out of order


def test_usage_before_the_finish(chat: Any, translate: Any) -> None:
    events = translate(chat.text("a") + chat.usage(7, 3) + chat.text("b") + chat.finish() + chat.done)
    assert events.output == [("message", "ab")]
    assert events.response["usage"]["total_tokens"] == 10


def test_usage_after_the_end_mark_is_too_late(chat: Any, translate: Any) -> None:
    events = translate(chat.text("a") + chat.finish() + chat.done + chat.usage() + chat.text("b"))
    assert (events.types[-1], events.response["usage"]) == ("completed", None)
    assert events.output == [("message", "a")]


def test_the_last_usage_before_the_finish_counts(chat: Any, translate: Any) -> None:
    events = translate(chat.usage(1, 1) + chat.usage(7, 3) + chat.finish() + chat.done)
    assert events.response["usage"]["total_tokens"] == 10


@pytest.mark.parametrize(
    ("first", "second", "ending", "notes"),
    [
        ("stop", "stop", "completed", []),
        ("stop", "length", "completed", ["a second finish_reason was left out: it contradicts the first"]),
        ("length", "stop", "incomplete", ["a second finish_reason was left out: it contradicts the first"]),
    ],
)
def test_two_finish_reasons(
    chat: Any, translate: Any, first: str, second: str, ending: str, notes: list[str]
) -> None:
    events = translate(chat.text("a") + chat.finish(first) + chat.finish(second) + chat.usage() + chat.done)
    assert (events.types[-1], events.notes) == (ending, notes)


def test_a_finish_in_a_chunk_with_content(chat: Any, translate: Any) -> None:
    delta = {"content": "b", "tool_calls": [chat.entry(LS, index=0, id="c", name="exec_command")]}
    events = translate(chat.text("a") + chat.chunk(delta, "tool_calls") + chat.done)
    assert events.done == [("message", "ab"), CALL]


def test_the_role_comes_late_and_again(chat: Any, translate: Any) -> None:
    stream = (
        chat.text("a") + chat.chunk({"role": "assistant"}) + chat.chunk({"role": "assistant", "content": "b"})
    )
    events = translate(stream + chat.chunk({"role": None}) + chat.ended())
    assert (events.output, events.notes) == ([("message", "ab")], [])


def test_a_refusal_between_texts(chat: Any, translate: Any) -> None:
    stream = chat.text("a") + chat.chunk({"refusal": "no"}) + chat.text("b")
    assert translate(stream + chat.ended()).output == [("message", "a", "no", "b")]


def test_an_error_after_the_finish(chat: Any, translate: Any) -> None:
    events = translate(chat.text("a") + chat.finish() + chat.event({"error": {"message": "Boom."}}))
    assert events.types[-1] == "failed"
    assert events.done == [("message", "a")]


def test_an_error_after_the_end_mark(chat: Any, translate: Any) -> None:
    events = translate(chat.text("a") + chat.ended() + chat.event({"error": {"message": "Boom."}}))
    assert events.types[-1] == "completed"


def test_the_end_mark_twice(chat: Any, translate: Any) -> None:
    assert translate(chat.text("a") + chat.ended() + chat.done).output == [("message", "a")]


def test_a_finish_and_nothing_before_it(chat: Any, translate: Any) -> None:
    events = translate(chat.ended())
    assert (events.output, events.types) == ([], ["created", "in_progress", "completed"])


def test_a_second_answer_in_the_same_stream(chat: Any, translate: Any) -> None:
    events = translate(chat.text("a") + chat.ended() + chat.text("b") + chat.ended())
    assert events.output == [("message", "a")]


# Tool calls


def test_a_name_in_pieces_of_two_interleaved_calls(chat: Any, translate: Any) -> None:
    both = [chat.entry(index=0, id="c", name="exec_"), chat.entry(index=1, id="d", name="apply_")]
    rest = [chat.entry("", index=0, name="command"), chat.entry("", index=1, name="patch")]
    stream = b"".join(chat.chunk({"tool_calls": [entry]}) for entry in (both[0], rest[0], both[1], rest[1]))
    stream += chat.call(LS, index=0) + chat.call('{"input":"p"}', index=1) + chat.ended("tool_calls")
    assert translate(stream).done == [CALL, ("custom_tool_call", "apply_patch", "d", "p")]


@pytest.mark.parametrize("index", [-1, 2**31, 10**30, "7", 0.0])
def test_an_index_from_nowhere(chat: Any, translate: Any, index: Any) -> None:
    stream = chat.call('{"cmd"', index=index, id="c", name="exec_command") + chat.call(':"ls"}', index=index)
    assert translate(stream + chat.ended()).done == [CALL]


@pytest.mark.parametrize("index", [None, "x", [], {}, True, 1.5, float("inf")])
def test_an_index_that_is_none(chat: Any, translate: Any, index: Any) -> None:
    stream = chat.call('{"cmd"', index=index, id="c", name="exec_command") + chat.call(':"ls"}', index=index)
    assert translate(stream + chat.ended()).done == [CALL]


def test_the_id_changes_in_the_middle_of_a_call(chat: Any, translate: Any) -> None:
    stream = chat.call('{"cmd"', index=0, id="c", name="exec_command") + chat.call(':"ls"}', index=0, id="d")
    events = translate(stream + chat.ended())
    assert [item[2:] for item in events.done] == [("c", '{"cmd"'), ("d", ':"ls"}')]


def test_an_id_that_is_a_number(chat: Any, translate: Any) -> None:
    stream = chat.call('{"cmd"', id=7, name="exec_command") + chat.call(':"ls"}', id=7)
    assert translate(stream + chat.ended()).done == [("function_call", "exec_command", "7", LS)]


def test_a_call_without_a_name(chat: Any, translate: Any) -> None:
    events = translate(chat.call(LS, index=0, id="c") + chat.ended("tool_calls"))
    assert events.done == [("function_call", "", "c", LS)]


def test_calls_in_other_forms(chat: Any, translate: Any) -> None:
    entries = [
        {"id": "a", "name": "exec_command", "arguments": {"cmd": "ls"}},
        {"id": "b", "custom": {"name": "apply_patch", "input": "*** Begin"}},
        None,
        [],
    ]
    events = translate(chat.chunk({"tool_calls": entries}) + chat.chunk({"tool_calls": {}}) + chat.ended())
    assert events.done == [
        ("function_call", "exec_command", "a", LS),
        ("custom_tool_call", "apply_patch", "b", "*** Begin"),
    ]
    assert events.notes == ["a tool call that is no object was left out"]


def test_nulls_everywhere(chat: Any, translate: Any) -> None:
    nothing = {"content": None, "refusal": None, "tool_calls": None, "function_call": None, "reasoning": None}
    stream = chat.chunk(nothing) + chat.event({"choices": [{"index": None, "delta": None}]})
    stream += chat.event({"choices": [None]}) + chat.event({"choices": None, "usage": None, "error": None})
    stream += chat.event({"choices": [{"delta": {"content": "a"}, "logprobs": None, "finish_reason": None}]})
    stream += chat.chunk({"tool_calls": [{"index": 0, "id": None, "type": None, "function": None}]})
    events = translate(stream + chat.call(None, index=0, id="c", name=None) + chat.ended())
    assert events.output[0] == ("message", "a")


def test_both_forms_of_a_call(chat: Any, translate: Any) -> None:
    delta = {
        "tool_calls": [chat.entry(LS, index=0, id="c", name="exec_command")],
        "function_call": {"name": "exec_command", "arguments": LS},
    }
    assert [item[2] for item in translate(chat.chunk(delta) + chat.ended()).done] == ["c", "call_0"]


def test_a_thousand_calls(chat: Any, translate: Any) -> None:
    entries = [chat.entry("{}", index=n, id=f"c{n}", name="exec_command") for n in range(1000)]
    assert len(translated(chat.chunk({"tool_calls": entries}) + chat.ended())) == 3 + 4 * 1000


def test_a_thousand_calls_that_never_get_a_name(chat: Any) -> None:
    stream = b"".join(chat.call("{}", index=n) for n in range(1000))
    assert len(translated(stream + chat.ended())[-1]["response"]["output"]) == 1000


# Numbers, texts, nesting


def test_numbers_as_strings(chat: Any, translate: Any) -> None:
    choice = {"index": "0", "delta": {"content": "a"}}
    usage = {"prompt_tokens": "7", "completion_tokens": 3}
    events = translate(
        chat.event({"created": "5", "choices": [choice]}) + chat.chunk(finish="stop", usage=usage)
    )
    assert events.output == [("message", "a")]
    assert events.response["usage"]["output_tokens"] == 3
    assert events.response["created_at"] == 1_700_000_000


@pytest.mark.parametrize("reason", [0, "", None, [], {}])
def test_a_finish_reason_that_says_nothing(chat: Any, translate: Any, reason: Any) -> None:
    assert translate(chat.chunk({"content": "a"}, reason) + chat.done).types[-1] == "failed"


@pytest.mark.parametrize("reason", [["stop"], {"a": 1}, 7, "eos", True])
def test_a_finish_reason_that_nobody_knows(chat: Any, translate: Any, reason: Any) -> None:
    events = translate(chat.chunk({"content": "a"}, reason) + chat.done)
    assert (events.types[-1], events.notes) == (
        "completed",
        [f"finish_reason {reason!r} is unknown, taken for stop"],
    )


def test_what_json_has_no_form_for_is_not_sent_on(chat: Any, translate: Any) -> None:
    token = {"token": "a", "bytes": None, "top_logprobs": None}
    for number in (b"Infinity", b"-Infinity", b"NaN", b"1e999", b"1" + b"0" * 400):
        filters = b'"content_filter_results":{"hate":{"severity":%b}}' % number
        logprobs = b'"logprobs":{"content":[%b]}' % json.dumps({**token, "logprob": 0}).encode()
        choice = b'{"delta":{"content":"a"},%b,%b}' % (filters, logprobs.replace(b": 0", b": " + number))
        events = translate(b'data: {"created":%b,"choices":[%b]}\n\n' % (number, choice) + chat.ended())
        assert b"Infinity" not in b"".join(event.encode() for event in events)
        assert events.output == [("message", "a")]


def test_characters_that_have_no_form(chat: Any, translate: Any) -> None:
    stream = b'data: {"choices":[{"delta":{"content":"a\\ud800b\\u0000\\udc00"}}]}\n\n'
    stream += (
        b'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"\\ud800","function":{"name":"\\udfff"'
    )
    stream += b',"arguments":"\\ud83d"}}]}}]}\n\n'
    events = translate(stream + chat.call("\ude00", index=0) + chat.ended())
    assert events.output == [
        ("message", "a\ufffdb\0\ufffd"),
        ("function_call", "\ufffd", "\ufffd", "\U0001f600"),
    ]


def test_raw_control_characters_in_a_string(chat: Any, translate: Any) -> None:
    stream = b'data: {"choices":[{"delta":{"content":"a\x00b\tc"}}]}\n\n'
    assert translate(stream + chat.ended()).output == [("message", "a\0b\tc")]


def test_one_line_of_a_megabyte(chat: Any, judge: Any) -> None:
    text = "x" * 1_000_000
    stream = chat.text(text) + chat.ended()
    translator = StreamTranslator(request={}, tools=ToolNames(), model="m")
    events = [
        event.data for at in range(0, len(stream), 1000) for event in translator.feed(stream[at : at + 1000])
    ]
    assert events[-1]["response"]["output"][0]["content"][0]["text"] == text
    assert judge.objection(events, events) is None


def test_the_same_key_twice(chat: Any, translate: Any) -> None:
    stream = b'data: {"choices":[{"delta":{"content":"a"}}],"choices":[{"delta":{"content":"b"}}]}\n\n'
    assert translate(stream + chat.ended()).output == [("message", "b")]


def test_text_in_every_form(chat: Any, translate: Any) -> None:
    parts: list[Any] = [{"type": "text", "text": "a"}, "b", {"type": "output_text", "text": "c"}, None]
    stream = (
        chat.chunk({"content": parts})
        + chat.chunk({"content": {"text": "lost"}})
        + chat.chunk({"content": 5})
    )
    events = translate(stream + chat.chunk({"content": []}) + chat.ended())
    assert events.output == [("message", "abc")]
    assert events.notes == ["the field 'content' of a delta has a form of its own and was left out"]


def test_choices_in_any_order(chat: Any, translate: Any) -> None:
    choices = [{"index": n, "delta": {"content": str(n)}} for n in (2, 1, 0)]
    events = translate(chat.event({"choices": choices}) + chat.ended())
    assert events.output == [("message", "0")]


# What is around the chunks


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_line_end(chat: Any, translate: Any, end: bytes) -> None:
    stream = (chat.text("a", "b") + chat.ended()).replace(b"\n", end)
    assert translate(stream).output == [("message", "ab")]


def test_fields_of_an_event_stream(chat: Any, translate: Any) -> None:
    stream = b"retry: 5\nid: 1\nevent: message\n" + chat.text("a") + b"id\nretry: x\n: c\n" + chat.text("b")
    assert translate(stream + b"foo: bar\n\n" + chat.ended()).output == [("message", "ab")]


def test_byte_order_marks_anywhere(chat: Any, translate: Any) -> None:
    mark = b"\xef\xbb\xbf"
    assert translate(mark + chat.text("a") + mark + chat.text("b") + chat.ended()).output == [
        ("message", "ab")
    ]


def test_nul_bytes_between_the_events(chat: Any, translate: Any) -> None:
    events = translate(chat.text("a") + b"\0\0\n\n" + chat.ended())
    assert events.output == [("message", "a")]
    assert events.notes == ["a line that is no part of an event stream was left out"]


def test_a_bare_error_between_the_events(chat: Any, translate: Any) -> None:
    events = translate(chat.text("a") + b'{"error":{"message":"Boom.","code":"429"}}\n\n')
    assert events.response["error"] == {"code": "rate_limit_exceeded", "message": "Boom."}


def test_an_error_event_in_plain_words(chat: Any, translate: Any) -> None:
    events = translate(chat.text("a") + b"event: error\ndata: overloaded\n\n")
    assert events.response["error"] == {"code": "server_error", "message": "overloaded"}


def test_an_error_event_without_data(chat: Any, translate: Any) -> None:
    events = translate(chat.text("a") + b"event: error\n\n")
    assert events.response["error"]["message"] == "The upstream's answer stopped before its finish_reason."


@pytest.mark.parametrize(
    ("stream", "message"),
    [
        (
            gzip.compress(b"data: x\n\n", mtime=0),
            "It begins: gzip-compressed data, which no content-encoding announced",
        ),
        (b"<!DOCTYPE html>\n<html>\n\n<p>502</p>", "It begins: <!DOCTYPE html> <html> <p>502</p>"),
        (b"\x1b]0;title\x07", "It begins: \ufffd]0;title\ufffd"),
        (b'[{"error":{"message":"Boom."}}]', "Boom."),
        (b'{"error":', 'It begins: {"error":'),
        (b'"text"', 'It begins: "text"'),
        (b"null", "It begins: null"),
        (b"\xff\xfe\x00", "It begins: \ufffd\ufffd\ufffd"),
        (b": ping\n\n: ping\n\n", "It begins: : ping : ping"),
        (b'data: {"type":"response.created","response":{"id":"r"}}\n\n', "is its URL a chat endpoint's?"),
        (b'{"object":"response","id":"r","output":[]}', "is its URL a chat endpoint's?"),
        (b'{"choices":[]}', "The upstream's answer stopped before its finish_reason."),
        (b"data: [DONE]\n\ndata: [DONE]\n\n", "ended without a finish_reason."),
    ],
)
def test_what_is_no_chat_stream_at_all(translate: Any, stream: bytes, message: str) -> None:
    events = translate(stream)
    assert events.types == ["created", "in_progress", "failed"]
    assert events.response["error"]["message"].endswith(message)


def test_the_older_completions_api(chat: Any, translate: Any) -> None:
    events = translate(chat.event({"choices": [{"text": "a", "index": 0}]}) + chat.ended())
    assert events.notes == [
        "a choice of the older completions API was left out: is the URL a chat endpoint's?"
    ]


# Any bytes

PIECES = st.sampled_from(
    [
        b"data: ",
        b"data:",
        b"\n\n",
        b"\n",
        b"\r",
        b"event: error\n",
        b"\xef\xbb\xbf",
        b"\x1f\x8b",
        b"[DONE]",
        b'{"choices":[{"delta":{"content":"a"}}]}',
        b'{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{"}}]}}]}',
        b'{"choices":[{"finish_reason":"stop"}]}',
        b'{"choices":[],"usage":{"prompt_tokens":1}}',
        b'{"error":"x"}',
        b'{"type":"response.created"}',
        b"{",
        b"[",
        b'"',
        b"}",
        b"\\ud83d",
        b"\xf0\x9f",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.binary(max_size=4), max_size=14).map(b"".join), st.data())
def test_any_bytes_end_well_and_however_they_are_cut(stream: bytes, data: st.DataObject) -> None:
    def translate(pieces: list[bytes]) -> tuple[list[tuple[Any, int]], list[tuple[str, int]]]:
        translator = StreamTranslator(
            request={}, tools=ToolNames(), model="m", now=lambda: 5.0, new_id=lambda prefix: prefix
        )
        events = [event for piece in pieces for event in translator.feed(piece)] + translator.close()
        assert translator.close() == translator.feed(b"data: {}\n\n") == []
        notes = [(note.text, note.offset) for note in translator.notes]
        return [(event.data, event.offset) for event in events], notes

    events, notes = translate([stream])
    assert [event["type"] in TERMINALS for event, _ in events].count(True) == 1
    assert events[-1][0]["type"] in TERMINALS
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert translate(pieces) == (events, notes)
    assert translate([bytes([byte]) for byte in stream]) == (events, notes)
