"""The forms in which what is shown can be copied, and the request behind it as something to paste."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from inspector.capture.encodings import decode
from inspector.capture.model import Exchange, Leg
from inspector.capture.reader import Reader
from inspector.protocol.snippets.call import Call, call_of
from inspector.protocol.snippets.catalogue import FORMS
from inspector.ui.actions.shown import Shown
from inspector.ui.view.measures import counted
from inspector.ui.view.pane_content import Form


@dataclass(frozen=True, slots=True)
class Copy:
    """One of them: what it is, and how it is made, which may take a moment."""

    label: str
    make: Callable[[], str]
    suffix: str = ".txt"


def copies(shown: Shown | None, exchange: Exchange | None, capture: Path) -> dict[str, Copy]:
    """What there is to copy, by name, the most likely first. Raises nothing before it is made.

    `make` runs in any thread; it raises CaptureError, or LookupError where the request is gone.
    """
    found: dict[str, Copy] = {}
    if shown is not None and (count := len(shown.events)):
        label = f"the data of {counted(count, 'event')} as JSON" if count > 1 else "this event's data as JSON"
        found["event"] = Copy(label, shown.events_json, ".json")
    if shown is not None and shown.content.value is not None:
        found["json"] = Copy(f"the {shown.name} as JSON", lambda: _in_form(shown, Form.JSON), ".json")
    if shown is not None and shown.pointer is not None:
        found["item"] = Copy(f"{shown.pointer} as JSON", shown.piece_json, ".json")
        found["pointer"] = Copy(f"the JSON pointer {shown.pointer}", lambda: shown.pointer or "")
    if shown is not None and shown.node is not None:
        found["text"] = Copy("this row, unfolded, as text", shown.node.text)
    if shown is not None and shown.content.raw is not None:
        found["raw"] = Copy(f"the {shown.name} as it passed", lambda: _in_form(shown, Form.RAW))
    if exchange is not None:
        for name, form in FORMS.items():
            found[name] = _snippet(form.label, form.suffix, form.write, capture, exchange)
    return found


def request_of(capture: Path, exchange: Exchange) -> Call:
    """The request that went upstream; a bridged one as Codex asked for it."""
    sent = Leg.UPSTREAM_REQUEST if exchange.mode == "repair" else Leg.REQUEST
    with closing(Reader(capture)) as reader:
        message = reader.message(exchange.id, sent) or reader.message(exchange.id, Leg.REQUEST)
    if message is None:
        raise LookupError(f"The capture has no request of exchange {exchange.id}.")
    body, _ = decode(message.body, message.headers)
    return call_of(exchange.method, exchange.url, message.headers, body)


def _in_form(shown: Shown, form: Form) -> str:
    return shown.content.text(form) or ""


def _snippet(
    label: str, suffix: str, write: Callable[[Call], str], capture: Path, exchange: Exchange
) -> Copy:
    return Copy(f"the request as {label}", lambda: write(request_of(capture, exchange)), suffix)
