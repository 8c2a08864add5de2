"""Content of Responses messages and tool outputs -> parts of chat messages, each with where it came from.

A `Piece` is a chat part and the rows that will point at it, once the caller knows where it stands: the rows'
targets are given as endings below the part.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from inspector.protocol.json_text import write
from inspector.protocol.report import Kind, Row, escape
from inspector.protocol.to_chat.refusals import Refusals


class Piece(NamedTuple):
    """One chat part; `rows` are (source, ending below the part, kind, reason)."""

    part: dict[str, Any]
    rows: tuple[tuple[str, str, Kind, str], ...]

    @property
    def is_text(self) -> bool:
        """Whether it can stand where only text may."""
        return bool(self.part["type"] == "text")

    def retold(self, text: str) -> Piece:
        """The same piece as text."""
        rows = tuple((source, "", kind, reason) for source, _, kind, reason in self.rows)
        return Piece({"type": "text", "text": text}, rows)


TEXTS = frozenset(("input_text", "output_text", "text", "summary_text", "reasoning_text"))
_PLAIN_TEXT = {"type", "text"}
_DETAILS = frozenset(("auto", "low", "high"))


def read_content(content: Any, at: str, rows: list[Row], refusals: Refusals) -> list[Piece]:
    """The pieces of the content found at `at`; what cannot travel goes on the report."""
    if isinstance(content, str):
        return [Piece({"type": "text", "text": content}, ((at, "", Kind.MAPPED, ""),))]
    if not isinstance(content, list):
        refusals.add(at, "invalid_type", "must be a string or a list of content parts")
        return []
    pieces = []
    for n, part in enumerate(content):
        here = f"{at}/{n}"
        kind = part.get("type") if isinstance(part, dict) else None
        if not isinstance(kind, str):
            refusals.add(here, "invalid_type", "a content part must be an object with a type")
        elif kind in TEXTS:
            text = part.get("text")
            if not isinstance(text, str):
                refusals.add(here, "invalid_type", f"the {kind} part has no text")
            elif part.keys() == _PLAIN_TEXT:
                pieces.append(Piece({"type": "text", "text": text}, ((here, "", Kind.MAPPED, ""),)))
            else:
                pieces.append(Piece({"type": "text", "text": text}, _fields(part, here, _TEXT_FIELDS, rows)))
        elif kind in _READERS:
            piece = _READERS[kind](part, here, rows, refusals)
            if piece is not None:
                pieces.append(piece)
        else:
            reason = f"content of type {kind} has no form in Chat Completions"
            rows.append(Row(Kind.DROPPED, here, (), reason, loss=True))
    return pieces


_TEXT_FIELDS = {"type": "", "text": "/text"}
_SILENT = {
    "annotations": "annotations are notes on an answer already given",
    "logprobs": "token probabilities belong to the answer, not to the history",
    "prompt_cache_breakpoint": "Chat has no cache breakpoints; the prefix is cached by itself",
}


def _fields(
    part: dict[str, Any], at: str, known: dict[str, str], rows: list[Row], kind: Kind = Kind.MAPPED
) -> tuple[tuple[str, str, Kind, str], ...]:
    """Row templates for the members of a part that travel; the others are dropped by name."""
    templates = []
    for key, value in part.items():
        here = f"{at}/{escape(key)}"
        if key in known and value is not None:
            templates.append((here, known[key], kind, ""))
        elif value is None or value == []:
            rows.append(Row(Kind.DROPPED, here, (), "empty"))
        else:
            rows.append(Row(Kind.DROPPED, here, (), _SILENT.get(key, "unknown to Chat")))
    return tuple(templates)


def _image(part: dict[str, Any], at: str, rows: list[Row], refusals: Refusals) -> Piece | None:
    url, detail = part.get("image_url"), part.get("detail")
    if isinstance(url, dict):  # the chat form, which some clients send
        url = url.get("url")
    if not isinstance(url, str):
        _refuse_id(part, at, "image", refusals)
        return None
    image: dict[str, Any] = {"url": url}
    rest = {key: value for key, value in part.items() if key != "detail"}
    templates = _fields(rest, at, {"type": "/type", "image_url": "/image_url/url"}, rows)
    if isinstance(detail, str):
        image["detail"] = detail if detail in _DETAILS else "high"
        kind = Kind.MAPPED if detail in _DETAILS else Kind.RENAMED
        reason = "" if detail in _DETAILS else f"Chat has no detail {detail!r}; high is the nearest"
        templates += ((f"{at}/detail", "/image_url/detail", kind, reason),)
    elif "detail" in part:
        rows.append(Row(Kind.DROPPED, f"{at}/detail", (), "not a level of detail"))
    return Piece({"type": "image_url", "image_url": image}, templates)


def _file(part: dict[str, Any], at: str, rows: list[Row], refusals: Refusals) -> Piece | None:
    data, name = part.get("file_data"), part.get("filename")
    if not isinstance(data, str):
        _refuse_id(part, at, "file", refusals)
        return None
    file: dict[str, Any] = {"file_data": data}
    known = {"type": "/type", "file_data": "/file/file_data"}
    if isinstance(name, str):
        file["filename"] = name
        known["filename"] = "/file/filename"
    return Piece({"type": "file", "file": file}, _fields(part, at, known, rows))


def _refuse_id(part: dict[str, Any], at: str, what: str, refusals: Refusals) -> None:
    """Refuse an image or file that is not in the request itself; the whole part is one row."""
    where = part.get("file_id") or part.get(f"{what}_url")
    if isinstance(where, str):
        message = (
            f"the {what} {where[:200]!r} is not in the request, and the bridge cannot fetch it: send its data"
        )
        refusals.add(at, "unsupported_value", message)
    else:
        refusals.add(at, "missing_required_parameter", f"the {what} has no data")


def _audio(part: dict[str, Any], at: str, rows: list[Row], refusals: Refusals) -> Piece | None:
    audio = part.get("input_audio")
    if not isinstance(audio, dict):
        audio = {key: part[key] for key in ("data", "format") if isinstance(part.get(key), str)}
        known = {"type": "/type", **{key: f"/input_audio/{key}" for key in audio}}
    else:
        known = {"type": "/type", "input_audio": "/input_audio"}
    if not isinstance(audio.get("data"), str):
        refusals.add(at, "missing_required_parameter", "the audio has no data")
        return None
    return Piece({"type": "input_audio", "input_audio": audio}, _fields(part, at, known, rows))


def _refusal(part: dict[str, Any], at: str, rows: list[Row], refusals: Refusals) -> Piece | None:
    text = part.get("refusal")
    if not isinstance(text, str):
        refusals.add(at, "invalid_type", "the refusal has no text")
        return None
    templates = _fields(part, at, {"type": "/type", "refusal": "/refusal"}, rows)
    return Piece({"type": "refusal", "refusal": text}, templates)


# Codex 0.169 says what one agent tells another in a part of this kind, word for word as the model's call had
# it. Only models behind the Responses API encrypt it, into a token as reasoning has it.
_ENCRYPTED = re.compile(r"gAAAA[\w-]{64,}={0,2}\s*\Z", re.ASCII)


def _payload(part: dict[str, Any], at: str, rows: list[Row], _: Refusals) -> Piece | None:
    text = part.get("encrypted_content")
    if not isinstance(text, str) or _ENCRYPTED.match(text):
        reason = "encrypted: only the endpoint that made it can read it"
        rows.append(Row(Kind.DROPPED, at, (), reason, loss=True))
        return None
    templates = _fields(part, at, {"type": "", "encrypted_content": "/text"}, rows)
    return Piece({"type": "text", "text": text}, templates)


_READERS = {
    "encrypted_content": _payload,
    "input_image": _image,
    "image_url": _image,
    "input_file": _file,
    "input_audio": _audio,
    "refusal": _refusal,
}


def point_part(piece: Piece, base: str, rows: list[Row], kind: Kind | None = None, reason: str = "") -> None:
    """Point a piece's rows at the part at `base`; `kind` and `reason` say what else became of it."""
    for source, ending, own_kind, own_reason in piece.rows:
        rows.append(Row(kind or own_kind, source, (f"{base}{ending}",), reason or own_reason))


def point_text(piece: Piece, base: str, rows: list[Row], kind: Kind | None = None, reason: str = "") -> None:
    """Point a piece's rows at a string at `base` that holds its text."""
    for source, _, own_kind, own_reason in piece.rows:
        rows.append(Row(kind or own_kind, source, (base,), reason or own_reason))


def set_content(message: dict[str, Any], pieces: list[Piece], where: str, rows: list[Row]) -> None:
    """Give the message at `where` its content: a string where it is one text, as every endpoint takes it."""
    if len(pieces) == 1 and pieces[0].is_text:
        message["content"] = pieces[0].part["text"]
        point_text(pieces[0], f"{where}/content", rows)
    elif pieces:
        message["content"] = [piece.part for piece in pieces]
        for n, piece in enumerate(pieces):
            point_part(piece, f"{where}/content/{n}", rows)


def as_text(value: Any) -> str:
    """A value where Chat wants text: strings as they are, all else as JSON. Raises Unwritable."""
    return value if isinstance(value, str) else write(value)
