"""Messages of every role, and items that become no message."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.report import Kind
from inspector.protocol.translate_request import ChatTranslation, translate_request


def translate(*items: Any, model: str = "gpt-4o", **fields: Any) -> ChatTranslation:
    return translate_request({"model": model, "input": list(items), **fields})


def reason(translation: ChatTranslation, pointer: str) -> tuple[Kind, str]:
    (row,) = translation.report.for_source(pointer)
    return row.kind, row.reason


def test_a_string_is_one_message_from_the_user() -> None:
    done = translate_request({"model": "m", "input": "hi"})
    assert done.payload["messages"] == [{"role": "user", "content": "hi"}]


def test_instructions_come_first_and_nothing_is_lost_of_them() -> None:
    done = translate({"role": "developer", "content": "d"}, instructions="be brief", model="gpt-5")
    assert done.payload["messages"] == [
        {"role": "developer", "content": "be brief"},
        {"role": "developer", "content": "d"},
    ]


@pytest.mark.parametrize(
    ("model", "role"), [("gpt-5.1", "developer"), ("gpt-4o", "system"), ("mine", "system")]
)
def test_only_one_of_system_and_developer_occurs(model: str, role: str) -> None:
    done = translate(
        {"role": "system", "content": "s"},
        {"type": "message", "role": "developer", "content": "d"},
        {"role": "user", "content": "u"},
        instructions="i",
        model=model,
    )
    assert [message["role"] for message in done.payload["messages"]] == [role, role, role, "user"]
    other = "/input/0/role" if role == "developer" else "/input/1/role"
    assert reason(done, other)[0] is Kind.RENAMED


def test_one_text_is_a_string_and_several_are_parts() -> None:
    done = translate(
        {"role": "user", "content": [{"type": "input_text", "text": "a"}]},
        {"role": "user", "content": [{"type": "input_text", "text": "a"}, {"type": "text", "text": "b"}]},
        {"role": "user", "content": []},
    )
    assert [message["content"] for message in done.payload["messages"]] == [
        "a",
        [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}],
        "",
    ]


def test_texts_of_the_assistant_apart_stay_apart() -> None:
    done = translate(
        {"role": "assistant", "content": [{"type": "output_text", "text": "a", "annotations": []}]},
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]},
    )
    assert done.payload["messages"] == [
        {"role": "assistant", "content": "a"},
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]},
    ]


def test_what_only_a_user_may_say_is_dropped_elsewhere() -> None:
    image = {"type": "input_image", "image_url": "data:x"}
    done = translate({"role": "developer", "content": [image, {"type": "refusal", "refusal": "no"}]})
    assert done.payload["messages"] == [{"role": "system", "content": "no"}]
    assert [row.source for row in done.report.losses()] == [
        "/input/0/content/0/type",
        "/input/0/content/0/image_url",
    ]


@pytest.mark.parametrize(
    ("item", "kind", "says"),
    [
        ({"type": "reasoning", "encrypted_content": "x", "summary": []}, Kind.DROPPED, "encrypted"),
        ({"type": "compaction", "encrypted_content": "x"}, Kind.DROPPED, "history before it is lost"),
        ({"type": "web_search_call", "id": "ws"}, Kind.DROPPED, "web_search_call"),
        ({"type": "tool_search_call", "execution": "server"}, Kind.DROPPED, "offered as tools"),
        ({"type": "compaction_trigger"}, Kind.REJECTED, "model_auto_compact_token_limit"),
        ({"type": "item_reference", "id": "msg_7"}, Kind.REJECTED, "msg_7"),
        ({"id": "msg_8"}, Kind.REJECTED, "msg_8"),
        ({"role": "critic", "content": "x"}, Kind.REJECTED, "critic"),
        ({"role": "user"}, Kind.REJECTED, "no content"),
        ("text", Kind.REJECTED, "must be an object"),
    ],
)
def test_items_that_become_no_message_are_named(item: Any, kind: Kind, says: str) -> None:
    done = translate({"role": "user", "content": "u"}, item)
    assert done.payload["messages"] == [{"role": "user", "content": "u"}]
    found, text = reason(done, "/input/1")
    assert found is kind
    assert says in text
    assert (done.error is not None) == (kind is Kind.REJECTED)


def told(
    *payload: dict[str, Any], text: str = "Message Type: NEW_TASK\nSender: /root\nPayload:\n"
) -> dict[str, Any]:
    """What one agent tells another, as Codex 0.169 puts it."""
    content = [{"type": "input_text", "text": text}, *payload]
    return {"type": "agent_message", "id": "a", "author": "/root", "recipient": "/root/x", "content": content}


def test_what_agents_tell_each_other_is_said_by_the_user() -> None:
    task = {"type": "encrypted_content", "encrypted_content": "Count the words."}
    done = translate({"role": "assistant", "content": "hm"}, told(task))
    assert done.payload["messages"][1] == {
        "role": "user",
        "content": [
            {"type": "text", "text": "Message Type: NEW_TASK\nSender: /root\nPayload:\n"},
            {"type": "text", "text": "Count the words."},
        ],
    }
    assert done.report.losses() == []
    dropped = [row.source for row in done.report if row.kind is Kind.DROPPED]
    assert dropped == ["/input/1/id", "/input/1/author", "/input/1/recipient"]
    answer = translate(told(text="Message Type: FINAL_ANSWER\nPayload:\nTwo."))
    assert answer.payload["messages"] == [
        {"role": "user", "content": "Message Type: FINAL_ANSWER\nPayload:\nTwo."}
    ]


@pytest.mark.parametrize("secret", ["gAAAAABo" + "x-_9" * 40 + "==", None])
def test_what_only_another_endpoint_can_read_is_lost_and_told(secret: str | None) -> None:
    done = translate(told({"type": "encrypted_content", "encrypted_content": secret}))
    (message,) = done.payload["messages"]
    assert message["content"].endswith("Payload:\n")
    (lost,) = done.report.losses()
    assert (lost.source, "only the endpoint that made it" in lost.reason) == ("/input/0/content/1", True)


def test_a_note_of_codexs_own_is_no_loss() -> None:
    assert translate({"role": "user", "content": "u"}, {"type": "ghost_snapshot"}).report.losses() == []


def test_attachments_are_refused_by_their_ids_and_the_text_is_shown_all_the_same() -> None:
    done = translate({"role": "user", "content": "see", "attachments": [{"file_id": "file-9"}]})
    assert done.error is not None
    assert done.error["error"]["param"] == "input[0].attachments"
    assert "file-9" in done.error["error"]["message"]
    assert done.payload["messages"] == [{"role": "user", "content": "see"}]


def test_fields_without_a_place_are_dropped_by_name() -> None:
    done = translate(
        {"type": "message", "role": "user", "content": "u", "id": "msg_1", "status": "completed", "x": 1}
    )
    dropped = {row.source: row.reason for row in done.report if row.kind is Kind.DROPPED}
    assert list(dropped) == ["/input/0/id", "/input/0/status", "/input/0/x"]
    assert done.report.losses() == []


def test_tools_that_come_as_an_item_join_the_others() -> None:
    extra = {"type": "additional_tools", "role": "developer", "tools": [{"type": "custom", "name": "exec"}]}
    done = translate(extra, {"role": "user", "content": "u"}, tools=[{"type": "function", "name": "f"}])
    assert [tool["function"]["name"] for tool in done.payload["tools"]] == ["f", "exec"]
    assert [row.targets for row in done.report.for_source("/input/0/tools/0/name")] == [
        ("/tools/1/function/name",)
    ]
    assert len(done.payload["messages"]) == 1


def test_compaction_on_the_server_is_refused_with_the_settings_that_keep_it_at_the_client() -> None:
    done = translate({"role": "user", "content": "u"}, {"type": "compaction_trigger"})
    assert done.error is not None
    for setting in ("`name`", "`base_url`", "`model_auto_compact_token_limit`"):
        assert setting in done.error["error"]["message"]


@pytest.mark.parametrize("kind", ["compaction", "compaction_summary", "context_compaction"])
def test_what_was_compacted_is_dropped_with_a_warning(kind: str) -> None:
    done = translate({"role": "user", "content": "u"}, {"type": kind, "encrypted_content": "opaque"})
    assert done.error is None
    (row,) = done.report.for_source("/input/1")
    assert row.loss
    assert "history before it is lost" in row.reason
