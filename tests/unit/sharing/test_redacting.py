"""Captures that are safe to share: what goes, what stays, and that nothing named is left."""

from __future__ import annotations

import base64
import gzip
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.capture.bulk import BulkWriter
from inspector.capture.holds import Holds
from inspector.capture.model import Damage, ExchangeDetail, Leg
from inspector.capture.reader import Reader
from inspector.capture.schema import CaptureError
from inspector.capture.store import RecorderInfo
from inspector.formats.md.story import story_of
from inspector.protocol import sse
from inspector.sharing import proof, redacting
from inspector.sharing.kinds import BY_CHOICE, Choice, Kind
from inspector.sharing.needles import Needles
from inspector.sharing.proof import Leftover

SAMPLES = sorted((Path(__file__).parents[3] / "sample_captures").glob("*.db"))
KEY = "sk-proj-Zq8vK3mN7pR2tW5xYbC1"
JSON_TYPE = (("content-type", "application/json"),)
STREAM = (("content-type", "text/event-stream"),)
PROMPT = "Please summarise the quarterly figures of Contoso for me, in one line."


def body(detail: ExchangeDetail, leg: Leg = Leg.REQUEST) -> Any:
    return json.loads(detail.legs[leg].body)


def event(**fields: object) -> bytes:
    return sse.encode(json.dumps(fields))


def test_a_secret_in_a_body_goes_in_any_case(made, redacted):
    request = {"model": "gpt-5.5", "input": f"call it with {KEY}, then AccountKey=abcDEF123456+/==;"}
    report, (detail,) = redacted(made(request), kinds=())
    text = body(detail)["input"]
    assert KEY not in text
    assert "abcDEF123456" not in text
    assert text.startswith("call it with ")
    assert len(text) == len(request["input"])
    assert {one.kind for one in report.removed} == {Kind.SECRET}


def test_a_secret_header_of_a_recording_that_kept_it_goes_from_bodies_too(made, redacted):
    detail = made({"input": "curl -H 'x: hunter2hunter2'"}, headers={"api-key": "hunter2hunter2"})
    _, (shared,) = redacted(detail, kinds=(), secrets=True)
    assert "hunter2hunter2" not in repr(shared)
    assert dict(shared.legs[Leg.REQUEST].headers)["api-key"].startswith("[redacted ")


def test_what_is_not_chosen_stays_to_the_byte(made, redacted):
    data = b'{ "model" : "gpt-5.5",\n "input":"caf\\u00e9 \xc3\xa9", "n": 1e2, "model": "twice" }'
    _, (detail,) = redacted(made(data), kinds=())
    assert detail.legs[Leg.REQUEST].body == data


def test_each_kind_goes_where_it_stands_and_only_there(made, redacted):
    request = {
        "instructions": "Behave as a senior accountant would behave.",
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": PROMPT}]},
            {
                "type": "function_call",
                "call_id": "c1",
                "name": "shell",
                "arguments": '{"cmd": "cat figures.csv"}',
            },
            {"type": "function_call_output", "call_id": "c1", "output": "region,amount\nnorth,4711"},
        ],
        "tools": [{"type": "function", "name": "shell", "description": "Runs a command of the house."}],
    }
    places = {
        Kind.INSTRUCTIONS: lambda sent: sent["instructions"],
        Kind.PROMPT: lambda sent: sent["input"][0]["content"][0]["text"],
        Kind.CONTENT: lambda sent: (sent["input"][1]["arguments"], sent["input"][2]["output"]),
        Kind.TOOL: lambda sent: sent["tools"][0]["description"],
    }
    for kind in places:
        _, (detail,) = redacted(made(request), kinds=(kind,))
        sent = body(detail)
        for other, at in places.items():
            assert (at(sent) == at(request)) == (other is not kind), (kind, other)
        assert len(detail.legs[Leg.REQUEST].body) == len(json.dumps(request))
    assert json.loads(body(redacted(made(request))[1][0])["input"][1]["arguments"]).keys() == {"cmd"}


def test_deltas_add_up_to_the_same_placeholder_as_the_text(made, redacted):
    pieces = ["Please summ", "arise the qu", "arterly figures of Contoso for", " me, in one line."]
    deltas = [
        event(type="response.output_text.delta", item_id="m", output_index=0, content_index=0, delta=piece)
        for piece in pieces
    ]
    done = event(type="response.output_text.done", item_id="m", output_index=0, content_index=0, text=PROMPT)
    detail = made({"input": PROMPT}, [*deltas, done], answered=STREAM)
    _, (shared,) = redacted(detail, kinds=(Kind.PROMPT,))
    told = [json.loads(one.data) for one in sse.Decoder().feed(shared.legs[Leg.RESPONSE].body)]
    assert "".join(one["delta"] for one in told[:-1]) == told[-1]["text"] == body(shared)["input"]
    assert [len(one["delta"]) for one in told[:-1]] == [len(piece) for piece in pieces]
    assert [len(c.data) for c in shared.chunks] == [len(c.data) for c in detail.chunks]
    assert [c.at for c in shared.chunks] == pytest.approx([c.at for c in detail.chunks])


def test_a_word_across_two_deltas_goes(made, redacted):
    deltas = [
        event(type="response.output_text.delta", item_id="m", delta=piece) for piece in ("Fabri", "kam!")
    ]
    _, (shared,) = redacted(made({}, deltas, answered=STREAM), kinds=(), words=["fabrikam"])
    told = [json.loads(one.data)["delta"] for one in sse.Decoder().feed(shared.legs[Leg.RESPONSE].body)]
    assert "fabrikam" not in "".join(told).lower()
    assert told[1].endswith("!")


def test_what_repeats_still_repeats(made, redacted):
    first = [{"role": "user", "content": PROMPT}]
    second = [*first, {"role": "assistant", "content": "It was a fine quarter, all in all."}]
    _, (one, two) = redacted(made({"input": first}), made({"input": second}, number=2))
    ours, theirs = one.legs[Leg.REQUEST].body, two.legs[Leg.REQUEST].body
    assert theirs.startswith(ours[: -len("]}")])
    assert one.exchange.turn == two.exchange.turn


def test_a_patch_remains_a_patch(made, redacted):
    patch = "*** Begin Patch\n*** Update File: ledger.py\n@@\n-total = 4711\n+total = 4712\n*** End Patch\n"
    request = {"input": [{"type": "custom_tool_call", "name": "apply_patch", "call_id": "c", "input": patch}]}
    _, (shared,) = redacted(made(request))
    lines = body(shared)["input"][0]["input"].split("\n")
    assert [line[:1] for line in lines] == [line[:1] for line in patch.split("\n")]
    assert lines[0] == "*** Begin Patch"
    assert lines[1].startswith("*** Update File: ")
    assert "ledger" not in lines[1]


def test_paths_go_folder_by_folder_and_users_with_them(made, redacted):
    text = (
        "<cwd>/home/mrossi/ledgers</cwd> /home/mrossi/ledgers/may/sums.py by mrossi; C:\\Users\\mrossi\\x.txt"
    )
    _, (shared,) = redacted(made({"input": text}), kinds=(Kind.PATH,))
    made_of = body(shared)["input"]
    assert "mrossi" not in made_of
    assert "ledgers" not in made_of
    inside = made_of.split("<cwd>")[1].split("</cwd>")[0]
    assert inside.startswith("/home/")
    assert f" {inside}/" in made_of
    assert ".py by " in made_of


def test_names_and_ids_go_from_url_headers_and_bodies_alike(made, redacted):
    session = "01a1fce7-86e4-74d1-9d0f-00eae4d61fee"
    detail = made({"model": "gpt-5.5", "prompt_cache_key": session}, headers={"session-id": session})
    _, (shared,) = redacted(detail, kinds=(Kind.NAME,))
    other = shared.exchange.session
    assert other not in (None, session)
    assert body(shared) == {"model": "gpt-5.5", "prompt_cache_key": other}
    assert shared.exchange.url.endswith(".openai.azure.com/openai/v1/responses")
    assert "contoso" not in shared.exchange.url


def test_compressed_bodies_are_unpacked_replaced_and_packed_again(made, redacted):
    plain = json.dumps({"output": f"the key is {KEY}"}).encode()
    packed = gzip.compress(plain)
    fields = (
        ("content-type", "application/json"),
        ("content-encoding", "gzip"),
        ("content-length", str(len(packed))),
    )
    _, (shared,) = redacted(made({}, [packed[:20], packed[20:]], answered=fields), kinds=())
    message = shared.legs[Leg.RESPONSE]
    assert dict(message.headers)["content-length"] == str(len(message.body))
    unpacked = gzip.decompress(message.body)
    assert KEY.encode() not in unpacked
    assert len(unpacked) == len(plain)
    assert len([chunk for chunk in shared.chunks if chunk.leg is Leg.RESPONSE]) == 2


@pytest.mark.parametrize("coding", ["snappy", "gzip"])
def test_a_body_that_cannot_be_unpacked_is_not_passed_on_and_told(made, redacted, coding):
    fields = (("content-encoding", coding),)
    report, (shared,) = redacted(made({}, [KEY.encode() * 3], answered=fields), kinds=())
    assert KEY.encode() not in shared.legs[Leg.RESPONSE].body
    assert any("Exchange 1, response" in remark for remark in report.remarks)


@pytest.mark.parametrize(
    "cut", [b'{"input": "Please summarise the quarterly figures of', b"\xff\xfeno text", b'[[{"a":' * 3000]
)
def test_a_body_of_no_form_is_replaced_word_by_word(made, redacted, cut):
    _, (shared,) = redacted(made(cut), kinds=(Kind.PROMPT,))
    data = shared.legs[Leg.REQUEST].body
    assert len(data) == len(cut)
    assert b"quarterly" not in data
    assert data.startswith(cut[:9]) or cut[:1] != b"{"  # the protocol's words stay


def test_an_image_becomes_an_empty_one_of_the_same_size(made, redacted):
    data = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"points" * 60).decode()
    content = [{"type": "input_image", "image_url": f"data:image/png;base64,{data}"}]
    _, (shared,) = redacted(made({"input": [{"role": "user", "content": content}]}))
    url = body(shared)["input"][0]["content"][0]["image_url"]
    assert len(url) == len(f"data:image/png;base64,{data}")
    assert base64.b64decode(url.partition(",")[2]).startswith(b"\x89PNG")
    assert b"points" not in base64.b64decode(url.partition(",")[2])


def test_the_machine_that_redacts_is_not_in_it(made, capture, tmp_path: Path):
    redacting.redact(capture(made({})), tmp_path / "out.db", Choice(frozenset(BY_CHOICE)))
    with closing(Reader(tmp_path / "out.db")) as reader:
        (recorder,) = reader.recorders()
    assert (recorder.pid, recorder.mode) == (0, "observe")
    assert recorder.upstream.endswith(".openai.azure.com/openai/v1")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.db", "recorded-0.db"]


def test_nothing_is_written_when_something_is_left(made, capture, tmp_path: Path, monkeypatch):
    left = [Leftover("exchange 1, request body", Kind.WORD, "contoso")]
    monkeypatch.setattr(redacting, "leftovers", lambda *_: left)
    source = capture(made({}))
    with pytest.raises(redacting.NotProven) as refused:
        redacting.redact(source, tmp_path / "out.db", Choice())
    assert refused.value.left == tuple(left)
    assert list(tmp_path.iterdir()) == [source]


def test_a_file_that_is_there_already_is_left_as_it_is(made, capture, tmp_path: Path):
    (tmp_path / "out.db").write_text("mine")
    with pytest.raises(CaptureError):
        redacting.redact(capture(made({})), tmp_path / "out.db", Choice())
    assert (tmp_path / "out.db").read_text() == "mine"


def remarks(detail: ExchangeDetail) -> list[tuple[object, ...]]:
    """What conformance has to say of an answer."""
    return [(one.n, one.rule) for one in story_of(detail).remarks]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_keeps_its_sizes_times_and_turns(path: Path, tmp_path: Path):
    out = tmp_path / "out.db"
    redacting.redact(path, out, Choice(frozenset(BY_CHOICE), ("greeting",)))
    with closing(Reader(path)) as before, closing(Reader(out)) as after:
        for was, now in zip(before.exchanges(), after.exchanges(), strict=True):
            assert (was.turn, was.status, was.outcome, was.usage) == (
                now.turn,
                now.status,
                now.outcome,
                now.usage,
            )
            assert (was.request_size, was.response_size) == (now.request_size, now.response_size)
            assert was.event_count == now.event_count
            old, new = before.detail(was.id), after.detail(now.id)
            assert remarks(old) == remarks(new)
            assert [(c.leg, c.at, len(c.data)) for c in old.chunks] == [
                (c.leg, c.at, len(c.data)) for c in new.chunks
            ]
    assert b"greeting" not in out.read_bytes()


WORD = "Zwingli"
PLANTS: dict[str, Callable[[str], str]] = {
    "bare": str,
    "escaped": lambda word: json.dumps({"k": word}).replace("Z", "\\u005a"),
    "JSON in Base64": lambda word: base64.urlsafe_b64encode(json.dumps({"a": word}).encode()).decode(),
    "twice": lambda word: f"{word}{word}",
    "in a word": lambda word: f"x{word.lower()}y",
    "JSON": lambda word: json.dumps({"k": [word]}),
    "JSON in JSON": lambda word: json.dumps({"k": json.dumps({word: 1})}),
    "Base64": lambda word: base64.b64encode(f"user:{word}".encode()).decode(),
    "Base64 of Base64": lambda word: base64.b64encode(base64.b64encode(f"user:{word}".encode())).decode(),
    "Base64 in lines": lambda word: base64.encodebytes(f"{'-' * 50}{word}{'-' * 50}".encode()).decode(),
    "Base64 of UTF-16": lambda word: base64.b64encode(f"echo {word}".encode("utf-16-le")).decode(),
    "UTF-16 read as bytes": lambda word: "".join(f"{letter}\0" for letter in word),
    "URL twice": lambda word: quote(f"%{ord(word[0]):x}{word[1:]}"),
    "URL": lambda word: "?q=" + "".join(f"%{byte:02x}" for byte in word.encode()),
    "URL of another": lambda word: quote(f"ä/{word} ö", safe=""),
}


@given(
    plants=st.lists(st.tuples(st.sampled_from(sorted(PLANTS)), st.text(max_size=8)), min_size=1, max_size=3),
    kinds=st.sets(st.sampled_from(BY_CHOICE)),
    where=st.sampled_from(["input", "output", "header", "url", "stream", "broken", "note", "key", "error"]),
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_named_is_nowhere_in_the_file(made, capture, tmp_path: Path, plants, kinds, where):
    planted = " ".join(f"{before} {PLANTS[plant](WORD)}" for plant, before in plants)
    planted = planted.encode("utf-8", "replace").decode()
    detail = made(**planting(where, planted))
    source, out = capture(detail), tmp_path / "out.db"
    out.unlink(missing_ok=True)
    redacting.redact(source, out, Choice(frozenset(kinds), (WORD.lower(),)))
    data = out.read_bytes()
    forms = {WORD, WORD.lower(), *(plant(WORD) for name, plant in PLANTS.items() if "Base64" not in name)}
    with closing(Reader(out)) as reader:
        shared = reader.detail(1)
        everything = b"".join(
            [data, *(message.body for message in shared.legs.values()), repr(shared).encode()]
        )
    for form in forms:
        assert form.encode() not in everything
    assert base64.b64encode(f"user:{WORD}".encode()) not in everything


def planting(where: str, planted: str) -> dict[str, Any]:
    """An exchange that holds the text there."""
    match where:
        case "input":
            return {"request": {"input": planted}}
        case "output":
            return {"response": [json.dumps({"output": [{"type": "message", "text": planted}]}).encode()]}
        case "header":
            return {"headers": {"x-note": planted.encode("ascii", "replace").decode()}}
        case "url":
            return {"url": "https://a.openai.azure.com/openai/v1/responses?x=" + quote(planted)}
        case "stream":
            half = len(planted) // 2
            pieces = (planted[:half], planted[half:])
            return {
                "answered": STREAM,
                "response": [
                    event(type="response.output_text.delta", item_id="m", delta=one) for one in pieces
                ],
            }
        case "broken":
            return {"request": ('{"input": "' + planted).encode()}
        case "note":
            return {"note": planted}
        case "key":
            return {"request": {"metadata": {planted: 1}}}
        case _:
            return {"error": planted}


def test_a_short_name_may_stand_in_packed_bytes_by_chance(made, capture, tmp_path: Path, monkeypatch):
    source, out = capture(made({"input": "of q7"})), tmp_path / "out.db"
    monkeypatch.setattr(proof, "_raw", lambda file: ["\0q7\0"])
    found = redacting.redact(source, out, Choice(frozenset(), ("vmx",)))
    assert found.sought == 1
    needles = Needles()
    needles.add("q7", Kind.PATH)
    assert {left.place for left in proof.leftovers(out, needles)} == {"exchange 1, request body"}


@pytest.mark.parametrize(
    ("kind", "encoding"),
    [
        ("application/json", "utf-16"),
        ("text/plain", "utf-16-be"),
        ("text/plain; charset=utf-32", "utf-32"),
        ("text/html; charset=iso-8859-1", "latin-1"),
    ],
)
def test_a_body_in_another_charset_stays_in_it(made, redacted, kind: str, encoding: str):
    text = json.dumps({"input": "Grüße an Müller", "n": 1}, ensure_ascii=False)
    answer = made({}, [text.encode(encoding)], answered=[("content-type", kind)])
    _, (shared,) = redacted(answer, kinds=(), words=["müller"])
    data = shared.legs[Leg.RESPONSE].body
    assert len(data) == len(text.encode(encoding))
    assert data.decode(encoding).startswith('{"input": "Grüße an ')
    assert "ller" not in data.decode(encoding)


def test_a_packed_body_that_says_so_nowhere_is_looked_into(made, redacted):
    packed = zstandard.compress(json.dumps({"input": "of Fabrikam"}).encode())
    _, (shared,) = redacted(made({}, [packed], answered=()), kinds=(), words=["fabrikam"])
    told = json.loads(zstandard.ZstdDecompressor().decompressobj().decompress(shared.legs[Leg.RESPONSE].body))
    assert (told["input"][:3], len(told["input"])) == ("of ", 11)
    assert "Fabrikam" not in told["input"]


def test_a_body_that_is_not_packed_and_says_so_stays_and_is_told(made, redacted):
    fields = (*JSON_TYPE, ("content-encoding", "gzip"))
    answer = made({}, [b'{"error": {"message": "of Fabrikam"}}'], answered=fields)
    report, (shared,) = redacted(answer, kinds=(), words=["fabrikam"])
    assert shared.legs[Leg.RESPONSE].body.startswith(b'{"error": {"message": "of ')
    assert b"Fabrikam" not in shared.legs[Leg.RESPONSE].body
    assert "Exchange 1, response: it is not encoded as its headers say." in report.remarks


def tokens(*pieces: str) -> list[dict[str, object]]:
    return [
        {
            "token": one,
            "bytes": list(one.encode()),
            "top_logprobs": [{"token": one, "bytes": list(one.encode())}],
        }
        for one in pieces
    ]


@pytest.mark.parametrize("kinds", [(), (Kind.PROMPT,)])
def test_tokens_go_with_their_bytes(made, redacted, kinds: tuple[Kind, ...]):
    pieces = ("Fabri", "kam", " sells")
    deltas = [
        event(type="response.output_text.delta", item_id="m", delta=one, logprobs=tokens(one))
        for one in pieces
    ]
    done = event(type="response.output_text.done", item_id="m", logprobs=tokens(*pieces))
    answer = made({}, [*deltas, done], answered=STREAM)
    _, (shared,) = redacted(answer, kinds=kinds, words=["fabrikam"])
    assert [len(c.data) for c in shared.chunks] == [len(c.data) for c in answer.chunks]
    told = [json.loads(one.data) for one in sse.Decoder().feed(shared.legs[Leg.RESPONSE].body)]
    assert ["".join(one["token"] for one in each["logprobs"]) for each in told[:-1]] == [
        each["delta"] for each in told[:-1]
    ]
    assert "".join(one["token"] for one in told[-1]["logprobs"]) == "".join(e["delta"] for e in told[:-1])
    for one in [one for each in told for one in each["logprobs"]]:
        for other in (one, *one["top_logprobs"]):
            assert other["token"] not in ("Fabri", "kam")
            assert set(other["bytes"]) <= {63, 120}


def test_tokens_of_nothing_that_goes_stay(made, redacted):
    answer = event(type="response.output_text.done", item_id="m", logprobs=tokens("Hel", "lo"))
    _, (shared,) = redacted(made({}, [answer], answered=STREAM), kinds=(), words=["fabrikam"])
    assert shared.legs[Leg.RESPONSE].body == answer


def test_a_short_word_in_bytes_that_are_no_text_is_chance(made, redacted):
    blob = base64.b64encode(b"\xff\x00vmx\xfe" * 40).decode()
    detail = made({"input": [{"type": "reasoning", "encrypted_content": blob}]})
    report, (shared,) = redacted(detail, kinds=(), words=["vmx"])
    assert body(shared)["input"][0]["encrypted_content"] == blob
    assert report.removed == ()


def test_history_that_was_sent_again_is_replaced_and_counted_again(made, redacted):
    item = {"type": "message", "role": "user", "content": f"{PROMPT} {'Once more. ' * 200}"}
    detail = made({"model": "gpt-5.5", "input": [item, item, {"role": "user", "content": "x"}]})
    report, (shared,) = redacted(detail, kinds=(Kind.PROMPT,))
    one, two, _ = body(shared)["input"]
    assert one == two != item
    assert {(each.kind, each.place): each.count for each in report.removed} == {
        (Kind.PROMPT, "request bodies"): 3
    }


def test_messages_of_a_websocket_stay_messages(made, redacted):
    pieces = [
        {"type": "response.output_text.delta", "item_id": "m", "delta": one} for one in ("Fabri", "kam!")
    ]
    detail = made({}, [json.dumps(piece).encode() for piece in pieces], answered=())
    answer = replace(detail.legs[Leg.RESPONSE], binary_messages=frozenset())
    _, (shared,) = redacted(
        replace(detail, legs={**detail.legs, Leg.RESPONSE: answer}), kinds=(), words=["fabrikam"]
    )
    assert shared.legs[Leg.RESPONSE].binary_messages == frozenset()
    told = [json.loads(chunk.data)["delta"] for chunk in shared.chunks if chunk.leg is Leg.RESPONSE]
    assert [len(one) for one in told] == [5, 4]
    assert "fabrikam" not in "".join(told).lower()


def test_what_was_held_comes_along_without_what_is_to_go(made, capture, tmp_path: Path):
    source, out = capture(made({"input": PROMPT})), tmp_path / "out.db"
    edited = json.dumps({"input": f"{PROMPT} Twice."}).encode()
    with closing(sqlite3.connect(source)) as connection:
        connection.execute(
            """INSERT INTO hold_apps (id, token, name, pid, host, process, beat)
                VALUES (7, 't', 'inspector', 4711, 'fabrikam-pc', 'p', 1)"""
        )
        for point, data in (("request", None), ("response", b"of Fabrikam")):
            connection.execute(
                """INSERT INTO held (exchange, rule, filter, app, point, at, deadline, state, headers, body,
                    idle_timeout, act, new_body, new_headers, decided_by, decided_at, done)
                    VALUES (1, 3, '~b fabrikam', 7, ?, 1.5, 2.5, 'decided', ?, ?, 300, 'edit', ?, ?,
                    'inspector (process 4711)', 2, 3)""",
                (point, '[["x-of", "Fabrikam"]]', data, edited, '[["x-for", "Fabrikam"]]'),
            )
        connection.commit()
    redacting.redact(source, out, Choice(frozenset({Kind.PROMPT}), ("fabrikam",)))
    with closing(Holds(out)) as holds, closing(Reader(out)) as reader:
        request, response = holds.of_exchange(1)
        detail, body_of_response = reader.detail(1), holds.body(response.id)
    assert (request.app, request.decided_by) == ("inspector (process 1)",) * 2
    assert (request.at, request.state, request.rule, response.size) == (
        1.5,
        "decided",
        3,
        len(b"of Fabrikam"),
    )
    assert request.filter.startswith("~b ")
    assert response.decision.headers[0][0] == "x-for"
    told = json.loads(detail.edited)["input"]
    assert told.startswith(body(detail)["input"][:-1])
    assert PROMPT not in told
    assert b"fabrikam" not in repr((request, response, body_of_response)).lower().encode() + out.read_bytes()


def test_what_was_told_of_an_import_and_of_a_recorder_is_kept_and_redacted(made, capture, tmp_path: Path):
    source, out = capture(made({})), tmp_path / "out.db"
    with closing(BulkWriter(source, RecorderInfo("0.1.0", "import"))) as writer:
        number = writer.begin_import("contoso-may.har", "har", 100)
        writer.damage(number, Damage(12, "No body of contoso-eu there."))
        writer.end_import(number)
    redacting.redact(source, out, Choice(frozenset({Kind.NAME})))
    with closing(Reader(out)) as reader:
        (imported,) = reader.imports()
    assert (imported.format, imported.size, imported.damage[0].offset) == ("har", 100, 12)
    assert "contoso" not in f"{imported}"
