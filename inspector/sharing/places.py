"""What a text in a body is by where it stands: in requests, answers and events of Responses and Chat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from inspector.sharing.kinds import Kind
from inspector.sharing.literals import DEEPEST, Number, Pairs
from inspector.sharing.secrets import SHORTEST, is_secret_field
from inspector.sharing.vocabulary import WORDS, is_word

_LONG = 200  # characters from which on a text is prose, wherever it stands

_STRUCTURE_LIST = """
type role id status object name model call_id item_id response_id previous_response_id finish_reason
event detail phase namespace format mime_type media_type execution service_tier system_fingerprint
effort syntax truncation code sequence_number obfuscation annotations_type tool_choice verbosity
"""
_STRUCTURE = frozenset(_STRUCTURE_LIST.split())
_DESCRIBING = frozenset({"description", "title", "definition", "$comment", "pattern"})
_SAID_LIST = """
text content output refusal input summary reasoning_content reasoning transcript query queries code
stdout stderr logs command patch diff result results outputs delta token quote
"""
_SAID = frozenset(_SAID_LIST.split())
_IMAGES = frozenset({"image_url", "file_data", "b64_json", "partial_image_b64", "data", "url", "file_url"})
_WHOSE = frozenset({"user", "safety_identifier", "prompt_cache_key", "end_user_id"})
_LOOSE = frozenset({"env", "action", "operation", "outputs", "results"})
_ASKED = frozenset({"arguments", "action"})  # their fields are the tool's, not the file's
_INDEXES = ("output_index", "content_index", "summary_index", "index")
_TOKENS, _OTHERS = "tokens", "other tokens"  # those of the text, and those that it might have been
_BY_ROLE = {
    "developer": Kind.INSTRUCTIONS,
    "system": Kind.INSTRUCTIONS,
    "user": Kind.PROMPT,
    "assistant": Kind.PROMPT,
    "tool": Kind.CONTENT,
    "function": Kind.CONTENT,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a literal stands. `kind` None: nowhere that says what it is.

    `group` is the same for the pieces of one text that comes in deltas.
    """

    kind: Kind | None = None
    form: str = "text"  # key, text, json (arguments), opaque, token, other token
    group: tuple[object, ...] | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """What holds for all that stands inside. `everything`: it is somebody's JSON, every text counts."""

    speaker: Kind | None = None
    tools: bool = False
    everything: bool = False
    fields_stay: bool = True
    group: tuple[object, ...] | None = None
    whose: bool = False


def places(value: Any, around: Around) -> list[Place]:
    """One for each literal of a parsed document, in its order, keys included. Raises ValueError: too deep."""
    return list(_value(value, "", around, DEEPEST))


def around_items(value: Pairs, name: str, around: Around) -> Around | None:
    """What holds for the objects of a list that stands under this name in a whole document.

    None where that depends on what they are.
    """
    inside = _inside(value, "", around)
    return None if inside.speaker or inside.everything else _under(name, [], value, inside)


def _value(value: Any, key: str, around: Around, left: int) -> Iterator[Place]:
    if not left:
        raise ValueError("nested too deeply")
    if isinstance(value, Pairs):
        yield from _object(value, key, around, left)
    elif isinstance(value, list):
        for one in value:
            yield from _value(one, key, around, left - 1)
    elif type(value) is str:
        yield _text(value, key, around)


def _object(value: Pairs, key: str, around: Around, left: int) -> Iterator[Place]:
    inside = around if around.everything else _inside(value, key, around)
    for name, one in value:
        yield _KEY if inside.fields_stay else Place(inside.speaker, "key")
        yield from _value(one, name, _under(name, one, value, inside), left - 1)


def _inside(value: Pairs, key: str, around: Around) -> Around:
    speaker = _BY_ROLE.get(value.text("role")) or _by_type(value.text("type")) or around.speaker
    group = around.group
    if group is not None:
        group = (*group, _number(value, "index"))
    return replace(around, speaker=speaker, group=group, whose=key == "metadata")


def _under(name: str, one: Any, value: Pairs, inside: Around) -> Around:
    """What holds for what stands under this name."""
    if inside.everything:
        return inside
    if name == "error":  # what went wrong is what a shared capture is about
        return replace(inside, speaker=None, everything=True)
    if name in ("tools", "functions", "response_format", "schema", "parameters", "json_schema"):
        return replace(inside, tools=True, speaker=Kind.TOOL)
    if name == "logprobs":
        return replace(inside, group=(_TOKENS, *_place_of(value)))
    if name == "top_logprobs":
        return replace(inside, group=(_OTHERS,))
    if name in ("content", "refusal") and inside.group and inside.group[0] == _TOKENS:
        return replace(inside, group=(*inside.group, name))
    if name == "delta":
        return replace(inside, group=_place_of(value))
    if name == "instructions" and not isinstance(one, str):
        return replace(inside, speaker=Kind.INSTRUCTIONS)
    somebodys = name == "arguments" or (
        name in _LOOSE | _SAID and inside.speaker is Kind.CONTENT and not _is_content(one)
    )
    if somebodys and isinstance(one, list):  # Pairs are lists as well
        return replace(inside, speaker=Kind.CONTENT, everything=True, fields_stay=name in _ASKED)
    return inside


def _place_of(value: Pairs) -> tuple[str, ...]:
    """Which text it is of that an event brings a piece of."""
    numbers = [_number(value, name) for name in _INDEXES]
    return (value.text("type"), value.text("item_id"), *numbers)


def _is_content(value: Any) -> bool:
    """Whether it is a list of content parts, or of items, which say what they are."""
    return (
        isinstance(value, list)
        and not isinstance(value, Pairs)
        and all(isinstance(one, Pairs) and one.text("type") for one in value)
    )


def _text(value: str, key: str, around: Around) -> Place:
    if is_secret_field(key) and len(value) >= SHORTEST and not is_word(value):
        return Place(Kind.SECRET)
    if around.everything:
        return _NOWHERE if key == "type" and value in WORDS else Place(around.speaker)
    if around.group and around.group[0] == _OTHERS:
        return Place(around.speaker or Kind.PROMPT, "other token")
    group = around.group and (*around.group, key)
    if around.group and around.group[0] == _TOKENS:
        return Place(around.speaker or Kind.PROMPT, "token", group)
    if key == "instructions":
        return Place(Kind.INSTRUCTIONS)
    if key == "arguments":
        return Place(Kind.CONTENT, "json", group)
    if key == "encrypted_content":
        return Place(Kind.PROMPT, "opaque")
    if around.tools:
        return Place(Kind.TOOL) if key in _DESCRIBING or _is_prose(value) else _NOWHERE
    if key in _WHOSE or (around.whose and not value.lstrip().startswith("{")):
        return Place(Kind.NAME)
    if key == "filename":
        return Place(Kind.PATH)
    if key in _IMAGES and not value.startswith(("http://", "https://")):
        return Place(Kind.CONTENT, "opaque")
    said = key in _SAID and not (key == "code" and around.speaker is not Kind.CONTENT)
    if said:
        form = "json" if key == "delta" and around.group and "arguments" in str(around.group[0]) else "text"
        return Place(around.speaker or Kind.PROMPT, form, group)
    if key in _STRUCTURE:
        return Place(group=group)
    return Place(around.speaker or Kind.PROMPT, "text", group) if _is_prose(value) else Place(group=group)


def _by_type(kind: str) -> Kind | None:
    if kind.endswith("_output") or ("_call" in kind and "web_search" not in kind):
        return Kind.CONTENT
    if any(word in kind for word in ("arguments", "custom_tool", "code_interpreter", "shell", "apply_patch")):
        return Kind.CONTENT
    if kind == "additional_tools":
        return Kind.TOOL
    if kind in ("reasoning", "message", "compaction") or kind.startswith(
        ("response.output_text", "response.refusal", "response.reasoning", "web_search")
    ):
        return Kind.PROMPT
    return None


def _is_prose(value: str) -> bool:
    return len(value) >= _LONG and " " in value.strip()


def _number(value: Pairs, name: str) -> str:
    found = value.get(name)
    return str(found) if isinstance(found, Number) else ""


_KEY, _NOWHERE = Place(form="key"), Place()
