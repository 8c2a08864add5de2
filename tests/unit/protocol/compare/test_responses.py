"""Two answers to the same question: what differs past what differs in every run."""

from __future__ import annotations

import json
from typing import Any

from inspector.protocol.compare.ignore import NOTHING
from inspector.protocol.compare.responses import compare_responses


def response(
    run: str, text: str = "It waits for a clock.", arguments: str = '{"cmd":"ls"}'
) -> dict[str, Any]:
    return {
        "id": f"resp_{run}",
        "created_at": len(run),
        "status": "completed",
        "model": "m",
        "output": [
            {"type": "reasoning", "id": f"rs_{run}", "summary": [], "encrypted_content": run},
            {
                "type": "message",
                "id": f"msg_{run}",
                "role": "assistant",
                "content": [{"type": "output_text", "text": text, "logprobs": [run]}],
            },
            {
                "type": "function_call",
                "id": f"fc_{run}",
                "call_id": f"call_{run}",
                "name": "shell",
                "arguments": arguments,
            },
        ],
        "usage": {"input_tokens": 10, "output_tokens": len(run), "total_tokens": 10 + len(run)},
    }


def test_two_runs_that_say_the_same() -> None:
    found = compare_responses(response("a"), response("bc", arguments='{ "cmd": "ls" }'))
    assert found.is_empty
    assert [str(item.change) for item in found.items] == ["kept"] * 3
    assert [one.new for one in found.usage] == ["/usage/output_tokens", "/usage/total_tokens"]
    assert not compare_responses(response("a"), response("b"), ignore=NOTHING).is_empty


def test_the_same_kind_of_item_is_another_form_of_it() -> None:
    old, new = response("a"), response("b", "Nothing like that at all!", '{"cmd":"rg kiln"}')
    found = compare_responses(old, new)
    assert [str(item.change) for item in found.items] == ["kept", "changed", "changed"]
    assert found.items[1].parts[0].old == "/output/1/content/0/text"
    assert (found.items[2].parts[0].before, found.items[2].parts[0].after) == (
        '{"cmd":"ls"}',
        '{"cmd":"rg kiln"}',
    )


def test_another_tool_is_another_item() -> None:
    new = response("b")
    new["output"][2]["name"] = "apply_patch"
    found = compare_responses(response("a"), new)
    assert [(str(item.change), item.title) for item in found.items][2:] == [
        ("vanished", "function_call shell"),
        ("added", "function_call apply_patch"),
    ]


def test_the_end_and_the_headers() -> None:
    new = {**response("b"), "status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}
    old_headers, new_headers = [("x-ms-region", "Sweden")], [("X-Ms-Region", "France")]
    found = compare_responses(response("a"), new, old_headers=old_headers, new_headers=new_headers)
    assert found.status is not None
    assert (found.status.before, found.status.after) == ("completed", "incomplete")
    assert [one.new for one in found.settings] == ["/status", "/incomplete_details"]
    assert [(one.name, one.after) for one in found.headers] == [("x-ms-region", "France")]
    assert not found.is_empty
    assert json.loads(json.dumps(found.to_json()))["settings"][0]["after"] == "incomplete"
    assert compare_responses(new, new).status is None


def test_an_answer_against_an_error() -> None:
    found = compare_responses(response("a"), {"error": {"code": "x", "message": "no"}})
    assert [str(item.change) for item in found.items] == ["vanished"] * 3
    assert "/error" in [one.new for one in found.settings]
    assert [str(one.change) for one in found.usage] == ["changed"]
    assert compare_responses(None, "text").settings[0].after == "text"
