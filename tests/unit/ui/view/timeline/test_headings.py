"""The lines around the waterfall and the plots."""

from __future__ import annotations

from dataclasses import replace

from inspector.capture.model import Source, Timing
from inspector.ui.view.timeline.charts import tokens_chart
from inspector.ui.view.timeline.headings import context_heading, header_line, rate_heading, tokens_heading
from inspector.ui.view.timeline.session import SessionTimes


def test_the_header_sums_up(session):
    times = SessionTimes()
    times.take(session)
    assert (
        header_line("Fix it.", times, 0.0).text == "Timeline  Fix it.  47k→1.6k  2 turns  5 requests  1m48s"
    )
    assert header_line("Fix it.", SessionTimes(), 0.0).text == "Timeline  Fix it."


def test_a_sub_agents_session_says_so(ask):
    times = SessionTimes()
    times.take([replace(ask(1, 0.0, 1.0, usage=None), agent="collab_spawn", agent_name="greeter")])
    assert header_line("x", times, 9.0).text.startswith("Timeline  ↳ collab_spawn greeter  x  0→0")


def test_what_runs_is_marked(ask):
    times = SessionTimes()
    times.take([ask(1, 0.0, None, turn=None, usage=None)])
    assert header_line("x", times, 9.0).text == "Timeline  x  ▶ 0→0  1 request  9.00 s"


def test_no_length_where_nobody_measured_one(ask):
    times = SessionTimes()
    one = replace(ask(1, 0.0, 0.0, turn=None, usage=None), source=Source("a.sse", "sse", timing=Timing.EVEN))
    times.take([one])
    assert header_line("x", times, 9.0).text.rstrip() == "Timeline  x  0→0  1 request"


def test_the_legends_in_one_line_or_two(session):
    chart = tokens_chart({1: session})
    (one,) = tokens_heading(chart, True, 1)
    assert one.text == "tokens by turn  ↑ ░ cached █ fresh   ↓ ▓ output ▒ reasoning  two scales"
    first, second = tokens_heading(chart, False, 2)
    assert first.text == "tokens by request  ↑ ░ cached █ fresh"
    assert second.text.strip() == "↓ ▓ output ▒ reasoning"


def test_a_compaction_is_in_the_legend_when_there_was_one():
    assert "compaction" in context_heading(9_000.0, 1, 1)[0].text
    assert context_heading(9_000.0, 0, 1)[0].text == "context by request  ─ context ░ cached  9.0k at most"


def test_whose_events_they_are(session):
    assert rate_heading(session[0], 1)[0].text == "events per second  of request 1, 12 events"
    assert rate_heading(None, 2)[1].text == "of the request under the cursor"
