"""What the bodies of an exchange have to be searched for, made when it is asked for, each part once.

A body is searched as it was written, in either case of its letters. JSON writes some characters in another
way than a person does (`\\"`, `\\n`, `\\u00e9`), and JSON inside of JSON once more; so what is looked for and
may have been written like that is looked for in the text without its escapes as well. Words that a stream cut
in two are found in its deltas put together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Protocol

from inspector.capture.encodings import decode
from inspector.capture.events import EventReader, TimedEvent
from inspector.capture.filter.patterns import find_in_order
from inspector.capture.model import Exchange, Headers, Leg, Message
from inspector.protocol.azure import Operation
from inspector.protocol.conformance import check
from inspector.protocol.json_text import parse_object
from inspector.protocol.surrogates import whole
from inspector.protocol.tools import call_ref, tool_refs

_LARGEST = 2**26  # bytes of a body, decoded, that are searched
_LEVELS = 2  # of JSON in JSON that are undone
_NEVER_ESCAPED = re.compile(r"[\w .,:;!?()\[\]{}=*#@$%^|~-]*", re.ASCII)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class Texts(Protocol):
    """The bodies of one exchange, as a filter asks for them."""

    def request_has(self, pieces: Collection[str]) -> bool:
        """Whether what was sent has the casefolded pieces, in this order."""
        ...

    def response_has(self, pieces: Collection[str]) -> bool:
        """Whether what came back has them."""
        ...

    @property
    def event_types(self) -> Collection[str]:
        """The types of its events, casefolded."""
        ...

    @property
    def tools_called(self) -> Collection[str]:
        """The names of the tools that the answer calls, casefolded; with and without their namespace."""
        ...

    @property
    def tools_offered(self) -> Collection[str]:
        """Those that the request offers."""
        ...

    @property
    def remarks(self) -> Collection[str]:
        """What conformance says about the events, casefolded: `rule: text`."""
        ...


class ExchangeTexts:
    """The texts of an exchange whose legs `message` gives; None for one that there is not."""

    def __init__(self, exchange: Exchange, message: Callable[[Leg], Message | None]) -> None:
        self._exchange = exchange
        self._message = message
        self._sides: dict[Leg, _Side | None] = {}

    def request_has(self, pieces: Collection[str]) -> bool:
        """Whether what was sent, by the client or in its place by the proxy, has the pieces."""
        return self._has((Leg.REQUEST, Leg.UPSTREAM_REQUEST), pieces)

    def response_has(self, pieces: Collection[str]) -> bool:
        """Whether what came back, to the client or to the proxy, has the pieces."""
        return self._has((Leg.RESPONSE, Leg.UPSTREAM_RESPONSE), pieces)

    @cached_property
    def event_types(self) -> Collection[str]:
        """The types of the events of both sides."""
        sides = filter(None, map(self._side, (Leg.RESPONSE, Leg.UPSTREAM_RESPONSE)))
        return {event.type.casefold() for side in sides for event in side.events if event.type}

    @cached_property
    def tools_called(self) -> Collection[str]:
        """From the items that were added or closed, or those of a body that is no stream."""
        side = self._side(Leg.RESPONSE)
        return frozenset() if side is None else {name.casefold() for name in _called(side)}

    @cached_property
    def tools_offered(self) -> Collection[str]:
        """From the client's request."""
        side = self._side(Leg.REQUEST)
        body = parse_object(side.body) if side is not None else None
        return {name.casefold() for name in _offered(body or {})}

    @cached_property
    def remarks(self) -> Collection[str]:
        """Of a Responses stream; nothing else has rules of ours."""
        side = self._side(Leg.RESPONSE)
        if side is None or self._exchange.operation not in (Operation.CREATE, Operation.GET):
            return ()
        seen = [event.data for event in side.events if event.dispatched and event.complete]
        return [f"{remark.rule}: {remark.text}".casefold() for remark in check(seen)] if seen else ()

    def _has(self, legs: Iterable[Leg], pieces: Collection[str]) -> bool:
        return any((side := self._side(leg)) is not None and side.has(pieces) for leg in legs)

    def _side(self, leg: Leg) -> _Side | None:
        if leg not in self._sides:
            message = self._message(leg)
            self._sides[leg] = None if message is None else _Side(message)
        return self._sides[leg]


class _Side:
    """One leg: head, body, and the events if it is a stream."""

    def __init__(self, message: Message) -> None:
        self.headers: Headers = message.headers
        self.body, _ = decode(message.body, message.headers, limit=_LARGEST)

    def has(self, pieces: Collection[str]) -> bool:
        plain = all(_NEVER_ESCAPED.fullmatch(piece) for piece in pieces)
        texts = self._written if plain else self._forms()
        return any(find_in_order(pieces, text) >= 0 for text in texts) or (
            find_in_order(pieces, self._joined) >= 0
        )

    @cached_property
    def _head(self) -> str:
        return "\n".join(f"{name}: {value}" for name, value in self.headers).casefold()

    @cached_property
    def _text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @cached_property
    def _folded(self) -> str:
        return self._text.casefold()

    @property
    def _written(self) -> Iterator[str]:
        yield self._head
        yield self._folded

    def _forms(self) -> Iterator[str]:
        yield from self._written
        yield from self._unescaped

    @cached_property
    def _unescaped(self) -> list[str]:
        forms, text = [], self._text
        for _ in range(_LEVELS):
            if "\\" not in text:
                break
            text = unescaped(text)
            forms.append(text.casefold())
        return forms

    @cached_property
    def is_stream(self) -> bool:
        return any(
            name.lower() == "content-type" and "event-stream" in value.lower() for name, value in self.headers
        ) or self.body.startswith((b"data:", b"event:"))

    @cached_property
    def events(self) -> list[TimedEvent]:
        if not self.is_stream:
            return []
        reader = EventReader()
        return [*reader.feed(self.body, 0.0, 0), *reader.close()]

    @cached_property
    def _joined(self) -> str:
        """The deltas put together. A stream that came to its end has said its texts whole already."""
        if b"response.completed" in self.body:
            return ""
        return "\n".join("".join(text) for text in _deltas(self.events).values()).casefold()


def unescaped(text: str) -> str:
    """`text` with JSON's escapes undone, wherever they stand."""
    return whole(_ESCAPE.sub(_character, text))


def _character(found: re.Match[str]) -> str:
    if found[1]:
        return chr(int(found[1], 16))
    return _LETTERS.get(found[2], found[2])


def _deltas(events: Iterable[TimedEvent]) -> dict[tuple[Any, ...], list[str]]:
    """The pieces of each text that a stream sends in pieces."""
    texts: dict[tuple[Any, ...], list[str]] = {}

    def add(piece: object, *about: object) -> None:
        if isinstance(piece, str):
            texts.setdefault(tuple(map(str, about)), []).append(piece)

    for event in events:
        data = event.members
        if "delta" in data:
            about = (data.get(name) for name in ("output_index", "content_index", "summary_index"))
            add(data["delta"], event.type, *about)
        for choice in _objects(data.get("choices")):
            delta = choice.get("delta")
            if not isinstance(delta, dict):
                continue
            for name in ("content", "reasoning_content", "reasoning", "refusal"):
                add(delta.get(name), choice.get("index"), name)
            for call in _objects(delta.get("tool_calls")):
                add(_object(call.get("function")).get("arguments"), choice.get("index"), call.get("index"))
    return texts


def _called(side: _Side) -> Iterator[str]:
    for body in [event.members for event in side.events] or [parse_object(side.body) or {}]:
        response = _object(body.get("response"))
        for item in [body.get("item"), *_objects(response.get("output")), *_objects(body.get("output"))]:
            if isinstance(item, dict):
                yield from _item_names(item)
        for choice in _objects(body.get("choices")):
            said = _object(choice.get("delta", choice.get("message")))
            for call in [*_objects(said.get("tool_calls")), {"function": said.get("function_call")}]:
                name = _object(call.get("function")).get("name")
                if isinstance(name, str):
                    yield name


def _item_names(item: Mapping[str, Any]) -> Iterator[str]:
    """Of a call item: its tool, a hosted one among them, whose type is its name."""
    ref = call_ref(item)
    kind = item.get("type")
    if ref is not None:
        yield ref.name
        if ref.namespace:
            yield f"{ref.namespace}.{ref.name}"
    elif isinstance(kind, str) and kind.endswith("_call"):
        yield kind.removesuffix("_call")


def _offered(body: Mapping[str, Any]) -> Iterator[str]:
    lists = [body.get("tools")]
    lists += [item.get("tools") for item in _objects(body.get("input")) if "tools" in item]
    for tools in lists:
        for ref in tool_refs(tools):
            yield ref.name
            if ref.namespace:
                yield f"{ref.namespace}.{ref.name}"
        for tool in _objects(tools):
            name = _object(tool.get("function")).get("name", tool.get("type"))
            if isinstance(name, str) and name not in ("function", "custom", "namespace"):
                yield name


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
