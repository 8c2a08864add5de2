from __future__ import annotations

from typing import Any

from inspector.capture.model import Damage, Import
from inspector.ui.view.banner import remark_rows
from inspector.ui.view.files_read import FilesRead
from inspector.ui.view.outline import Node
from inspector.ui.view.plain import plain


def of(number: int, **changes: Any) -> Import:
    told: dict[str, Any] = {
        "id": number,
        "recorder": number,
        "file": f"{number}.har",
        "format": "har",
        "size": 100,
        "done": 100,
        "found": 3,
        "ended": 9.0,
    }
    return Import(**{**told, **changes})


def test_how_far_those_are_that_are_read_together():
    before, done, now = of(1, size=900), of(2), of(3, done=20, ended=None)
    files = FilesRead((before, done, now), frozenset({2, 3}))
    assert (files.goes_on, files.share, files.remark("I")) == (True, (120, 200), None)
    assert not FilesRead((before, done)).goes_on
    assert FilesRead((before, done)).share is None
    assert FilesRead((), frozenset({4}), begins=True).goes_on
    assert FilesRead((of(1, size=0, done=0, ended=None),), frozenset({1})).share == (0, 1)


def test_what_is_missing():
    assert (FilesRead().remark("I"), FilesRead((of(1),)).unread) == (None, 0)
    hurt = of(1, damage=(Damage(1200, "It ends here."), Damage(None, "Odd.")))
    assert FilesRead((hurt,)).remark("F") == "2 places of 1.har could not be read. F lists what is missing."
    odd = of(1, file="\x1b[31m.har", damage=hurt.damage)
    (told,) = remark_rows(FilesRead((odd,)).remark("I") or "", 120)
    assert next(plain([Node("banner", told)], 120)).startswith("○ 2 places of ␛[31m.har could not be read.")
    stopped = of(2, done=46, ended=None)
    both = FilesRead((hurt, stopped, of(3, damage=hurt.damage)))
    assert both.remark("I") == (
        "2.har was not read to its end. 4 places of 2 files could not be read. I lists what is missing."
    )
    assert (both.unread, both.name) == (5, "1.har +2")
    assert (both.formats, both.size) == ("har", 300)
    assert FilesRead((of(1, file="my run.har"),)).stem == "my-run"
    piped = FilesRead((of(1, file="-"),))
    assert (piped.name, piped.stem) == ("standard input", "standard-input")
    assert FilesRead((of(1), of(2, format="mitmproxy"))).formats == "har, mitmproxy"


def test_the_list():
    hurt = of(1, damage=(Damage(1200, "It ends here."), Damage(None, "Odd.")))
    files = FilesRead((hurt, of(2, done=46, ended=None), of(3, ended=None), of(4)), frozenset({3}))
    said = [" ".join(line.split()) for line in plain(files.nodes(), 90)]
    assert said == [
        "⚠ 1.har har 2 places unread 3 exchanges 100 B",
        "byte 1,200",
        "It ends here.",
        "no one place",
        "Odd.",
        "⚠ 2.har har stopped at byte 46 3 exchanges 100 B",
        "◌ 3.har har being read 3 exchanges 100 B",
        "✓ 4.har har 3 exchanges 100 B",
    ]
