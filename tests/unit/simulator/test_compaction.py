"""Compaction items: recognised when asked for, and understood when they come back."""

from __future__ import annotations

import pytest

from inspector.simulator.ask import conversation
from inspector.simulator.compaction import is_asked_for, of, outputs_in


def test_the_trigger_counts_at_the_end_only() -> None:
    trigger, message = {"type": "compaction_trigger"}, {"role": "user", "content": "hi"}
    assert is_asked_for({"input": [message, trigger]})
    assert not is_asked_for({"input": [trigger, message]})
    assert not is_asked_for({"input": "compaction_trigger"})
    assert not is_asked_for({})


def test_an_item_stands_for_the_outputs_that_were_there() -> None:
    item = {"type": "compaction", "encrypted_content": of(("a", "b")).encrypted}
    prompts, outputs = conversation({"input": [{"role": "user", "content": "hi"}, item]})
    assert (prompts, len(outputs)) == (("hi",), 2)


@pytest.mark.parametrize("encrypted", ["", "gAAAAAB", "imitated-compaction-of-tool-outputs-x", "None"])
def test_somebody_elses_item_stands_for_nothing(encrypted: str) -> None:
    assert outputs_in(encrypted) == []
