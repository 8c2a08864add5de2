"""What `--set`, `--drop` and `--patch` mean, alone and together."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.replay.edits.edit import apply, parse_drop, parse_patch, parse_set
from inspector.replay.edits.problem import EditProblem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("model=x", "x"),
        ("model=", ""),
        ("model=100", 100),
        ('model="100"', "100"),
        ("model=null", None),
        ("model=a=b", "a=b"),
        ("model=[1", "[1"),
        ('model:={"a": 1}', {"a": 1}),
        ("/model=x", "x"),
        ("top_p=NaN", "NaN"),
        ("top_p=1e999", "1e999"),
    ],
)
def test_a_value_is_json_or_text(text: str, value: Any) -> None:
    assert parse_set(text).value == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("model", "model: there is no value; write model=VALUE."),
        ("model:=x", "model: the value is no JSON: a value is missing here."),
        ("model:=", "model: the value is no JSON: there is nothing here."),
        ("top_p:=NaN", "top_p: the value is no JSON: this is no number that JSON can write."),
    ],
)
def test_a_value_that_is_none(text: str, said: str) -> None:
    with pytest.raises(EditProblem) as problem:
        parse_set(text)
    assert str(problem.value) == said


def test_values_are_set_old_and_new(body: dict[str, Any]) -> None:
    edits = [
        parse_set("input[0].content[0].text=Say hi"),
        parse_set("reasoning.effort=low"),
        parse_set('tools[+]={"type": "web_search"}'),
        parse_set("tools[+]=1"),
        parse_set('/metadata/a.b="2"'),
    ]
    changed = apply(edits, body)
    assert changed["input"][0]["content"] == [{"type": "input_text", "text": "Say hi"}]
    assert changed["reasoning"] == {"effort": "low"}
    assert changed["tools"][2:] == [{"type": "web_search"}, 1]
    assert changed["metadata"] == {"a.b": "2", "x/y": "2"}
    assert changed["input"][1:] == body["input"][1:]


def test_all_paths_are_those_of_the_request_as_it_was(body: dict[str, Any]) -> None:
    edits = [parse_drop(path) for path in ("input[1]", "input[2]", "input[-1].role", "input[-1]", "model")]
    changed = apply([*edits, parse_set("input[3].output=x")], body)
    assert [item["type"] for item in changed["input"]] == ["message", "function_call_output"]
    assert changed["input"][1]["output"] == "x"
    assert "model" not in changed


def test_a_place_that_is_dropped_twice_is_gone_once(body: dict[str, Any]) -> None:
    assert len(apply([parse_drop("input[4]"), parse_drop("/input/4")], body)["input"]) == 4


@settings(deadline=None)
@given(st.sets(st.integers(0, 19)))
def test_whatever_is_dropped_the_others_stay(gone: set[int]) -> None:
    changed = apply([parse_drop(f"input[{n}]") for n in gone], {"input": list(range(20))})
    assert changed["input"] == [n for n in range(20) if n not in gone]


def test_a_patch_comes_last_and_stays_as_it_is(body: dict[str, Any]) -> None:
    operations = [
        {"op": "test", "path": "/model", "value": "x"},
        {"op": "add", "path": "/include", "value": []},
        {"op": "add", "path": "/include/-", "value": "reasoning.encrypted_content"},
        {"op": "move", "from": "/input/0", "path": "/input/1"},
    ]
    patch = parse_patch(json.dumps(operations))
    for _ in range(2):
        changed = apply([patch, parse_set("model=x")], body)
        assert changed["include"] == ["reasoning.encrypted_content"]
        assert [item["type"] for item in changed["input"][:2]] == ["reasoning", "message"]
    assert list(patch.operations) == operations


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "p.json: a JSON Patch is a list of operations."),
        ("[1,]", "p.json: line 1, column 3: this comma is one too many: nothing follows it."),
        ('[{"op": "ad", "path": "/a"}]', "p.json: operation 0: "),
        ('[{"op": "remove", "path": "/model"}, {"op": "nope", "path": ""}]', "p.json: operation 1: "),
        ("[3]", "p.json: operation 0: "),
        ('[{"op": "remove", "path": "model"}]', "p.json: operation 0: "),
    ],
)
def test_what_is_no_patch(text: str, said: str) -> None:
    with pytest.raises(EditProblem) as problem:
        parse_patch(text, "p.json")
    assert str(problem.value).startswith(said)


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (
            {"op": "remove", "path": "/nope"},
            'the patch: operation 0 (remove /nope): nope: the request has no "nope"; it has model',
        ),
        (
            {"op": "move", "from": "/nope/1", "path": "/input/0"},
            'the patch: operation 0 (move /input/0): nope: the request has no "nope"; it has model',
        ),
        (
            {"op": "test", "path": "/input/0/role", "value": ["y"]},
            'the patch: operation 0 (test /input/0/role) does not hold: there is "user", not ["y"].',
        ),
        (
            {"op": "test", "path": "/nope", "value": 1},
            "the patch: operation 0 (test /nope) does not hold: nope: ",
        ),
        ({"op": "replace", "path": "", "value": []}, "The patch left no JSON object"),
        ({"op": "replace", "path": "", "value": 1}, "The patch left no JSON object"),
        (
            {"op": "add", "path": "/input/99", "value": 1},
            "the patch: operation 0 (add /input/99): input[99]: the request has ",
        ),
        ({"op": "add", "path": "/input/-"}, "the patch: operation 0 (add /input/-): "),
    ],
)
def test_a_patch_that_does_not_fit(body: dict[str, Any], operation: dict[str, Any], said: str) -> None:
    with pytest.raises(EditProblem) as problem:
        apply([parse_patch(json.dumps([operation]))], body)
    assert str(problem.value).startswith(said)
    assert str(problem.value).endswith(".")


def test_what_is_too_deep_to_be_patched_is_said_so(body: dict[str, Any]) -> None:
    deep: Any = []
    for _ in range(20_000):
        deep = [deep]
    patch = parse_patch('[{"op": "remove", "path": "/model"}]')
    with pytest.raises(EditProblem, match="nested too deeply to be changed"):
        apply([patch], {"model": "m", "input": deep})
    while deep:  # taken apart here: the interpreter would recurse
        deep = deep[0]


def test_an_operation_finds_what_those_before_it_left(body: dict[str, Any]) -> None:
    gone = {"op": "remove", "path": "/model"}
    with pytest.raises(EditProblem, match=r"operation 1 \(remove /model\): model: the request has no"):
        apply([parse_patch(json.dumps([gone, gone]))], body)
    assert "model" in body


def test_a_path_that_is_too_long_is_said_so(body: dict[str, Any]) -> None:
    with pytest.raises(EditProblem, match="nested too deeply to be changed"):
        apply([parse_set("a" + ".b" * 20_000 + "=1")], body)
