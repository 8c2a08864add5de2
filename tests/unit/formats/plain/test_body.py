"""Bodies alone."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.capture.events import response_events
from inspector.capture.model import Damage, Exchange, ExchangeDetail, Leg, Message, Outcome, Timing
from inspector.formats import spacing
from inspector.formats.exporting import Unfit
from inspector.formats.importing import ForeignFile, Input
from inspector.formats.plain import alone
from inspector.formats.plain.body import JsonExporter, JsonImporter

Read = Callable[[bytes], tuple[str, list[Any]]]


@pytest.mark.parametrize(
    ("body", "leg", "operation", "url"),
    [
        ({"model": "m", "input": "x"}, Leg.REQUEST, "responses.create", "/responses"),
        ({"input": [], "instructions": ""}, Leg.REQUEST, "responses.create", "/responses"),
        ({"input": [{"role": "user"}]}, Leg.REQUEST, "responses.create", "/responses"),
        ({"messages": [{"role": "user"}]}, Leg.REQUEST, "chat.create", "/chat/completions"),
        ({"model": "m", "messages": []}, Leg.REQUEST, "chat.create", "/chat/completions"),
        ({"id": "r", "object": "response", "output": []}, Leg.RESPONSE, "responses.create", "/responses"),
        ({"object": "response.compaction"}, Leg.RESPONSE, "responses.compact", "/responses/compact"),
        ({"object": "chat.completion"}, Leg.RESPONSE, "chat.create", "/chat/completions"),
    ],
)
def test_a_body_is_known_by_its_members(read: Read, body: Any, leg: Leg, operation: str, url: str) -> None:
    content = json.dumps(body, indent=2).encode()
    name, (detail,) = read(content)
    assert (name, set(detail.legs)) == ("json", {leg})
    assert detail.legs[leg].body == content
    assert (detail.exchange.operation, detail.exchange.url) == (operation, url)
    assert detail.exchange.source.timing is Timing.NONE
    assert detail.exchange.status == (200 if leg is Leg.RESPONSE else None)


def test_an_error(read: Read) -> None:
    (detail,) = read(b'{"error": {"code": "429", "message": "Too many."}}')[1]
    assert (detail.exchange.status, detail.exchange.error) == (429, "Too many.")
    (detail,) = read(b'{"error": {"code": "content_filter", "message": "No."}}')[1]
    assert detail.exchange.status is None


def test_events_become_a_stream(read: Read) -> None:
    events = [{"type": "response.created", "response": {"id": "r"}}, {"type": "response.completed"}, 5]
    (detail,) = read(json.dumps(events).encode())[1]
    assert [event.type for event in response_events(detail)][:2] == ["response.created", "response.completed"]
    assert detail.exchange.source.timing is Timing.EVEN
    assert "written anew" in detail.exchange.source.remarks[1]
    (chat,) = read(b'[{"object": "chat.completion.chunk"}]')[1]
    assert chat.legs[Leg.RESPONSE].body == b'data: {"object":"chat.completion.chunk"}\n\n'
    assert len(read(b'{"type": "response.failed"}')[1][0].chunks) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        b"[]",
        b"[1]",
        b'{"name": "x", "type": "module"}',
        b'{"object": "list"}',
        b'{"error": "x"}',
        b"{",
        b"5",
        b'{"input": "src/index.js"}',
        b'{"messages": ["a"]}',
        b'{"messages": "a", "model": "m"}',
    ],
)
def test_other_json_is_none(read: Read, content: bytes) -> None:
    with pytest.raises(ForeignFile):
        read(content)


def test_large_ones_are_known_by_how_they_begin(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    body = json.dumps({"model": "m", "input": ["x" * 70_000]}).encode()
    (detail,) = read(body)[1]
    assert detail.legs[Leg.REQUEST].body == body
    (damage,) = read(body[:-5])[1]
    assert isinstance(damage, Damage)
    monkeypatch.setattr(alone, "LARGEST", 69_000)
    (damage,) = read(b"\xef\xbb\xbf" + body)[1]
    assert damage == Damage(0, "It is larger than 69,000 bytes, and is not read.")


def test_more_events_than_there_should_be(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spacing, "MOST", 1)
    (damage,) = read(json.dumps([{"type": "response.created"}] * 2).encode())[1]
    assert damage == Damage(0, "Its events cannot be written as a stream: there are more than 1.")


def test_nesting_without_end(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_bytes(b'[{"type": "response.created", "a":' + b"[" * 100_000 + b"]" * 100_000 + b"}]")
    (damage,) = JsonImporter().read(Input("deep.json", path, 0), lambda _: None)
    assert isinstance(damage, Damage)


_JSON = st.recursive(
    st.none() | st.integers() | st.sampled_from(["response", "response.created", "error", "a\nb"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["type", "object", "input", "messages", "error", "message", "code"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@settings(max_examples=80, deadline=None)
@given(_JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=40))
def test_nothing_is_too_odd(tmp_path_factory: pytest.TempPathFactory, odd: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "odd.json"
    path.write_bytes(odd)
    known = JsonImporter().recognises(odd, path)
    (item,) = JsonImporter().read(Input("odd.json", path, len(odd)), lambda _: None)
    assert isinstance(item, ExchangeDetail | Damage)
    assert known <= isinstance(item, ExchangeDetail)


def made(request: Message | None, response: Message | None) -> ExchangeDetail:
    exchange = Exchange(3, 0, "POST", "https://h/", "", "observe", 1.5, Outcome.COMPLETE)
    pairs = ((Leg.REQUEST, request), (Leg.RESPONSE, response))
    return ExchangeDetail(exchange, {leg: message for leg, message in pairs if message}, ())


def written(detail: ExchangeDetail) -> tuple[bytes, list[str]]:
    out = io.BytesIO()
    told = JsonExporter().write([detail], out)
    return out.getvalue(), told


def test_the_request_is_written_as_it_was_meant(read: Read) -> None:
    body = b'{ "model": "m", "input": "x" }'
    packed = Message((("content-encoding", "zstd"),), zstandard.compress(body))
    assert written(made(packed, Message((), b"{}", 200))) == (body, [])
    assert read(body)[1][0].legs[Leg.REQUEST].body == body


def test_without_a_request_body_it_is_the_answers() -> None:
    answer = Message((), b'{"object": "response"}', 200)
    assert written(made(Message((), b""), answer)) == (
        answer.body,
        ["It was asked without a body: what is written is the answer's."],
    )


@pytest.mark.parametrize(
    "detail", [made(None, None), made(Message((), b"", absent=True), Message((), b"{}", 200))]
)
def test_what_is_not_there_is_said(detail: ExchangeDetail) -> None:
    with pytest.raises(Unfit, match="Exchange 3 has no body"):
        written(detail)
