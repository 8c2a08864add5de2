"""What holds for every request: nothing raised, nothing unaccounted for, a payload that an endpoint takes."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from inspector.protocol import chat, responses
from inspector.protocol.report import Kind, leaves
from inspector.protocol.tools import ToolNames, refs_of
from inspector.protocol.translate_request import ChatTranslation, Options, translate_request

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(0, 3) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
TEXT = st.text(max_size=8)
NAME = st.sampled_from(["f", "g", "f.g", "ns__f", "x" * 70, "é", "", "apply_patch"])
NAMESPACE = st.sampled_from([None, "", "ns", "n s", "x" * 70])
CALL_ID = st.sampled_from(["c1", "c2", "c3", "c4"])


def thing(
    required: dict[str, Any], optional: dict[str, Any] | None = None
) -> st.SearchStrategy[dict[str, Any]]:
    """An object with these members, some of the optional ones, and now and then one that nobody knows."""
    extras: dict[str, Any] = {"id": TEXT, "status": st.just("completed"), "novel": JSON, "a/b~c": JSON}
    return st.fixed_dictionaries(required, optional={**extras, **(optional or {})})


def typed(kind: str, /, **members: Any) -> st.SearchStrategy[dict[str, Any]]:
    optional = {
        name.removeprefix("maybe_"): one for name, one in members.items() if name.startswith("maybe_")
    }
    required = {name: one for name, one in members.items() if not name.startswith("maybe_")}
    return thing({"type": st.just(kind), **required}, optional)


PART = st.one_of(
    typed("input_text", text=TEXT),
    typed("output_text", text=TEXT, maybe_annotations=st.just([]), maybe_logprobs=JSON),
    st.builds(lambda text: {"type": "input_text", "text": text}, TEXT),
    typed("input_image", image_url=TEXT, maybe_detail=st.sampled_from(["low", "original", None, 3])),
    typed("input_image", file_id=TEXT),
    typed("input_file", file_data=TEXT, maybe_filename=TEXT | st.none()),
    typed("input_file", file_url=TEXT),
    typed("input_audio", input_audio=st.just({"data": "x", "format": "wav"})),
    typed("refusal", refusal=TEXT),
    typed("computer_screenshot", image_url=TEXT),
    JSON,
)
CONTENT = TEXT | st.lists(PART, max_size=3) | JSON
TOOL = st.one_of(
    typed(
        "function",
        name=NAME,
        maybe_parameters=st.just({"type": "object"}),
        maybe_strict=st.booleans() | st.none(),
    ),
    typed("custom", name=NAME, maybe_description=TEXT, maybe_format=JSON),
    typed(
        "custom", name=NAME, format=st.just({"type": "grammar", "syntax": "lark", "definition": "start: A"})
    ),
    typed("tool_search", execution=st.sampled_from(["client", "server"]), maybe_parameters=st.just({})),
    typed("web_search"),
    typed("local_shell"),
    typed("shell"),
    JSON,
)
NAMESPACED = typed("namespace", name=NAME, tools=st.lists(TOOL, max_size=3), maybe_description=TEXT)
TOOLS = st.lists(TOOL | NAMESPACED, max_size=4) | JSON
ROLE = st.sampled_from(["user", "assistant", "system", "developer", "critic"])
ITEM = st.one_of(
    typed("message", role=ROLE, content=CONTENT),
    thing({"role": ROLE, "content": CONTENT}, {"attachments": st.just([{"file_id": "file-1"}])}),
    thing({"role": st.just("tool"), "tool_call_id": CALL_ID, "content": CONTENT}),
    typed("function_call", call_id=CALL_ID, name=NAME, arguments=TEXT | JSON, maybe_namespace=NAMESPACE),
    typed("function_call", call_id=CALL_ID, name=NAME, arguments=TEXT, maybe_namespace=NAMESPACE),
    typed("custom_tool_call", call_id=CALL_ID, name=NAME, input=TEXT | JSON),
    typed("local_shell_call", call_id=CALL_ID | st.none(), action=JSON),
    typed("tool_search_call", call_id=CALL_ID, maybe_execution=st.just("server"), maybe_arguments=JSON),
    typed("function_call_output", call_id=CALL_ID, output=CONTENT),
    typed("custom_tool_call_output", call_id=CALL_ID, output=CONTENT),
    typed("tool_search_output", call_id=CALL_ID | st.none(), tools=TOOLS),
    typed("additional_tools", tools=TOOLS, role=st.just("developer")),
    typed("reasoning", summary=JSON),
    typed("compaction", encrypted_content=TEXT),
    typed("item_reference"),
    JSON,
)
FORMAT = st.one_of(
    st.just({"type": "text"}),
    st.just({"type": "json_schema", "name": "n", "schema": {"type": "object"}, "strict": None, "novel": 1}),
    JSON,
)
CHOICE = st.one_of(
    st.sampled_from(["auto", "none", "required"]),
    st.builds(
        lambda kind, name: {"type": kind, "name": name}, st.sampled_from(["function", "custom", "mcp"]), NAME
    ),
    st.builds(
        lambda names: {
            "type": "allowed_tools",
            "mode": "auto",
            "tools": [{"type": "function", "name": n} for n in names],
        },
        st.lists(NAME, max_size=2),
    ),
    JSON,
)
REQUEST = st.fixed_dictionaries(
    {
        "model": st.sampled_from(["gpt-5.5", "gpt-4o", "my-o1", "gpt-5-codex", "mine"]),
        "input": st.lists(ITEM, max_size=6),
    },
    optional={
        "instructions": TEXT | st.none(),
        "tools": TOOLS,
        "tool_choice": CHOICE,
        "parallel_tool_calls": st.booleans() | st.none(),
        "text": st.fixed_dictionaries({}, optional={"format": FORMAT, "verbosity": TEXT, "novel": JSON})
        | JSON,
        "reasoning": st.fixed_dictionaries({}, optional={"effort": TEXT, "summary": TEXT}) | JSON,
        "max_output_tokens": st.integers(1, 9),
        "temperature": st.floats(0, 2),
        "top_logprobs": st.integers(0, 20),
        "stream": st.booleans(),
        "stream_options": st.fixed_dictionaries(
            {}, optional={"include_obfuscation": st.booleans(), "n": JSON}
        ),
        "store": st.booleans(),
        "metadata": st.dictionaries(TEXT, TEXT, max_size=2),
        "include": st.lists(TEXT, max_size=2) | JSON,
        "previous_response_id": st.none() | st.just("resp_1"),
        "client_metadata": JSON,
        "novel": JSON,
    },
)


def check(body: Any, translation: ChatTranslation) -> None:
    sources = [row.source for row in translation.report if row.source is not None]
    uncovered = [leaf for leaf in leaves(body) if sum(covers(source, leaf) for source in sources) != 1]
    assert not uncovered, "not exactly one row for these"
    targets = {target for row in translation.report for target in row.targets}
    unexplained = [
        leaf for leaf in leaves(translation.payload) if not any(covers(one, leaf) for one in targets)
    ]
    assert unexplained in ([], [""], ["/messages"]), "no row made these"  # an empty payload has no pieces
    for row in translation.report:
        assert (row.source is None) == (row.kind is Kind.INJECTED)
        assert row.reason or row.kind is Kind.MAPPED
        for target in row.targets:
            assert exists(translation.payload, target), (row, "points at nothing")


def covers(pointer: str, leaf: str) -> bool:
    return pointer in ("", leaf) or leaf.startswith(f"{pointer}/")


def exists(value: Any, pointer: str) -> bool:
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict) and key in value:
            value = value[key]
        else:
            return False
    return True


@settings(max_examples=200, deadline=None)
@given(REQUEST)
@example({"model": "m", "input": [{"type": "function_call_output", "call_id": "c", "output": "early"}]})
def test_each_leaf_is_on_the_report_once_and_each_payload_leaf_has_a_reason(body: dict[str, Any]) -> None:
    translation = translate_request(body)
    check(body, translation)
    if translation.error is not None:
        error = translation.error["error"]
        assert error["type"] == "invalid_request_error"
        assert error["message"]
        assert error["code"]


@settings(max_examples=150, deadline=None)
@given(REQUEST)
def test_what_is_not_refused_is_a_payload_that_an_endpoint_takes(body: dict[str, Any]) -> None:
    translation = translate_request(body)
    if translation.error is None and not responses.validate(body):
        assert chat.validate(translation.payload) == []
        names = [tool["function"]["name"] for tool in translation.payload.get("tools", [])]
        assert len(names) == len(set(names))


@settings(max_examples=150, deadline=None)
@given(
    JSON
    | st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("model", "input", "tools", "text", "reasoning"), JSON)
    )
)
def test_any_json_translates_or_is_refused(body: Any) -> None:
    translation = translate_request(body, Options(model="gpt-5.5"))
    json.dumps(translation.payload)
    check(body, translation)
    for problem in responses.validate(body):
        assert problem.message
        assert responses.error_of(problem)["error"]["code"] == problem.code


@settings(max_examples=100, deadline=None)
@given(REQUEST)
def test_names_go_there_and_back(body: dict[str, Any]) -> None:
    names = ToolNames.of_request(body)
    for ref in refs_of(body):
        chat_name = names.chat_name(ref)
        assert names.restore(chat_name) == ref
        assert 0 < len(chat_name) <= 64
        assert set(chat_name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def test_the_input_is_left_as_it_was() -> None:
    body = {
        "model": "gpt-5.5",
        "input": [{"type": "custom_tool_call", "call_id": "c", "name": "n", "input": "i"}],
    }
    before = json.dumps(body)
    translate_request(body)
    assert json.dumps(body) == before
