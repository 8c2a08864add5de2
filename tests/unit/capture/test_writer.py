from __future__ import annotations

import gzip
import json
import os
import stat
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from inspector.capture.model import Leg, Made, Outcome, Usage
from inspector.capture.reader import Reader
from inspector.capture.schema import CaptureError

DONE = {"usage": {"input_tokens": 10, "output_tokens": 2, "total_tokens": 12}}


def test_an_exchange_comes_back_whole(studio):
    writer = studio.writer()
    start = time.monotonic()
    handle = studio.begin(
        writer,
        at=start,
        headers=(("Content-Type", "application/json"), ("X-Odd", "caf\xe9")),
        url="https://h/openai/v1/responses?api-version=preview",
        parent=None,
    )
    writer.chunk(handle, Leg.REQUEST, b'{"model": "my-gpt", ', start + 0.25)
    writer.chunk(handle, Leg.REQUEST, b'"stream": true, "input": "hi"}', start + 0.5)
    writer.end_leg(handle, Leg.REQUEST, start + 0.5)
    writer.head(handle, Leg.RESPONSE, (("Content-Type", "text/event-stream"),), status=200, at=start + 1)
    events = [studio.event(type="response.created", response={"id": "resp_1"}), studio.completed(**DONE)]
    writer.chunk(handle, Leg.RESPONSE, events[0], start + 2)
    writer.chunk(handle, Leg.RESPONSE, events[1], start + 3)
    writer.trailers(handle, Leg.RESPONSE, (("X-Trailer", "t"),), start + 3)
    writer.end_leg(handle, Leg.RESPONSE, start + 3)
    writer.finish(handle, Outcome.COMPLETE, at=start + 3)
    assert writer.flush()

    with closing(Reader(studio.path)) as reader:
        (exchange,) = reader.exchanges()
        detail = reader.detail(exchange.id)
    assert handle.id == exchange.id == 1
    assert (exchange.method, exchange.url) == ("POST", "https://h/openai/v1/responses?api-version=preview")
    assert (exchange.operation, exchange.mode, exchange.outcome) == (
        "responses.create",
        "observe",
        Outcome.COMPLETE,
    )
    assert abs(exchange.started - time.time()) < 60
    assert (exchange.request_done, exchange.first_byte, exchange.first_event, exchange.ended) == (
        0.5,
        1,
        2,
        3,
    )
    assert (exchange.model, exchange.stream, exchange.status, exchange.error) == ("my-gpt", True, 200, None)
    assert (exchange.event_count, exchange.usage) == (2, Usage(10, None, 2, None))
    assert (exchange.request_size, exchange.response_size) == (50, sum(map(len, events)))
    assert (exchange.session, exchange.turn, exchange.response_id) == ("line-1#1", 1, "resp_1")

    assert list(detail.legs) == [Leg.REQUEST, Leg.RESPONSE]
    assert detail.legs[Leg.REQUEST].headers == (("Content-Type", "application/json"), ("X-Odd", "caf\xe9"))
    assert detail.legs[Leg.REQUEST].status is None
    assert detail.legs[Leg.RESPONSE].body == b"".join(events)
    assert detail.legs[Leg.RESPONSE].trailers == (("X-Trailer", "t"),)
    assert [(chunk.leg, chunk.n, chunk.at) for chunk in detail.chunks] == [
        (Leg.REQUEST, 0, 0.25),
        (Leg.REQUEST, 1, 0.5),
        (Leg.RESPONSE, 0, 2),
        (Leg.RESPONSE, 1, 3),
    ]
    assert [chunk.data for chunk in detail.chunks if chunk.leg is Leg.RESPONSE] == events


def test_four_legs_of_a_bridged_exchange(studio):
    writer = studio.writer()
    handle = studio.begin(writer, mode="bridge")
    for n, leg in enumerate(Leg):
        if leg is not Leg.REQUEST:
            writer.head(handle, leg, (("x-leg", leg.value),), status=None, at=time.monotonic())
        writer.chunk(handle, leg, b"%d" % n * 100, time.monotonic())
        writer.end_leg(handle, leg, time.monotonic())
    writer.finish(handle, Outcome.COMPLETE, at=time.monotonic())
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        detail = reader.detail(1)
    assert [message.body for message in detail.legs.values()] == [b"%d" % n * 100 for n in range(4)]
    assert set(detail.legs) == set(Leg)


def test_chunks_of_two_legs_in_turn_keep_their_bytes_numbers_and_times(studio):
    """As a bridge hands them over: a chunk of upstream's, then what became of it."""
    writer = studio.writer()
    begun = time.monotonic()
    handle = studio.begin(writer, at=begun)
    legs = (Leg.UPSTREAM_RESPONSE, Leg.RESPONSE)
    for leg in legs:
        writer.head(handle, leg, (), status=200, at=begun)
    handed = []
    for n in range(500):
        for leg in legs:
            writer.chunk(handle, leg, f"{leg} {n};".encode(), begun + n / 1000)
            handed.append((leg, n, n / 1000, f"{leg} {n};".encode()))
        if n == 250:
            assert writer.flush()  # what follows starts a run of its own
    for leg in legs:
        writer.end_leg(handle, leg, begun + 1)
    for packed in (False, True):
        if packed:
            writer.finish(handle, Outcome.COMPLETE, at=begun + 1)
        assert writer.flush()
        with closing(Reader(studio.path)) as reader:
            for leg in legs:
                chunks = reader.chunks(1, leg)
                found = [(chunk.leg, chunk.n, round(chunk.at, 4), chunk.data) for chunk in chunks]
                assert found == [one for one in handed if one[0] is leg]
            assert reader.exchange(1).response_size == sum(len(one[3]) for one in handed if one[0] is legs[1])


def test_an_open_exchange_is_seen_while_it_streams(studio):
    writer = studio.writer()
    handle = studio.begin(writer, headers=(("thread-id", "t"),))
    writer.chunk(handle, Leg.REQUEST, b'{"model": "m"}', time.monotonic())
    writer.end_leg(handle, Leg.REQUEST, time.monotonic())
    writer.head(
        handle, Leg.RESPONSE, (("content-type", "text/event-stream"),), status=200, at=time.monotonic()
    )
    writer.chunk(handle, Leg.RESPONSE, studio.event(type="x"), time.monotonic())
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        exchange = reader.exchange(1)
        assert (exchange.outcome, exchange.model, exchange.event_count) == (Outcome.OPEN, "m", 1)
        assert exchange.error is None
        assert reader.body(1, Leg.RESPONSE) == studio.event(type="x")
        writer.chunk(handle, Leg.RESPONSE, studio.event(type="y"), time.monotonic())
        (second,) = studio.until(lambda: reader.chunks(1, Leg.RESPONSE, since=1))
        assert (second.n, second.data) == (1, studio.event(type="y"))
        studio.until(lambda: reader.exchange(1).event_count == 2)


def test_chunks_are_committed_at_once(studio):
    """Every chunk must be in the file well within 100 ms; a calm machine takes 10."""
    writer = studio.writer()
    handle = studio.begin(writer)
    writer.head(handle, Leg.RESPONSE, (), status=200, at=time.monotonic())
    assert writer.flush()
    delays = []
    with closing(Reader(studio.path)) as reader:
        for n in range(20):
            handed = time.monotonic()
            writer.chunk(handle, Leg.RESPONSE, b"x" * 100, handed)
            studio.until(lambda n=n: reader.chunks(1, Leg.RESPONSE, since=n))
            delays.append(time.monotonic() - handed)
    assert sorted(delays)[len(delays) // 2] < 0.05, delays


def test_callers_do_not_wait(studio):
    writer = studio.writer()
    handle = studio.begin(writer)
    begun = time.perf_counter()
    for _ in range(5000):
        writer.chunk(handle, Leg.RESPONSE, b"x" * 100, time.monotonic())
    took = time.perf_counter() - begun
    assert took < 1, "a call should take microseconds"
    writer.finish(handle, Outcome.COMPLETE, at=time.monotonic())
    assert writer.flush(20)


def test_a_clean_close_leaves_one_file(studio):
    writer = studio.writer()
    studio.exchange(writer, {"model": "m"}, [studio.completed()])
    writer.close()
    assert os.listdir(studio.path.parent) == [studio.path.name]
    if sys.platform != "win32":
        assert stat.S_IMODE(studio.path.stat().st_mode) == 0o600
    with closing(Reader(studio.path)) as reader:
        (recorder,) = reader.recorders()
        assert reader.living() == frozenset()
    assert recorder.ended is not None
    assert (recorder.pid, recorder.version, recorder.mode) == (os.getpid(), "1.0", "observe")
    assert (recorder.upstream, recorder.listening) == ("https://up.example", "here")
    assert studio.problems == []


def test_after_close_nothing_happens_and_nothing_is_raised(studio):
    writer = studio.writer()
    writer.close()
    handle = studio.exchange(writer, b"late")
    writer.failure(None, "late")
    assert handle.id is None
    assert not writer.flush(0.01)
    writer.close()


def test_an_exchange_that_is_open_at_the_close_reads_as_interrupted(studio):
    writer = studio.writer()
    handle = studio.begin(writer)
    writer.chunk(handle, Leg.REQUEST, b"so far", time.monotonic())
    writer.close()
    with closing(Reader(studio.path)) as reader:
        exchange = reader.exchange(1)
        assert (exchange.outcome, exchange.error) == (
            Outcome.INTERRUPTED,
            "the recording stopped before the answer ended",
        )
        assert reader.body(1, Leg.REQUEST) == b"so far"


def test_secrets_never_reach_the_file(studio):
    secret = "v3ry-s3cret"
    writer = studio.writer()
    handle = studio.exchange(
        writer,
        headers=(("authorization", f"Bearer {secret}"), ("api-key", secret), ("cookie", f"s={secret}")),
        url=f"https://me:{secret}@h/p?api-key={secret}&x=1",
        response_headers=(("set-cookie", f"s={secret}"), ("location", f"https://h/?sig={secret}")),
        error=f"could not reach https://h/?key={secret}",
        outcome=Outcome.UNREACHABLE,
        status=502,
    )
    writer.trailers(handle, Leg.RESPONSE, (("x-auth-token", secret),), time.monotonic())
    writer.failure(handle, f"Traceback: api-key={secret}")
    assert writer.flush()
    for file in studio.path.parent.iterdir():
        assert secret.encode() not in file.read_bytes(), file.name
    with closing(Reader(studio.path)) as reader:
        assert reader.exchange(1).error.startswith("could not reach https://h/?key=[redacted")
    writer.close()
    assert secret.encode() not in studio.path.read_bytes()


def test_an_error_that_quotes_the_key_is_kept_in_the_body_only(studio):
    writer = studio.writer()
    said = b'{"error": {"message": "Incorrect API key provided: sk-abcdefgh12345678"}}'
    studio.exchange(writer, b"{}", [said], status=401, response_headers=())
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        assert "sk-abc" not in reader.exchange(1).error
        assert reader.body(1, Leg.RESPONSE) == said


def test_keep_secrets_keeps_them(studio):
    writer = studio.writer(keep_secrets=True)
    studio.exchange(writer, headers=(("api-key", "kept"),), url="https://h/?key=kept")
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        detail = reader.detail(1)
    assert detail.legs[Leg.REQUEST].headers == (("api-key", "kept"),)
    assert detail.exchange.url == "https://h/?key=kept"


def test_salts_differ_between_captures(studio, tmp_path: Path):
    marks = []
    for name in ("one.db", "two.db"):
        writer = studio.writer(tmp_path / name)
        studio.exchange(writer, headers=(("api-key", "same"),))
        writer.close()
        with closing(Reader(tmp_path / name)) as reader:
            marks.append(reader.detail(1).legs[Leg.REQUEST].headers[0][1])
    assert marks[0] != marks[1]


def test_a_failure_of_ours_is_kept_with_the_exchange(studio):
    writer = studio.writer()
    handle = studio.exchange(writer, b"{}")
    writer.failure(handle, "Traceback: ours")
    writer.failure(None, "Traceback: elsewhere")
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        assert reader.detail(1).tracebacks == ("Traceback: ours",)
        assert [(note.kind, note.exchange, note.text) for note in reader.notes()] == [
            ("failure", 1, "Traceback: ours"),
            ("failure", None, "Traceback: elsewhere"),
        ]


def test_a_piece_that_cannot_be_written_costs_itself_only(studio):
    writer = studio.writer()
    handle = studio.begin(writer, parent=2**80)  # more than the file's integers hold
    studio.exchange(writer, {"model": "m"}, [studio.completed()])
    writer.chunk(handle, Leg.REQUEST, b"of the one that is not there", time.monotonic())
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        assert [exchange.model for exchange in reader.exchanges()] == ["m"]
        assert any("OverflowError" in note.text for note in reader.notes())


def test_text_that_is_not_utf_8_is_written_as_far_as_it_goes(studio):
    writer = studio.writer()
    studio.exchange(writer, url="https://h/\udce9\ud800", headers=(("x", "\udcff"),))
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        assert reader.exchange(1).url.startswith("https://h/")


def test_several_writers_on_one_file(studio):
    writers = [studio.writer() for _ in range(3)]
    for n in range(20):
        for m, writer in enumerate(writers):
            studio.exchange(writer, f"{m} {n}".encode(), [studio.completed(f"r{m}-{n}")])
    for writer in writers:
        assert writer.flush(20)
    with closing(Reader(studio.path)) as reader:
        exchanges = reader.exchanges()
        assert len(exchanges) == 60
        assert {reader.body(exchange.id, Leg.REQUEST) for exchange in exchanges} == {
            f"{m} {n}".encode() for m in range(3) for n in range(20)
        }
        assert len(reader.living()) == 3
    for writer in writers:
        writer.close()
    assert os.listdir(studio.path.parent) == [studio.path.name]
    assert studio.problems == []


def test_a_second_recorder_goes_on_where_the_first_one_stopped(studio):
    user = {"input": [{"role": "user", "content": "a"}]}
    told = {"headers": (("thread-id", "t"),)}
    for n in range(2):
        writer = studio.writer()
        for turn in ("x", "y"):
            metadata = json.dumps({"thread_id": "codex", "turn_id": f"{n}{turn}"})
            studio.exchange(writer, user, headers=(("x-codex-turn-metadata", metadata),))
            studio.exchange(writer, {**user, "n": f"{n}{turn}"}, **told)
        studio.exchange(
            writer, {"input": "z", "previous_response_id": "resp_first"}, [studio.completed("resp_2")]
        )
        studio.exchange(
            writer, {"input": "w", "prompt_cache_key": "cached"}, [studio.completed("resp_first")]
        )
        writer.close()
    with closing(Reader(studio.path)) as reader:
        exchanges = reader.exchanges()
    turns = [exchange.turn for exchange in exchanges if exchange.session == "codex"]
    assert turns == [1, 2, 3, 4]
    assert [exchange.turn for exchange in exchanges if exchange.session == "t"] == [1, 2, 3, 4]
    cached = [(exchange.response_id, exchange.turn) for exchange in exchanges if exchange.session == "cached"]
    assert cached == [("resp_first", 1), ("resp_2", 2), ("resp_first", 3)]
    assert [exchange.session for exchange in exchanges if exchange.response_id == "resp_2"] == [
        "line-1#1",
        "cached",
    ]


def test_the_same_connection_of_two_recorders_is_two_sessions(studio):
    for _ in range(2):
        writer = studio.writer()
        studio.exchange(writer, b"{}")
        writer.close()
    with closing(Reader(studio.path)) as reader:
        assert len({exchange.session for exchange in reader.exchanges()}) == 2


def test_a_clients_reset_after_the_terminal_event_is_a_normal_end(studio):
    writer = studio.writer()
    studio.exchange(writer, b"{}", [studio.completed()], outcome=Outcome.CLIENT_GONE)
    studio.exchange(writer, b"{}", [studio.event(type="x")], outcome=Outcome.CLIENT_GONE)
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        first, second = reader.exchanges()
    assert (first.outcome, first.error) == (Outcome.COMPLETE, None)
    assert second.outcome is Outcome.CLIENT_GONE
    assert second.error == "the client closed the connection before the answer ended"


def test_encoded_bodies_stay_as_they_passed(studio):
    writer = studio.writer()
    body = gzip.compress(b'{"model": "m", "stream": true}')
    answer = gzip.compress(studio.completed())
    studio.exchange(
        writer,
        body,
        [answer[:9], answer[9:]],
        headers=(("content-encoding", "gzip"),),
        response_headers=(("content-encoding", "gzip"), ("content-type", "text/event-stream")),
    )
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        exchange = reader.exchange(1)
        assert (exchange.model, exchange.stream, exchange.event_count, exchange.error) == ("m", True, 1, None)
        assert reader.body(1, Leg.REQUEST) == body
        assert reader.body(1, Leg.RESPONSE) == answer


def test_appending_to_an_older_or_foreign_file_is_a_problem_and_leaves_it(studio):
    studio.path.write_bytes(b"someone's text " * 20)
    before = studio.path.read_bytes()
    writer = studio.writer()
    studio.exchange(writer, b"{}")
    studio.until(lambda: studio.problems)
    assert "is not a capture" in str(studio.problems[0])
    writer.close(0.1)
    assert studio.path.read_bytes() == before
    with pytest.raises(CaptureError):
        Reader(studio.path)


def test_what_is_made_of_an_exchange_is_where_that_one_is(studio):
    writer = studio.writer()
    user = {"input": "hi", "prompt_cache_key": "thread"}
    studio.exchange(writer, user)
    studio.exchange(writer, {**user, "input": "more"})
    assert writer.flush()
    made = Made("edit", "captured", ("model=x",))
    studio.exchange(writer, {"input": "other", "prompt_cache_key": "elsewhere"}, parent=1, made=made)
    studio.exchange(writer, {**user, "input": "more"})  # a retry, whatever was replayed meanwhile
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        found = reader.exchanges()
        assert [(each.session, each.turn, each.parent) for each in found] == [
            ("thread", 1, None), ("thread", 2, None), ("thread", 1, 1), ("thread", 2, None),
        ]  # fmt: skip
        assert [each.made for each in found] == [None, None, made, None]
        assert [each.id for each in reader.before(found[3], 9)] == [1, 2]
        assert [each.id for each in reader.before(found[2], 9)] == [1]


def test_a_replay_of_one_that_has_no_turn_yet_finds_it_later(studio):
    writer = studio.writer()
    first = studio.begin(writer)
    studio.until(lambda: first.id)
    again = studio.begin(writer, parent=first.id)
    for handle in (first, again):
        writer.chunk(handle, Leg.REQUEST, b'{"prompt_cache_key": "thread"}', time.monotonic())
        writer.end_leg(handle, Leg.REQUEST, time.monotonic())
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        assert [(each.session, each.turn) for each in reader.exchanges()] == [("thread", 1)] * 2


def test_a_link_to_a_capture_is_the_capture(studio, tmp_path: Path):
    writer = studio.writer()
    studio.exchange(writer, b"one", [b"answer"])
    writer.close()
    link = tmp_path / "elsewhere" / "link.db"
    link.parent.mkdir()
    link.symlink_to(studio.path)
    following = studio.writer(link)
    studio.exchange(following, b"two", [b"answer"])
    assert following.flush(), studio.problems
    with closing(Reader(link)) as reader:
        assert [reader.body(n, Leg.REQUEST) for n in (1, 2)] == [b"one", b"two"]
    following.close()
    assert studio.problems in ([], [None] * len(studio.problems))
    assert [file.name for file in link.parent.iterdir()] == ["link.db"]
