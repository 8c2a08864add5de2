"""What the bodies of an exchange are searched for, made when it is asked for, each part once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

from inspector.capture.filter.needles import Needle
from inspector.capture.filter.sides import Side, member, objects
from inspector.capture.model import Exchange, Leg, Message
from inspector.protocol.azure import Operation
from inspector.protocol.conformance import check
from inspector.protocol.tools import call_ref, tool_refs


class Texts(Protocol):
    """The bodies of one exchange, as a filter asks for them."""

    def request_has(self, needles: Sequence[Needle]) -> bool:
        """Whether what was sent has the texts, in this order."""
        ...

    def response_has(self, needles: Sequence[Needle]) -> bool:
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
        self._sides: dict[Leg, Side | None] = {}

    @property
    def problem(self) -> str | None:
        """Why some of what has been looked at so far could not be read; None when all of it could."""
        return next((side.problem for side in self._sides.values() if side and side.problem), None)

    def request_has(self, needles: Sequence[Needle]) -> bool:
        """Whether what was sent, by the client or in its place by the proxy, has the texts."""
        return self._has((Leg.REQUEST, Leg.UPSTREAM_REQUEST), needles)

    def response_has(self, needles: Sequence[Needle]) -> bool:
        """Whether what came back, to the client or to the proxy, has the texts."""
        return self._has((Leg.RESPONSE, Leg.UPSTREAM_RESPONSE), needles)

    @cached_property
    def event_types(self) -> Collection[str]:
        """The types of the events of both sides."""
        sides = [self._side(leg) for leg in (Leg.RESPONSE, Leg.UPSTREAM_RESPONSE)]
        return {kind.casefold() for side in sides if side is not None for kind in side.types()}

    @cached_property
    def tools_called(self) -> Collection[str]:
        """From what the client was sent."""
        side = self._side(Leg.RESPONSE)
        return frozenset() if side is None else {name.casefold() for name in _called(side)}

    @cached_property
    def tools_offered(self) -> Collection[str]:
        """From the client's request."""
        side = self._side(Leg.REQUEST)
        return frozenset() if side is None else {name.casefold() for name in _offered(side.value)}

    @cached_property
    def remarks(self) -> Collection[str]:
        """Of a Responses stream; nothing else has rules."""
        side = self._side(Leg.RESPONSE)
        if side is None or self._exchange.operation not in (Operation.CREATE, Operation.GET):
            return ()
        seen = [event.data for event in side.events if event.dispatched and event.complete]
        return [f"{remark.rule}: {remark.text}".casefold() for remark in check(seen)] if seen else ()

    def _has(self, legs: Iterable[Leg], needles: Sequence[Needle]) -> bool:
        return any((side := self._side(leg)) is not None and side.has(needles) for leg in legs)

    def _side(self, leg: Leg) -> Side | None:
        if leg not in self._sides:
            message = self._message(leg)
            answer = leg in (Leg.RESPONSE, Leg.UPSTREAM_RESPONSE)
            self._sides[leg] = None if message is None else Side(message, answer=answer)
        return self._sides[leg]


def _called(side: Side) -> Iterator[str]:
    """The tools of the calls in a Response, in its events, or in a chat's answer."""
    for body in side.objects_with("_call"):
        items = [member(body, "item"), *objects(member(body, "response").get("output"))]
        for item in (*items, *objects(body.get("output"))):
            yield from _names_of_call(item)
        for choice in objects(body.get("choices")):
            said = member(choice, "delta") or member(choice, "message")
            for call in (*objects(said.get("tool_calls")), {"function": said.get("function_call")}):
                yield from _text(member(call, "function").get("name"))


def _names_of_call(item: Mapping[str, Any]) -> Iterator[str]:
    """Of a call item: its tool, a hosted one among them, whose type is its name."""
    ref = call_ref(item)
    kind = item.get("type")
    if ref is not None:
        yield from _qualified(ref.name, ref.namespace)
    elif isinstance(kind, str) and kind.endswith("_call"):
        yield kind.removesuffix("_call")


def _offered(body: Mapping[str, Any]) -> Iterator[str]:
    """The tools of a request: its own, and those that items bring; Chat's are one level deeper."""
    lists = [body.get("tools"), *(item.get("tools") for item in objects(body.get("input")))]
    for tools in lists:
        for ref in tool_refs(tools):
            yield from _qualified(ref.name, ref.namespace)
        for tool in objects(tools):
            if tool.get("type") not in ("function", "custom", "namespace"):
                yield from _text(tool.get("type"))
            yield from _text(member(tool, "function").get("name"))


def _qualified(name: str, namespace: str | None) -> Iterator[str]:
    yield name
    if namespace:
        yield f"{namespace}.{name}"


def _text(value: object) -> Iterator[str]:
    if isinstance(value, str) and value:
        yield value
