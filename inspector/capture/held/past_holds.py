"""What no rule can hold: the messages of a WebSocket that was open before there were rules.

From the first rule on a proxy agrees to no more WebSockets, and what asked for one posts, which can wait.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from inspector.capture.model import Outcome
from inspector.capture.reader import Reader
from inspector.protocol.azure import Operation


def passes_holds(path: Path) -> str | None:
    """What passes all rules of the capture's proxy now, in a sentence; None where nothing does.

    Raises CaptureError when the capture cannot be read.
    """
    with closing(Reader(path)) as reader:
        sockets = [
            str(each.id)
            for each in reader.open_exchanges()
            if each.operation == Operation.CONNECT and each.outcome is Outcome.OPEN and each.status == 101
        ]
    if not sockets:
        return None
    return f"What goes over a WebSocket that is open already is not held: exchange {', '.join(sockets)}."
