"""A Responses request -> the Chat Completions request that asks for the same, with the report of every piece.

Plain values in, plain values out; whatever JSON comes in, nothing is raised: what cannot be said is refused
with a Responses error, and there is a best-effort payload to look at all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from inspector.protocol.families import Family, family_of
from inspector.protocol.refusals import Refusals
from inspector.protocol.report import Kind, Report, Row, escape
from inspector.protocol.tool_definitions import ToolList
from inspector.protocol.tools import ToolNames, ToolRef, tool_ref
from inspector.protocol.translate_input import Conversation


@dataclass(frozen=True, slots=True)
class Options:
    """What the bridge or the person decides: the deployment to name, which family a name belongs to."""

    model: str | None = None
    families: Mapping[str, str] = field(default_factory=dict)
    send_metadata: bool = False  # also without store:true, for endpoints that take it


@dataclass(frozen=True, slots=True)
class ChatTranslation:
    """The payload, how it came to be, the tools' names for the way back, and the refusal, if any."""

    payload: dict[str, Any]
    report: Report
    tools: ToolNames
    error: dict[str, Any] | None
    family: Family


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
    except RecursionError:
        # Only the JSON encoder recurses, for values that become text; nothing real is nested like that.
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
        self.names = ToolNames.of_request(body)
        self._body = body
        self._options = options
        self._rows = rows
        self._refusals = refusals
        model = body.get("model")
        model = model if isinstance(model, str) else None
        family = family_of(model, options.families)
        if options.model and (deployed := family_of(options.model, options.families)).known:
            family = deployed
        self.family = family
        self._tools = ToolList(self.names, rows, refusals)

    def run(self) -> None:
        """Fill the payload and the report."""
        body, payload = self._body, self.payload
        self._model()
        self._tools_and_messages()
        for name, value in body.items():
            if name not in _FIRST:
                rule = _FIELDS.get(name)
                if value is None:
                    self._drop(name, "null says nothing")
                elif rule is not None:
                    rule(self, name, value)
                else:
                    self._drop(name, "unknown to Chat Completions")
        self._effort_with_tools()
        if payload.get("stream") is True:
            payload.setdefault("stream_options", {})["include_usage"] = True
            self._inject("/stream_options/include_usage", "Responses streams always end with the usage")

    # -- first: what other fields depend on -------------------------------------------------------------

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

    def _tools_and_messages(self) -> None:
        body = self._body
        conversation = Conversation(
            family=self.family, names=self.names, tools=self._tools, rows=self._rows, refusals=self._refusals
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
        given = body.get("input")
        if isinstance(given, str):
            where = f"/messages/{len(conversation.messages)}"
            conversation.messages.append({"role": "user", "content": given})
            self._rows.append(Row(Kind.RENAMED, "/input", (where,), "one message from the user"))
        elif isinstance(given, list) and given:
            conversation.read(given, "/input")
        elif "input" in body and not isinstance(given, list) and given is not None:
            self._refusals.add("/input", "invalid_type", "must be a string or a list of items")
        elif "input" in body:
            self._drop("input", "empty")
        if not conversation.messages and self._refusals.error() is None:
            message = "there is nothing to send: no instructions, and no item that Chat Completions can say"
            self._refusals.add_unseen("/input", "missing_required_parameter", message)
        if self._tools.tools:
            self.payload["tools"] = self._tools.tools

    # -- then: one rule for each field ------------------------------------------------------------------

    def keep(self, name: str, value: Any) -> None:
        """The same field, the same value."""
        self.payload[name] = value
        self._map(name, f"/{name}")

    def sampling(self, name: str, value: Any) -> None:
        """Kept, but for models that reason."""
        if self.family.reasoning:
            self._drop(name, f"{self.family.name} models refuse sampling settings")
        else:
            self.keep(name, value)

    def top_logprobs(self, name: str, value: Any) -> None:
        """Asked for together with `logprobs` in Chat."""
        self.sampling(name, value)
        if name in self.payload and "logprobs" not in self.payload:
            self.payload["logprobs"] = True
            self._inject("/logprobs", "top_logprobs needs it")

    def limit(self, name: str, value: Any) -> None:
        """The bound on the answer's length, under the family's name for it."""
        self.payload[self.family.limit] = value
        self._rows.append(Row(Kind.RENAMED, f"/{name}", (f"/{self.family.limit}",), "Chat's name for it"))

    def reasoning(self, name: str, value: Any) -> None:
        """Only the effort can be said."""
        for key, one in self._members(name, value):
            if key != "effort":
                self._drop(f"{name}/{escape(key)}", "Chat cannot be asked for it", loss=key == "summary")
            elif one is None:
                self._drop(f"{name}/{key}", "null says nothing")
            elif self.family.known and not self.family.reasoning:
                self._drop(f"{name}/{key}", f"{self.family.name} models do not reason")
            elif self._restricts_effort and one != "none":
                self._drop(f"{name}/{key}", self._restriction, loss=True)
            else:
                self.payload["reasoning_effort"] = one
                self._rows.append(
                    Row(Kind.RENAMED, f"/{name}/{key}", ("/reasoning_effort",), "Chat's name for it")
                )

    @property
    def _restricts_effort(self) -> bool:
        return self.family.tools_need_effort_none and bool(self._tools.tools)

    @property
    def _restriction(self) -> str:
        return f"{self.family.name} and later take function tools on Chat with the effort none only"

    def _effort_with_tools(self) -> None:
        """Families that reason by default refuse function tools unless told not to reason."""
        if self._restricts_effort and "reasoning_effort" not in self.payload:
            self.payload["reasoning_effort"] = "none"
            self._inject("/reasoning_effort", self._restriction)

    def text(self, name: str, value: Any) -> None:
        """Format and verbosity."""
        for key, one in self._members(name, value):
            if one is None:
                self._drop(f"{name}/{escape(key)}", "null says nothing")
            elif key == "format":
                self._format(one, f"{name}/{key}")
            elif key == "verbosity" and self.family.known and not self.family.verbosity:
                self._drop(f"{name}/{key}", f"{self.family.name} models have no verbosity")
            elif key == "verbosity":
                self.payload["verbosity"] = one
                self._rows.append(Row(Kind.RENAMED, f"/{name}/{key}", ("/verbosity",), "at the top in Chat"))
            else:
                self._drop(f"{name}/{escape(key)}", "unknown to Chat Completions")

    def _format(self, value: Any, at: str) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        base = "/response_format"
        if kind in ("text", "json_object"):
            self.payload["response_format"] = {"type": kind}
            for key in value:
                if key == "type":
                    self._map(f"{at}/type", f"{base}/type")
                else:
                    self._drop(f"{at}/{escape(key)}", f"says nothing for {kind}")
        elif kind == "json_schema":
            schema: dict[str, Any] = {}
            self.payload["response_format"] = {"type": kind, "json_schema": schema}
            for key, one in value.items():
                if key == "type":
                    self._map(f"{at}/type", f"{base}/type")
                elif one is None:
                    self._drop(f"{at}/{escape(key)}", "null says nothing")
                elif key in ("name", "schema", "strict", "description"):
                    schema[key] = one
                    self._rows.append(
                        Row(
                            Kind.RENAMED,
                            f"/{at}/{key}",
                            (f"{base}/json_schema/{key}",),
                            "one level deeper in Chat",
                        )
                    )
                else:
                    self._drop(f"{at}/{escape(key)}", "unknown to Chat Completions")
        else:
            self._refusals.add(
                f"/{at}", "invalid_value", "the format must be text, json_object or json_schema"
            )

    def tool_choice(self, name: str, value: Any) -> None:
        """Which tools may or must be called, in the names of the payload's tools."""
        if not self._tools.tools:
            self._drop(name, "no tools are left to choose from", loss=value not in ("auto", "none"))
        elif isinstance(value, str):
            self.keep(name, value)
        elif not isinstance(value, dict) or not isinstance(value.get("type"), str):
            self._refusals.add(f"/{name}", "invalid_type", "must be auto, none, required or a tool")
        elif value["type"] == "allowed_tools":
            self._allowed_tools(name, value)
        else:
            chosen = self._chosen(value)
            self.payload[name] = chosen or "auto"
            reason = (
                "a function's form"
                if chosen
                else f"{value['type']} is not among the tools; the model chooses"
            )
            self._rows.append(Row(Kind.RENAMED, f"/{name}", (f"/{name}",), reason, loss=chosen is None))

    def _allowed_tools(self, name: str, value: dict[str, Any]) -> None:
        """A subset of the tools; one that is not in the payload is left out."""
        tools: list[dict[str, Any]] = []
        base = f"/{name}/allowed_tools"
        allowed = value.get("tools")
        for key in value:
            here = f"{name}/{escape(key)}"
            if key == "type":
                self._map(here, f"/{name}/type")
            elif key == "mode":
                self._rows.append(
                    Row(Kind.RENAMED, f"/{here}", (f"{base}/mode",), "one level deeper in Chat")
                )
            elif key != "tools" or not isinstance(allowed, list) or not allowed:
                self._drop(here, "says nothing about tools")
        for n, tool in enumerate(allowed if isinstance(allowed, list) else ()):
            chosen = self._chosen(tool) if isinstance(tool, dict) else None
            if chosen is None:
                self._drop(f"{name}/tools/{n}", "not among the tools that are left")
            else:
                place = f"{base}/tools/{len(tools)}"
                self._rows.append(Row(Kind.RENAMED, f"/{name}/tools/{n}", (place,), "a function's form"))
                tools.append(chosen)
        if "mode" not in value:
            self._inject(f"{base}/mode", "Chat wants one")
        self.payload[name] = {
            "type": "allowed_tools",
            "allowed_tools": {"mode": value.get("mode", "auto"), "tools": tools},
        }
        if not tools:
            self._inject(f"{base}/tools", "none of the allowed tools is left")

    def _chosen(self, choice: dict[str, Any]) -> dict[str, Any] | None:
        """The chat form of one chosen tool, None when the payload does not have it."""
        namespace = choice.get("namespace")
        ref = tool_ref({**choice, "execution": "client"}, namespace if isinstance(namespace, str) else None)
        offered = {tool["function"]["name"] for tool in self._tools.tools}
        if ref is not None and (name := self._offered_name(ref)) in offered:
            return {"type": "function", "function": {"name": name}}
        return None

    def _offered_name(self, ref: ToolRef) -> str | None:
        """The chat name of a chosen tool; a bare name also finds the only one of that name in a namespace."""
        same = [
            (name, known)
            for name, known in self.names.items()
            if known.kind == ref.kind and known.name == ref.name
        ]
        exact = [name for name, known in same if known == ref]
        return exact[0] if exact else same[0][0] if len(same) == 1 and ref.namespace is None else None

    def parallel_tool_calls(self, name: str, value: Any) -> None:
        """Kept where the family has it and tools are left."""
        if not self._tools.tools:
            self._drop(name, "no tools are left to call")
        elif not self.family.parallel_tool_calls:
            self._drop(name, f"{self.family.name} models refuse it")
        else:
            self.keep(name, value)

    def stream_options(self, name: str, value: Any) -> None:
        """Only with a stream."""
        for key, one in self._members(name, value):
            if key in ("include_obfuscation", "include_usage") and self._body.get("stream") is True:
                self.payload.setdefault(name, {})[key] = one
                self._map(f"{name}/{key}", f"/{name}/{key}")
            else:
                self._drop(f"{name}/{escape(key)}", "says nothing in Chat here")

    def metadata(self, name: str, value: Any) -> None:
        """Chat endpoints take it together with `store` only; the response carries it back either way."""
        if self._body.get("store") is True or self._options.send_metadata:
            self.keep(name, value)
        else:
            self._drop(
                name, "Chat takes metadata with store:true only; the response carries it back all the same"
            )

    def server_state(self, name: str, value: Any) -> None:
        """History that only the server has."""
        told = f" {value!r}" if isinstance(value, str) else ""
        message = (
            f"{name}{told[:200]} is kept on the server, where the bridge cannot read it: send the whole input"
        )
        self._refusals.add(f"/{name}", "unsupported_parameter", message)

    def background(self, name: str, value: Any) -> None:
        """Chat answers at once or not at all."""
        if value is False:
            self._drop(name, "Chat never runs in the background")
        else:
            message = "Chat Completions cannot run in the background: send background:false"
            self._refusals.add(f"/{name}", "unsupported_parameter", message)

    def include(self, name: str, value: Any) -> None:
        """Extras of the answer, of which Chat has none to give."""
        if not isinstance(value, list) or not value:
            self._drop(name, "asks for nothing")
            return
        for n, one in enumerate(value):
            self._drop(f"{name}/{n}", f"Chat cannot give {one if isinstance(one, str) else 'it'}")

    def truncation(self, name: str, value: Any) -> None:
        """Chat endpoints never shorten the input."""
        self._drop(name, "Chat never shortens the input", loss=value == "auto")

    def client_only(self, name: str, value: Any) -> None:
        """Notes of the client, or settings of the Responses server."""
        self._drop(name, "means something to the Responses API only")

    # -- rows -------------------------------------------------------------------------------------------

    def _members(self, name: str, value: Any) -> list[tuple[str, Any]]:
        """The members of an object, whose rows the caller writes; anything else is settled here."""
        if not isinstance(value, dict):
            self._refusals.add(f"/{name}", "invalid_type", "must be an object")
            return []
        if not value:
            self._drop(name, "empty")
        return list(value.items())

    def _map(self, name: str, target: str) -> None:
        self._rows.append(Row(Kind.MAPPED, f"/{name}", (target,), ""))

    def _drop(self, name: str, reason: str, *, loss: bool = False) -> None:
        self._rows.append(Row(Kind.DROPPED, f"/{name}", (), reason, loss))

    def _inject(self, target: str, reason: str) -> None:
        self._rows.append(Row(Kind.INJECTED, None, (target,), reason))


_FIRST = frozenset(("model", "instructions", "input", "tools"))

_FIELDS: dict[str, Callable[[_Request, str, Any], None]] = {
    "max_output_tokens": _Request.limit,
    "temperature": _Request.sampling,
    "top_p": _Request.sampling,
    "presence_penalty": _Request.sampling,
    "frequency_penalty": _Request.sampling,
    "top_logprobs": _Request.top_logprobs,
    "reasoning": _Request.reasoning,
    "text": _Request.text,
    "tool_choice": _Request.tool_choice,
    "parallel_tool_calls": _Request.parallel_tool_calls,
    "stream": _Request.keep,
    "stream_options": _Request.stream_options,
    "user": _Request.keep,
    "service_tier": _Request.keep,
    "prompt_cache_key": _Request.keep,
    "prompt_cache_retention": _Request.keep,
    "safety_identifier": _Request.keep,
    "store": _Request.keep,
    "metadata": _Request.metadata,
    "previous_response_id": _Request.server_state,
    "conversation": _Request.server_state,
    "prompt": _Request.server_state,
    "background": _Request.background,
    "include": _Request.include,
    "truncation": _Request.truncation,
    "client_metadata": _Request.client_only,
    "context_management": _Request.client_only,
    "max_tool_calls": _Request.client_only,
}
"""Field -> its rule; a field without one is dropped by name."""
