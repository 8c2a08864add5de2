"""Every tool form of Responses <-> chat functions, with names that find their way back.

Chat Completions knows one kind of tool, a function named `[A-Za-z0-9_-]{1,64}` in one flat name space.
Responses knows functions, custom tools (free text in), namespaces of both, a client-side tool search and
built-in shells. `ToolNames` gives each of them its own chat name and remembers whose it is: Codex answers
`unsupported call` to a joined or bare name, it needs `name` and `namespace` apart (measured).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

NAME_LIMIT = 64
SEPARATOR = "__"

_FOREIGN = re.compile(r"[^A-Za-z0-9_-]")

CLIENT_TOOLS = ("local_shell", "shell", "apply_patch")
"""Tools without a name of their own, run by the client: their type is their name."""


class ToolRef(NamedTuple):
    """A tool as Responses names it; `kind` is its type: function, custom, tool_search, local_shell, ..."""

    kind: str
    name: str
    namespace: str | None = None


class ToolNames:
    """Chat names given and taken back. The same tools in the same order always get the same names."""

    __slots__ = ("_names", "_refs")

    def __init__(self, refs: Iterable[ToolRef] = ()) -> None:
        self._names: dict[ToolRef, str] = {}
        self._refs: dict[str, ToolRef] = {}
        for ref in refs:
            self.chat_name(ref)

    @classmethod
    def of_request(cls, request: Mapping[str, Any]) -> ToolNames:
        """The names of all tools that a Responses request offers or mentions."""
        return cls(refs_of(request))

    def chat_name(self, ref: ToolRef) -> str:
        """The function name that stands for `ref`; given now if it has none yet."""
        known = self._names.get(ref)
        if known is not None:
            return known
        for name in _candidates(ref):
            if name not in self._refs:
                self._names[ref] = name
                self._refs[name] = ref
                return name
        raise AssertionError("candidates never end")

    def restore(self, chat_name: str) -> ToolRef:
        """The tool behind a chat name; a name we never gave is a function of that name."""
        return self._refs.get(chat_name) or ToolRef("function", chat_name, None)

    def items(self) -> list[tuple[str, ToolRef]]:
        """(chat name, tool) in the order in which the names were given."""
        return list(self._refs.items())


def _candidates(ref: ToolRef) -> Iterable[str]:
    """Names for `ref`, best first: as it is, else shortened with a hash of the reference, else counted on."""
    plain = f"{ref.namespace}{SEPARATOR}{ref.name}" if ref.namespace else ref.name
    clean = _FOREIGN.sub("_", plain)
    if clean == plain and 0 < len(plain) <= NAME_LIMIT:
        yield plain
    identity = "\0".join((ref.kind, "" if ref.namespace is None else f"={ref.namespace}", ref.name))
    tag = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    yield f"{(clean or 'tool')[: NAME_LIMIT - 9]}_{tag}"
    n = 2
    while True:
        ending = f"_{tag}_{n}"
        yield f"{(clean or 'tool')[: NAME_LIMIT - len(ending)]}{ending}"
        n += 1


def refs_of(request: Mapping[str, Any]) -> Iterable[ToolRef]:
    """The tools of a request in the order that decides names: `tools`, then the items as they come."""
    yield from tool_refs(request.get("tools"))
    items = request.get("input")
    if not isinstance(items, list):
        return
    for item in items:
        if not isinstance(item, dict):
            continue
        kind = item.get("type")
        if not isinstance(kind, str):
            continue
        if kind in _CALLED and (ref := call_ref(item)) is not None:
            yield ref
        elif kind in ("additional_tools", "tool_search_output"):
            yield from tool_refs(item.get("tools"))


def tool_refs(tools: Any, namespace: str | None = None) -> Iterable[ToolRef]:
    """The references of a list of definitions, those inside namespaces among them."""
    for tool in tools if isinstance(tools, list) else ():
        if not isinstance(tool, dict):
            continue
        if tool.get("type") == "namespace" and namespace is None:
            name = tool.get("name")
            yield from tool_refs(tool.get("tools"), name if isinstance(name, str) else "")
        elif (ref := tool_ref(tool, namespace)) is not None:
            yield ref


def tool_ref(tool: Mapping[str, Any], namespace: str | None = None) -> ToolRef | None:
    """The reference of one tool definition; None for hosted tools, namespaces and anything without a name."""
    kind = tool.get("type")
    if kind in ("function", "custom"):
        name = tool.get("name")
        return ToolRef(str(kind), name, namespace) if isinstance(name, str) else None
    if kind == "tool_search" and tool.get("execution") == "client":
        return ToolRef("tool_search", "tool_search", namespace)
    if isinstance(kind, str) and kind in CLIENT_TOOLS and not _is_hosted(tool):
        return ToolRef(kind, kind, namespace)
    return None


def _is_hosted(tool: Mapping[str, Any]) -> bool:
    """Whether a shell runs in a container of the server's, and not at the client."""
    environment = tool.get("environment")
    return isinstance(environment, dict) and environment.get("type") not in (None, "local")


_CALLS = {"function_call": "function", "custom_tool_call": "custom"}
_NAMELESS_CALLS = {"tool_search_call": "tool_search", **{f"{kind}_call": kind for kind in CLIENT_TOOLS}}
_CALLED = frozenset((*_CALLS, *_NAMELESS_CALLS))


def call_ref(item: Mapping[str, Any]) -> ToolRef | None:
    """The tool that a call item of the input or output calls; None when it is no call a client answers."""
    kind = item.get("type")
    if not isinstance(kind, str):
        return None
    if kind in _CALLS:
        name, namespace = item.get("name"), item.get("namespace")
        if not isinstance(name, str):
            return None
        return ToolRef(_CALLS[kind], name, namespace if isinstance(namespace, str) else None)
    if kind in _NAMELESS_CALLS:
        return ToolRef(_NAMELESS_CALLS[kind], _NAMELESS_CALLS[kind])
    return None
