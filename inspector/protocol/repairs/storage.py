"""Rules about what the server keeps: stored responses, and reasoning that travels encrypted instead."""

from __future__ import annotations

from typing import Any

from inspector.protocol.repairs.draft import Draft
from inspector.protocol.repairs.rule import Rule

ENCRYPTED = "reasoning.encrypted_content"


def _stored_items(draft: Draft) -> None:
    """Only an explicit false is turned: without the field the API stores anyway."""
    items = draft.body.get("input")
    if draft.dated and draft.body.get("store") is False and isinstance(items, list):
        replayed = [n for n, item in enumerate(items) if _has_id(item)]
        if replayed:
            text = (
                f"input[{replayed[0]}] has an id, which a dated API version looks up among stored responses"
            )
            draft.put(("store",), True, text)


def _has_id(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("id"), str) and item["id"] != ""


def _encrypted_reasoning(draft: Draft) -> None:
    """For families known to reason only: others refuse to be asked for it."""
    body = draft.body
    if not draft.family.reasoning or body.get("store") is not False:
        return
    text = "with store:false reasoning is lost between turns unless it is carried along, encrypted"
    if "include" not in body:
        draft.add(("include",), [ENCRYPTED], text)
    elif body["include"] in (None, []):
        draft.put(("include",), [ENCRYPTED], text)
    elif isinstance(body["include"], list) and ENCRYPTED not in body["include"]:
        draft.append(("include",), ENCRYPTED, text)


STORED_ITEMS = Rule(
    "stored-items",
    "store:false becomes true where item ids are replayed to a dated Azure URL",
    "Dated API versions look replayed ids up on the server and answer that the item is not found; the v1 API"
    " does not, and there store is left alone. Stored responses are kept for 30 days.",
    "reported: openai/codex#3528, openai/codex#3292",
    _stored_items,
)
ENCRYPTED_REASONING = Rule(
    "encrypted-reasoning",
    "store:false asks for reasoning.encrypted_content",
    "What is not stored must travel: without the encrypted reasoning a model starts every turn anew. Blobs in"
    " the input are carried on untouched.",
    "documented: https://learn.microsoft.com/azure/ai-foundry/openai/how-to/responses",
    _encrypted_reasoning,
)
