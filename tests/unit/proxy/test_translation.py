"""The settings of translations: checked in words, and kept as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.proxy.translation import Translation


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"families": {"mine": "gpt-9000x"}}, "There is no model family 'gpt-9000x': there are "),
        ({"without": ("nothing",)}, "There is no repair rule 'nothing': there are "),
        ({"leave_out": ("model",)}, "The field 'model' cannot be left out: "),
        ({"events": "all"}, "There are no 'all' events: there are official and dual."),
    ],
)
def test_what_cannot_work(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as wrong:
        Translation(**given).check()
    assert str(wrong.value).startswith(told)


def test_a_family_may_be_told_by_a_model() -> None:
    Translation(families={"a": "gpt-5", "b": "gpt-4o-mini"}, without=("sampling-fields",)).check()


def test_what_a_capture_keeps_is_json() -> None:
    kept = Translation(families={"a": "gpt-5"}, without=("one-role",), api_version="preview").recorded()
    assert json.loads(json.dumps(kept)) == kept
    assert (kept["families"], kept["without"], kept["events"]) == ({"a": "gpt-5"}, ["one-role"], "official")
