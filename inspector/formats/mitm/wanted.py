"""What is wanted of a flow, and by which marks its parts are found again where a length is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable

from inspector.formats.mitm.tnetstring import Wanted

_CONNECTION: Wanted = dict.fromkeys(("id", "alpn", "tls", "timestamp_start", "timestamp_tls_setup", "sni"))
_MESSAGE: Wanted = dict.fromkeys(
    (
        "http_version", "headers", "content", "trailers", "timestamp_start", "timestamp_end", "host", "port",
        "method", "scheme", "authority", "path", "status_code",
    )
)  # fmt: skip
_WEBSOCKET: Wanted = dict.fromkeys(
    ("messages", "closed_by_client", "close_code", "close_reason", "timestamp_end")
)
_PLAIN: Wanted = dict.fromkeys(
    ("version", "type", "id", "intercepted", "is_replay", "marked", "comment", "timestamp_created")
)
_FLOW: Wanted = {
    **_PLAIN,
    "error": {"msg": None, "timestamp": None},
    "client_conn": _CONNECTION,
    "server_conn": _CONNECTION,
    "metadata": {"inspector": None},
    "request": _MESSAGE,
    "response": _MESSAGE,
    "websocket": _WEBSOCKET,
}
FLOW: Wanted = {**_FLOW, "backup": _FLOW}
"""What is wanted of a flow. TCP, UDP and DNS flows have no such parts, or others by these names."""


def _keys(names: Iterable[str]) -> bytes:
    return b"|".join(f"{len(name)}:{name}".encode() for name in names)


_OUTER = _keys(FLOW.keys() - {"websocket", "error", "id", "type", "version"})
"""Keys of a flow, and of nothing else in it but its backup."""


def _next_key(own: bytes) -> re.Pattern[bytes]:
    """One of these keys, or before it (group 1) one of what they are part of."""
    return re.compile(rb"(?:(?:%s)|(%s))[;,][0-9]{1,12}:" % (own, _OUTER))


NEXT = {
    id(FLOW): _next_key(_OUTER),
    id(_FLOW): _next_key(_OUTER),
    id(_MESSAGE): _next_key(_keys(_MESSAGE)),
    id(_WEBSOCKET): _next_key(_keys(_WEBSOCKET)),
}
"""By the identity of what is wanted of a dictionary: how its next key is found again."""

MESSAGE_BEGINS = re.compile(rb"(?<![0-9])[0-9]{1,12}:1:[12]#(?:4:true|5:false)!")
"""So does a message of a WebSocket: opcode, and whether it is the client's."""
