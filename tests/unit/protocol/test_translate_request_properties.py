"""What holds for every request: nothing raised, nothing unaccounted for, a payload that an endpoint takes."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inspector.protocol import chat, responses
from inspector.protocol.json_text import parse, to_bytes
from inspector.protocol.limits import Limits
from inspector.protocol.report import Kind, escape, leaves
from inspector.protocol.tools import NAME_LIMIT, ToolNames, ToolRef, call_ref, refs_of
from inspector.protocol.translate_request import ChatTranslation, Options, translate_request
from inspector.simulator.codex_request import Thread

KEY = st.text(max_size=5) | st.sampled_from(["", "/", "~", "~1", "a/b~c", "0", "type", "content", "\ud800"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(0, 3)
    | st.text(max_size=6)
    | st.sampled_from([10**30, float("nan"), "\ud83d", "auto", "message", "function"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=3),
    max_leaves=6,
)
TEXT = st.text(max_size=8)
NAME = st.sampled_from(["f", "g", "f.g", "ns__f", "b__c", "x" * 64, "x" * 65, "é", "", "apply_patch"])
NAMESPACE = st.sampled_from([None, "", "ns", "n s", "a", "a__b", "x" * 64])
CALL_ID = st.sampled_from(["c1", "c2", "c3", "c4"])


def thing(
    required: dict[str, Any], optional: dict[str, Any] | None = None
) -> st.SearchStrategy[dict[str, Any]]:
    """An object with these members, some of the optional ones, and now and then one that nobody knows."""
    extras: dict[str, Any] = {"id": TEXT, "status": st.just("completed"), "novel": JSON, "a/b~c": JSON}
    spare = {name: one for name, one in {**extras, **(optional or {})}.items() if name not in required}
    return st.fixed_dictionaries(required, optional=spare)


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
OUTPUT = typed("output", content_type=st.sampled_from(["text/plain", "image/png", ""]), body=JSON)
ROLE = st.sampled_from(["user", "assistant", "system", "developer", "critic"])
ITEM = st.one_of(
    typed("message", role=ROLE, content=CONTENT),
    thing({"role": ROLE, "content": CONTENT}, {"attachments": st.just([{"file_id": "file-1"}])}),
    thing(
        {"role": st.just("tool"), "tool_call_id": CALL_ID, "content": CONTENT | st.lists(OUTPUT, max_size=2)}
    ),
    typed("function_call", call_id=CALL_ID, name=NAME, arguments=TEXT | JSON, maybe_namespace=NAMESPACE),
    typed("function_call", call_id=CALL_ID, name=NAME, arguments=TEXT, maybe_namespace=NAMESPACE),
    typed("custom_tool_call", call_id=CALL_ID, name=NAME, input=TEXT | JSON),
    typed("local_shell_call", call_id=CALL_ID | st.none(), action=JSON),
    typed("shell_call", call_id=CALL_ID, action=JSON),
    typed("apply_patch_call", call_id=CALL_ID, operation=JSON),
    typed(
        "apply_patch_call_output",
        call_id=CALL_ID,
        status=st.sampled_from(["completed", "failed"]),
        maybe_output=TEXT,
    ),
    typed("shell_call_output", call_id=CALL_ID, output=JSON),
    typed("tool_search_call", call_id=CALL_ID, maybe_execution=st.just("server"), maybe_arguments=JSON),
    typed("function_call_output", call_id=CALL_ID, output=CONTENT),
    typed("custom_tool_call_output", call_id=CALL_ID, output=CONTENT),
    typed("tool_search_output", call_id=CALL_ID | st.none(), tools=TOOLS),
    typed("additional_tools", tools=TOOLS, role=st.just("developer")),
    typed("reasoning", summary=JSON),
    typed(
        "reasoning",
        summary=st.lists(typed("summary_text", text=TEXT), max_size=2),
        maybe_content=st.lists(typed("reasoning_text", text=TEXT) | JSON, max_size=2) | st.none(),
        maybe_encrypted_content=TEXT,
    ),
    typed("compaction", encrypted_content=TEXT),
    typed("agent_message", content=CONTENT | st.lists(typed("encrypted_content", encrypted_content=TEXT))),
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
        "max_tokens": st.integers(1, 9),
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


OPTIONS = st.builds(
    Options,
    model=st.sampled_from([None, "gpt-5.5", "o1", "mine"]),
    send_metadata=st.booleans(),
    reasoning_content=st.booleans(),
    limits=st.builds(Limits, tool_description=st.sampled_from([0, 1, 4, 90, 1024])),
    leave_out=st.lists(st.sampled_from(["store", "tools", "stream_options", "novel"]), max_size=2).map(tuple),
    history=st.none() | st.lists(ITEM.filter(lambda item: isinstance(item, dict)), max_size=4),
)


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """A request in which some pieces are something else, gone, or there twice."""
    body = copy.deepcopy(draw(REQUEST))
    for _ in range(draw(st.integers(1, 3))):
        places = [(holder, key) for holder in _containers(body) for key in _keys(holder)]
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        how = draw(st.sampled_from(["replace", "remove", "wrap", "repeat"]))
        if how == "replace":
            holder[key] = draw(JSON)
        elif how == "remove":
            del holder[key]
        elif how == "wrap":
            holder[key] = [holder[key]]
        elif isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
    return body


def _containers(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield value
        for member in list(value.values() if isinstance(value, dict) else value):
            yield from _containers(member)


def _keys(holder: Any) -> list[Any]:
    return list(holder) if isinstance(holder, dict) else list(range(len(holder)))


def check(body: Any, translation: ChatTranslation) -> None:
    """Everything that a report promises."""
    payload, rows = translation.payload, translation.report.rows
    sources = Counter(row.source for row in rows if row.source is not None)
    for leaf in leaves(body):
        assert sum(sources[place] for place in places(leaf)) == 1, f"not exactly one row for {leaf!r}"
    targets = {target for row in rows for target in row.targets}
    for leaf in leaves(payload):
        if leaf not in ("", "/messages"):  # an empty payload has no pieces
            assert not targets.isdisjoint(places(leaf)), f"no row made {leaf!r}"
    for row in rows:
        assert (row.source is None) == (row.kind is Kind.INJECTED)
        assert row.reason or row.kind is Kind.MAPPED
        assert row.targets or row.kind in (Kind.DROPPED, Kind.REJECTED)
        assert row.source is None or found(body, row.source), (row, "is about nothing")
        for target in row.targets:
            assert found(payload, target), (row, "points at nothing")
            if row.kind is Kind.MAPPED:
                assert says(payload, target, body, str(row.source)), (row, "is not what became of it")
    rejected = any(row.kind is Kind.REJECTED for row in rows)
    assert not rejected or translation.error is not None
    assert translation.streams == (payload.get("stream") is True)
    if translation.error is not None:
        error = translation.error["error"]
        assert set(error) == {"type", "param", "code", "message"}
        assert error["type"] == "invalid_request_error"
        assert error["param"] is None or isinstance(error["param"], str)
        assert error["code"]
        assert error["message"]
    parse(to_bytes(payload))


def places(leaf: str) -> list[str]:
    """The pointers of a leaf and of everything around it."""
    return ["", *(leaf[:n] for n, letter in enumerate(leaf) if letter == "/" and n), leaf][0 if leaf else 1 :]


def found(value: Any, pointer: str) -> list[Any]:
    """What a pointer points at, in a list; an empty list for nothing."""
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict) and key in value:
            value = value[key]
        else:
            return []
    return [value]


def says(payload: Any, target: str, body: Any, source: str) -> bool:
    """Whether a piece that is mapped holds what was there; types and whole parts are other words for it."""
    (given,), (made,) = found(body, source), found(payload, target)
    if isinstance(given, dict) and isinstance(made, str):  # a text part that became a string
        given = given.get("text")
    if isinstance(given, str) and isinstance(made, str):
        return given in made or source.endswith("/type")
    if isinstance(given, list) or isinstance(made, dict | list):
        return True
    return repr(given) == repr(made)  # NaN is not equal to itself


@settings(max_examples=150, deadline=None)
@given(REQUEST, OPTIONS)
@example(
    {"model": "m", "input": [{"type": "function_call_output", "call_id": "c", "output": "x"}]}, Options()
)
def test_each_leaf_is_on_the_report_once_and_each_payload_leaf_has_a_reason(
    body: dict[str, Any], options: Options
) -> None:
    check(body, translate_request(body, options))


@settings(max_examples=150, deadline=None)
@given(damaged(), OPTIONS)
def test_a_damaged_request_is_accounted_for_as_well(body: Any, options: Options) -> None:
    check(body, translate_request(body, options))
    for problem in responses.validate(body):
        assert problem.message
        assert responses.error_of(problem)["error"]["code"] == problem.code


@settings(max_examples=100, deadline=None)
@given(REQUEST, OPTIONS)
def test_what_is_not_refused_is_a_payload_that_an_endpoint_takes(
    body: dict[str, Any], options: Options
) -> None:
    translation = translate_request(body, options)
    if translation.error is None and not responses.validate(body):
        assert chat.validate(translation.payload) == []
        names = [tool["function"]["name"] for tool in translation.payload.get("tools", [])]
        assert len(names) == len(set(names))
        roles = {message["role"] for message in translation.payload["messages"]}
        assert not {"system", "developer"} <= roles


@settings(max_examples=100, deadline=None)
@given(
    JSON
    | st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("model", "input", "tools", "text", "reasoning", "metadata"), JSON)
    )
)
def test_any_json_translates_or_is_refused(body: Any) -> None:
    check(body, translate_request(body, Options(model="gpt-5.5")))
    for problem in responses.validate(body):
        assert problem.message
        assert responses.error_of(problem)["error"]["code"] == problem.code


@settings(max_examples=100, deadline=None)
@given(REQUEST, OPTIONS)
def test_names_go_there_and_back(body: dict[str, Any], options: Options) -> None:
    done = translate_request(body, options)
    refs = list(refs_of(body))
    for ref in refs:
        chat_name = done.tools.chat_name(ref)
        assert done.tools.restore(chat_name) == ref
        assert 0 < len(chat_name) <= NAME_LIMIT
        assert set(chat_name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
    assert len({done.tools.chat_name(ref) for ref in refs}) == len(set(refs))
    for row in done.report:
        if row.source and row.source.startswith("/input/") and row.targets:
            (item,) = found(body, "/".join(row.source.split("/")[:3]))
            if row.targets[0].endswith("/function/name") and (ref := call_ref(item)) is not None:
                (name,) = found(done.payload, row.targets[0])
                assert done.tools.restore(name) == ref


REFS = st.builds(
    ToolRef,
    st.sampled_from(["function", "custom"]),
    NAME | st.text(max_size=70),
    NAMESPACE | st.text(max_size=70),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(REFS, max_size=8))
@example([ToolRef("function", "c", "a__b"), ToolRef("function", "b__c", "a"), ToolRef("custom", "a__b__c")])
@example(
    [ToolRef("function", "x" * 64), ToolRef("custom", "x" * 64), ToolRef("function", "x" * 64, "x" * 64)]
)
@example(
    [
        ToolRef("function", ""),
        ToolRef("custom", ""),
        ToolRef("function", "", ""),
        ToolRef("function", "", "a"),
    ]
)
def test_any_names_are_kept_apart_and_come_back(refs: list[ToolRef]) -> None:
    names = ToolNames(refs)
    given = [names.chat_name(ref) for ref in refs]
    assert len(set(given)) == len(set(refs))
    assert all(0 < len(name) <= NAME_LIMIT and name.isascii() for name in given)
    assert [names.restore(name) for name in given] == refs
    assert [ToolNames(refs).chat_name(ref) for ref in refs] == given, "not the same every time"


EXEC: dict[str, Any] = {"type": "custom", "name": "exec", "format": {"type": "text"}}
NOW: dict[str, Any] = {"type": "function", "name": "now", "parameters": {"type": "object"}, "strict": False}
AGENT: dict[str, Any] = {"type": "function", "name": "close_agent", "parameters": {"type": "object"}}
PIXEL = "data:image/png;base64,iVBORw0KGgo="


def spoken(role: str, *texts: str) -> dict[str, Any]:
    kind = "output_text" if role == "assistant" else "input_text"
    extra = {"annotations": [], "logprobs": []} if role == "assistant" else {}
    content = [{"type": kind, "text": text, **extra} for text in texts]
    return {"type": "message", "role": role, "content": content}


def session(model: str, tools: list[dict[str, Any]], *items: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A request of Codex 0.169: its own members, the items of its own making."""
    thread = Thread(model)
    thread.prompt("What time is it?")
    for item in items:
        thread.add(item)
    thread.blocked()
    body: dict[str, Any] = {**json.loads(thread.body()), "tools": tools, **fields}
    return body


def called(kind: str, call_id: str, name: str, given: str, **fields: Any) -> dict[str, Any]:
    holds = "input" if kind == "custom_tool_call" else "arguments"
    return {"type": kind, "id": f"x_{call_id}", "call_id": call_id, "name": name, holds: given, **fields}


def output(kind: str, call_id: str, value: Any) -> dict[str, Any]:
    return {"type": f"{kind}_output", "call_id": call_id, "output": value}


THOUGHT = {
    "type": "reasoning",
    "id": "rs_1",
    "summary": [{"type": "summary_text", "text": "**Looking**"}],
    "encrypted_content": "opaque",
}
FULL = json.loads(Thread("gpt-5.5").body())
CODEX: dict[str, dict[str, Any]] = {
    "functions and a namespace": session(
        "my-deployment",
        [
            *(tool for tool in FULL["tools"] if tool["type"] == "function"),
            {"type": "namespace", "name": "multi_agent_v1", "description": "Agents.", "tools": [AGENT]},
            {"type": "web_search", "external_web_access": False},
        ],
        THOUGHT,
        spoken("assistant", "I look."),
        called("function_call", "c1", "exec_command", '{"cmd":"date"}'),
        called("function_call", "c2", "close_agent", "{}", namespace="multi_agent_v1"),
        called("function_call", "c3", "view_image", '{"path":"/a.png"}', status="completed"),
        output("function_call", "c1", "12:00"),
        output("function_call", "c3", [{"type": "input_image", "image_url": PIXEL, "detail": "high"}]),
        output("function_call", "c2", ""),
        reasoning={"summary": "auto"},
        service_tier="priority",
        instructions="You are Codex.",
    ),
    "functions, custom tools and a search": session(
        "gpt-5.5",
        [*FULL["tools"], {"type": "tool_search", "execution": "client", "parameters": {"type": "object"}}],
        called("custom_tool_call", "c1", "apply_patch", "*** Begin Patch\n", status="completed"),
        output("custom_tool_call", "c1", "Done \u2713"),
        {"type": "tool_search_call", "call_id": "c2", "execution": "client", "arguments": {"query": "clock"}},
        {
            "type": "tool_search_output",
            "call_id": "c2",
            "status": "completed",
            "execution": "client",
            "tools": [NOW],
        },
        {
            "type": "web_search_call",
            "id": "ws_1",
            "status": "completed",
            "action": {"type": "search", "query": "q"},
        },
        called("function_call", "c3", "now", "{}"),
        {"type": "ghost_snapshot", "ghost_commit": {"id": "abc"}},
        {
            "type": "local_shell_call",
            "call_id": "c4",
            "status": "completed",
            "action": {"type": "exec", "command": ["ls"]},
        },
        output("function_call", "c4", "a"),
        {"type": "compaction", "encrypted_content": "opaque"},
        THOUGHT,
        spoken("user", "And now?"),
        spoken("assistant", "It is", "12:00."),
    ),
    "additional_tools and nothing else": session(
        "gpt-6-sol",
        [],
        {
            "type": "additional_tools",
            "role": "developer",
            "tools": [
                {"type": "namespace", "name": "functions", "description": "", "tools": [EXEC]},
                {"type": "namespace", "name": "clock", "description": "Time.", "tools": [NOW]},
                {"type": "namespace", "name": "collaboration", "description": "", "tools": [AGENT, NOW]},
            ],
        },
        called("custom_tool_call", "c1", "exec", "text(await tools.now())", namespace="functions"),
        output(
            "custom_tool_call",
            "c1",
            [{"type": "input_text", "text": "12:00"}, {"type": "input_image", "image_url": PIXEL}],
        ),
        called("function_call", "c2", "now", "{}", namespace="clock"),
        output("function_call", "c2", [{"type": "input_file", "file_data": PIXEL, "filename": "a.png"}]),
        parallel_tool_calls=False,
        reasoning={"effort": "high", "summary": "auto", "context": "all"},
    ),
    "a compaction": session("gpt-5.5", FULL["tools"], {"type": "compaction_trigger"}),
}


@pytest.mark.parametrize(
    "options", [Options(), Options(model="o1", reasoning_content=True, send_metadata=True)]
)
@pytest.mark.parametrize("dialect", CODEX)
def test_every_dialect_of_codex_is_accounted_for(dialect: str, options: Options) -> None:
    body = CODEX[dialect]
    done = translate_request(body, options)
    check(body, done)
    assert (done.error is None) == (dialect != "a compaction")
    if done.error is None:
        assert chat.validate(done.payload) == []


DAMAGE: list[Any] = [None, 5, "x", [], {}, [None], {"type": 5}, ...]


@pytest.mark.parametrize("dialect", CODEX)
def test_each_piece_of_a_dialect_may_be_something_else_and_nothing_is_lost_sight_of(dialect: str) -> None:
    """Every piece in turn, by every kind of JSON value in turn, or by nothing at all."""
    body = {**CODEX[dialect], "tools": CODEX[dialect]["tools"][-2:]}
    pieces = sorted({place for leaf in leaves(body) for place in places(leaf) if place})
    for n, pointer in enumerate(pieces):
        for value in (DAMAGE[n % len(DAMAGE)], DAMAGE[(n + 3) % len(DAMAGE)]):
            changed = copy.deepcopy(body)
            around, _, token = pointer.rpartition("/")
            (holder,) = found(changed, around)
            key: Any = int(token) if isinstance(holder, list) else token.replace("~1", "/").replace("~0", "~")
            if value is ...:
                del holder[key]
            else:
                holder[key] = value
            check(changed, translate_request(changed))


ALIKE = [
    called("function_call", "c1", "f", "{}", namespace="ns", status="completed"),
    called("custom_tool_call", "c1", "f", "i"),
    {**output("function_call", "c1", "o"), "status": "completed", "attachments": []},
    {"type": "apply_patch_call_output", "call_id": "c1", "status": "completed", "output": "o"},
    {"role": "tool", "tool_call_id": "c1", "content": "o"},
    {**spoken("user", "u"), "attachments": [], "id": "m"},
    {**THOUGHT, "content": [{"type": "reasoning_text", "text": "t"}]},
]


@pytest.mark.parametrize("item", ALIKE)
def test_an_item_like_the_one_before_is_not_taken_for_the_same(item: dict[str, Any]) -> None:
    """Rows are worked out once a shape: what differs but for its members' names must be another shape."""
    plain = [
        *(called("function_call", call_id, "f", "{}") for call_id in ("c1", "c1", "c2")),
        {"type": "apply_patch_call", "call_id": "c3", "operation": {}},
    ]
    for key in item:
        for value in (None, 5, "x", "failed", "developer", "c2", "c3", [], ["file-1"], {}):
            changed = {**copy.deepcopy(item), key: value}
            for order in ([item, changed], [changed, item]):
                body = {"model": "m", "input": [*plain, *order, spoken("assistant", "a")]}
                check(body, translate_request(body, Options(reasoning_content=True)))


def test_a_long_session_is_accounted_for() -> None:
    turns = [
        item
        for n in range(200)
        for item in (
            THOUGHT,
            spoken("assistant", f"step {n}"),
            called("function_call", f"c{n}", "exec_command", "{}"),
            output("function_call", f"c{n}", "line\n" * 5),
        )
    ]
    body = session("gpt-4o", FULL["tools"], *turns)
    check(body, translate_request(body))


def test_members_with_any_name_have_pointers_that_find_them() -> None:
    odd = {"": 1, "/": 2, "~": 3, "a/b": {"~1": [1, {}]}, "\ud800": 4}
    body = {
        "model": "m",
        "input": [{"role": "user", "content": "u", **odd}],
        "tools": [{**NOW, **odd}],
        **odd,
    }
    done = translate_request(body)
    check(body, done)
    for key in odd:
        assert any(row.source == f"/{escape(key)}" for row in done.report)


def test_the_input_is_left_as_it_was() -> None:
    for body in CODEX.values():
        before = copy.deepcopy(body)
        translate_request(body, Options(history=[spoken("user", "earlier")], reasoning_content=True))
        assert body == before
