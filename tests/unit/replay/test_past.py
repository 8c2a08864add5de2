"""What a request that is sent again goes on from."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from inspector.capture.model import Leg, Outcome
from inspector.capture.reader import Reader
from inspector.replay.past import past_of
from inspector.replay.record import open_record

SAID = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hello."}]}


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """A capture of `resp_1`, and of a request that goes on from it."""
    path = tmp_path / "x.db"
    writer = open_record(path, {}, pytest.fail)
    for body, response_id in (
        ({"model": "m", "input": "hi"}, "resp_1"),
        ({"model": "m", "input": "and?", "previous_response_id": "resp_1"}, "resp_2"),
    ):
        now = time.monotonic()
        handle = writer.begin(
            method="POST", url="https://h/responses", http_version="HTTP/1.1", headers=(),
            operation="responses.create", mode="observe", connection="c", at=now,
        )  # fmt: skip
        answer = {"id": response_id, "object": "response", "status": "completed", "output": [SAID]}
        writer.chunk(handle, Leg.REQUEST, json.dumps(body).encode(), now)
        writer.end_leg(handle, Leg.REQUEST, now)
        writer.head(handle, Leg.RESPONSE, (), status=200, at=now)
        writer.chunk(handle, Leg.RESPONSE, json.dumps(answer).encode(), now)
        writer.end_leg(handle, Leg.RESPONSE, now)
        writer.finish(handle, Outcome.COMPLETE, at=now)
    writer.close()
    with closing(Reader(path)) as reader:
        yield reader


def test_as_it_was_captured_or_as_it_is_edited(reader: Reader) -> None:
    first, second = (reader.detail(one.id) for one in reader.exchanges())
    assert past_of(reader, first, None) is None
    past = past_of(reader, second, None)
    assert past is not None
    assert [item.get("role") for item in past] == ["user", "assistant"]
    assert past_of(reader, first, {"previous_response_id": "resp_1"}) == past
    assert past_of(reader, second, {"input": "alone"}) is None
    assert past_of(reader, second, {"previous_response_id": 5}) is None
