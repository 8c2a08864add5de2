"""What a request asks, in a form that is equal for two requests that mean the same.

A request that creates something means its conversation: what the person said, what the model said and called,
what came of the calls, one piece each. Not in it, since they differ from run to run: ids, dates and paths
(`neutral`), reasoning, encrypted blobs, what clients note for themselves, and what a program says around the
conversation: instructions, developer messages, Codex's context of a turn. Those make no other request of it,
but of several that fit the one is taken that agrees in them too: see `Around`.

Any other call means its address without what names the resource, and its body.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from inspector.capture.encodings import decode
from inspector.capture.model import Headers
from inspector.protocol.azure import Operation
from inspector.protocol.codex import identify, identify_message
from inspector.protocol.compare.canonical import canonical
from inspector.protocol.compare.items import Item
from inspector.protocol.compare.tools import tool_title, tools_of
from inspector.protocol.json_text import parse, parse_object
from inspector.protocol.to_chat.items import CALLS, OUTPUTS, item_type
from inspector.simulator.playback.neutral import neutral, neutral_value

LARGEST = 2**26  # bytes of a body, unpacked

CREATING = frozenset({Operation.CREATE, Operation.CHAT, Operation.COMPACT})
"""The operations that ask a model."""

_NOTHING = "nothing generated"  # in the form of what only warms up
_MESSAGE = "response.create"  # the type of what is asked over a WebSocket
_UNSAID = frozenset({"reasoning", "item_reference", "additional_tools"})  # items that say nothing themselves
_NOT_MEANT = frozenset(
    {"id", "call_id", "tool_call_id", "status", "encrypted_content", "phase", "annotations", "logprobs",
     "internal_chat_message_metadata_passthrough", "namespace"}
)  # fmt: skip
_ELSEWHERE = frozenset({"input", "messages", "instructions", "tools", "model", "stream", "background"})
_RUNS_OWN = frozenset(
    {"type", "generate", "prompt_cache_key", "client_metadata", "metadata", "user", "safety_identifier"}
)
# A message, or a part of one, that a program wrote in the user's name: wholly within a tag of two words.
_CONTEXT = re.compile(
    r"\s*(?:<([a-z]+(?:[_ ][a-z]+)+|INSTRUCTIONS)>.*</\1>|# AGENTS\.md instructions.*)\s*", re.S
)

_FOLDER = re.compile(r"\s*<environment_context>.*?<cwd>\s*([^<]*?)\s*</cwd>", re.S)

Items = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Around:
    """What does not make another request of it; the first members weigh most. Digests, but for the model."""

    model: str = ""
    who: str = ""  # which agent asks, and for what kind of request
    instructions: str = ""
    tools: str = ""  # their names
    settings: str = ""

    def shared(self, other: Around) -> tuple[bool, ...]:
        """What is the same in both: the larger of two tuples is the better fit."""
        return tuple(getattr(self, each.name) == getattr(other, each.name) for each in fields(self))

    def unlike(self, other: Around) -> list[str]:
        """The names of what is not."""
        return [each.name for each in fields(self) if getattr(self, each.name) != getattr(other, each.name)]


@dataclass(frozen=True)
class Meaning:
    """`form`: what shape of answer is asked for; `pieces` hold neutral values at their pointers."""

    operation: Operation
    form: str
    pieces: tuple[Item, ...]
    around: Around
    folder: str = ""  # that Codex works in, as far as it was said
    says_folder: bool = False  # by this very request, and not only before it

    @cached_property
    def prints(self) -> tuple[bytes, ...]:
        """A digest of each piece."""
        return tuple(_digest(piece.text) for piece in self.pieces)

    @property
    def is_prewarm(self) -> bool:
        """Whether nothing is made for it: it readies a WebSocket for what comes."""
        return _NOTHING in self.form

    @property
    def digest(self) -> bytes:
        """Equal for requests that mean the same."""
        return hashlib.blake2b(
            b"".join((f"{self.operation}\0{self.form}\0".encode(), *self.prints)), digest_size=16
        ).digest()


@dataclass(frozen=True)
class Asked:
    """A request as it came in or was recorded."""

    operation: Operation
    target: str  # path and query, or a whole URL
    headers: Headers
    body: bytes

    @cached_property
    def json(self) -> dict[str, Any]:
        """The body, its content encoding undone; {} where it is no JSON object, or a huge one."""
        return parse_object(decode(self.body, self.headers, limit=LARGEST)[0]) or {}


def meaning_of(asked: Asked, *, history: Items | None = None, any_results: bool = False) -> Meaning:
    """`history`: what its `previous_response_id` stands for, None where nobody knows.

    `any_results`: what tools gave does not count.
    """
    body = asked.json
    if asked.operation not in CREATING:
        return _of_a_call(asked, body)
    is_chat = asked.operation is Operation.CHAT
    said = body.get("messages" if is_chat else "input")
    if isinstance(said, str):
        said = [{"type": "message", "role": "user", "content": said}]
    own = said if isinstance(said, list) else []
    reading = _Reading(any_results)
    for where, items in (("/history", history or ()), ("/messages" if is_chat else "/input", own)):
        reading.says_folder = False
        for n, item in enumerate(items):
            reading.take(item, f"{where}/{n}")
    reading.context.append(body.get("instructions"))
    over_socket = body.get("type") == _MESSAGE
    told = identify_message(asked.headers, body) if over_socket else identify(asked.headers)
    rest = {name: body[name] for name in body if name not in _ELSEWHERE | _RUNS_OWN}
    previous = rest.pop("previous_response_id", None)
    if previous is not None and history is None:
        at = "/previous_response_id"
        reading.pieces.insert(0, Item({"previous_response_id": previous}, at, "history"))
    return Meaning(
        asked.operation,
        _form(body),
        tuple(reading.pieces),
        Around(
            model=str(body.get("model") or ""),
            who=f"{told.request_kind or ''} {told.agent or ''} {told.agent_name or ''}".strip(),
            instructions=_short(neutral_value(reading.context)),
            tools=_short(
                sorted(tool.title for tool in tools_of({**body, "input": [*(history or ()), *own]}))
            ),
            settings=_short(rest),
        ),
        reading.folder,
        reading.says_folder,
    )


def _of_a_call(asked: Asked, body: dict[str, Any]) -> Meaning:
    """A call on a stored response, of the list of models, for embeddings."""
    path, _, query = asked.target.partition("?")
    segments = [segment for segment in path.split("/") if segment]
    named = {Operation.GET: 1, Operation.DELETE: 1, Operation.CANCEL: 2, Operation.ITEMS: 2}
    if length := named.get(asked.operation):
        segments = segments[-length:]
    else:
        segments = segments[segments.index("models") :] if "models" in segments else segments[-1:]
    pairs = sorted(pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != "api-version")
    value: dict[str, Any] = {"address": "/".join(segments), "query": [list(pair) for pair in pairs]}
    if told := {name: body[name] for name in body if name not in _RUNS_OWN | {"model"}}:
        value["body"] = canonical(told)
    around = Around(model=str(body.get("model") or ""))
    return Meaning(asked.operation, "", (Item(value, "", "call"),), around)


def _form(body: dict[str, Any]) -> str:
    asked = [name for name in ("stream", "background") if body.get(name) is True]
    if body.get("type") == _MESSAGE and "stream" not in asked:
        asked.insert(0, "stream")  # a message of a WebSocket
    if body.get("generate") is False:
        asked.append(_NOTHING)
    return ", ".join(asked)


class _Reading:
    """Items or messages, one after the other, made into pieces and what is around them."""

    def __init__(self, any_results: bool) -> None:
        self._any_results = any_results
        self.pieces: list[Item] = []
        self.context: list[Any] = []
        self.folder = ""
        self.says_folder = False

    def take(self, item: Any, pointer: str) -> None:
        kind = item_type(item)
        if kind is None or not isinstance(item, dict):
            self._add(neutral_value(item), pointer, "something that is no item")
        elif kind == "message":
            self._message(item, pointer)
        elif kind == "tool" or kind in OUTPUTS:
            self._result(item, pointer)
        elif kind in CALLS:
            self._call(kind, item.get("name"), item.get(CALLS[kind]), pointer)
        elif kind not in _UNSAID:
            self._add(_meant(item), pointer, kind)

    def _message(self, item: dict[str, Any], pointer: str) -> None:
        role = item.get("role")
        if role in ("developer", "system"):
            self.context.append(item.get("content"))
            return
        for text in _texts(item.get("content")) if role == "user" else ():
            if told := _FOLDER.match(text):
                self.folder, self.says_folder = told[1], True
        parts = [part for part in _parts(item.get("content")) if not self._is_context(part)]
        if parts:
            self._add({"role": role, "says": parts}, pointer, f"message {role}")
        calls = item.get("tool_calls")
        for n, call in enumerate(calls if isinstance(calls, list) else ()):
            for form, member in (("function", "arguments"), ("custom", "input")):
                if isinstance(call, dict) and isinstance(made := call.get(form), dict):
                    at = f"{pointer}/tool_calls/{n}"
                    self._call(f"{form} call", made.get("name"), made.get(member), at)

    def _is_context(self, part: Any) -> bool:
        if not isinstance(part, str) or _CONTEXT.fullmatch(part) is None:
            return False
        self.context.append(part)
        return True

    def _call(self, kind: str, name: Any, given: Any, pointer: str) -> None:
        title = f"{kind} {name}" if isinstance(name, str) else kind
        self._add({"calls": name, "with": neutral_value(_value(given))}, pointer, title)

    def _result(self, item: dict[str, Any], pointer: str) -> None:
        if self._any_results:
            result: Any = "any"
        elif isinstance(found := item.get("tools"), list):
            result = [tool_title(tool) for tool in found]
        else:
            result = _parts(item.get("output", item.get("content")))
        self._add({"result": result}, pointer, "tool result")

    def _add(self, value: Any, pointer: str, title: str) -> None:
        self.pieces.append(Item(value, pointer, title))


def _parts(content: Any) -> list[Any]:
    """The texts and other parts of a content, neutral; texts without the frame that differs by API."""
    return [part for part in _unframed(content) if part != ""]


def _texts(content: Any) -> Iterator[str]:
    for part in content if isinstance(content, list) else [content]:
        text = part.get("text") if isinstance(part, dict) else part
        if isinstance(text, str):
            yield text


def _unframed(content: Any) -> Iterator[Any]:
    for part in content if isinstance(content, list) else [content]:
        if isinstance(part, str):
            yield neutral(part)
        elif isinstance(part, dict) and isinstance(text := part.get("text", part.get("refusal")), str):
            yield neutral(text)
        elif part is not None:
            yield _meant(part)


def _meant(value: Any) -> Any:
    if not isinstance(value, dict):
        return neutral_value(value)
    return {name: neutral_value(one) for name, one in value.items() if name not in _NOT_MEANT}


def _value(given: Any) -> Any:
    """Arguments: the JSON that they are, whatever its spaces and order; a text as it is."""
    if not isinstance(given, str):
        return given
    try:
        return parse(given)
    except ValueError:
        return given


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _short(value: Any) -> str:
    return _digest(canonical(value)).hex()
