"""Traffic that would like to be more than text."""

from __future__ import annotations

from inspector.capture.model import Outcome

BAD = (
    "\x1b[2J\x1b]0;owned\x07 [bold red]markup[/] \u202ereversed\u202c zero\u200bwidth \x00 \r\n"
    "\ttab \ufeff e\u0301\u0301\u0301\u0301\u0301 漢字 👍🏽"
)


def test_hostile_text_stays_text(snap_compare, app, after, stage):
    asked = stage.ask(stage.request([stage.message("user", BAD * 3)], instructions=BAD, model=BAD), after=0)
    stage.head(asked, after=0.1, x_bad=BAD.encode("ascii", "ignore").decode().replace("\r\n", " "))
    events = [*stage.beginning("resp_1"), *stage.text_events(0, "msg_1", [BAD, BAD])]
    last = stage.send(asked, events, after=0.2)
    stage.body(asked, b'data: {"type": "response.output_text.delta", "delta": "\xff\xfe"}\n\n', after=last)
    stage.body(asked, b"data: {not json\x1b[31m}\n\n: a comment \x1b[5m\n\ndata: cut o", after=last)
    stage.end(asked, after=last + 1, outcome=Outcome.UPSTREAM_GONE, error=BAD)
    stage.settle()
    assert snap_compare(app(stage.path), terminal_size=(120, 40), run_before=after("1", "G", "k"))
