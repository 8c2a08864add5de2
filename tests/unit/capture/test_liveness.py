from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

from inspector.capture import liveness
from inspector.capture.liveness import alive, mark

HERE = platform.node()


def test_we_are_alive():
    assert alive(os.getpid(), HERE, mark(os.getpid()))


def test_a_process_that_ended_is_not():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    left = mark(child.pid)
    assert alive(child.pid, HERE, left)
    child.communicate(b"\n")
    assert not alive(child.pid, HERE, left)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells such processes from living ones")
def test_a_process_that_nobody_waited_for_has_ended_all_the_same():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    left = mark(child.pid)
    assert child.stdin is not None
    child.stdin.close()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it is over, and still in the table
    assert not alive(child.pid, HERE, left)
    child.wait()


def test_a_number_used_again_is_another_process():
    if not mark(os.getpid()):
        pytest.skip("this system does not tell when a process started")
    assert not alive(os.getpid(), HERE, "an earlier boot/123")


def test_another_host_cannot_be_asked():
    assert not alive(os.getpid(), "elsewhere.example", mark(os.getpid()))


def test_where_no_mark_is_to_be_had_the_number_decides(monkeypatch: pytest.MonkeyPatch):
    left = mark(os.getpid())
    monkeypatch.setattr(liveness, "mark", lambda pid: "")
    assert alive(os.getpid(), HERE, left)
    assert alive(1, HERE, "")
    assert not alive(0, HERE, "")
    assert not alive(2**22 + 1, HERE, "")  # above Linux's highest number
