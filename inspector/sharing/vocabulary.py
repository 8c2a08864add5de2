"""Words that stay: those of the protocols, which tell of nobody, and what Codex writes around an output.

Without them a redacted text could not be read for what went wrong: a patch would be no patch, a body that is
cut off would have no fields.
"""

from __future__ import annotations

import re

_WORDS_LIST = """
action added additional agent annotations api apply args arguments array assistant auto background
base64 body boolean call cached cancelled chat choices chunk code command compact compaction
completed completion completions content context conversation count create created custom data
deleted delta deployments description detail details developer done effort encrypted end enum error
errors event events exec failed false file filter finish format function functions generate get
grammar headers high http https id image in include incomplete index input instructions integer
internal item items json jsonl key kind lark length level limit limits local logprobs low max mcp
medium message messages metadata method minimal mode model name namespace none null number object
object openai output outputs parallel parameters part patch previous progress prompt properties
query queued ratelimit reason reasoning refusal remaining request required reset response responses
result retry role root schema search sequence server service session shell start status step stop
store stream strict string summary system temperature text thread tier token tokens tool tools top
total trace true truncation turn type update url usage user value version view web window xhigh
"""
WORDS = frozenset(_WORDS_LIST.split())
"""Of the Responses and Chat APIs, in lower case. Nobody's name can be taken out that is one of them."""

_TAGS = (
    "environment_context|environments?|cwd|shell|current_date|timezone|user_instructions|INSTRUCTIONS|"
    "permissions instructions|skills_instructions|collaboration_mode|multi_agent_role|multi_agent_mode|tools|"
    "approval_policy|sandbox_mode|network_access|turn_aborted|user_action|subagents|filesystem|image"
)
KEPT = re.compile(
    rf"</?(?:{_TAGS})>"
    r"|^\*\*\* (?:Begin Patch|End Patch|End of File|(?:Update|Add|Delete) File: |Move to: )"
    r"|^(?:Exit code: -?\d+|Wall time: [\d.]+ seconds?|Chunk ID: \w+|Process exited with code -?\d+"
    r"|Process running with session ID \d+|Original token count: \d+|Total output lines: \d+|Output:)$"
    r"|^Success\. Updated the following files:$"
)
"""What stays of a line of text."""


def is_word(text: str) -> bool:
    """Whether it is a word of the protocols, or a part of one."""
    text = text.casefold()
    return any(text in word for word in WORDS)
