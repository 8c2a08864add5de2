"""Answers of a person's own to what is held: what is typed into the form as a decision, or what is wrong."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any

from inspector.capture.holds import Decision, Held, Point, answered, failed, problem_of

Json = dict[str, Any]
JSON = (("content-type", "application/json"),)


class Answer(StrEnum):
    """The kinds there are."""

    TEXT = "text"  # a Response in which the assistant says it
    FAILED = "failed"  # a Response that has failed
    STATUS = "status"  # a status and a body: an error as Azure would send it

    @classmethod
    def at(cls, point: Point) -> tuple[Answer, ...]:
        """Those that are possible there: a stream that has begun has its status."""
        return (cls.TEXT, cls.FAILED) if point is Point.EVENT else (cls.TEXT, cls.FAILED, cls.STATUS)


def said(text: str, model: str = "") -> Decision:
    """A Response in which the assistant says `text`, by the name of `model` where one is known."""
    part = {"type": "output_text", "text": text, "annotations": []}
    item: Json = {"type": "message", "id": "msg_held", "role": "assistant", "status": "completed"}
    body: Json = {"id": "resp_held", "object": "response", "status": "completed"}
    body |= {"model": model} if model else {}
    body |= {"output": [{**item, "content": [part]}]}
    body |= {"usage": {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}}
    return answered(200, json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogateescape"))


def refused(status: str, body: str) -> Decision | str:
    """A status and a body, which may be any text; what is wrong, in a sentence."""
    if not status.strip().isdecimal():
        return "The status is a number, such as 429."
    return answered(int(status), body.encode("utf-8", "surrogateescape"), JSON)


def broken(code: str, message: str) -> Decision:
    """A Response that has failed."""
    return failed(message, code.strip() or "server_error")


def checked(decision: Decision | str, held: Held) -> Decision | str:
    """The same, or why it cannot be done with what is held."""
    return decision if isinstance(decision, str) else problem_of(decision, held.point) or decision
