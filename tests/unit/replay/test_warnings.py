"""What is said before a request is sent, and what is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.model import Exchange, ExchangeDetail, Leg, Made, Message, Outcome, Usage
from inspector.capture.reader import Reader
from inspector.protocol.azure import Operation
from inspector.replay.call import Call
from inspector.replay.credentials import Credential
from inspector.replay.record import open_record
from inspector.replay.sending import Sender
from inspector.replay.warnings import Known, Risk, Warning, before_sending, known_of, of_schema
from inspector.simulator.script import Answer, Received, whole_json
from inspector.simulator.server import Simulator

MakeDetail = Callable[..., ExchangeDetail]

URL = "https://my-res.openai.azure.com/openai/v1/responses"
OTHER = "https://other.openai.azure.com/openai/v1/responses"
DAY = 86_400.0
CALL = {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"}
OUTPUT = {"type": "function_call_output", "call_id": "call_1", "output": "x"}
SEALED = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAA"}
REFERENCE = {"type": "item_reference", "id": "msg_1"}


def body(*items: Any, **more: Any) -> dict[str, Any]:
    return {"model": "my-gpt5", "input": list(items), **more}


def said(warnings: list[Warning]) -> list[tuple[str, str]]:
    return [(warning.risk.value, warning.sentence) for warning in warnings]


@pytest.fixture
def maker(make_detail: MakeDetail) -> Exchange:
    """The exchange that made the response that is continued."""
    return make_detail(id=3, started=0.0).exchange


def test_what_is_as_it_was_has_no_warnings(make_detail: MakeDetail, maker: Exchange) -> None:
    asked = body(CALL, OUTPUT, SEALED, REFERENCE, previous_response_id="resp_1")
    known = Known(previous=maker, same_key=True)
    assert before_sending(asked, make_detail(asked), URL, known, now=DAY) == []
    assert before_sending({"model": "m", "input": "hi"}, make_detail(), URL) == []


@pytest.mark.parametrize(
    ("known", "url", "days", "reason"),
    [
        ({"previous": None}, URL, 0, "no exchange of this capture made it, so the server may not have it"),
        ({"deleted": True}, URL, 0, "it was deleted"),
        (
            {"stored": False},
            URL,
            0,
            "exchange 3, which made it, asked for it not to be stored (store:",
        ),
        ({}, OTHER, 0, "it is stored at my-res.openai.azure.com, and this goes to other.openai.azure.com"),
        ({}, URL, 31, "it is 31 days old, and responses are stored for 30"),
    ],
)
def test_a_stale_chain(
    make_detail: MakeDetail, maker: Exchange, known: dict[str, Any], url: str, days: int, reason: str
) -> None:
    asked = body(previous_response_id="resp_1")
    found = before_sending(
        asked, make_detail(asked), url, Known(**{"previous": maker, **known}), now=days * DAY
    )
    ((risk, sentence),) = said(found)
    assert risk == "chain"
    assert sentence.startswith(f"previous_response_id resp_1 is stale: {reason}")
    assert found[0].pointer == "/previous_response_id"


def test_a_chain_whose_response_failed(make_detail: MakeDetail, maker: Exchange) -> None:
    asked = body(previous_response_id="resp_1")
    failed = Known(previous=replace(maker, error="server_error"))
    assert (
        "exchange 3, which made it, failed" in said(before_sending(asked, make_detail(), URL, failed))[0][1]
    )
    gone = Known(previous=replace(maker, error="the client left", outcome=Outcome.CLIENT_GONE))
    assert before_sending(asked, make_detail(), URL, gone, now=0) == []  # it may have been completed


def test_calls_and_outputs_without_each_other(make_detail: MakeDetail) -> None:
    found = before_sending(body(OUTPUT, {**CALL, "call_id": "call_2"}), make_detail(), URL)
    assert said(found) == [
        ("orphan", "input[0] is the output of a call (call_1) that is not before it."),
        ("orphan", "input[1] is a call (call_2) that no output behind it answers."),
    ]
    continued = body(OUTPUT, previous_response_id="resp_1")
    assert [one.risk for one in before_sending(continued, make_detail(), URL)] == [Risk.CHAIN]
    chat = {"model": "my-gpt5", "messages": [{"role": "tool", "tool_call_id": "a", "content": ""}]}
    assert [one.pointer for one in before_sending(chat, make_detail(), URL)] == ["/messages/0"]


def test_what_only_another_place_can_read(make_detail: MakeDetail) -> None:
    asked = body(SEALED, {"role": "user", "content": "hi"}, SEALED)
    ((risk, sentence),) = said(before_sending(asked, make_detail(), OTHER))
    assert risk == "encrypted"
    assert sentence.startswith("input[0], input[2]: encrypted by whoever answered before, and this is sent ")
    assert "to other.openai.azure.com (not my-res.openai.azure.com): " in sentence
    ((_, sentence),) = said(before_sending({**asked, "model": "x"}, make_detail(), URL))
    assert "to x (not my-gpt5)" in sentence
    ((_, sentence),) = said(before_sending(asked, make_detail(), URL, Known(same_key=False)))
    assert "with another key" in sentence
    assert before_sending(asked, make_detail(), URL, Known(same_key=None)) == []


def test_what_is_an_id_only_has_to_be_stored(make_detail: MakeDetail) -> None:
    ((risk, sentence),) = said(before_sending(body(REFERENCE), make_detail(), OTHER))
    assert (risk, "input[0]: only an id" in sentence) == ("stored", True)
    ((_, sentence),) = said(before_sending(body(REFERENCE, store=False), make_detail(), URL))
    assert "with store: false nothing is" in sentence


def test_a_prewarm_generates_when_it_is_posted(make_detail: MakeDetail) -> None:
    warmed = make_detail(body(), request_kind="prewarm", socket=1)
    assert said(before_sending(body(), warmed, URL)) == [
        (
            "prewarm",
            "It asked for nothing yet (generate: false); posted, which has no such word, it is answered.",
        )
    ]
    assert before_sending(body(), make_detail(body(), request_kind="turn", socket=1), URL) == []


def test_the_cost_is_an_estimate(make_detail: MakeDetail) -> None:
    asked = body({"role": "user", "content": "x" * 4000})
    priced: list[Exchange] = []

    def price(exchange: Exchange) -> float:
        priced.append(exchange)
        return 0.25

    detail = make_detail({"input": "x" * 1988}, usage=Usage(1000, 900, 50), answered="gpt-5-2025")
    ((risk, sentence),) = said(before_sending(asked, detail, URL, price=price, times=4))
    assert risk == "cost"
    size = len(json.dumps(asked, separators=(",", ":")))
    tokens = round(1000 * size / 2001)
    assert sentence == (
        "It will cost about 0.2500 each, 1.0000 for all 4: an estimate, "
        f"{tokens:,} tokens in, 50 out as then, none from the cache."
    )
    assert (priced[0].usage, priced[0].model, priced[0].answered) == (
        Usage(tokens, 0, 50),
        "my-gpt5",
        "gpt-5-2025",
    )
    before_sending({**asked, "model": "other"}, make_detail(b""), URL, price=price)
    assert (priced[1].model, priced[1].answered) == ("other", None)
    size += len("other") - len("my-gpt5")
    assert priced[1].usage == Usage(size // 4, 0, 0)
    assert before_sending(asked, detail, URL, price=lambda _: None) == []


def test_only_what_the_edit_made_wrong_is_told() -> None:
    before = {"input": [{"role": "usr", "content": "hi"}]}
    after = {"input": [{"role": "usr", "content": 3}]}
    assert said(of_schema(before, after)) == [("schema", "input[0].content must be a string or a list.")]


async def test_what_the_capture_knows(tmp_path: Path) -> None:
    path = tmp_path / "capture.db"
    key = Credential("KEY", "api-key", "0123456789abcdef0123456789abcdef")
    writer = open_record(path, {}, lambda _: None)

    def answer(received: Received) -> Answer:
        number = (received.json() or {}).get("input", "1")
        return whole_json({"id": f"resp_{number}", "object": "response", "status": "completed", "output": []})

    async with Simulator(answer) as simulator, Sender(writer) as sender:
        url = f"{simulator.base_url}/responses"
        for asked in (b'{"input": "1"}', b'{"input": "2", "store": false}'):
            await sender.send(
                Call("POST", url, (), asked, Operation.CREATE), key, parent=None, made=Made("replay")
            )
        gone = Call("DELETE", f"{url}/resp_1", (), b"", Operation.DELETE)
        await sender.send(gone, key, parent=None, made=Made("azure"))
    writer.close()
    with closing(Reader(path)) as reader:
        first = reader.detail(1)
        known = known_of(reader, {"previous_response_id": "resp_1"}, first, key)
        assert known == Known(first.exchange, stored=True, deleted=True, same_key=True)
        known = known_of(reader, {"previous_response_id": "resp_2"}, first)
        assert known == Known(reader.exchange(2), stored=False)
        bearer = Credential("KEY", "authorization", f"Bearer {key.value}")
        assert known_of(reader, {}, first, bearer) == Known(same_key=True)
        assert known_of(reader, {}, first, replace(key, value="f" * 32)) == Known(same_key=False)
        token = replace(key, header="authorization", value="Bearer eyJhbGciOiJub25lIn0.eyJleHAiOjF9.c2ln")
        assert known_of(reader, {}, first, token).same_key is None  # the same person has a new one each hour
        unknown = known_of(reader, {"previous_response_id": "resp_9"}, first)
        assert unknown == Known()
        without = ExchangeDetail(first.exchange, {Leg.REQUEST: Message((), b"")}, ())
        assert known_of(reader, {}, without, key).same_key is None
