"""What is held as a text to be edited, and what was made of it as a decision.

A request and an event's data are JSON as they came, indented; of a response that has not begun, status and
headers are an object, with a `body` where there is one or should be.
"""

from __future__ import annotations

import json
from typing import Any

from inspector.capture.holds import RELEASED, Act, Decision, Point, problem_of
from inspector.protocol.json_text import parse
from inspector.replay.edits.text import json_problem
from inspector.ui.view.hold.waits import Waits
from inspector.ui.view.pretty import pretty
from inspector.ui.view.text import decode


def is_json(waits: Waits) -> bool:
    """Whether the text is to be JSON; `[DONE]` of a chat stream is none."""
    if waits.held.point is Point.RESPONSE:
        return True
    return _parsed(decode(waits.body)) is not None


def text_of(waits: Waits) -> str:
    """The text to begin with."""
    held, text = waits.held, decode(waits.body)
    value = _parsed(text)
    if held.point is not Point.RESPONSE:
        return text if value is None else pretty(value)
    head: dict[str, Any] = {"status": held.status, "headers": [list(field) for field in held.headers]}
    if text:
        head["body"] = text if value is None else value
    return pretty(head)


def decision_of(waits: Waits, text: str) -> Decision | str:
    """What the text means for it; what is wrong, in a sentence. An event without a text is left out."""
    held = waits.held
    if text == text_of(waits):
        return RELEASED
    if not is_json(waits) or (held.point is Point.EVENT and not text.strip()):
        data = text if text.strip() else ""
        return Decision(Act.EDIT, body=data.encode("utf-8", "surrogateescape"))
    if (problem := json_problem(text, any_value=True)) is not None:
        return f"Line {problem.line}, column {problem.column}: {problem.sentence}"
    value = parse(text)
    if held.point is Point.REQUEST:
        return Decision(Act.EDIT, body=text.encode("utf-8", "surrogateescape"))
    if held.point is Point.EVENT:  # on one line: each line of the data would be one of the stream's
        return Decision(Act.EDIT, body=_compact(value))
    return _response(waits, value)


def _response(waits: Waits, value: Any) -> Decision | str:
    if not isinstance(value, dict) or value.keys() - {"status", "headers", "body"}:
        return "Of a response there can be status, headers and body."
    status, fields, body = (value.get(name) for name in ("status", "headers", "body"))
    if not isinstance(status, int) or isinstance(status, bool):
        return "The status is a number, such as 429."
    if not isinstance(fields, list) or not all(
        isinstance(field, list) and len(field) == 2 and all(isinstance(part, str) for part in field)
        for field in fields
    ):
        return 'The headers are a list of pairs of texts: [["retry-after", "2"]].'
    headers = tuple((name, said) for name, said in fields)
    before = json.loads(text_of(waits)).get("body")
    decision = Decision(
        Act.EDIT,
        status if status != waits.held.status else None,
        headers if headers != waits.held.headers else None,
        None if body == before else body.encode() if isinstance(body, str) else _compact(body),
    )
    return problem_of(decision, Point.RESPONSE) or decision


def _compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogateescape")


def _parsed(text: str) -> Any:
    """JSON that is an object or a list; None for all else."""
    try:
        value = parse(text)
    except ValueError:
        return None
    return value if isinstance(value, dict | list) else None
