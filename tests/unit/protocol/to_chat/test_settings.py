"""The settings, one by one and by model family."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.report import Kind, Row
from inspector.protocol.translate_request import ChatTranslation, Options, translate_request

PLAIN = Options()
TOOL = {"type": "function", "name": "f"}


def translate(model: str = "gpt-4o", *, options: Options = PLAIN, **fields: Any) -> ChatTranslation:
    return translate_request({"model": model, "input": "u", **fields}, options)


def row(done: ChatTranslation, pointer: str) -> Row:
    (found,) = done.report.for_source(pointer)
    return found


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("user", "u"),
        ("service_tier", "flex"),
        ("prompt_cache_key", "k"),
        ("safety_identifier", "s"),
        ("store", False),
        ("temperature", 0.5),
        ("top_p", 0.1),
    ],
)
def test_kept_fields(field: str, value: Any) -> None:
    done = translate(**{field: value})
    assert done.payload[field] == value
    assert row(done, f"/{field}").kind is Kind.MAPPED


@pytest.mark.parametrize(
    "field",
    ["include", "truncation", "client_metadata", "context_management", "max_tool_calls", "novel", "no~v/el"],
)
def test_fields_without_a_form_are_dropped_by_name(field: str) -> None:
    done = translate(**{field: "x"})
    assert set(done.payload) == {"model", "messages"}
    assert row(done, "/" + field.replace("~", "~0").replace("/", "~1")).kind is Kind.DROPPED
    assert done.error is None


def test_sampling_is_dropped_for_models_that_reason() -> None:
    done = translate("o3", temperature=1, top_p=1, top_logprobs=2)
    assert set(done.payload) == {"model", "messages"}
    assert "o3" in row(done, "/temperature").reason


def test_top_logprobs_bring_logprobs() -> None:
    assert translate(top_logprobs=2).payload["logprobs"] is True


@pytest.mark.parametrize(
    ("model", "field"),
    [("gpt-5", "max_completion_tokens"), ("mine", "max_completion_tokens"), ("gpt-35-turbo", "max_tokens")],
)
def test_the_limit_has_the_familys_name(model: str, field: str) -> None:
    done = translate(model, max_output_tokens=7)
    assert done.payload[field] == 7
    assert row(done, "/max_output_tokens").targets == (f"/{field}",)


@pytest.mark.parametrize(
    ("model", "tools", "effort", "sent"),
    [
        ("gpt-5.1", [TOOL], "low", "low"),
        ("gpt-5.5", [], "low", "low"),
        ("gpt-5.5", [TOOL], "low", "none"),
        ("gpt-5.5", [TOOL], None, "none"),
        ("gpt-5.5", [TOOL], "none", "none"),
        ("gpt-4o", [TOOL], "low", None),
        ("mine", [TOOL], "low", "low"),
        ("mine", [TOOL], None, None),
    ],
)
def test_effort_by_family_and_tools(
    model: str, tools: list[Any], effort: str | None, sent: str | None
) -> None:
    done = translate(model, tools=tools, reasoning={"effort": effort, "summary": "auto"})
    assert done.payload.get("reasoning_effort") == sent
    assert row(done, "/reasoning/summary").kind is Kind.DROPPED
    assert row(done, "/reasoning/effort").loss == (effort == "low" and model == "gpt-5.5" and sent == "none")


def test_text_is_format_and_verbosity() -> None:
    schema = {
        "type": "json_schema",
        "name": "n",
        "schema": {"type": "object"},
        "strict": True,
        "description": None,
    }
    done = translate("gpt-5", text={"format": schema, "verbosity": "low"})
    assert done.payload["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "n", "schema": {"type": "object"}, "strict": True},
    }
    assert done.payload["verbosity"] == "low"
    assert translate(text={"format": {"type": "json_object"}}).payload["response_format"] == {
        "type": "json_object"
    }


def test_verbosity_is_dropped_where_a_family_has_none() -> None:
    assert "verbosity" not in translate("o3", text={"verbosity": "low"}).payload
    assert translate("mine", text={"verbosity": "low"}).payload["verbosity"] == "low"


@pytest.mark.parametrize("value", [{"format": {"type": "yaml"}}, {"format": "text"}, "json"])
def test_an_unknown_format_is_refused(value: Any) -> None:
    assert translate(text=value).error is not None


def test_without_tools_nothing_is_said_of_them() -> None:
    done = translate(tools=[{"type": "web_search"}], tool_choice="required", parallel_tool_calls=True)
    assert set(done.payload) == {"model", "messages"}
    assert row(done, "/tool_choice").loss
    assert not row(done, "/parallel_tool_calls").loss


@pytest.mark.parametrize(("model", "kept"), [("gpt-5", True), ("o3", False), ("mine", True)])
def test_parallel_calls_where_the_family_has_them(model: str, kept: bool) -> None:
    assert (
        "parallel_tool_calls" in translate(model, tools=[TOOL], parallel_tool_calls=False).payload
    ) is kept


def test_a_stream_ends_with_usage() -> None:
    done = translate(stream=True, stream_options={"include_obfuscation": False})
    assert done.payload["stream_options"] == {"include_obfuscation": False, "include_usage": True}
    assert (
        "stream_options" not in translate(stream=False, stream_options={"include_obfuscation": False}).payload
    )


def test_metadata_travels_with_store_only_unless_asked() -> None:
    metadata = {"a": "b"}
    assert "metadata" not in translate(metadata=metadata, store=False).payload
    assert translate(metadata=metadata, store=True).payload["metadata"] == metadata
    assert translate(metadata=metadata, options=Options(send_metadata=True)).payload["metadata"] == metadata


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("previous_response_id", "resp_9", "resp_9"),
        ("conversation", {"id": "conv_1"}, "conv_1"),
        ("conversation", "conv_2", "conv_2"),
        ("prompt", {"id": "pmpt_1", "version": "2"}, "pmpt_1"),
        ("attachments", [{"file_id": "file-1"}, {"file_id": "file-2"}], "file-1, file-2"),
        ("tool_choice", "any", "required"),
        ("background", True, "background"),
    ],
)
def test_what_only_the_server_knows_is_refused(field: str, value: Any, says: str) -> None:
    done = translate(**{field: value}, tools=[TOOL])
    assert done.error is not None
    assert done.error["error"]["param"] == field
    assert says in done.error["error"]["message"]
    assert done.payload["messages"]


def test_no_background_and_nulls_are_fine() -> None:
    done = translate(
        background=False, previous_response_id=None, temperature=None, tools=None, instructions=None
    )
    assert done.error is None
    assert set(done.payload) == {"model", "messages"}


def test_a_model_that_cannot_stream_is_asked_for_a_whole_answer() -> None:
    done = translate("o1", stream=True, stream_options={"include_obfuscation": False})
    assert not done.streams
    assert not {"stream", "stream_options"} & done.payload.keys()
    assert "do not stream" in row(done, "/stream").reason
    assert translate("o1", stream=False).payload["stream"] is False
    assert translate("o3-mini", stream=True).streams
    assert not translate("gpt-4o").streams


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_chats_own_names_of_the_limit_are_understood(name: str) -> None:
    assert translate("gpt-5", **{name: 7}).payload["max_completion_tokens"] == 7
    both = translate("gpt-5", **{name: 7, "max_output_tokens": 8})
    assert both.payload["max_completion_tokens"] == 8
    assert row(both, f"/{name}").kind is Kind.DROPPED
    twice = translate("gpt-5", max_tokens=7, max_completion_tokens=8)
    assert twice.payload["max_completion_tokens"] == 7
    assert "max_tokens" not in twice.payload


def test_probabilities_may_be_asked_for_as_an_extra() -> None:
    extras = ["reasoning.encrypted_content", "message.output_text.logprobs"]
    done = translate(include=extras, top_logprobs=2)
    assert done.payload["logprobs"] is True
    assert row(done, "/include/1").targets == ("/logprobs",)
    assert "logprobs" not in translate("gpt-5", include=extras).payload


def test_minimal_effort_and_parallel_calls_do_not_go_together() -> None:
    options: dict[str, Any] = {"tools": [TOOL], "parallel_tool_calls": True}
    assert "parallel_tool_calls" not in translate("gpt-5", reasoning={"effort": "minimal"}, **options).payload
    assert translate("gpt-5", reasoning={"effort": "low"}, **options).payload["parallel_tool_calls"] is True
