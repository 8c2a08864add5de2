"""Answers as steps: cutting and dropping change the steps, never the bytes before the cut."""

from __future__ import annotations

from inspector.simulator.script import (
    Answer,
    Close,
    Gate,
    Received,
    Reset,
    Send,
    Wait,
    dropped,
    in_order,
    recut,
    whole_json,
)

REQUEST = Received(0, 0, "POST", "/a/b?c=d", (("X-Mixed", "one"), ("x-mixed", "two")), b'{"k": 1}')


def test_recut_keeps_the_bytes_and_the_ending() -> None:
    answer = Answer(200, (("a", "b"),), (Send(b"abcdef"), Wait(5), Send(b"gh"), Reset()))
    cut = recut(answer, [1, 3])
    assert cut.steps == (Send(b"a"), Send(b"bcd"), Send(b"efg"), Send(b"h"), Reset())
    assert (cut.status, cut.headers) == (200, (("a", "b"),))


def test_recut_without_sizes_goes_byte_by_byte() -> None:
    assert recut(Answer(200, (), (Send(b"abc"),)), []).steps == (Send(b"a"), Send(b"b"), Send(b"c"))


def test_dropped_ends_after_so_many_sends() -> None:
    answer = Answer(200, (), (Wait(1), Send(b"a"), Wait(1), Send(b"b"), Send(b"c")))
    assert dropped(answer, 2).steps == (Wait(1), Send(b"a"), Wait(1), Send(b"b"), Reset())
    assert dropped(answer, 0, Close()).steps == (Wait(1), Close())


def test_in_order_repeats_the_last() -> None:
    first, last = Answer(500), Answer(200)
    handler = in_order(first, last)
    assert [handler(REQUEST), handler(REQUEST), handler(REQUEST)] == [first, last, last]


def test_a_request_reads_as_it_was_sent() -> None:
    assert REQUEST.path == "/a/b"
    assert REQUEST.header("X-MIXED") == "one"
    assert REQUEST.header("absent") is None
    assert REQUEST.json() == {"k": 1}


def test_a_body_that_is_not_json_reads_as_none() -> None:
    for body in (b"", b"{", b"\xff", b"[" * 100_000):
        assert Received(0, 0, "POST", "/", (), body).json() is None


def test_json_answers_carry_their_length() -> None:
    answer = whole_json({"ü": 1}, status=400)
    assert dict(answer.headers) == {
        "content-type": "application/json",
        "content-length": str(len(answer.body)),
    }
    assert answer.body == '{"ü":1}'.encode()


def test_a_gate_wakes_those_before_and_those_after() -> None:
    woken: list[str] = []
    gate = Gate()
    gate.when_open(lambda: woken.append("before"))
    assert woken == []
    gate.open()
    gate.when_open(lambda: woken.append("after"))
    gate.open()
    assert woken == ["before", "after"]
