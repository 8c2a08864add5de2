"""An error of Azure's in words: what was said, whatever its form, what to do, and the id to ask about it.

The forms are read where captures are (capture.causes, protocol.upstream_error); here is added what a person
who sent a call can do. The first row that fits decides:

| the answer | advice about |
|---|---|
| 401, 403 | the credential, the role |
| 404 of a response, of a deployment, of anything else | how long it is kept, the name, the URL |
| 429 | the quota, how long to wait |
| content filter, an unknown `previous_response_id`, a cancelled synchronous response | each of them |
| another 400 of a create | the repair |
| 408, 409, 5xx | trying again; a gateway in between, where the body is not Azure's |
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from inspector.capture import causes
from inspector.capture.encodings import decode
from inspector.capture.model import Headers
from inspector.protocol.azure import Operation
from inspector.protocol.json_text import parse
from inspector.protocol.upstream_error import UpstreamError, read_error
from inspector.replay.served import served

_STORED = (Operation.GET, Operation.DELETE, Operation.CANCEL, Operation.ITEMS)


@dataclass(frozen=True, slots=True)
class Wording:
    """An error answer in words."""

    said: str  # one line: status, code, message, details
    advice: str  # a sentence, "" where there is none
    request_id: str | None

    @property
    def words(self) -> str:
        """All of it in a line."""
        named = f" (request id {self.request_id})" if self.request_id else ""
        return f"{self.said.rstrip('.')}{named}." + (f" {self.advice}" if self.advice else "")


def wording(status: int | None, headers: Headers, body: bytes, operation: str = "") -> Wording | None:
    """What an answer says that is an error by its status; None for any other one.

    `body` as it passed; `operation` is what was asked, a protocol.azure.Operation.
    """
    if status is None or status < 400:
        return None
    plain, _ = decode(body, headers)
    told = served(headers)
    return Wording(
        causes.of_status(status, plain), _advice(status, plain, told.wait, operation), told.request_id
    )


def _advice(status: int, body: bytes, wait: float | None, operation: str) -> str:
    error, is_json = _error(body)
    names = " ".join(name for name in (error.code, error.type) if name).lower() if error else ""
    said = error.message.lower() if error else ""
    if status == 401:
        return "Check that the key or token is one of this resource, and has not expired."
    if status == 403:
        return "The credential may not do that: check its role, and the network rules of the resource."
    if status == 404:
        return _not_found(names, said, operation)
    if status == 429:
        if "quota" in names:
            return "The quota is used up: waiting does not help."
        return (
            f"Wait {wait:g} s, or let --retries do it."
            if wait is not None
            else "Wait, or let --retries do it."
        )
    if "content_filter" in names:
        return "Change the prompt, or the content filter of the deployment."
    if "previous_response" in names:
        return "What is continued must be stored in the same resource: it is kept for 30 days, if at all."
    if "synchronous response" in said:
        return "Only a response made with background:true can be cancelled."
    if status == 400 and operation == Operation.CREATE:
        return "`inspector repair` says what of a request the model's family does not take."
    if status in (408, 409) or status >= 500:
        if is_json or status in (408, 409):
            return "Try again, or let --retries do it."
        return "Something before Azure OpenAI answered, a gateway or proxy: try again, or ask who runs it."
    return ""


def _not_found(names: str, said: str, operation: str) -> str:
    if "deployment" in names or "model_not_found" in names:
        return "In Azure the model is the deployment's name: name one of this resource with --model."
    if operation in _STORED and re.search(r"\bresponse\b", said):
        return "A response is kept by the resource that made it, for 30 days, unless store was false."
    return "Check the URL: its base path, and the api-version that its form needs."


def _error(body: bytes) -> tuple[UpstreamError | None, bool]:
    """The error, and whether the body was JSON at all."""
    try:
        value = parse(body)
    except ValueError:
        return None, False
    return read_error(value, named="error"), True
