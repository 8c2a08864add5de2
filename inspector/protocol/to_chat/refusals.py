"""Why a request cannot be bridged, as the error that a Responses client is answered with."""

from __future__ import annotations

import re
from typing import Any

from inspector.protocol.report import Kind, Row
from inspector.protocol.to_chat.past import is_past


class Refusals:
    """Reasons against a request; the first is the answer, and those with a place are on the report too."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows
        self._found: list[tuple[str, str, str]] = []

    def add(self, pointer: str, code: str, message: str, targets: tuple[str, ...] = ()) -> None:
        """Refuse the piece of the request at `pointer`."""
        if is_past(pointer):
            message = f"its history cannot be sent: {message}"
        self._rows.append(Row(Kind.REJECTED, pointer, targets, message, loss=True))
        self.add_unseen(pointer, code, message)

    def add_unseen(self, pointer: str, code: str, message: str) -> None:
        """Refuse for what is not there, or is on the report already."""
        pointer = "/previous_response_id" if is_past(pointer) else pointer
        self._found.append((pointer, code, message))

    def error(self) -> dict[str, Any] | None:
        """The Responses error body, None when there is no reason against the request."""
        if not self._found:
            return None
        pointer, code, message = self._found[0]
        more = len(self._found) - 1
        return error_body(pointer, code, f"{message} (and {more} more)" if more else message)


def error_body(pointer: str, code: str, message: str) -> dict[str, Any]:
    """The body of a 400: `type`, `param`, `code` and a message that begins with the place."""
    param = parameter(pointer)
    text = f"{param}: {message}" if param else message
    return {"error": {"type": "invalid_request_error", "param": param, "code": code, "message": text}}


def parameter(pointer: str) -> str | None:
    """A JSON pointer in the spelling of Responses errors: /input/0/content -> input[0].content."""
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
    text = "".join(f"[{token}]" if re.fullmatch("[0-9]+", token) else f".{token}" for token in tokens)
    return text.removeprefix(".") or None
