"""A call that was sent, as commands tell it: its exchange, what went wrong and what to do, what it took."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from inspector.capture.model import ExchangeDetail
from inspector.capture.reader import Reader
from inspector.capture.schema import CaptureError
from inspector.replay.sending import Sent
from inspector.replay.wording import in_words


def recorded(capture: Path, sent: Sent) -> ExchangeDetail | None:
    """The exchange that it became; None where it could not be recorded, or read again."""
    if sent.exchange is None:
        return None
    try:
        with closing(Reader(capture)) as reader:
            return reader.detail(sent.exchange)
    except (CaptureError, KeyError):
        return None


def named(sent: Sent) -> str:
    """`exchange 3`."""
    return f"exchange {sent.exchange}" if sent.exchange else "not recorded"


def trouble(sent: Sent, todo: str | None) -> str:
    """What went wrong, and `todo` about it; "" where nothing did."""
    return ": ".join(words.rstrip(".") for words in (in_words(sent), todo) if words)


def effort(sent: Sent) -> str:
    """`0.12 s; 3 tries`."""
    return f"{sent.seconds:.2f} s" + (f"; {sent.tries} tries" if sent.tries > 1 else "")
