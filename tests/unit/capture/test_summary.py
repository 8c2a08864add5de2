from __future__ import annotations

import gzip
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.capture.model import Headers, Outcome, Usage
from inspector.capture.summary import ResponseReading, Summary

STREAM: Headers = (("Content-Type", "text/event-stream; charset=utf-8"),)
JSON: Headers = (("content-type", "application/json"),)
RESPONSES, CHAT = "responses.create", "chat.create"


def sse(*data: Any) -> bytes:
    return b"".join(f"data: {one if isinstance(one, str) else json.dumps(one)}\n\n".encode() for one in data)


def read(
    *pieces: bytes,
    operation: str = RESPONSES,
    status: int | None = 200,
    headers: Headers = STREAM,
    outcome: Outcome = Outcome.COMPLETE,
    given_error: str | None = None,
) -> Summary:
    reading = ResponseReading(operation, status, headers)
    for n, piece in enumerate(pieces):
        reading.feed(piece, n / 10)
    return reading.close(outcome, given_error)


USAGE = {
    "input_tokens": 100,
    "input_tokens_details": {"cached_tokens": 64},
    "output_tokens": 9,
    "output_tokens_details": {"reasoning_tokens": 3},
    "total_tokens": 109,
}
CREATED = {
    "type": "response.created",
    "response": {"id": "resp_1", "model": "gpt-5.5-2026", "status": "in_progress"},
}
DELTA = {"type": "response.output_text.delta", "delta": "hello"}
COMPLETED = {
    "type": "response.completed",
    "response": {"id": "resp_1", "status": "completed", "usage": USAGE},
}


def chat(**choice: Any) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "gpt-4o", "choices": [choice]}


def test_a_responses_stream():
    summary = read(b": hello\n\n", sse(CREATED), sse(DELTA, DELTA), sse(COMPLETED))
    assert summary == Summary(
        event_count=4,
        first_event=0.1,
        usage=Usage(100, 64, 9, 3),
        response_id="resp_1",
        model="gpt-5.5-2026",
        error=None,
        terminal=True,
    )


def test_a_chat_stream():
    end = {"id": "chatcmpl-1", "choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2}}
    summary = read(
        sse(chat(delta={"role": "assistant"}, finish_reason=None)),
        sse(chat(delta={"content": "hi"}, finish_reason=None), chat(delta={}, finish_reason="stop")),
        sse(end, "[DONE]"),
        operation=CHAT,
    )
    assert summary.usage == Usage(7, None, 2, None)
    assert (summary.event_count, summary.response_id, summary.model) == (5, "chatcmpl-1", "gpt-4o")
    assert (summary.error, summary.terminal) == (None, True)


def test_complete_bodies():
    body = json.dumps({"object": "response", **COMPLETED["response"], "model": "m"}).encode()
    summary = read(body[:50], body[50:], headers=JSON)
    assert summary.usage == Usage(100, 64, 9, 3)
    assert (summary.event_count, summary.error, summary.terminal, summary.model) == (0, None, True, "m")
    chat_body = {
        "id": "c",
        "model": "m",
        "choices": [{"finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1},
    }
    assert read(json.dumps(chat_body).encode(), headers=JSON, operation=CHAT).usage == Usage(1)
    embeddings = {"object": "list", "data": [], "usage": {"prompt_tokens": 5, "total_tokens": 5}}
    assert read(json.dumps(embeddings).encode(), headers=JSON, operation="embeddings").usage == Usage(5)
    compaction = {"id": "resp_2", "object": "response.compaction", "output": [], "usage": USAGE}
    summary = read(json.dumps(compaction).encode(), headers=JSON, operation="responses.compact")
    assert (summary.response_id, summary.usage) == ("resp_2", Usage(100, 64, 9, 3))
    models = {"object": "list", "data": [{"id": "m"}]}
    assert read(json.dumps(models).encode(), headers=JSON, operation="models") == Summary()


ERRORS: dict[str, tuple[dict[str, Any], tuple[bytes, ...], str | None]] = {
    "a failed response": (
        {},
        (
            sse(
                CREATED,
                {
                    "type": "response.failed",
                    "response": {
                        "status": "failed",
                        "error": {"code": "rate_limit_exceeded", "message": "try again in 2s"},
                    },
                },
            ),
        ),
        "rate_limit_exceeded: try again in 2s",
    ),
    "a failed response without words": (
        {},
        (sse({"type": "response.failed"}),),
        "the response failed",
    ),
    "an incomplete response": (
        {},
        (
            sse(
                {
                    "type": "response.incomplete",
                    "response": {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}},
                }
            ),
        ),
        "incomplete: content_filter",
    ),
    "an incomplete response without words": (
        {},
        (sse({"type": "response.incomplete", "response": None}),),
        "the response is incomplete",
    ),
    "an error event": (
        {},
        (sse({"type": "error", "code": "server_error", "message": "oops"}),),
        "server_error: oops",
    ),
    "an error event, nested": (
        {},
        (sse({"type": "error", "error": {"type": "too_many_requests", "message": "oops"}}),),
        "too_many_requests: oops",
    ),
    "the first of two": (
        {},
        (sse({"type": "error", "message": "one"}), sse({"type": "error", "message": "two"})),
        "one",
    ),
    "no terminal event": ({}, (sse(CREATED, DELTA),), "the stream ended without a terminal event"),
    "nothing at all": ({}, (), "the stream ended without a terminal event"),
    "chat chunks to a Responses client": (
        {},
        (sse({"choices": [], "object": "chat.completion.chunk"}),),
        "the stream ended without a terminal event",
    ),
    "chat without an end": (
        {"operation": CHAT},
        (sse(chat(delta={"content": "x"})),),
        "the stream ended without a finish_reason",
    ),
    "chat cut short": (
        {"operation": CHAT},
        (sse(chat(delta={}, finish_reason="length"), "[DONE]"),),
        "incomplete: finish_reason length",
    ),
    "chat filtered": (
        {"operation": CHAT},
        (sse(chat(delta={}, finish_reason="content_filter")),),
        "incomplete: finish_reason content_filter",
    ),
    "an error in a chat stream": (
        {"operation": CHAT},
        (sse(chat(delta={})), sse({"error": {"message": "boom", "code": 500}})),
        "500: boom",
    ),
    "error null is none": ({"operation": CHAT}, (sse({"error": None}, "[DONE]"),), None),
    "a status": (
        {"status": 429, "headers": JSON},
        (b'{"error": {"code": "429", "message": "Rate limit is exceeded"}}',),
        "429 Rate limit is exceeded",
    ),
    "a status with an event stream's type": (
        {"status": 400},
        (b'{"error": {"message": "bad"}}',),
        "400 bad",
    ),
    "a status and a page": (
        {"status": 502, "headers": (("content-type", "text/html"),)},
        (b"<title>Bad gateway</title>",),
        "502 Bad gateway",
    ),
    "a status and an encoded body": (
        {"status": 403, "headers": (*JSON, ("content-encoding", "gzip"))},
        (gzip.compress(b'{"message": "no"}'),),
        "403 no",
    ),
    "a failed complete body": (
        {"headers": JSON},
        (b'{"object": "response", "status": "failed", "error": {"code": "x", "message": "y"}}',),
        "x: y",
    ),
    "what the recorder knew": (
        {"outcome": Outcome.UNREACHABLE, "given_error": "connection refused by\n1.2.3.4:443", "status": None},
        (),
        "connection refused by 1.2.3.4:443",
    ),
    "unreachable": (
        {"outcome": Outcome.UNREACHABLE, "status": None, "headers": ()},
        (),
        "upstream could not be reached",
    ),
    "the client left": (
        {"outcome": Outcome.CLIENT_GONE},
        (sse(CREATED),),
        "the client closed the connection before the answer ended",
    ),
    "upstream left": (
        {"outcome": Outcome.UPSTREAM_GONE},
        (sse(CREATED),),
        "upstream closed the connection before the answer ended",
    ),
    "the client left after the end": ({"outcome": Outcome.CLIENT_GONE}, (sse(COMPLETED),), None),
    "the failure before the lost connection": (
        {"outcome": Outcome.UPSTREAM_GONE, "given_error": "reset"},
        (sse({"type": "error", "message": "overloaded"}),),
        "overloaded",
    ),
    "refused by the proxy": (
        {"outcome": Outcome.REFUSED, "status": 403, "headers": JSON},
        (b'{"error": {"message": "not the upstream"}}',),
        "403 not the upstream",
    ),
    "events that only look like an end": (
        {},
        (sse({"type": "response.output_text.delta", "delta": '"response.completed"'}),),
        "the stream ended without a terminal event",
    ),
}


@pytest.mark.parametrize("case", ERRORS)
def test_what_went_wrong(case: str):
    told, pieces, words = ERRORS[case]
    assert read(*pieces, **told).error == words


def test_the_live_summary_grows():
    reading = ResponseReading(RESPONSES, 200, STREAM)
    assert reading.summary() == Summary()
    reading.feed(sse(CREATED, DELTA), 0.5)
    assert (reading.summary().event_count, reading.summary().first_event) == (2, 0.5)
    assert reading.summary().error is None
    reading.feed(sse(COMPLETED), 0.6)
    assert reading.summary().usage == Usage(100, 64, 9, 3)


@pytest.mark.parametrize("headers", [(), JSON, (("content-type", "text/plain"),)])
def test_a_stream_is_known_by_its_bytes(headers: Headers):
    """Codex ignores the content type, and so do we."""
    assert read(b"\xef\xbb\xbfev", b"ent: x\n", sse(CREATED, COMPLETED), headers=headers).event_count == 2


def test_an_encoded_stream():
    encoded = gzip.compress(sse(CREATED, DELTA, COMPLETED))
    summary = read(encoded[:40], encoded[40:], headers=(*STREAM, ("content-encoding", "gzip")))
    assert (summary.event_count, summary.error) == (3, None)


def test_an_event_that_the_end_cut_off_is_none():
    summary = read(sse(CREATED) + b'data: {"type": "response.completed"}')
    assert (summary.event_count, summary.terminal) == (1, False)


def test_json_in_many_pieces_is_read_in_linear_time():
    body = b'{"object": "response", "id": "' + b"x" * 2_000_000 + b'"}'
    summary = read(*(body[n : n + 200] for n in range(0, len(body), 200)), headers=JSON)
    assert summary.response_id is not None
    assert len(summary.response_id) == 2_000_000


def test_another_bodys_start_is_kept_only():
    assert read(b"x" * 40_000_000, headers=(("content-type", "application/octet-stream"),)) == Summary()


@settings(max_examples=60)
@given(st.lists(st.integers(1, 40), max_size=20), st.sampled_from([RESPONSES, CHAT]))
def test_how_the_bytes_were_cut_changes_nothing(cuts: list[int], operation: str):
    whole = sse(CREATED, DELTA, COMPLETED, chat(delta={}, finish_reason="stop"), "[DONE]")
    pieces, rest = [], whole
    for cut in cuts:
        pieces.append(rest[:cut])
        rest = rest[cut:]
    cut_up, at_once = read(*pieces, rest, operation=operation), read(whole, operation=operation)
    assert cut_up.event_count == at_once.event_count == 5
    assert (cut_up.usage, cut_up.error, cut_up.model) == (at_once.usage, at_once.error, at_once.model)


@settings(max_examples=100)
@given(
    st.lists(st.binary(max_size=40) | st.sampled_from([b"data: ", b"\n\n", b"{", b'"error"'])),
    st.sampled_from(Outcome),
)
def test_any_bytes_are_a_response(pieces: list[bytes], outcome: Outcome):
    assert read(*pieces, outcome=outcome).event_count >= 0


@settings(max_examples=100)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["type", "response", "error", "usage", "choices", "id", "status", "incomplete_details"]
                ),
                inner | st.sampled_from(["response.completed", "response.failed", "error", "incomplete"]),
                max_size=4,
            )
        ),
        max_leaves=10,
    )
)
def test_any_json_is_an_event(value: object):
    assert read(sse(json.dumps(value))).event_count == 1


@pytest.mark.parametrize(
    ("size", "words"), [(2**26, "decoded, it is more than 67108864 bytes"), (2**20, None)]
)
def test_a_bomb_of_a_stream_is_named_and_not_kept_in_memory(size: int, words: str | None):
    headers = (("content-type", "text/event-stream"), ("content-encoding", "gzip"))
    reading = ResponseReading("responses.create", 200, headers)
    done = b'data: {"type":"response.completed","response":{}}\n\n'
    reading.feed(gzip.compress(b": " + b"x" * size + b"\n\n" + done, 1), 0.5)
    error = reading.close(Outcome.COMPLETE).error
    assert error == (words and f"the stream cannot be read to its end: {words}")


def test_what_matters_may_be_cut_by_the_lines_of_its_data():
    split = b'data: {"choices": [], "usage":\ndata:  {"prompt_tokens": 7, "completion_tokens": 2}}\n\n'
    summary = read(sse(chat(delta={"content": "hi"})), split, sse("[DONE]"), operation=CHAT)
    assert (summary.usage, summary.event_count, summary.terminal) == (Usage(7, None, 2, None), 3, True)


def test_a_piece_that_is_millions_of_events_is_read_in_bounded_memory():
    flood = b"data:\n\n" * 2**19
    tracemalloc.start()
    summary = read(flood)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert summary.event_count == 2**19
    assert most < 4 * len(flood)
