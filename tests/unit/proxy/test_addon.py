"""What the addon needs of a mitmproxy that lives in an environment of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec

import pytest

LOADED = """
import json, runpy, sys
import mitmproxy.tools.dump
theirs = set(sys.modules)
runpy.run_path(sys.argv[1])
ours = {name.partition(".")[0] for name in set(sys.modules) - theirs}
print(json.dumps(sorted(ours - {name.partition(".")[0] for name in theirs} - sys.stdlib_module_names)))
"""
WITHOUT = """
import runpy, sys
for name in sys.argv[2:]:
    sys.modules[name] = None
runpy.run_path(sys.argv[1])
"""


def run(code: str, *names: str) -> subprocess.CompletedProcess[str]:
    spec = find_spec("inspector.proxy.addon")
    assert spec is not None
    command = [sys.executable, "-c", code, str(spec.origin), *names]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_beside_mitmproxy_it_needs_two_packages_and_what_they_bring() -> None:
    done = run(LOADED)
    assert done.returncode == 0, done.stderr
    loaded = {name for name in json.loads(done.stdout) if not name.startswith("_sysconfigdata")}  # Python's
    needed = loaded - {"inspector"}
    assert needed >= {"platformdirs", "pydantic"}
    brought = {"annotated_types", "pydantic_core", "typing_inspection", "typing_extensions"}
    assert needed - brought == {"platformdirs", "pydantic"}


@pytest.mark.parametrize("names", [("platformdirs",), ("platformdirs", "pydantic")], ids=len)
def test_what_is_missing_is_one_sentence_with_the_command_that_helps(names: tuple[str, ...]) -> None:
    done = run(WITHOUT, *names)
    *_, said = done.stderr.splitlines()
    assert done.returncode == 1
    assert said.startswith(f"ModuleNotFoundError: Recording needs {' and '.join(names)}, which the Python")
    assert said.endswith(f"{sys.executable} -m pip install {' '.join(names)}")
