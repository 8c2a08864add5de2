"""Programs of ours that tests start, without what most of their time goes into: importing.

A process beside the tests has imported what they need. A program is a fork of it: a process of its own, with
the command line, files, environment and folder that it was started with, which it runs as `python -m` would,
to the end of the interpreter. Loaded by tests/conftest.py; run as a script it is that process.
"""

from __future__ import annotations

import gc
import importlib
import io
import json
import os
import runpy
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

IMPORTED = (
    *("mitmproxy.tools.main", "mitmproxy.tools.dump", "httpx"),
    *(
        "inspector.proxy.addon",
        "inspector.proxy.serve",
        "inspector.proxy.process",
        "inspector.capture.reader",
    ),
)
"""What most programs import. Each imports what else it needs, as its command."""

READ_AT_START = ("PYTHON", "LC_", "LANG")
"""How the variables begin that an interpreter reads before the first line."""

UNBUFFERED = "PYTHONUNBUFFERED"
"""Of them, the one that a fork can still follow."""

ANSWER = struct.Struct("q")
"""First the number of the process that the program is, which is positive, then the inverse of its status."""


class Program:
    """One that runs: what the tests use of `subprocess.Popen`."""

    def __init__(self, server: socket.socket, request: dict[str, Any], files: list[int]) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(server, [json.dumps(request).encode()], [*files, theirs.fileno()])
        self.args = request["command"]
        self.stdin: Any = None
        self.stdout: Any = None
        self.returncode: int | None = None
        self._ended = threading.Event()
        started = ours.recv(ANSWER.size)
        assert started, "the process that tests/warm.py forks from has ended: its stderr has the reason"
        self.pid = ANSWER.unpack(started)[0]
        assert self.pid > 0, "the fork could not become the program: its stderr has the reason"
        threading.Thread(target=self._watch, args=(ours,), name="program's end", daemon=True).start()

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _watch(self, ours: socket.socket) -> None:
        with ours:
            self.returncode = os.waitstatus_to_exitcode(~ANSWER.unpack(ours.recv(ANSWER.size))[0])
        self._ended.set()


class Starter:
    """Starts programs, as the module subprocess would; one that cannot be a fork is started by that."""

    PIPE, DEVNULL, STDOUT = subprocess.PIPE, subprocess.DEVNULL, subprocess.STDOUT

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._server = subprocess.Popen(
                [sys.executable, "-P", __file__, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={name: value for name, value in os.environ.items() if name != UNBUFFERED},
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._begun = _read_at_start(os.environ)

    def close(self) -> None:
        """No more programs; those that run go on."""
        self._socket.close()
        assert self._server.wait(30) == 0

    def Popen(
        self,
        command: Sequence[str | Path],
        *,
        stdin: Any = None,
        stdout: Any = None,
        stderr: Any = None,
        env: dict[str, str] | None = None,
        cwd: str | Path | None = None,
        start_new_session: bool = False,
    ) -> Any:
        environ = dict(os.environ) if env is None else env
        words = [str(word) for word in command]
        if not self._can_fork(words, environ):
            return subprocess.Popen(
                words,
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                env=env,
                cwd=cwd,
                start_new_session=start_new_session,
            )
        request = {
            "command": words,
            "cwd": str(cwd or Path.cwd()),
            "env": environ,
            "session": start_new_session,
        }
        theirs, mine = [], [None, None]
        nothing = os.open(os.devnull, os.O_RDWR)
        given = [stdin, stdout, stderr]
        for number, what in enumerate(given):
            if what == subprocess.PIPE:
                assert number < 2, "stderr goes into a file"
                read, write = os.pipe()
                theirs.append((read, write)[number])
                mine[number] = os.fdopen((write, read)[number], ("wb", "rb")[number])
            elif what == subprocess.STDOUT:
                theirs.append(theirs[1])
            elif what == subprocess.DEVNULL:
                theirs.append(nothing)
            else:
                theirs.append(number if what is None else what.fileno())
        program = Program(self._socket, request, theirs)
        os.close(nothing)
        for number in (0, 1):
            if mine[number] is not None:
                os.close(theirs[number])
        program.stdin, program.stdout = mine
        return program

    def _can_fork(self, words: list[str], environ: dict[str, str]) -> bool:
        return (
            (words[0] == sys.executable or words[0].endswith("/mitmdump"))
            and signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
            and _read_at_start(environ) == self._begun
        )


def _read_at_start(environ: Any) -> dict[str, str]:
    return {
        name: value
        for name, value in environ.items()
        if name.startswith(READ_AT_START) and name != UNBUFFERED
    }


def serve(requests: socket.socket) -> list[str] | None:
    """Makes a fork for every request. Gives its command line in each; None here, when nobody asks more."""
    while True:
        said, files, _, _ = socket.recv_fds(requests, 1 << 20, 4)
        if not said:
            return None
        if os.fork() == 0:
            requests.close()
            return _keep(json.loads(said), files)
        for file in files:
            os.close(file)
        while _collected():
            pass


def _collected() -> bool:
    try:
        return os.waitpid(-1, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return False


def _keep(request: dict[str, Any], files: list[int]) -> list[str]:
    """In a fork of its own: waits for the program, which is one more, and tells how that ended."""
    program = os.fork()
    if program == 0:
        return _become(request, files)
    report = files.pop()
    for file in (0, 1, 2, *files):  # whoever reads what the program writes waits for its end, not for ours
        os.close(file)
    os.write(report, ANSWER.pack(~os.waitpid(program, 0)[1]))
    os._exit(0)


def _become(request: dict[str, Any], files: list[int]) -> list[str]:
    report = files.pop()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    if request["session"]:
        os.setsid()
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    if os.environ.get(UNBUFFERED):
        sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", 0, closefd=False), write_through=True)
    gc.enable()
    os.write(report, ANSWER.pack(os.getpid()))  # from now on it is what it was asked to be
    os.close(report)
    command: list[str] = request["command"]
    return command


def run(command: list[str]) -> None:
    """What the interpreter does with its command line."""
    words = command[1:] if command[0] == sys.executable else command
    safe = words[0] == "-P"
    if safe:
        words = words[1:]
    if words[0] == "-m":
        if not safe:
            sys.path.insert(0, os.getcwd())
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words
        sys.path.insert(0, os.path.dirname(words[0]))
        runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    gc.disable()
    for name in IMPORTED:
        importlib.import_module(name)
    assert threading.active_count() == 1, threading.enumerate()
    gc.freeze()
    if (asked := serve(socket.socket(fileno=int(sys.argv[1])))) is not None:
        run(asked)
