"""Rules about fields that a model family refuses, and about the field that bounds the answer."""

from __future__ import annotations

from inspector.protocol.families import SOURCES
from inspector.protocol.repairs.draft import Draft
from inspector.protocol.repairs.rule import Rule
from inspector.protocol.repairs.storage import ENCRYPTED

_LIMITS = ("max_completion_tokens", "max_tokens")  # Chat's names, the one that is current there first
_LIMIT = "max_output_tokens"
_SAMPLING = (
    "temperature",
    "top_p",
    "presence_penalty",
    "frequency_penalty",
    "logprobs",
    "top_logprobs",
    "logit_bias",
)
_LOGPROBS = "message.output_text.logprobs"
_SUMMARIES = ("summary", "generate_summary")  # the second is its older name


def _token_limit(draft: Draft) -> None:
    for name in _LIMITS:
        if name not in draft.body:
            continue
        if draft.body[name] is None:
            draft.drop((name,), f"null says nothing, and Responses does not know {name}")
        elif draft.body.get(_LIMIT) is not None:
            draft.drop((name,), f"Responses does not know {name}, and {_LIMIT} is there")
        else:
            if _LIMIT in draft.body:
                draft.drop((_LIMIT,), f"null says nothing; {name} has the number")
            draft.rename(name, _LIMIT, f"Responses has one name for it, {_LIMIT}")


def _sampling_fields(draft: Draft) -> None:
    if not draft.family.reasoning:
        return
    for name in _SAMPLING:
        if name in draft.body:
            draft.drop((name,), f"{draft.family.name} models refuse {name}")
    _drop_included(draft, _LOGPROBS, f"{draft.family.name} models give no logprobs")


def _reasoning_field(draft: Draft) -> None:
    family = draft.family
    if not family.known or family.reasoning:
        return
    if "reasoning" in draft.body:
        draft.drop(("reasoning",), f"{family.name} models do not reason, and refuse to be asked")
    _drop_included(draft, ENCRYPTED, f"{family.name} models do not reason, there is nothing to include")


def _reasoning_summary(draft: Draft) -> None:
    family, reasoning = draft.family, draft.body.get("reasoning")
    if not family.reasoning or family.summary or not isinstance(reasoning, dict):
        return
    text = f"{family.name} models give no summary of their reasoning"
    asked = [name for name in _SUMMARIES if name in reasoning]
    if asked and len(asked) == len(reasoning):
        draft.drop(("reasoning",), text)
    else:
        for name in asked:
            draft.drop(("reasoning", name), text)


def _parallel_tool_calls(draft: Draft) -> None:
    family, reasoning = draft.family, draft.body.get("reasoning")
    if "parallel_tool_calls" not in draft.body:
        return
    effort = reasoning.get("effort") if isinstance(reasoning, dict) else None
    if not family.parallel_tool_calls:
        draft.drop(("parallel_tool_calls",), f"{family.name} models refuse it")
    elif family.reasoning and effort == "minimal":
        draft.drop(("parallel_tool_calls",), f"{family.name} models refuse it with the effort minimal")


def _drop_included(draft: Draft, name: str, text: str) -> None:
    included = draft.body.get("include")
    if not isinstance(included, list):
        return
    places = [n for n, one in enumerate(included) if one == name]
    if places and len(places) == len(included):
        draft.drop(("include",), text)
    else:
        for n in places:
            draft.drop(("include", n), text)


TOKEN_LIMIT = Rule(
    "token-limit",
    "max_tokens and max_completion_tokens become max_output_tokens",
    "The Responses API knows neither of Chat's names for the bound on the answer, whatever the model; without"
    " the right one the bound would be lost.",
    f"documented: {SOURCES['reasoning']}",
    _token_limit,
)
SAMPLING_FIELDS = Rule(
    "sampling-fields",
    "sampling and logprobs fields are removed for reasoning models",
    "Models that reason answer 400 to temperature, top_p, penalties, logit_bias and logprobs. Codex sends"
    " none of them: something in between added them.",
    f"documented: {SOURCES['reasoning']}; reported: vllm-project/vllm#23319 (logprobs in include)",
    _sampling_fields,
)
REASONING_FIELD = Rule(
    "reasoning-field",
    "reasoning is neither set nor included for models that do not reason",
    "Codex asks every deployment whose name it does not know for a reasoning summary and for encrypted"
    " reasoning, and a model without reasoning answers 400 to either.",
    "measured: Codex 0.169; reported: openai/codex#1370, pydantic/pydantic-ai#2865",
    _reasoning_field,
)
REASONING_SUMMARY = Rule(
    "reasoning-summary",
    "reasoning.summary is removed where the family has none",
    "Codex asks for a summary of the reasoning, which only some families of reasoning models give.",
    f"documented: {SOURCES['reasoning']}",
    _reasoning_summary,
)
PARALLEL_TOOL_CALLS = Rule(
    "parallel-tool-calls",
    "parallel_tool_calls is removed where the model lacks it",
    "The o-series, codex-mini and gpt-5-pro refuse the field; other gpt-5 models do with the effort minimal.",
    f"documented: {SOURCES['reasoning']}",
    _parallel_tool_calls,
)
