"""A whole capture out into a file, and in again: what came is what went."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.bulk import BulkWriter
from inspector.capture.model import ExchangeDetail, Leg
from inspector.capture.reader import Reader
from inspector.capture.store import RecorderInfo
from inspector.formats.choosing import choose
from inspector.formats.exporting import EXPORTERS, Unfit
from inspector.formats.outgoing import Order, format_of, to_file, to_folder, to_stream
from inspector.formats.output import Refused
from inspector.formats.pouring import pour

SAMPLES = Path(__file__).parents[3] / "sample_captures"
CIRCLE = ("bridged", "dropped-connection", "content-filter", "retry-storm")
# Of a recording, as the docstrings of the exporters say.
NOT_CARRIED = {
    "har": (),
    "jsonl": (),
    "mitm": ("boundaries", "first_event", "options"),
}
Alike = Callable[..., None]


@contextmanager
def _reading(path: Path) -> Iterator[Reader]:
    with closing(Reader(path)) as reader:
        yield reader


def _details(reader: Reader) -> list[ExchangeDetail]:
    return [reader.detail(exchange.id) for exchange in reader.exchanges()]


def _numbers(reader: Reader) -> list[int]:
    return [exchange.id for exchange in reader.exchanges()]


@pytest.mark.parametrize("sample", CIRCLE)
@pytest.mark.parametrize("suffix", NOT_CARRIED)
def test_a_capture_comes_back(suffix: str, sample: str, alike: Alike, tmp_path: Path) -> None:
    first, file, again = tmp_path / "first.db", tmp_path / f"out.{suffix}", tmp_path / "again.db"
    _pour(SAMPLES / f"{sample}.db", first)  # samples are of several ages: what is derived is so anew
    with _reading(first) as reader:
        before = _details(reader)
        assert to_file(reader, Order(_numbers(reader), suffix), file).exchanges == len(before)
    _pour(file, again)
    with _reading(again) as reader:
        after = _details(reader)
    assert len(after) == len(before)
    for one, other in zip(before, after, strict=True):
        alike(one, other, without=NOT_CARRIED[suffix])


def _pour(file: Path, capture: Path) -> None:
    with closing(BulkWriter(capture, RecorderInfo("1.0", "import"))) as writer:
        (poured,) = pour(choose([file]), writer)
    assert (poured.damage, poured.more_damage) == ([], 0)


@pytest.fixture
def reader() -> Iterator[Reader]:
    with _reading(SAMPLES / "retry-storm.db") as reader:
        yield reader


def test_progress_and_size_are_told(reader: Reader) -> None:
    numbers, told, out = _numbers(reader), [], io.BytesIO()
    written = to_stream(reader, Order(numbers, "jsonl"), out, lambda *now: told.append(now))
    assert told == [(done, len(numbers)) for done in range(len(numbers))]
    assert (written.exchanges, written.size) == (len(numbers), len(out.getvalue()))
    assert written.files == []


def test_what_cannot_be_read_is_left_out_and_told(tmp_path: Path) -> None:
    capture = tmp_path / "damaged.db"
    capture.write_bytes((SAMPLES / "retry-storm.db").read_bytes())
    with closing(sqlite3.connect(capture)) as connection:
        (body,) = connection.execute(
            "SELECT body FROM legs WHERE exchange = 2 AND leg = 'response'"
        ).fetchone()
        connection.execute("UPDATE bodies SET data = x'00' WHERE id = ?", (body,))
        connection.commit()
    with _reading(capture) as reader:
        out = io.BytesIO()
        numbers = _numbers(reader)
        written = to_stream(reader, Order(numbers, "jsonl"), out)
        with pytest.raises(Unfit, match="Exchange 2 is left out"):
            to_stream(reader, Order([2], "jsonl"), io.BytesIO())
    left_out = [remark for remark in written.remarks if " is left out: " in remark]
    assert left_out[0].startswith("Exchange 2 is left out: ")
    assert 0 < written.exchanges == len(numbers) - len(left_out) == out.getvalue().count(b"\n")


def test_bodies_that_have_not_come_are_told(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Reader.detail

    def detail(self: Reader, number: int) -> ExchangeDetail:
        found = whole(self, number)
        return replace(found, exchange=replace(found.exchange, awaited=number < 3))

    monkeypatch.setattr(Reader, "detail", detail)
    written = to_stream(reader, Order(_numbers(reader), "jsonl"), io.BytesIO())
    assert written.remarks[0].startswith("Not all is read yet: 2 of them have no bodies so far.")
    written = to_stream(reader, Order([4], "jsonl"), io.BytesIO())
    assert not any("yet" in remark for remark in written.remarks)


def test_a_folder_takes_what_fits_a_file(reader: Reader, tmp_path: Path) -> None:
    numbers = _numbers(reader)
    with pytest.raises(Unfit, match=r"A \.curl file holds one exchange"):
        to_file(reader, Order(numbers, "curl"), tmp_path / "x.curl")
    folder = tmp_path / "out"
    written = to_folder(reader, Order(numbers, "curl"), folder)
    assert sorted(folder.iterdir()) == sorted(written.files)
    assert written.files[0].name == f"{numbers[0]:04}.curl"
    with pytest.raises(Refused):
        to_folder(reader, Order(numbers, "curl"), folder)
    to_folder(reader, Order(numbers, "curl", force=True), folder)


@pytest.mark.parametrize("numbers", [[], [99]])
def test_nothing_to_write_leaves_no_file(reader: Reader, numbers: list[int], tmp_path: Path) -> None:
    with pytest.raises(Unfit):
        to_file(reader, Order(numbers, "jsonl"), tmp_path / "x.jsonl")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("a.har", "har"), ("a.b.MD", "md"), ("a.sh", "curl"), ("a.flow", "mitm"), ("a", None), ("a.db", None)],
)
def test_the_name_says_the_format(name: str, suffix: str | None) -> None:
    assert format_of(Path(name)) == suffix


def test_nothing_that_is_read_is_replaced(tmp_path: Path) -> None:
    capture, folder = tmp_path / "capture.db", tmp_path / "read"
    capture.write_bytes((SAMPLES / "retry-storm.db").read_bytes())
    (folder / "deep").mkdir(parents=True)
    for each in (folder / "0001.json", folder / "deep" / "b.har", tmp_path / "capture.db-wal"):
        each.write_bytes(b"before")
    (tmp_path / "link.har").symlink_to(folder / "deep" / "b.har")
    with _reading(SAMPLES / "retry-storm.db") as reader:
        order = Order([1], "json", force=True, given=folder)
        for place in (folder / "0001.json", tmp_path / "link.har"):
            with pytest.raises(Refused, match="is what is read"):
                to_file(reader, order, place)
        with pytest.raises(Refused, match="is what is read"):
            to_folder(reader, order, folder)
        to_file(reader, order, folder / "new.json")
    assert (folder / "0001.json").read_bytes() == (folder / "deep" / "b.har").read_bytes() == b"before"
    with _reading(capture) as reader:
        for place in (capture, tmp_path / "capture.db-wal"):
            before = place.read_bytes()
            with pytest.raises(Refused, match="is the capture itself"):
                to_file(reader, Order([1], "json", force=True), place)
            assert place.read_bytes() == before


@pytest.mark.parametrize("suffix", EXPORTERS)
def test_secrets_that_a_capture_keeps_stay_in_it(suffix: str, asked: Any, tmp_path: Path) -> None:
    key = "a-key-nobody-may-see-0123456789"
    given = asked(
        b"{}",
        b"data: {}\n\n",
        kind="text/event-stream",
        url=f"https://me:{key}@my-res.openai.azure.com/openai/v1/responses?api-key={key}&code={key}",
        headers=(("api-key", key), ("Authorization", f"Bearer {key}"), ("cookie", f"a={key}")),
        error=f"GET https://h/?api-key={key} failed, authorization: Bearer {key}",
    )
    answer = given.legs[Leg.RESPONSE]
    legs = {
        **given.legs,
        Leg.RESPONSE: replace(
            answer, headers=(*answer.headers, ("set-cookie", key)), trailers=(("x-token", key),)
        ),
    }
    capture = tmp_path / "kept.db"
    with closing(BulkWriter(capture, RecorderInfo("1.0", "import"), keep_secrets=True)) as writer:
        number = writer.begin_import("x", "mitmproxy", 1)
        writer.add(replace(given, legs=legs, tracebacks=(f"KeyError: api-key={key}",)), number)
        writer.end_import(number)
    out = io.BytesIO()
    with _reading(capture) as reader:
        assert key in reader.detail(1).exchange.url
        assert to_stream(reader, Order([1], suffix), out).exchanges == 1
    assert out.getvalue()
    assert key.encode() not in out.getvalue()


def test_progress_that_raises_leaves_nothing(reader: Reader, tmp_path: Path) -> None:
    def leave(*_: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        to_file(reader, Order(_numbers(reader), "jsonl"), tmp_path / "x.jsonl", leave)
    assert list(tmp_path.iterdir()) == []


def test_what_went_over_a_socket_is_posted_with_what_the_socket_knew(asked: Any, tmp_path: Path) -> None:
    capture = tmp_path / "socket.db"
    said = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hi"}]}
    ended = {
        "type": "response.completed",
        "response": {"id": "resp_1", "status": "completed", "output": [said]},
    }
    first = {"type": "response.create", "model": "m", "input": [{"role": "user", "content": "1"}]}
    second = {**first, "previous_response_id": "resp_1", "input": [{"role": "user", "content": "2"}]}
    url = "wss://my-res.openai.azure.com/openai/v1/responses"
    with closing(BulkWriter(capture, RecorderInfo("1.0", "import"))) as writer:
        number = writer.begin_import("x", "mitmproxy", 1)
        for n, body in enumerate((first, second), 1):
            answer = json.dumps(ended).replace("resp_1", f"resp_{n}").encode()
            one = asked(json.dumps(body).encode(), answer, method="WEBSOCKET", url=url, started=1e9 + n)
            legs = {leg: replace(each, binary_messages=frozenset()) for leg, each in one.legs.items()}
            about = replace(one.exchange, id=n, operation="responses.create")
            writer.add(replace(one, exchange=about, legs=legs), number)
        writer.end_import(number)
    out = io.BytesIO()
    with _reading(capture) as reader:
        written = to_stream(reader, Order([2], "curl"), out)
    [line] = [line for line in out.getvalue().splitlines() if line.startswith(b"{")]
    assert json.loads(line) == {
        "model": "m",
        "input": [*first["input"], said, *second["input"]],
        "stream": True,
    }
    assert not any("may be refused" in remark for remark in written.remarks)
