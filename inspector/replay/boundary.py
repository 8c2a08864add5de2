"""A captured request made into a call, at one of the places that it went through on its way.

```
 captured ──► repaired                        Responses
     └──────► translated      payload         Chat Completions (payload: as the bridge sent it)
```

Repair and translation are derived anew, by the settings of the recorder and what the person says of model and
deployment. Pure: values in, values out.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from inspector.capture.encodings import decode
from inspector.capture.model import ExchangeDetail, Headers, Leg, Message
from inspector.capture.posted import as_posted, is_message, posted_body
from inspector.capture.sockets import METHOD
from inspector.capture.stored_history import Items
from inspector.capture.translated import options_of, repair_options_of
from inspector.protocol.azure import Form, Operation
from inspector.protocol.json_text import parse_object, to_bytes
from inspector.protocol.repair import Change, repair_request
from inspector.protocol.report import Report
from inspector.protocol.snippets.call import call_of
from inspector.protocol.translate_request import translate_request
from inspector.replay.call import Call
from inspector.replay.endpoint import (
    AS_CAPTURED,
    Destination,
    Endpoint,
    as_captured,
    deployment_in,
    resolve,
    tail_of,
)

_JSON, _EVENT_STREAM = "application/json", "text/event-stream"
_METHODS = ("POST", "GET", "DELETE")
_RESPONSES = (Operation.CREATE, Operation.COMPACT)
_IN_THE_PATH = (Operation.CHAT, Operation.EMBEDDINGS)  # what a deployment's own URL is asked for


class Boundary(StrEnum):
    """Where of its way a request is sent again."""

    CAPTURED = "captured"  # as the client sent it
    REPAIRED = "repaired"  # made acceptable to Azure
    TRANSLATED = "translated"  # said in Chat Completions
    PAYLOAD = "payload"  # the chat payload that the bridge really sent


class BuildProblem(ValueError):
    """It cannot be sent like that; the message is one sentence for a person."""


@dataclass(frozen=True, slots=True)
class Built:
    """A call, where it goes, and how it came to be."""

    call: Call
    endpoint: Endpoint
    boundary: Boundary
    report: Report | None = None  # of the translation or the repair
    changes: tuple[Change, ...] = ()  # of the repair
    left_out: tuple[str, ...] = ()  # headers and parameters that may be secrets, by name


def build(
    detail: ExchangeDetail,
    boundary: Boundary = Boundary.CAPTURED,
    destination: Destination = AS_CAPTURED,
    *,
    past: Items | None = None,
    body: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Built:
    """The call that an exchange's request makes. Raises BuildProblem or EndpointProblem.

    `past` is what its `previous_response_id` stands for (`earlier_items`), for a translation. `body` takes
    the place of the captured one (of the payload, at that boundary): an edited request.
    """
    return _Building(detail, boundary, destination, past, body, environ).built()


def body_at(detail: ExchangeDetail, boundary: Boundary = Boundary.CAPTURED) -> dict[str, Any]:
    """What `build` begins with, to be edited: the client's body, or the payload. Raises BuildProblem."""
    body = _object_of(detail, Leg.UPSTREAM_REQUEST if boundary is Boundary.PAYLOAD else Leg.REQUEST)
    return posted_body(body, None) if is_message(detail) else body


class _Building:
    def __init__(
        self,
        detail: ExchangeDetail,
        boundary: Boundary,
        destination: Destination,
        past: Items | None,
        body: Mapping[str, Any] | None,
        environ: Mapping[str, str],
    ) -> None:
        self._exchange = detail.exchange
        self._detail = detail
        self._boundary = boundary
        self._wanted = destination
        self._past = past
        self._edited = None if body is None else dict(body)
        self._check()
        if is_message(detail):
            self._post()
        self._endpoint = resolve(self._exchange.url, destination, environ)
        if boundary in (Boundary.TRANSLATED, Boundary.PAYLOAD) and destination.to is None:
            version = destination.api_version or detail.options.get("api_version")
            if isinstance(version, str):  # the bridge asks the chat endpoint with a version of its own
                upstream = replace(self._endpoint.upstream, api_version=version or None)
                self._endpoint = replace(self._endpoint, upstream=upstream)
        client = self._leg(Leg.REQUEST)
        sent = call_of(
            self._exchange.method, self._exchange.url, client.headers, b"x" if client.body else b""
        )
        self._headers: Headers = sent.headers
        self._left_out = (*sent.left_out, *self._endpoint.left_out)

    def built(self) -> Built:
        match self._boundary:
            case Boundary.REPAIRED:
                return self._repaired()
            case Boundary.TRANSLATED:
                return self._translated()
            case Boundary.PAYLOAD:
                return self._payload()
        return self._captured()

    # The boundaries

    def _captured(self) -> Built:
        content = self._content(Leg.REQUEST)
        wanted = self._wanted
        model = (
            wanted.deployment or wanted.model or self._deployment_named() or self._deployment_left_behind()
        )
        if model is not None and content:
            content = to_bytes({**self._object(Leg.REQUEST), "model": model})
        return self._of(content, self._exchange.operation, self._headers, model)

    def _repaired(self) -> Built:
        body = self._with_model(self._object(Leg.REQUEST))
        url = self._endpoint.responses()
        options = repair_options_of(self._detail.options, url)
        families = {**options.families, **self._wanted.families}
        deployment = self._wanted.deployment or self._deployment_named()
        second = body.get("model") if deployment else None
        if deployment:
            body["model"] = deployment
        options = replace(options, families=families, model=second if isinstance(second, str) else None)
        repaired = repair_request(body, options)
        if not repaired.changes and not (deployment or self._wanted.model or self._edited):
            content = self._content(Leg.REQUEST)  # what needs no repair passes to the letter
        else:
            content = to_bytes(repaired.body)
        built = self._of(content, self._exchange.operation, self._headers, deployment or self._wanted.model)
        return replace(built, report=repaired.report(), changes=repaired.changes)

    def _translated(self) -> Built:
        body = self._with_model(self._object(Leg.REQUEST))
        options = options_of(self._detail.options, body.get("model"), self._past)
        deployment = self._wanted.deployment or self._deployment_named() or options.model
        families = {**options.families, **self._wanted.families}
        translation = translate_request(body, replace(options, model=deployment, families=families))
        if translation.error is not None:
            raise BuildProblem(
                f"Exchange {self._exchange.id} cannot be said in Chat Completions: "
                f"{translation.error['error']['message']}"
            )
        accepted = _EVENT_STREAM if translation.streams else _JSON
        headers = _with(self._headers, accept=accepted, **{"content-type": _JSON})
        built = self._of(to_bytes(translation.payload), Operation.CHAT, headers, deployment)
        return replace(built, report=translation.report)

    def _payload(self) -> Built:
        content = self._content(Leg.UPSTREAM_REQUEST)
        model = self._wanted.deployment or self._wanted.model or self._deployment_named()
        if model is not None:
            content = to_bytes({**self._object(Leg.UPSTREAM_REQUEST), "model": model})
        streams = (parse_object(content) or {}).get("stream") is True
        accepted = _EVENT_STREAM if streams else _JSON
        headers = _with(self._headers, accept=accepted, **{"content-type": _JSON})
        return self._of(content, Operation.CHAT, headers, model)

    # What they are made of

    def _check(self) -> None:
        exchange, boundary = self._exchange, self._boundary
        if exchange.operation == Operation.CONNECT:
            raise BuildProblem(
                f"Exchange {exchange.id} asks for a WebSocket, which is not spoken here: send one of the "
                "requests again that went over it."
            )
        if exchange.operation not in tuple(Operation) or exchange.method not in (*_METHODS, METHOD):
            raise BuildProblem(
                f"Exchange {exchange.id} is none of the calls that can be sent again: "
                f"{exchange.method} {exchange.operation}."
            )
        if exchange.request_done is None and self._edited is None:
            raise BuildProblem(f"The request of exchange {exchange.id} was not recorded whole.")
        if boundary is Boundary.REPAIRED and exchange.operation not in _RESPONSES:
            raise BuildProblem(f"Exchange {exchange.id} is no Responses request: only those are repaired.")
        if boundary is Boundary.TRANSLATED and exchange.operation != Operation.CREATE:
            what = "a Chat Completions request already" if exchange.operation == Operation.CHAT else "none"
            raise BuildProblem(
                f"Only a Responses request can be translated, and exchange {exchange.id} is {what}: "
                "send it as captured."
            )
        if boundary is Boundary.PAYLOAD and not self._is_bridged():
            raise BuildProblem(
                f"Exchange {exchange.id} did not pass a bridge, so there is no chat payload that was sent: "
                "send it translated."
            )

    def _post(self) -> None:
        """What went over a WebSocket is posted, with the history that the socket knew."""
        self._detail = as_posted(self._detail, self._past)
        self._exchange = self._detail.exchange
        if self._edited is not None:
            self._edited = posted_body(self._edited, self._past)
        if "previous_response_id" in self._object(Leg.REQUEST):
            raise BuildProblem(
                f"Exchange {self._exchange.id} went over a WebSocket and goes on from a response that is not "
                "in the capture, or not whole: it cannot be posted."
            )

    def _is_bridged(self) -> bool:
        return self._exchange.mode == "bridge" and Leg.UPSTREAM_REQUEST in self._detail.legs

    def _of(self, content: bytes, operation: str, headers: Headers, model: str | None) -> Built:
        asked = Operation(operation)
        call = Call(
            "POST" if asked is Operation.CHAT else self._exchange.method,
            self._url(asked, model, content),
            headers,
            content,
            asked,
        )
        return Built(call, self._endpoint, self._boundary, left_out=self._left_out)

    def _url(self, asked: Operation, model: str | None, content: bytes) -> str:
        wanted, url, endpoint = self._wanted, self._exchange.url, self._endpoint
        moved = wanted.to is not None or wanted.api_version is not None
        in_path = endpoint.upstream.deployment is not None and wanted.deployment is not None
        if asked == self._exchange.operation and not moved and not in_path:
            return as_captured(url)
        match asked:
            case Operation.CHAT:
                return endpoint.chat(self._chat_deployment(model, content))
            case Operation.EMBEDDINGS:
                return endpoint.embeddings(self._chat_deployment(model, content))
        tail, query = tail_of(url, asked)
        if wanted.to is None:
            query = ()  # the endpoint has it
        return endpoint.models(tail, query) if asked is Operation.MODELS else endpoint.responses(tail, query)

    def _chat_deployment(self, model: str | None, content: bytes) -> str:
        """The deployment for a URL that names one: as told, as the captured URL said, as the body says."""
        told = model or deployment_in(self._exchange.url)
        named = told or (parse_object(content) or {}).get("model") or self._exchange.model
        return named if isinstance(named, str) else ""

    def _deployment_named(self) -> str | None:
        """The deployment in the path of a URL that a person named: the model at such an endpoint."""
        return self._endpoint.upstream.deployment if self._endpoint.named else None

    def _deployment_left_behind(self) -> str | None:
        """The deployment in the path of the captured URL, where the new one has no place for it."""
        if self._exchange.operation not in _IN_THE_PATH or self._wanted.to is None:
            return None
        placed = self._endpoint.upstream.form in (Form.DATED, Form.DEPLOYMENT)
        return None if placed or self._model_is_edited() else deployment_in(self._exchange.url)

    def _model_is_edited(self) -> bool:
        captured = parse_object(_plain(self._detail, Leg.REQUEST)) or {}
        return self._edited is not None and self._edited.get("model") != captured.get("model")

    def _with_model(self, body: dict[str, Any]) -> dict[str, Any]:
        return body if self._wanted.model is None else {**body, "model": self._wanted.model}

    def _leg(self, leg: Leg) -> Message:
        return _leg_of(self._detail, leg)

    def _content(self, leg: Leg) -> bytes:
        """The body, its content encoding undone."""
        if self._edited is not None:
            return to_bytes(self._edited)
        return _plain(self._detail, leg)

    def _object(self, leg: Leg) -> dict[str, Any]:
        return _object_of(self._detail, leg) if self._edited is None else dict(self._edited)


def _leg_of(detail: ExchangeDetail, leg: Leg) -> Message:
    message = detail.legs.get(leg)
    if message is None:
        raise BuildProblem(f"Exchange {detail.exchange.id} has no {leg.value} to send again.")
    return message


def _plain(detail: ExchangeDetail, leg: Leg) -> bytes:
    """The body, its content encoding undone."""
    message = _leg_of(detail, leg)
    if message.absent:
        raise BuildProblem(
            f"The body of exchange {detail.exchange.id} is not in the file that it was read from: there is "
            "nothing to send again."
        )
    plain, problem = decode(message.body, message.headers)
    if problem:
        raise BuildProblem(f"The body of exchange {detail.exchange.id} cannot be read: {problem}.")
    return plain


def _object_of(detail: ExchangeDetail, leg: Leg) -> dict[str, Any]:
    body = parse_object(_plain(detail, leg))
    if body is None:
        raise BuildProblem(
            f"The body of exchange {detail.exchange.id} is no JSON object: it can only be sent as it is, "
            "to the model that it names."
        )
    return body


def _with(headers: Headers, **fields: str) -> Headers:
    """The headers with these fields in the place of theirs."""
    kept = tuple((name, value) for name, value in headers if name.lower() not in fields)
    return (*kept, *fields.items())
