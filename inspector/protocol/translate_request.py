"""A Responses request -> the Chat Completions request that asks for the same, with the report of every piece.

Plain values in, plain values out; whatever JSON comes in, nothing is raised: what cannot be said is refused
with a Responses error, and there is a best-effort payload to look at all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inspector.protocol.families import Family, family_of, family_of_names
from inspector.protocol.json_text import Unwritable, endless_number
from inspector.protocol.limits import Limits
from inspector.protocol.report import Kind, Report, Row
from inspector.protocol.to_chat.leaving_out import leave_out
from inspector.protocol.to_chat.long_descriptions import move_long
from inspector.protocol.to_chat.messages import Conversation
from inspector.protocol.to_chat.past import place_of, settle
from inspector.protocol.to_chat.refusals import Refusals
from inspector.protocol.to_chat.settings import Settings
from inspector.protocol.to_chat.tool_definitions import ToolList
from inspector.protocol.tools import ToolNames


@dataclass(frozen=True, slots=True)
class Options:
    """What the bridge or the person decides: the deployment to name, which family a name belongs to.

    `limits` are for `responses.validate`, which whoever sends the payload asks first, but for the length of
    tools' descriptions: what is longer travels elsewhere.
    """

    model: str | None = None
    families: Mapping[str, str] = field(default_factory=dict)
    send_metadata: bool = False  # also without store:true, for endpoints that take it
    reasoning_content: bool = False  # the endpoint reads `reasoning_content` of assistant messages
    history: Sequence[Mapping[str, Any]] | None = None  # the items that `previous_response_id` stands for
    limits: Limits = field(default_factory=Limits)
    leave_out: tuple[str, ...] = ()  # fields of the chat payload that its endpoint refuses


@dataclass(frozen=True, slots=True)
class ChatTranslation:
    """The payload, how it came to be, the tools' names for the way back, and the refusal, if any."""

    payload: dict[str, Any]
    report: Report
    tools: ToolNames
    error: dict[str, Any] | None
    family: Family

    @property
    def streams(self) -> bool:
        """Whether the payload asks for a stream; some models give whole answers only, whatever was asked."""
        return self.payload.get("stream") is True


def translate_request(body: Any, options: Options = Options()) -> ChatTranslation:
    """Translate a parsed request body. `error` is None when the payload may be sent."""
    rows: list[Row] = []
    refusals = Refusals(rows)
    if not isinstance(body, Mapping):
        refusals.add("", "invalid_type", "the request must be a JSON object")
        return ChatTranslation(
            {}, Report(rows), ToolNames(), refusals.error(), family_of(options.model, options.families)
        )
    try:
        translation = _Request(body, options, rows, refusals)
        translation.run()
    except Unwritable:
        # A value that had to become text nests too deeply; nothing real is nested like that.
        rows.clear()
        refusals.add("", "invalid_value", "the request is nested too deeply")
        return ChatTranslation(
            {}, Report(rows), ToolNames(), refusals.error(), family_of(options.model, options.families)
        )
    return ChatTranslation(
        translation.payload, Report(rows), translation.names, refusals.error(), translation.family
    )


class _Request:
    """One request on its way: `input` and the tools first, then each field by its rule."""

    def __init__(
        self, body: Mapping[str, Any], options: Options, rows: list[Row], refusals: Refusals
    ) -> None:
        self.payload: dict[str, Any] = {}
        named = isinstance(body.get("previous_response_id"), str)
        self._rebuilt = "previous_response_id" if named and options.history is not None else None
        self._past = list(options.history or ()) if named else []
        self._given = body.get("input")
        given = self._given if isinstance(self._given, list) else []
        self._items = [*self._past, *given] if self._past else given
        self.names = ToolNames.of_request({"tools": body.get("tools"), "input": self._items})
        self._body = body
        self._options = options
        self._rows = rows
        self._refusals = refusals
        model = body.get("model")
        model = model if isinstance(model, str) else None
        self.family = family_of_names((options.model, model), options.families)
        self._tools = ToolList(self.names, rows, refusals)

    def run(self) -> None:
        """Fill the payload and the report."""
        body, payload = self._body, self.payload
        if not body:
            self._refusals.add("", "missing_required_parameter", "the request is empty")
        self._model()
        self._tools_and_messages()
        settings = Settings(
            body,
            payload,
            family=self.family,
            names=self.names,
            rows=self._rows,
            refusals=self._refusals,
            send_metadata=self._options.send_metadata,
        )
        for name, value in body.items():
            if name not in _FIRST and name != self._rebuilt:
                settings.read(name, value)
        settings.finish()
        leave_out(self._options.leave_out, payload, self._rows)
        if self._rebuilt:
            settle(self._rows, body[self._rebuilt], len(self._past))
        self._numbers()
        if not payload["messages"] and self._refusals.error() is None:
            message = "there is nothing to send: no instructions, and no item that Chat Completions can say"
            self._refusals.add_unseen("/input", "missing_required_parameter", message)

    def _model(self) -> None:
        model, deployment = self._body.get("model"), self._options.model
        if deployment is not None:
            self.payload["model"] = deployment
        elif isinstance(model, str):
            self.payload["model"] = model
        if "model" not in self._body:
            if deployment is None:
                self._refusals.add_unseen(
                    "/model", "missing_required_parameter", "the request names no model"
                )
            else:
                self._inject("/model", "the deployment that was asked for")
        elif not isinstance(model, str):
            self._refusals.add(
                "/model", "invalid_type", "must be a string", ("/model",) if deployment else ()
            )
        elif not self.family.chat:
            message = (
                f"{self.family.name} models are served on Responses only, there is no chat endpoint to ask"
            )
            self._refusals.add("/model", "unsupported_model", message, ("/model",))
        elif deployment is not None and deployment != model:
            self._rows.append(Row(Kind.RENAMED, "/model", ("/model",), "the deployment that was asked for"))
        else:
            reason = "" if self.family.known else "an unknown model family: nothing is left out for its sake"
            self._rows.append(Row(Kind.MAPPED, "/model", ("/model",), reason))

    def _numbers(self) -> None:
        """Refuse what parsers read and JSON does not know, wherever it is; its row becomes the refusal."""
        pointer, message = endless_number(self._body), "NaN and infinity are no JSON"
        if pointer is None and endless_number(self._past) is not None:
            pointer, message = f"/{self._rebuilt}", "its history has numbers that are no JSON"
        if pointer is None:
            return
        for n, row in enumerate(self._rows):
            if row.source is not None and f"{pointer}/".startswith(f"{row.source}/"):
                self._rows[n] = Row(Kind.REJECTED, row.source, row.targets, message, loss=True)
        self._refusals.add_unseen(pointer, "invalid_value", message)

    def _tools_and_messages(self) -> None:
        body = self._body
        conversation = Conversation(
            family=self.family,
            names=self.names,
            tools=self._tools,
            rows=self._rows,
            refusals=self._refusals,
            reasoning=self._options.reasoning_content,
        )
        self.payload["messages"] = conversation.messages
        instructions = body.get("instructions")
        if isinstance(instructions, str) and instructions:
            conversation.instruct(instructions, "/instructions")
        elif "instructions" in body:
            if instructions is None or instructions == "":
                self._drop("instructions", "empty")
            else:
                self._refusals.add("/instructions", "invalid_type", "must be a string")
        if "tools" in body:
            self._tools.add_all(body["tools"], "/tools")
        given, past = self._given, len(self._past)
        if self._items:
            places = [place_of(n) for n in range(past)]
            places += [f"/input/{n}" for n in range(len(self._items) - past)]
            conversation.read(self._items, places)
        if isinstance(given, str):
            where = f"/messages/{len(conversation.messages)}"
            conversation.messages.append({"role": "user", "content": given})
            self._rows.append(Row(Kind.RENAMED, "/input", (where,), "one message from the user"))
        elif not isinstance(given, list) and given is not None:
            self._refusals.add("/input", "invalid_type", "must be a string or a list of items")
        elif "input" in body and not given:
            self._drop("input", "empty")
        limit = self._options.limits.tool_description
        move_long(self._tools, conversation.messages, self._rows, role=self.family.role, limit=limit)
        if self._tools.tools:
            self.payload["tools"] = self._tools.tools

    def _drop(self, name: str, reason: str) -> None:
        self._rows.append(Row(Kind.DROPPED, f"/{name}", (), reason))

    def _inject(self, target: str, reason: str) -> None:
        self._rows.append(Row(Kind.INJECTED, None, (target,), reason))


_FIRST = frozenset(("model", "instructions", "input", "tools"))
"""The fields on which the others depend."""
