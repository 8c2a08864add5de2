"""Names of tools, there and back."""

from __future__ import annotations

import pytest

from inspector.protocol.tools import ToolNames, ToolRef, call_ref, refs_of, tool_ref


def test_a_namespace_goes_before_the_name() -> None:
    names = ToolNames()
    ref = ToolRef("function", "close_agent", "multi_agent_v1")
    assert names.chat_name(ref) == "multi_agent_v1__close_agent"
    assert names.restore("multi_agent_v1__close_agent") == ref


def test_a_name_we_never_gave_is_a_function() -> None:
    assert ToolNames().restore("made_up") == ToolRef("function", "made_up", None)


def test_what_looks_alike_is_kept_apart() -> None:
    refs = [
        ToolRef("function", "a__b"),
        ToolRef("function", "b", "a"),
        ToolRef("custom", "a__b"),
        ToolRef("function", "a__b", ""),
        ToolRef("function", "a.b"),
        ToolRef("function", "a b"),
    ]
    names = ToolNames(refs)
    given = [names.chat_name(ref) for ref in refs]
    assert given[0] == "a__b"
    assert len(set(given)) == len(refs)
    assert [names.restore(name) for name in given] == refs
    assert names.items() == list(zip(given, refs, strict=True))


def test_long_names_are_shortened_alike_every_time() -> None:
    long, other = ToolRef("function", "x" * 70), ToolRef("function", "x" * 71)
    names = ToolNames([long, other])
    assert len(names.chat_name(long)) == 64
    assert names.chat_name(long) != names.chat_name(other)
    assert ToolNames([other]).chat_name(other) == names.chat_name(other)


def test_a_name_that_someone_else_has_by_its_hash_is_counted_on() -> None:
    odd = ToolRef("function", "é")
    taken = ToolNames().chat_name(odd)
    names = ToolNames([ToolRef("function", taken), odd])
    assert names.chat_name(odd) == f"{taken}_2"


@pytest.mark.parametrize(
    ("tool", "expected"),
    [
        ({"type": "function", "name": "f"}, ToolRef("function", "f", "ns")),
        ({"type": "custom", "name": "c"}, ToolRef("custom", "c", "ns")),
        ({"type": "tool_search", "execution": "client"}, ToolRef("tool_search", "tool_search", "ns")),
        ({"type": "tool_search"}, None),
        ({"type": "local_shell"}, ToolRef("local_shell", "local_shell", "ns")),
        ({"type": "web_search"}, None),
        ({"type": "function"}, None),
        ({"type": ["function"]}, None),
    ],
)
def test_definitions(tool: dict[str, object], expected: ToolRef | None) -> None:
    assert tool_ref(tool, "ns") == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"type": "function_call", "name": "f", "namespace": "ns"}, ToolRef("function", "f", "ns")),
        ({"type": "custom_tool_call", "name": "c"}, ToolRef("custom", "c")),
        ({"type": "tool_search_call"}, ToolRef("tool_search", "tool_search")),
        ({"type": "apply_patch_call"}, ToolRef("apply_patch", "apply_patch")),
        ({"type": "function_call", "name": 5}, None),
        ({"type": "message"}, None),
        ({}, None),
    ],
)
def test_calls(item: dict[str, object], expected: ToolRef | None) -> None:
    assert call_ref(item) == expected


def test_tools_come_from_everywhere_in_a_request() -> None:
    request = {
        "tools": [
            {"type": "function", "name": "a"},
            {"type": "namespace", "name": "n", "tools": [{"type": "custom", "name": "b"}]},
        ],
        "input": [
            {"type": "additional_tools", "tools": [{"type": "custom", "name": "c"}]},
            {"type": "tool_search_output", "tools": [{"type": "function", "name": "d"}]},
            {"type": "function_call", "name": "gone", "call_id": "1"},
            "noise",
        ],
    }
    assert [(ref.kind, ref.name, ref.namespace) for ref in refs_of(request)] == [
        ("function", "a", None),
        ("custom", "b", "n"),
        ("custom", "c", None),
        ("function", "d", None),
        ("function", "gone", None),
    ]
    assert list(refs_of({"tools": 5, "input": "hi"})) == []
