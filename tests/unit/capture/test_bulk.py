"""Whole exchanges written at once: the rows of a recorder, and a file that can be read at any moment."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.capture import summary
from inspector.capture.anew import Standing, standing
from inspector.capture.bulk import NOT_READ, BulkWriter
from inspector.capture.marks import put_mark, put_note
from inspector.capture.model import (
    Chunk,
    Damage,
    Exchange,
    ExchangeDetail,
    Headers,
    Leg,
    Made,
    Message,
    Outcome,
    Source,
)
from inspector.capture.reader import Reader
from inspector.capture.rows import NEVER_CAME
from inspector.capture.schema import CaptureError
from inspector.capture.store import RecorderInfo

INFO = RecorderInfo("1.0", "import")
URL = "https://my-res.openai.azure.com/openai/v1/responses"
STREAM: Headers = (("content-type", "text/event-stream"),)
DONE = b'data: {"type":"response.completed","response":{"id":"resp_1","model":"gpt-5"}}\n\n'


def made(
    number: int, *, sent: bytes = b"{}", answer: tuple[bytes, ...] = (DONE,), **told: Any
) -> ExchangeDetail:
    """An exchange as an importer gives it."""
    legs = {
        Leg.REQUEST: Message(told.pop("headers", ()), sent),
        Leg.RESPONSE: Message(STREAM, b"".join(answer), told.get("status", 200)),
    }
    chunks = [Chunk(Leg.REQUEST, 0, 0.0, sent)] if sent else []
    chunks += [Chunk(Leg.RESPONSE, n, 0.5 + n, data) for n, data in enumerate(answer)]
    exchange = Exchange(
        number, 0, "POST", URL, "responses.create", "observe", 100.0 + number, Outcome.COMPLETE
    )
    return ExchangeDetail(replace(exchange, **told), legs, tuple(chunks))


def heads(detail: ExchangeDetail) -> ExchangeDetail:
    return replace(
        detail, legs={leg: replace(message, body=b"") for leg, message in detail.legs.items()}, chunks=()
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bulk.db"


@pytest.fixture
def writer(path: Path) -> Iterator[BulkWriter]:
    with closing(BulkWriter(path, INFO)) as writer:
        yield writer


def details(path: Path) -> list[ExchangeDetail]:
    with closing(Reader(path)) as reader:
        return [reader.detail(each.id) for each in reader.exchanges()]


def test_the_same_exchanges_come_to_the_same_rows(studio: Any, path: Path) -> None:
    """Session and turn by header, by key, by response and by connection; retries, ends, marks, all legs."""
    recorder = studio.writer(told={"mapping": {"a": 1}})
    events = (b": hello\n\n", studio.event(type="response.created", response={"id": "resp_1"}), DONE)
    user, other = {"type": "message", "role": "user", "content": "hi"}, {"type": "reasoning"}
    asked = {"model": "m", "stream": True, "prompt_cache_key": "k"}
    codex = (("thread-id", "t"), ("x-codex-turn-metadata", '{"turn_id": "one"}'), ("user-agent", "codex/1.2"))
    studio.exchange(recorder, {**asked, "input": [user]}, events)
    studio.exchange(recorder, {**asked, "input": [user]}, events)
    studio.exchange(recorder, {**asked, "input": [other]}, events, outcome=Outcome.CLIENT_GONE)
    studio.exchange(
        recorder, {**asked, "input": [user, other, user]}, events[:1], outcome=Outcome.UPSTREAM_GONE
    )
    studio.exchange(recorder, {"previous_response_id": "resp_1", "input": [user]}, events)
    studio.exchange(
        recorder, {"input": [user]}, [b'{"error":{"message":"no"}}'], status=429, response_headers=()
    )
    studio.exchange(recorder, {"input": [user]}, events, headers=codex)
    bridged = studio.begin(recorder, headers=codex, mode="bridge")
    for n, leg in enumerate((Leg.UPSTREAM_REQUEST, Leg.UPSTREAM_RESPONSE, Leg.RESPONSE)):
        recorder.head(bridged, leg, STREAM, status=n, at=bridged.started + n)
        recorder.chunk(bridged, leg, DONE, bridged.started + n + 0.1)
    recorder.trailers(bridged, Leg.RESPONSE, (("x-sum", "1"),), bridged.started + 3)
    recorder.failure(bridged, "Traceback: of ours")
    recorder.finish(bridged, Outcome.COMPLETE, at=bridged.started + 3)
    assert recorder.flush()
    studio.exchange(recorder, {"input": [user]}, events, parent=1, made=Made("replay", "client", ({"a": 1},)))
    recorder.close()
    with closing(Reader(studio.path)) as reader:
        put_mark(studio.path, reader.exchange(2), True)
        put_note(studio.path, reader.exchange(2), "look here")
    before = details(studio.path)
    assert {each.exchange.turn for each in before} == {1, 2, 3}
    assert len({each.exchange.session for each in before}) == 3
    with closing(BulkWriter(path, INFO)) as writer:
        assert [writer.add(each) for each in before] == [each.exchange.id for each in before]
    after = details(path)
    for ours, theirs in zip(after, before, strict=True):
        assert replace(ours.exchange, revision=theirs.exchange.revision) == theirs.exchange
        assert (ours.legs, ours.chunks) == (theirs.legs, theirs.chunks)
        assert (ours.tracebacks, ours.options) == (theirs.tracebacks, theirs.options)
    assert not [*path.parent.glob("bulk.db-*")]
    assert path.stat().st_mode & 0o777 == 0o600


def test_bodies_are_packed_against_the_one_before_of_their_session(writer: BulkWriter, path: Path) -> None:
    noise = os.urandom(50_000).hex()
    for number in (1, 2, 3):
        writer.add(made(number, sent=json.dumps({"prompt_cache_key": "k", "input": noise}).encode()))
    writer.close()
    assert path.stat().st_size < 400_000  # three would be 300 KB, each but half of that
    assert [len(each.legs[Leg.REQUEST].body) for each in details(path)] == [100_038] * 3
    with closing(BulkWriter(path, INFO)) as again:  # and goes on where others stopped
        again.add(made(9, sent=json.dumps({"prompt_cache_key": "k", "input": noise}).encode()))
    assert path.stat().st_size < 400_000


def test_secrets_stay_out_unless_asked_for(path: Path, tmp_path: Path) -> None:
    headers = (("authorization", "Bearer sk-very-secret-key-of-mine"),)
    secret = made(1, headers=headers, url=f"{URL}?api-key=hushhush", error="api-key: hushhush was refused")
    for file, keep in ((path, False), (tmp_path / "kept.db", True)):
        with closing(BulkWriter(file, INFO, keep_secrets=keep)) as writer:
            writer.add(secret)
        assert (b"sk-very-secret" in file.read_bytes()) is keep
        assert (b"hushhush" in file.read_bytes()) is keep


def test_an_outlined_exchange_is_awaited_and_then_there(writer: BulkWriter, path: Path) -> None:
    detail = made(7, source=Source("a.mitm", "mitmproxy"), response_size=500)
    number = writer.begin_import("a.mitm", "mitmproxy", 1000)
    ours = writer.outline(heads(detail), number)
    writer.flush()
    with closing(Reader(path)) as reader:
        seen = reader.exchange(ours)
        assert (seen.awaited, seen.outcome, seen.response_size) == (True, Outcome.COMPLETE, 500)
        assert reader.detail(ours).legs[Leg.RESPONSE] == Message(STREAM, b"", 200, absent=True)
        put_mark(path, seen, True)
        assert writer.add(detail, number) == ours
        writer.progress(number, 1000)
        writer.end_import(number)
        writer.flush()
        whole = reader.detail(ours)
        assert (whole.exchange.awaited, whole.exchange.marked, whole.exchange.event_count) == (False, True, 1)
        assert whole.legs == detail.legs
        (told,) = reader.imports()
        assert (told.file, told.format, told.size, told.done, told.found) == (
            "a.mitm",
            "mitmproxy",
            1000,
            1000,
            1,
        )
        assert told.ended is not None


def test_what_never_comes_is_not_awaited_for_ever(writer: BulkWriter, path: Path) -> None:
    """The end of the import settles it; so does the end of the importing process."""
    number = writer.begin_import("a.mitm", "mitmproxy", 1000)
    source = Source("a.mitm", "mitmproxy", remarks=("odd",))
    writer.outline(heads(made(1, source=source)), number)
    writer.damage(number, Damage(17, "cut off with api-key=hushhush"))
    writer.end_import(number)
    second = writer.begin_import("b.mitm", "mitmproxy", 1000)
    writer.outline(heads(made(1, source=source)), second)
    writer.close()
    with closing(Reader(path)) as reader:
        settled, stopped = reader.exchanges()
        assert (settled.awaited, settled.source) == (False, replace(source, remarks=("odd", NOT_READ)))
        assert (stopped.awaited, stopped.source) == (False, replace(source, remarks=("odd", NEVER_CAME)))
        whole, half = reader.imports()
        assert [each.offset for each in whole.damage] == [17]
        assert "hushhush" not in whole.damage[0].text
        assert (half.ended, half.found) == (None, 1)
        assert not reader.living()


def test_parents_and_sockets_are_those_of_their_file(writer: BulkWriter, path: Path) -> None:
    for name in ("a", "b"):
        number = writer.begin_import(name, "har", 10)
        writer.add(made(1, socket=3), number)  # refers to what comes later
        writer.add(made(2, parent=1), number)
        writer.add(made(3, parent=77), number)  # and to nothing
        writer.end_import(number)
    writer.close()
    with closing(Reader(path)) as reader:
        found = sorted(reader.exchanges(), key=lambda each: each.id)
    assert [each.parent for each in found] == [None, 1, None, None, 4, None]
    assert [each.socket for each in found] == [3, None, None, 6, None, None]


@pytest.mark.parametrize(
    "told",
    [
        {"started": float("nan")},
        {"started": 1e300, "ended": float("inf"), "first_byte": -5.0},
        {"status": -(2**70), "response_size": 2**80},
        {
            "method": "\ud800",
            "error": "\udfff",
            "note": "\ud800",
            "connection": "\ud8ff",
            "http_version": "\ud8ff",
        },
        {"source": Source("\udce9.mitm", "har"), "made": Made("replay", edits=({"\ud800": "\udfff"},))},
        {"url": "\ud800://", "headers": (("\ud800", "\udfff"),)},
        {"sent": b"\xff" * 10, "answer": (b"", b"\x00data: {", b"")},
    ],
)
def test_whatever_a_file_tells_is_brought_to_what_can_be_kept(
    writer: BulkWriter, path: Path, told: dict[str, Any]
) -> None:
    writer.add(made(1, **told))
    writer.close()
    (found,) = details(path)
    assert found.exchange.started >= 0


TEXT = st.text(max_size=20) | st.sampled_from(
    ["\ud800x", "responses.create", "responses.connect", "chat.create"]
)
FIELDS = st.lists(
    st.tuples(
        TEXT | st.sampled_from(["content-type", "content-encoding", "x-codex-turn-metadata", "thread-id"]),
        TEXT | st.sampled_from(["text/event-stream", "gzip", "br", '{"turn_id":"a","thread_id":"b"}']),
    ),
    max_size=4,
).map(tuple)
BODY = st.binary(max_size=40) | st.sampled_from(
    [
        DONE,
        b'{"model":"m","input":"x","generate":false,"client_metadata":{"thread_id":"q"}}',
        b'data: {"type":"response.completed","response":{"usage":{"input_tokens":99999999999999999999}}}\n\n',
        b"[" * 5000,
    ]
)
NUMBER, TIME = st.none() | st.integers(), st.none() | st.floats()
EXCHANGE = st.builds(
    Exchange, st.integers(1, 4), st.just(0), TEXT, TEXT, TEXT, TEXT, st.floats(), st.sampled_from(Outcome),
    http_version=TEXT, connection=TEXT, parent=NUMBER, socket=NUMBER, session=TEXT, status=NUMBER, error=TEXT,
    request_done=TIME, first_byte=TIME, ended=TIME, note=TEXT, response_size=st.integers(),
    source=st.builds(Source, TEXT, TEXT, TEXT), made=st.builds(Made, TEXT),
)  # fmt: skip
MESSAGE = st.builds(
    Message, FIELDS, BODY, NUMBER, FIELDS, st.booleans(), st.none() | st.frozensets(st.integers(0, 3))
)
DETAIL = st.builds(
    ExchangeDetail,
    EXCHANGE,
    st.dictionaries(st.sampled_from(Leg), MESSAGE),
    st.lists(st.builds(Chunk, st.sampled_from(Leg), st.integers(0, 5), st.floats(), BODY), max_size=3).map(
        tuple
    ),
    st.lists(TEXT, max_size=1).map(tuple),
    edited=st.none() | BODY,
)


@settings(max_examples=40, deadline=None)
@given(st.lists(DETAIL, max_size=3), st.booleans())
def test_whatever_an_importer_gives_it_is_kept_and_read(told: list[ExchangeDetail], outlined: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.db"
        with closing(BulkWriter(path, INFO)) as writer:
            number = writer.begin_import("a", "har", 10)
            for detail in told if outlined else ():
                writer.outline(heads(detail), number)
            for detail in told:
                writer.add(detail, number)
            writer.end_import(number)
        found = details(path)
        assert len(found) >= len({detail.exchange.id for detail in told})
        assert all(Leg.REQUEST in detail.legs and not detail.exchange.awaited for detail in found)


def test_an_exchange_that_cannot_be_written_costs_nothing_else(writer: BulkWriter, path: Path) -> None:
    number = writer.begin_import("a", "har", 10)
    writer.add(made(1), number)
    with pytest.raises(TypeError):
        writer.add(made(2, note=3), number)
    with pytest.raises(OverflowError):
        writer.damage(number, Damage(2**70, "far away"))
    writer.add(made(3, parent=2), number)
    writer.close()
    assert [each.exchange.started for each in details(path)] == [101.0, 103.0]


def test_a_body_that_was_taken_back_is_no_ones_base(writer: BulkWriter, path: Path) -> None:
    """Its number goes to another body."""
    sent = [
        json.dumps({"prompt_cache_key": "k", "input": os.urandom(5000).hex() * n}).encode() for n in (1, 2)
    ]
    number = writer.begin_import("a", "har", 10)
    with pytest.raises(sqlite3.ProgrammingError):
        writer.add(replace(made(1, sent=sent[0]), edited=object()), number)  # type: ignore[arg-type]  # that is the fault
    writer.add(made(2, answer=(b"data: other\n\n",)), number)
    writer.add(made(3, sent=sent[1]), number)
    writer.close()
    assert [each.legs[Leg.REQUEST].body for each in details(path)] == [b"{}", sent[1]]


def test_chunks_that_do_not_add_up_give_way_to_the_body(writer: BulkWriter, path: Path) -> None:
    odd = made(1, first_byte=2.5)
    writer.add(replace(odd, chunks=(Chunk(Leg.RESPONSE, 0, 0.1, b"else"),)))
    writer.close()
    (found,) = details(path)
    assert [(c.leg, c.at, c.data) for c in found.chunks] == [
        (Leg.REQUEST, 0.0, b"{}"), (Leg.RESPONSE, 2.5, DONE),
    ]  # fmt: skip


def test_a_stream_that_the_file_does_not_hold_is_not_said_to_lack_its_end(
    writer: BulkWriter, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for absent in (True, False):
        one = made(1, answer=())
        answer = replace(one.legs[Leg.RESPONSE], absent=absent)
        writer.add(replace(one, legs={**one.legs, Leg.RESPONSE: answer}))
    writer.close()
    words = [None, "the stream ended without a terminal event"]
    assert [each.exchange.error for each in details(path)] == words
    monkeypatch.setattr(summary, "SUMMARY_VERSION", summary.SUMMARY_VERSION + 1)
    assert [each.exchange.error for each in details(path)] == words  # derived anew


_KILLED = """
import sys, time
from pathlib import Path
from test_bulk import INFO, heads, made
from inspector.capture.bulk import BulkWriter
writer = BulkWriter(Path(sys.argv[1]), INFO)
number = writer.begin_import("a.mitm", "mitmproxy", 1000)
for each in range(1, 51):
    writer.outline(heads(made(each)), number)
for each in range(1, 26):
    writer.add(made(each), number)
    writer.progress(number, each * 20)
writer.flush()
print("so far", flush=True)
time.sleep(60)
"""


def test_a_killed_process_leaves_what_it_had_and_says_how_far_it_came(
    path: Path, studio: Any, tmp_path: Path
) -> None:
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    child = subprocess.Popen([sys.executable, "-c", _KILLED, path], stdout=subprocess.PIPE, env=env)
    assert child.stdout is not None
    assert child.stdout.readline() == b"so far\n"
    assert standing(path, INFO.mode) is Standing.FILLING
    with closing(Reader(path)) as reader:
        assert [each.awaited for each in reader.exchanges()] == [False] * 25 + [True] * 25
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        assert not any(each.awaited for each in reader.exchanges())
        (told,) = reader.imports()
        assert (told.done, told.found, told.ended) == (500, 50, None)
        assert standing(path, INFO.mode) is Standing.STOPPED
        assert reader.body(25, Leg.RESPONSE) == DONE


def fill(writer: BulkWriter) -> None:
    imported = writer.begin_import("large.mitm", "mitmproxy", 1000)
    for number in range(2, 100):
        writer.add(made(number, sent=os.urandom(500_000)), imported)


def test_a_full_disk_is_a_sentence_and_what_was_there_stays(small_disk: Path) -> None:
    path = small_disk / "full.db"
    with closing(BulkWriter(path, INFO)) as writer:
        writer.add(made(1))
    before = details(path)
    with pytest.raises(CaptureError, match="the disk is full"), closing(BulkWriter(path, INFO)) as writer:
        fill(writer)
    assert details(path)[:1] == before
    with closing(Reader(path)) as reader:
        (stopped,) = reader.imports()
        assert stopped.ended is None
        (why,) = [each.text for each in stopped.damage]
        assert why.startswith("It was not read to its end: the capture cannot grow, the disk is full")


def test_only_captures_of_this_format_are_written(path: Path) -> None:
    path.write_bytes(b"something else, long enough to be no empty file" * 10)
    with pytest.raises(CaptureError, match="is not a capture"):
        BulkWriter(path, INFO)
    with pytest.raises(CaptureError, match="cannot be written"):
        BulkWriter(path.parent / "nowhere" / "a.db", INFO)
