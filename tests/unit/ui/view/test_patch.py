"""What goes and what comes have tones besides their signs."""

from __future__ import annotations

from inspector.ui.view.patch import PatchRows
from inspector.ui.view.rows import Tone


def test_tones_of_a_patch():
    rows = PatchRows("*** Begin Patch\n@@\n-old\n+new\n same", 40)
    assert [each.left[1].tone for each in rows] == [Tone.KEY, Tone.KEY, Tone.BAD, Tone.GOOD, Tone.DIM]


def test_a_line_that_goes_on_is_no_sign_again():
    rows = PatchRows("+aaaa-bbb", 5)
    assert [each.left[1].tone for each in rows] == [Tone.GOOD, Tone.TEXT]
