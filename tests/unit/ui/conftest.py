"""Captures to look at."""

from __future__ import annotations

import importlib.util
from pathlib import Path

_spec = importlib.util.spec_from_file_location("recorded", Path(__file__).parents[2] / "recorded.py")
assert _spec is not None
assert _spec.loader is not None
_recorded = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_recorded)
stage, turn, streaming = _recorded.stage, _recorded.turn, _recorded.streaming  # fixtures
