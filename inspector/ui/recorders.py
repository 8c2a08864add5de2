"""Which recorders of a capture are proxies: not those that sent again, nor those that read files in."""

from __future__ import annotations

from inspector.capture.model import Recorder
from inspector.formats import converting
from inspector.replay import call

_NONE = frozenset({call.MODE, converting.MODE})


def is_proxy(recorder: Recorder) -> bool:
    """Whether live traffic went through it."""
    return recorder.mode not in _NONE
