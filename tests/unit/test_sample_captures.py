"""The samples are what the README says they are, and hold nobody else's prose and no machine's names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from inspector.capture.model import Chunk, Exchange, ExchangeDetail, Leg, Message, Outcome
from inspector.capture.reader import Reader
from inspector.capture.schema import MIGRATIONS, format_of
from inspector.protocol import sse
from inspector.protocol.conformance import check
from inspector.sharing.kinds import Choice
from inspector.sharing.redacting import redact

SAMPLES = Path(__file__).parents[2] / "sample_captures"
LARGEST = 100_000  # bytes
LONGEST = 300  # characters of a text that is not opaque
OPAQUE = {"encrypted_content", "x-codex-turn-metadata"}

OK = (200, Outcome.COMPLETE, None)
LIMITED = (429, Outcome.COMPLETE, "429 too_many_requests")
STORIES: dict[str, tuple[str, list[tuple[int, int, Outcome, str | None]]]] = {
    # name: model, then for each exchange its turn, status, outcome and how its error begins
    "functions": ("my-deployment", [(1, *OK)] * 3),
    "custom-tools": ("gpt-5.5", [(1, *OK)] * 3),
    "code-mode": ("gpt-6-sol", [(1, *OK)] * 3),
    "bridged": ("gpt-5.5", [(1, *OK)] * 3 + [(2, *OK)] * 2),
    "rate-limited": ("gpt-5.5", [(1, *OK), (1, *LIMITED), (1, *OK)]),
    "dropped-connection": (
        "gpt-5.5",
        [(1, *OK), (1, 200, Outcome.UPSTREAM_GONE, "127.0.0.1:8081 broke off"), (1, *OK)],
    ),
    "retry-storm": ("gpt-5.5", [(1, *OK), *[(1, *LIMITED)] * 4, (1, *OK)]),
    "content-filter": ("gpt-5.5", [(1, 200, Outcome.COMPLETE, "incomplete: content_filter"), (1, *OK)]),
    "lost-end": (
        "gpt-5.5",
        [(1, *OK), (1, 200, Outcome.COMPLETE, "the stream ended without a terminal event"), (1, *OK)],
    ),
    "websocket": ("gpt-5.5", [(1, 101, Outcome.COMPLETE, None), *[(1, *OK)] * 4]),
    "broken-cache": ("gpt-5.5", [(1, *OK)] * 3 + [(2, *OK)] * 2),
}

sample = pytest.mark.parametrize("name", STORIES)


def read(name: str) -> list[ExchangeDetail]:
    with closing(Reader(SAMPLES / f"{name}.db")) as reader:
        return [reader.detail(exchange.id) for exchange in reader.exchanges()]


def request(detail: ExchangeDetail, leg: Leg = Leg.REQUEST) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(detail.legs[leg].body)
    return body


def is_stream(message: Message) -> bool:
    return dict(message.headers).get("content-type", "").startswith("text/event-stream")


def events(data: bytes) -> list[dict[str, Any]]:
    decoder = sse.Decoder()
    found = [*decoder.feed(data), *decoder.close()]
    return [json.loads(event.data) for event in found if event.has_data and event.data != "[DONE]"]


def values(message: Message) -> list[Any]:
    """What is in a body, parsed; messages of a WebSocket one by one, of its handshake there are none."""
    return events(message.body) if is_stream(message) else list(in_a_row(message.body.decode()))


def in_a_row(text: str) -> Iterator[Any]:
    at = 0
    while at < len(text):
        value, at = json.JSONDecoder().raw_decode(text, at)
        yield value


def strings(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text with the key that it, or the list around it, stands under."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from strings(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one, key)
    elif isinstance(value, str):
        yield key, value


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(one)


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SAMPLES))
    return import_module("texts")


@pytest.fixture
def scrub(ours: ModuleType) -> ModuleType:
    return import_module("scrub")


def test_every_sample_is_known_here():
    assert {path.stem for path in SAMPLES.glob("*.db")} == set(STORIES)


@sample
def test_it_is_of_the_format_that_is_written(name: str):
    """So that it can be marked and replayed. After a new migration: `inspector captures migrate FILE`."""
    assert format_of(SAMPLES / f"{name}.db") == len(MIGRATIONS)


@sample
def test_it_tells_its_story(name: str):
    model, expected = STORIES[name]
    told: list[Exchange] = [detail.exchange for detail in read(name)]
    for exchange, (turn, status, outcome, error) in zip(told, expected, strict=True):
        assert (exchange.turn, exchange.status, exchange.outcome) == (turn, status, outcome)
        assert (exchange.error or "").startswith(error or "") == bool(error or not exchange.error)
        asked = status != 101
        assert exchange.model == (model if asked else None)
        assert exchange.client == "codex_exec 0.169.0"
        assert (exchange.usage is not None) == (asked and (error is None or "content_filter" in error))
    assert len({exchange.session for exchange in told}) == 1
    assert {exchange.mode for exchange in told} == {"bridge" if name == "bridged" else "observe"}


def test_three_dialects():
    offered = {name: request(read(name)[0]) for name in ("functions", "custom-tools", "code-mode")}
    kinds = {name: {tool["type"] for tool in body.get("tools", ())} for name, body in offered.items()}
    assert kinds["functions"] == {"function", "namespace", "web_search"}
    assert kinds["custom-tools"] == {"function", "custom", "tool_search", "web_search"}
    assert kinds["code-mode"] == set()
    assert offered["code-mode"]["input"][0]["type"] == "additional_tools"


def test_a_retry_after_429_says_the_same():
    (_, limited), (_, again) = moments("rate-limited")
    # Not the same bytes: Codex puts the keys of client_metadata into an order of chance.
    assert limited == again


def test_a_retry_after_a_drop_keeps_what_was_complete():
    (dropped, before), (_, after) = moments("dropped-connection")
    done = [event["item"]["type"] for event in dropped if event["type"] == "response.output_item.done"]
    assert done == ["reasoning"]
    assert [item["type"] for item in after["input"][len(before["input"]) :]] == done


def moments(name: str) -> list[tuple[list[dict[str, Any]], dict[str, Any]]]:
    """What came back and what was asked, of the attempt that failed and of the next one."""
    _, failed, again = read(name)
    assert failed.exchange.ended is not None
    assert again.exchange.started > failed.exchange.started + failed.exchange.ended
    return [(events(one.legs[Leg.RESPONSE].body), request(one)) for one in (failed, again)]


def test_a_storm_waits_as_it_is_told():
    *_, first, second, third, fourth, fine = (detail.exchange for detail in read("retry-storm"))
    told = [first, second, third, fourth, fine]
    assert all(after.started - before.started > 2 for before, after in pairwise(told))
    assert len({exchange.request_digest for exchange in told}) == 1


def test_a_filtered_answer_says_so_and_is_asked_for_again():
    filtered, again = read("content-filter")
    assert events(filtered.legs[Leg.RESPONSE].body)[-1]["response"]["incomplete_details"] == {
        "reason": "content_filter"
    }
    before, after = request(filtered)["input"], request(again)["input"]
    assert after[: len(before)] == before
    assert [(item["type"], item.get("role")) for item in after[len(before) :]] == [
        ("reasoning", None),
        ("message", "assistant"),
        ("message", "developer"),
    ]


def test_a_stream_without_its_end():
    _, unended, again = read("lost-end")
    kinds = [[event["type"] for event in events(one.legs[Leg.RESPONSE].body)] for one in (unended, again)]
    assert kinds[0] == kinds[1][:-1]
    assert kinds[1][-1] == "response.completed"


def test_the_cache_breaks_where_a_tool_is_missing():
    details = read("broken-cache")
    cached = [detail.exchange.usage.cached_tokens for detail in details if detail.exchange.usage]
    assert [bool(tokens) for tokens in cached] == [False, True, True, False, True]
    offered = [{tool["type"] for tool in request(detail)["tools"]} for detail in details]
    assert offered[2] - offered[3] == {"web_search"}


def test_a_bridged_exchange_has_four_legs():
    for detail in read("bridged"):
        assert set(detail.legs) == set(Leg)
        payload = request(detail, Leg.UPSTREAM_REQUEST)
        assert payload["model"] == "gpt-5.5"
        assert len(payload["messages"]) >= 3
        assert payload["stream"] is True


@sample
def test_streams_are_well_formed_and_chunks_hold_whole_events(name: str):
    for detail in read(name):
        for leg, message in detail.legs.items():
            if not is_stream(message):
                continue
            chunks = [chunk for chunk in detail.chunks if chunk.leg is leg]
            assert len(chunks) > 3
            assert [chunk.at for chunk in chunks] == sorted(chunk.at for chunk in chunks)
            assert all(chunk.data.endswith(b"\n\n") for chunk in chunks)
            if leg is Leg.RESPONSE and detail.exchange.error is None:
                assert [(remark.rule, remark.text) for remark in check(events(message.body))] == []
                assert detail.exchange.event_count == len(events(message.body))


@sample
def test_lengths_are_those_of_the_bodies(name: str):
    for detail in read(name):
        for message in detail.legs.values():
            said = {key.lower(): value for key, value in message.headers}.get("content-length")
            assert said in (None, str(len(message.body)))


@sample
def test_no_prose_of_others(name: str, ours: ModuleType):
    descriptions = {*ours.TOOLS.values(), *ours.PARAMETERS.values(), ""}
    wrapped = {f"<{tag}>\n{text}\n</{tag}>" for tag, text in ours.TAGGED.items()}
    for detail in read(name):
        for leg, message in detail.legs.items():
            for key, text in strings(values(message)):
                assert len(text) <= LONGEST or key in OPAQUE or "<environment_context>" in text, text
                # The payload's are made by the translator, of those in the request.
                assert key != "description" or text in descriptions or leg is Leg.UPSTREAM_REQUEST, text
                assert key != "definition" or text in ours.GRAMMARS.values()
                assert key != "instructions" or text == ours.INSTRUCTIONS
            for node in nodes(values(message)):
                if node.get("role") in ("developer", "system"):
                    for key, text in strings(node.get("content"), "text"):
                        assert key == "type" or text in wrapped | {ours.INSTRUCTIONS}


@sample
def test_no_names_of_a_machine_and_no_secret(name: str):
    with closing(Reader(SAMPLES / f"{name}.db")) as reader:
        assert {(recorder.host, recorder.pid) for recorder in reader.recorders()} == {("sample", 0)}
        assert reader.notes() == []
    for detail in read(name):
        exchange = detail.exchange
        assert exchange.url.startswith(("http://127.0.0.1:8081/openai/v1/", "ws://127.0.0.1:8081/openai/v1/"))
        texts = [exchange.url, exchange.error or ""]
        for message in detail.legs.values():
            texts += [value for pair in message.headers for value in pair] + [message.body.decode()]
            for key, value in message.headers:
                if key.lower() == "authorization":
                    assert re.fullmatch(r"Bearer \[redacted [0-9a-f]{12}\]", value)
        for text in texts:
            # "/root" alone is what Codex calls the first of its agents.
            found = re.search(r"/(root|tmp|var|private|Users|work)/|/home/(?!you)|sample-key|sk-\w", text)
            assert found is None, text[max(0, found.start() - 60) : found.end() + 60]
            for installation in re.findall(r'installation[-_]id\\?":\\?"([^"\\]+)', text):
                assert installation == "00000000-0000-4000-8000-000000000000"


@sample
def test_reading_a_sample_leaves_it_as_it_is(name: str, tmp_path: Path):
    path = tmp_path / f"{name}.db"
    path.write_bytes((SAMPLES / f"{name}.db").read_bytes())
    before = path.read_bytes()
    assert len(before) <= LARGEST
    with closing(Reader(path)) as reader:
        assert reader.exchanges()
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@sample
def test_redacting_a_sample_again_finds_nothing_and_changes_nothing(name: str, tmp_path: Path):
    again = tmp_path / "again.db"
    assert redact(SAMPLES / f"{name}.db", again, Choice()).removed == ()
    with closing(Reader(again)) as reader:
        for detail in read(name):
            other = reader.detail(detail.exchange.id)
            assert (other.legs, other.exchange.error) == (detail.legs, detail.exchange.error)
            assert [chunk.data for chunk in other.chunks] == [chunk.data for chunk in detail.chunks]


def test_scrubbed_chunks_are_cut_where_the_recorded_ones_were(scrub: ModuleType, ours: ModuleType):
    long = "Reads a file, and then this goes on for much longer than the text that will stand here." * 9
    first = {"type": "response.created", "response": {"tools": [tool("view_image", long)]}}
    second = {"type": "response.output_text.delta", "delta": "in /here/now"}
    pieces = [sse.encode(json.dumps(event), event=event["type"]) for event in (first, second)]
    data = b"".join(pieces)
    cuts = [0, len(pieces[0]) // 2, len(pieces[0]), len(data)]
    chunks = [Chunk(Leg.RESPONSE, n, n / 10, data[cuts[n] : cuts[n + 1]]) for n in range(3)]
    message = Message((("content-type", "text/event-stream"),), data, 200)
    made = scrub.Scrubber({"/here": "/home/you"}).chunks(message, chunks)
    assert [at for at, _ in made] == [0.0, 0.1, 0.2]
    assert made[2][1].startswith(b"event: response.output_text.delta\ndata: ")
    (created, delta) = events(b"".join(piece for _, piece in made))
    assert created["response"]["tools"][0]["description"] == ours.TOOLS["view_image"]
    assert delta["delta"] == "in /home/you/now"
    assert abs(len(made[0][1]) - len(made[1][1])) <= 1


def test_a_body_without_anything_to_replace_keeps_its_bytes(scrub: ModuleType):
    body = b'{ "error": {"code": "429",  "message": "slower"} }'
    assert scrub.Scrubber({"/here": "/there"}).json(body) == body


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"tools": [{"type": "function", "name": "unheard_of", "description": "x"}]}, "unheard_of"),
        ({"input": [{"role": "developer", "content": [{"text": "<new_tag>x</new_tag>"}]}]}, "<new_tag>"),
        ({"tools": [{"type": "custom", "name": "sing", "format": {"definition": "x"}}]}, "sing"),
        ({"input": [{"role": "user", "content": [{"text": "x" * 301}]}]}, "/input/0/content/0/text"),
    ],
)
def test_what_nobody_thought_of_stops_the_scrubbing(scrub: ModuleType, body: Any, complaint: str):
    with pytest.raises(scrub.ForeignText, match=re.escape(complaint)):
        scrub.Scrubber({}).json(json.dumps(body).encode())


def tool(name: str, description: str) -> dict[str, str]:
    return {"type": "function", "name": name, "description": description}
