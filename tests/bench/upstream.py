"""The upstream of stream.py, a process of its own: event streams in which every event says when it left.

The client asks in headers, which every proxy passes: `x-bench-events` and `x-bench-rate` (events a second, 0
for as fast as possible). Each event is one HTTP chunk and one write. What it says is `@` + monotonic
nanoseconds in 20 digits + `@`, in an output text delta or, where chat completions are asked for, in a chat
delta.
Prints its port; ends when stdin does.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections.abc import Callable

HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
    b"transfer-encoding: chunked\r\nconnection: close\r\n\r\n"
)
END = b"0\r\n\r\n"
PATIENCE = 60.0  # seconds without progress after which a connection is given up


def main() -> None:
    """Serve every connection on a thread of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        threading.Thread(target=_accept, args=(listening,), daemon=True).start()
        sys.stdin.read()


def _accept(listening: socket.socket) -> None:
    while True:
        connection, _ = listening.accept()
        threading.Thread(target=_serve, args=(connection,), daemon=True).start()


def _serve(connection: socket.socket) -> None:
    with connection:
        connection.settimeout(PATIENCE)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        received = connection.recv(65536)
        if not received:
            return  # it only wanted to know whether anybody listens
        target, headers = _request(connection, received)
        count, rate = int(headers["x-bench-events"]), float(headers["x-bench-rate"])
        first, event, last = _chat() if "/chat/completions" in target else _responses()
        connection.sendall(HEAD + b"".join(map(_chunk, first)))
        start = time.monotonic()
        for n in range(count):
            if rate:
                time.sleep(max(0.0, start + n / rate - time.monotonic()))
            connection.sendall(_chunk(event(n, b"@%020d@" % time.monotonic_ns())))
        connection.sendall(b"".join(map(_chunk, last)) + END)


def _request(connection: socket.socket, received: bytes) -> tuple[str, dict[str, str]]:
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    line, *fields = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
    missing = int(headers.get("content-length", 0)) - len(body)
    while missing > 0:
        missing -= len(_more(connection))
    return line.split()[1], headers


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise ConnectionError("the client left in the middle of its request")
    return data


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


Event = Callable[[int, bytes], bytes]


def _responses() -> tuple[list[bytes], Event, list[bytes]]:
    at = {"item_id": "msg_bench", "output_index": 0, "content_index": 0}
    item = {"id": "msg_bench", "type": "message", "status": "in_progress", "role": "assistant", "content": []}
    response = {
        "id": "resp_bench",
        "object": "response",
        "status": "in_progress",
        "model": "bench",
        "output": [],
    }
    usage = {"input_tokens": 10, "output_tokens": 10, "total_tokens": 20}
    first = [
        _event("response.created", response=response),
        _event("response.output_item.added", output_index=0, item=item),
        _event("response.content_part.added", **at, part={"type": "output_text", "text": ""}),
    ]
    last = [
        _event("response.output_item.done", output_index=0, item={**item, "status": "completed"}),
        _event("response.completed", response={**response, "status": "completed", "usage": usage}),
    ]
    delta = _event("response.output_text.delta", sequence_number="NUMBER", **at, delta="STAMP", logprobs=[])
    template = delta.replace(b'"NUMBER"', b"%d").replace(b"STAMP", b"%b")
    return first, lambda n, stamp: template % (n, stamp), last


def _event(type_: str, **fields: object) -> bytes:
    data = json.dumps({"type": type_, **fields}, separators=(",", ":"))
    return f"event: {type_}\ndata: {data}\n\n".encode()


def _chat() -> tuple[list[bytes], Event, list[bytes]]:
    around = {"id": "chatcmpl-bench", "object": "chat.completion.chunk", "created": 0, "model": "bench"}

    def event(finish: str | None = None, **delta: str) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        data = json.dumps({**around, "choices": [choice]}, separators=(",", ":"))
        return f"data: {data}\n\n".encode()

    template = event(content="STAMP").replace(b"STAMP", b"%b")
    first, last = [event(role="assistant", content="")], [event(finish="stop"), b"data: [DONE]\n\n"]
    return first, lambda _n, stamp: template % stamp, last


if __name__ == "__main__":
    main()
