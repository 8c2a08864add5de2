"""A request body while it is edited item by item: its rows, what may be done to the one at the cursor, and
the bodies before, to go back to. Pure but for its own history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from inspector.replay.edits.edit import Drop, Set, apply
from inspector.replay.edits.items import Changed, drop_item, move_item, set_text, texts_of
from inspector.replay.edits.places import path_of, read_place, resolve
from inspector.replay.edits.problem import EditProblem
from inspector.replay.edits.settings import drop_tool, set_tool
from inspector.replay.edits.together import items_of, list_name, partners
from inspector.ui.view.outline import Node
from inspector.ui.view.request import request_nodes
from inspector.ui.view.text import json_escaped

Body = Mapping[str, Any]


class EditedBody:
    """The body now, and those before it."""

    def __init__(self, body: Body) -> None:
        self.body: dict[str, Any] = dict(body)
        self._before: list[dict[str, Any]] = []

    def nodes(self) -> list[Node]:
        """Its rows, by JSON pointers: settings, tools, items."""
        return request_nodes(self.body, ())[:-1]  # without the headers

    def change(self, edit: Callable[[dict[str, Any]], dict[str, Any] | Changed]) -> str | None:
        """Make an edit, which can be undone; its remark. Raises EditProblem."""
        made = edit(self.body)
        after, remark = (made.body, made.remark) if isinstance(made, Changed) else (made, None)
        if after != self.body:
            self._before.append(self.body)
            self.body = after
        return remark

    def undo(self) -> bool:
        """Go back by one edit; False where there is none."""
        if self._before:
            self.body = self._before.pop()
            return True
        return False

    # What is at a row

    def item(self, key: str) -> int | None:
        """The number of the item that a row shows, or is part of."""
        name, _, rest = key.strip("/").partition("/")
        number = rest.partition("/")[0]
        if name != list_name(self.body) or not number.isdecimal():
            return None
        return int(number) if int(number) < len(items_of(self.body)) else None

    def tool(self, key: str) -> int | None:
        """The number of the tool that a row shows."""
        name, _, number = key.strip("/").partition("/")
        return int(number) if name == "tools" and number.isdecimal() else None

    def is_setting(self, key: str) -> bool:
        """Whether a row is one of the settings."""
        return key.startswith("/") and key.strip("/").partition("/")[0] not in ("tools", "input", "messages")

    def value(self, key: str) -> Any:
        """What is at a pointer."""
        found: Any = self.body
        for step in resolve(self.body, read_place(key)):
            found = found[step]
        return found

    def texts(self, key: str) -> dict[str, str]:
        """The texts at a row that can be changed, by their pointers."""
        if key == "/instructions" or (key == "/input" and isinstance(self.body.get("input"), str)):
            return {key: self.body[key[1:]]}
        n = self.item(key)
        if n is None:
            return {}
        return dict(texts_of(items_of(self.body)[n], f"/{list_name(self.body)}/{n}"))

    def partners(self, n: int) -> list[str]:
        """The items that belong to one, as a person names them."""
        name = list_name(self.body)
        return [path_of(f"/{name}/{one}", self.body) for one in partners(items_of(self.body), n)]


def with_text(key: str, text: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Another text at a pointer of `texts`."""
    return lambda body: {**body, "input": text} if key == "/input" else set_text(body, key, text)


def with_value(key: str, value: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Another value of a setting."""
    return lambda body: apply([Set(read_place(key), value)], body)


def with_tool(n: int, tool: Mapping[str, Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Another definition of a tool."""
    return lambda body: set_tool(body, n, tool)


def without(
    edited: EditedBody, key: str, *, with_partners: bool = False
) -> Callable[..., dict[str, Any] | Changed]:
    """Without what a row shows. Raises EditProblem where that cannot be dropped."""
    item, tool = edited.item(key), edited.tool(key)
    if item is not None:
        return lambda body: drop_item(body, item, with_partners=with_partners)
    if tool is not None:
        return lambda body: drop_tool(body, tool)
    if edited.is_setting(key) or key in ("/tools", "/input"):
        return lambda body: apply([Drop(read_place(key))], body)
    raise EditProblem("This row is not something that can be dropped.")


def moved(edited: EditedBody, key: str, by: int) -> tuple[str, Callable[..., dict[str, Any] | Changed]]:
    """The item of a row further up or down, and its pointer then. Raises EditProblem."""
    n = edited.item(key)
    if n is None:
        raise EditProblem("Only items of the conversation can be moved.")
    to = n + by
    if not 0 <= to < len(items_of(edited.body)):
        raise EditProblem("It is at the end already." if by > 0 else "It is at the beginning already.")
    return f"/{list_name(edited.body)}/{to}", lambda body: move_item(body, n, to)


def can_be_typed(text: str) -> bool:
    """Whether a text can be shown as it is: nothing in it that a terminal would obey or hide."""
    return json_escaped(text) == text
