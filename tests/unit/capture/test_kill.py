"""A recorder that is killed mid-stream: what it handed over more than 100 ms before is in the file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from inspector.capture.model import Leg, Outcome
from inspector.capture.reader import Reader
from inspector.capture.tail import Tail

RECORDER = """
import sys, time
from pathlib import Path
from inspector.capture.model import Leg, Outcome
from inspector.capture.writer import RecorderInfo, Writer

writer = Writer(Path(sys.argv[1]), RecorderInfo("1", "observe"), on_problem=lambda said: None)
handle = writer.begin(
    method="POST", url="https://h/openai/v1/responses", http_version="HTTP/1.1", headers=(),
    operation="responses.create", mode="observe", connection="c", at=time.monotonic(),
)
writer.chunk(handle, Leg.REQUEST, b'{"model": "m"}', time.monotonic())
writer.end_leg(handle, Leg.REQUEST, time.monotonic())
writer.head(handle, Leg.RESPONSE, (), status=200, at=time.monotonic())
n = 0
while True:
    now = time.monotonic()
    writer.chunk(handle, Leg.RESPONSE, b"chunk %d;" % n, now)
    print(n, now, flush=True)
    n += 1
    time.sleep(0.001)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_every_chunk_of_100_ms_before_a_kill_is_readable(tmp_path: Path):
    path = tmp_path / "capture.db"
    recorder = subprocess.Popen(
        [sys.executable, "-c", RECORDER, str(path)], stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert recorder.stdout is not None
    acknowledged: list[float] = []
    for line in recorder.stdout:
        acknowledged.append(float(line.split()[1]))
        if len(acknowledged) == 300:
            break
    with closing(Reader(path)) as reader:
        tail = Tail(reader)
        (running,) = tail.poll()
        assert running.outcome is Outcome.OPEN
        recorder.send_signal(signal.SIGKILL)
        killed = time.monotonic()
        recorder.wait()
        acknowledged += [float(line.split()[1]) for line in recorder.stdout if line.count(" ") == 1]
        recorder.stdout.close()

        due = sum(at < killed - 0.1 for at in acknowledged)
        assert due > 100
        body = reader.body(running.id, Leg.RESPONSE)
        assert body is not None
        kept = body.count(b";")
        assert kept >= due, f"{due} chunks were due, {kept} are there"
        assert body == b"".join(b"chunk %d;" % n for n in range(kept))

        found = {exchange.id: exchange for exchange in tail.poll()}
        assert found[running.id].outcome is Outcome.INTERRUPTED
        assert reader.exchange(running.id).error == "the recording stopped before the answer ended"
    with closing(Reader(path)) as reader:
        assert reader.body(running.id, Leg.RESPONSE) == body
    assert os.listdir(tmp_path) == ["capture.db"]
