"""What belongs to others or to a machine, out of a recorded message: prose, paths, ports, ids.

Bodies keep their form: JSON that had nothing to replace keeps its very bytes, an event stream its framing.
Where sizes change, chunks keep their times, and the events that they held.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import texts

from inspector.capture.model import Chunk, Headers, Message
from inspector.protocol import sse

LONGEST = 300  # characters of a text that nobody looked at
_OPAQUE = frozenset({"encrypted_content", "x-codex-turn-metadata"})
_TAG = re.compile(r"<([a-z_]+(?: instructions)?)>")


class ForeignText(Exception):
    """Text of others that there is no replacement for; the message says where it stands."""


class Scrubber:
    """For the messages of one recording. `names`: what is replaced wherever it occurs (paths, ports)."""

    def __init__(self, names: Mapping[str, str]) -> None:
        # The longer first: a folder may lie in another one.
        self._names = dict(sorted(names.items(), key=lambda pair: -len(pair[0])))

    def text(self, text: str) -> str:
        """Any text, names replaced."""
        for name, neutral in self._names.items():
            text = text.replace(name, neutral)
        return text

    def headers(self, headers: Headers, size: int) -> Headers:
        """The headers of a body that has `size` bytes now."""
        return tuple((name, self._header(name, value, size)) for name, value in headers)

    def chunks(self, message: Message, chunks: list[Chunk]) -> list[tuple[float, bytes]]:
        """(time, bytes) of a leg's chunks."""
        if _content_type(message).startswith("text/event-stream"):
            body, ends = self._stream(message.body)
        else:
            body = self.json(message.body)
            ends = [(0, 0), (len(message.body), len(body))]
        return list(_recut(body, ends, chunks))

    def json(self, data: bytes) -> bytes:
        """A JSON body."""
        value = json.loads(data)
        scrubbed = json.loads(self.text(json.dumps(_scrubbed(value))))
        _reject_prose(scrubbed, "")
        return data if scrubbed == value else to_bytes(scrubbed)

    def _header(self, name: str, value: str, size: int) -> str:
        match name.lower():
            case "content-length":
                return str(size)
            case "x-codex-turn-metadata":
                return _metadata(value)
            case _:
                return self.text(value)

    def _stream(self, data: bytes) -> tuple[bytes, list[tuple[int, int]]]:
        """The stream, and (old, new) offsets of the ends of its events."""
        decoder = sse.Decoder()
        body = bytearray()
        ends = [(0, 0)]
        for event in [*decoder.feed(data), *decoder.close()]:
            raw = data[event.start : event.end]
            if event.has_data and event.data != "[DONE]":
                if not event.complete:
                    raise ForeignText(f"the stream is cut inside an event, at byte {event.start}")
                before = event.data.encode()
                raw = raw.replace(before, self.json(before))
            body += raw
            ends.append((event.end, len(body)))
        return bytes(body), ends


def to_bytes(value: object) -> bytes:
    """JSON as Codex and the simulator write it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _content_type(message: Message) -> str:
    return next((value for name, value in message.headers if name.lower() == "content-type"), "")


def _recut(body: bytes, ends: list[tuple[int, int]], chunks: list[Chunk]) -> Iterator[tuple[float, bytes]]:
    """The body cut where the chunks were: at the same ends of events, else at the same share of an event."""
    old = new = at = 0
    for chunk in chunks:
        old += len(chunk.data)
        while ends[at][0] < old:
            at += 1
        (start, new_start), (end, new_end) = ends[max(0, at - 1)], ends[at]
        share = (old - start) / (end - start) if end > start else 1.0
        cut = new_start + round(share * (new_end - new_start))
        if cut > new:
            yield chunk.at, body[new:cut]
        new = cut


def _scrubbed(value: Any) -> Any:
    if isinstance(value, list):
        return [_scrubbed(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.get("role") in ("developer", "system") and "content" in value:
        value = {**value, "content": [{**part, "text": _own(part["text"])} for part in value["content"]]}
    return {key: _field(key, one) for key, one in value.items()}


def _field(key: str, value: Any) -> Any:
    match key, value:
        case "tools", list():
            return [_tool(tool) for tool in value]
        case "instructions", str():
            return texts.INSTRUCTIONS
        case "x-codex-turn-metadata", str():
            return _metadata(value)
        case "x-codex-installation-id", str():
            return texts.INSTALLATION
        case _:
            return _scrubbed(value)


def _own(text: str) -> str:
    found = _TAG.match(text)
    if found is None:
        return texts.INSTRUCTIONS
    tag = found[1]
    if tag not in texts.TAGGED:
        raise ForeignText(f"texts.TAGGED has no text for <{tag}>")
    return f"<{tag}>\n{texts.TAGGED[tag]}\n</{tag}>"


def _tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    name = tool.get("name") or tool["type"]
    result = dict(tool)
    if tool.get("description"):  # the namespace `functions` has "", and must keep it
        if name not in texts.TOOLS:
            raise ForeignText(f"texts.TOOLS has no text for {name}")
        result["description"] = texts.TOOLS[name]
    if "parameters" in tool:
        result["parameters"] = _schema(tool["parameters"])
    if "definition" in tool.get("format", {}):
        if name not in texts.GRAMMARS:
            raise ForeignText(f"texts.GRAMMARS has no grammar for {name}")
        result["format"] = {**tool["format"], "definition": texts.GRAMMARS[name]}
    if "tools" in tool:
        result["tools"] = [_tool(inner) for inner in tool["tools"]]
    return result


def _schema(node: Any) -> Any:
    if isinstance(node, list):
        return [_schema(one) for one in node]
    if not isinstance(node, dict):
        return node
    result = {key: _schema(one) for key, one in node.items()}
    if isinstance(node.get("description"), str):  # else it is a property of that name
        result["description"] = texts.PARAMETERS[str(node.get("type", "object"))]
    return result


def _metadata(text: str) -> str:
    told = json.loads(text)
    return json.dumps({**told, "installation_id": texts.INSTALLATION}, separators=(",", ":"))


def _reject_prose(value: Any, pointer: str) -> None:
    if isinstance(value, dict):
        for key, one in value.items():
            if key not in _OPAQUE:
                _reject_prose(one, f"{pointer}/{key}")
    elif isinstance(value, list):
        for n, one in enumerate(value):
            _reject_prose(one, f"{pointer}/{n}")
    elif isinstance(value, str) and len(value) > LONGEST and "<environment_context>" not in value:
        raise ForeignText(f"a text of {len(value)} characters is left at {pointer}: {value[:60]!r}")
