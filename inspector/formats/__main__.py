"""`python -m inspector.formats`: an import as a process of its own.

What to read and where to comes as JSON on stdin; one JSON line on stdout says that the capture can be opened,
or {"failed": "..."}. From then on the capture itself tells how far it is.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import traceback
from contextlib import closing
from pathlib import Path
from typing import Any

from inspector import __version__
from inspector.capture.bulk import BulkWriter
from inspector.capture.schema import CaptureError
from inspector.capture.store import RecorderInfo
from inspector.formats.choosing import Chosen
from inspector.formats.converting import MODE
from inspector.formats.importing import Input
from inspector.formats.pouring import pour
from inspector.formats.registry import importer


def main() -> int:
    """Read as told on stdin."""
    gc.freeze()  # what was imported stays, and what is read makes no circles worth looking for often
    gc.set_threshold(50_000, 20, 20)
    orders = json.loads(sys.stdin.read())
    try:
        return _fill(orders)
    except CaptureError as error:
        _say({"failed": str(error)})
        return 1
    finally:
        if orders["spooled"]:
            Path(orders["spooled"]).unlink(missing_ok=True)


def _fill(orders: dict[str, Any]) -> int:
    inputs = [
        Chosen(Input(name, Path(path), size), importer(format))
        for name, path, size, format in orders["inputs"]
    ]
    with closing(BulkWriter(Path(orders["capture"]), RecorderInfo(__version__, MODE))) as writer:
        mine = writer.begin_anew()
        _say({"ready": True})
        if mine:
            try:
                pour(inputs, writer)
            except CaptureError:
                raise
            except Exception:
                writer.failure(traceback.format_exc())
                raise
    return 0


def _say(value: dict[str, Any]) -> None:
    """To whoever is still there."""
    try:
        sys.stdout.write(json.dumps(value) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - stdout for the rest of this process


if __name__ == "__main__":
    sys.exit(main())
