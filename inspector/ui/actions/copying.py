"""The forms in which what is shown can be copied, and the request behind it as something to paste."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from inspector.capture import posted
from inspector.capture.model import Exchange
from inspector.capture.reader import Reader
from inspector.formats.calls import call_again
from inspector.formats.exporting import Unfit
from inspector.protocol.snippets.call import Call
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
    with closing(Reader(capture)) as reader:
        try:
            detail = posted.whole(reader, reader.detail(exchange.id))
            return call_again(detail)[0]
        except KeyError:
            raise LookupError(f"The capture has no request of exchange {exchange.id}.") from None
        except Unfit as error:
            raise LookupError(str(error)) from None


def _in_form(shown: Shown, form: Form) -> str:
    return shown.content.text(form) or ""


def _snippet(
    label: str, suffix: str, write: Callable[[Call], str], capture: Path, exchange: Exchange
) -> Copy:
    return Copy(f"the request as {label}", lambda: write(request_of(capture, exchange)), suffix)
