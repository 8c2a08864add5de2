"""How a process of ours starts another: this interpreter, this package, whatever the working directory has.

`python -m` looks for modules in the working directory first. That is a person's project, with perhaps an
`h2.py` or a `json.py` in it: the proxy would run that in place of the library of the name.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PACKAGES = str(Path(__file__).resolve().parents[1])


def command(module: str, *arguments: str) -> list[str]:
    """The command line of a module of ours as a program; to be run with `environment()`."""
    return [sys.executable, "-P", "-m", module, *arguments]


def environment() -> dict[str, str]:
    """Our own, in which the package is found as we found it, be it only beside the working directory."""
    environ = dict(os.environ)
    elsewhere = {str(Path(entry).resolve()) for entry in sys.path[1:]}
    if _PACKAGES not in elsewhere:  # run from a checkout that is not installed
        environ["PYTHONPATH"] = os.pathsep.join(filter(None, (environ.get("PYTHONPATH"), _PACKAGES)))
    return environ
