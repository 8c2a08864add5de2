"""The settings of a Responses request -> those of the chat payload: one rule for each field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from inspector.protocol.families import Family
from inspector.protocol.report import Kind, Row, escape
from inspector.protocol.to_chat.items import refuse_attachments
from inspector.protocol.to_chat.refusals import Refusals
from inspector.protocol.to_chat.tool_choice import ToolChoice
from inspector.protocol.tools import ToolNames


class Settings:
    """Writes the settings of `body` into `payload`, whose tools are there already."""

    def __init__(
        self,
        body: Mapping[str, Any],
        payload: dict[str, Any],
        *,
        family: Family,
        names: ToolNames,
        rows: list[Row],
        refusals: Refusals,
        send_metadata: bool,
    ) -> None:
        self.payload = payload
        self.family = family
        self._body = body
        self._names = names
        self._rows = rows
        self._refusals = refusals
        self._send_metadata = send_metadata
        self._offered = {tool["function"]["name"] for tool in payload.get("tools", ())}

    def read(self, name: str, value: Any) -> None:
        """One field, by its rule; one without a rule is dropped by name."""
        rule = _RULES.get(name)
        if value is None:
            self._drop(escape(name), "null says nothing")
        elif rule is not None:
            rule(self, name, value)
        else:
            self._drop(escape(name), "unknown to Chat Completions")

    def finish(self) -> None:
        """What must be said although the request does not say it."""
        if self._restricts_effort and "reasoning_effort" not in self.payload:
            self.payload["reasoning_effort"] = "none"
            self._inject("/reasoning_effort", self._restriction)
        if self.payload.get("stream") is True:
            self.payload.setdefault("stream_options", {})["include_usage"] = True
            self._inject("/stream_options/include_usage", "Responses streams always end with the usage")

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
        if name != "max_output_tokens" and self._body.get("max_output_tokens") is not None:
            self._drop(name, "max_output_tokens is the one that Responses knows")
            return
        if self.family.limit in self.payload:
            self._drop(name, "said twice")
            return
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
    def _streams(self) -> bool:
        return self._body.get("stream") is True and self.family.streaming

    @property
    def _restricts_effort(self) -> bool:
        return self.family.tools_need_effort_none and bool(self._offered)

    @property
    def _restriction(self) -> str:
        return f"{self.family.name} and later take function tools on Chat with the effort none only"

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
        """Which tools may or must be called."""
        if not self._offered:
            self._drop(name, "no tools are left to choose from", loss=value not in ("auto", "none"))
        else:
            choice = ToolChoice(self._names, self._offered, self._rows, self._refusals).read(value)
            if choice is not None:
                self.payload[name] = choice

    def parallel_tool_calls(self, name: str, value: Any) -> None:
        """Kept where the family has it and tools are left."""
        if not self._offered:
            self._drop(name, "no tools are left to call")
        elif not self.family.parallel_tool_calls:
            self._drop(name, f"{self.family.name} models refuse it")
        elif self.family.reasoning and self._effort == "minimal":
            self._drop(name, "models refuse it together with the effort minimal")
        else:
            self.keep(name, value)

    @property
    def _effort(self) -> Any:
        reasoning = self._body.get("reasoning")
        return reasoning.get("effort") if isinstance(reasoning, dict) else None

    def stream(self, name: str, value: Any) -> None:
        """Kept, but for models that give whole answers only."""
        if value is True and not self.family.streaming:
            reason = f"{self.family.name} models do not stream; the answer is asked for as a whole"
            self._drop(name, reason)
        else:
            self.keep(name, value)

    def stream_options(self, name: str, value: Any) -> None:
        """Only with a stream."""
        for key, one in self._members(name, value):
            if key in ("include_obfuscation", "include_usage") and self._streams:
                self.payload.setdefault(name, {})[key] = one
                self._map(f"{name}/{key}", f"/{name}/{key}")
            else:
                self._drop(f"{name}/{escape(key)}", "says nothing in Chat here")

    def metadata(self, name: str, value: Any) -> None:
        """Chat endpoints take it together with `store` only; the response carries it back either way."""
        if self._body.get("store") is True or self._send_metadata:
            self.keep(name, value)
        else:
            self._drop(
                name, "Chat takes metadata with store:true only; the response carries it back all the same"
            )

    def server_state(self, name: str, value: Any) -> None:
        """History that only the server has."""
        named = value.get("id") if isinstance(value, dict) else value
        told = f" {named!r}" if isinstance(named, str) else ""
        message = (
            f"{name}{told[:200]} is kept on the server, where the bridge cannot read it: send the whole input"
        )
        self._refusals.add(f"/{name}", "unsupported_parameter", message)

    def attachments(self, name: str, value: Any) -> None:
        """Files that only the server has."""
        if value:
            refuse_attachments(value, f"/{name}", self._refusals)
        else:
            self._drop(name, "empty")

    def background(self, name: str, value: Any) -> None:
        """Chat answers at once or not at all."""
        if value is False:
            self._drop(name, "Chat never runs in the background")
        else:
            message = "Chat Completions cannot run in the background: send background:false"
            self._refusals.add(f"/{name}", "unsupported_parameter", message)

    def include(self, name: str, value: Any) -> None:
        """Extras of the answer, of which Chat gives the probabilities of tokens only."""
        if not isinstance(value, list) or not value:
            self._drop(name, "asks for nothing")
            return
        for n, one in enumerate(value):
            if one == "message.output_text.logprobs" and not self.family.reasoning:
                self.payload["logprobs"] = True
                self._rows.append(Row(Kind.RENAMED, f"/{name}/{n}", ("/logprobs",), "Chat's name for it"))
                continue
            self._drop(f"{name}/{n}", f"Chat cannot give {one if isinstance(one, str) else 'it'}")

    def truncation(self, name: str, value: Any) -> None:
        """Chat endpoints never shorten the input."""
        self._drop(name, "Chat never shortens the input", loss=value == "auto")

    def client_only(self, name: str, value: Any) -> None:
        """Notes of the client, or settings of the Responses server."""
        self._drop(name, "means something to the Responses API only")

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


_RULES: dict[str, Callable[[Settings, str, Any], None]] = {
    "max_output_tokens": Settings.limit,
    "max_completion_tokens": Settings.limit,
    "max_tokens": Settings.limit,
    "temperature": Settings.sampling,
    "top_p": Settings.sampling,
    "presence_penalty": Settings.sampling,
    "frequency_penalty": Settings.sampling,
    "top_logprobs": Settings.top_logprobs,
    "reasoning": Settings.reasoning,
    "text": Settings.text,
    "tool_choice": Settings.tool_choice,
    "parallel_tool_calls": Settings.parallel_tool_calls,
    "stream": Settings.stream,
    "stream_options": Settings.stream_options,
    "user": Settings.keep,
    "service_tier": Settings.keep,
    "prompt_cache_key": Settings.keep,
    "prompt_cache_retention": Settings.keep,
    "safety_identifier": Settings.keep,
    "store": Settings.keep,
    "metadata": Settings.metadata,
    "previous_response_id": Settings.server_state,
    "conversation": Settings.server_state,
    "prompt": Settings.server_state,
    "attachments": Settings.attachments,
    "background": Settings.background,
    "include": Settings.include,
    "truncation": Settings.truncation,
    "client_metadata": Settings.client_only,
    "context_management": Settings.client_only,
    "max_tool_calls": Settings.client_only,
}
"""Field -> its rule."""
