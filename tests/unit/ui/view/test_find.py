"""Searching an outline: every row that has the text, in its order, whatever is folded."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.ui.view.cards import text_body
from inspector.ui.view.find import Search, has, highlighted, matched_in, pattern, rows_with
from inspector.ui.view.outline import Node, Outline, Sheet
from inspector.ui.view.pretty import JsonRows
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.wrap import Joined, TextRows


def nodes() -> list[Node]:
    inner = Node("inner", row("inner fish"), body=text_body("no\nA Fish\nfishfish"))
    return [
        Node("first", row("a fish", right="fish")),
        Node("second", row("folded"), branches=[Node("below", row("dull")), inner]),
        Node("third", row("Fish")),
    ]


def searched(text: str, width: int = 40) -> Search:
    search = Search(nodes(), text, width)
    while not search.go_on(0):
        pass
    return search


def test_how_far_it_is_grows_from_nothing_to_all():
    search = Search(nodes(), "fish", 40)
    shares = [search.share]
    while not search.go_on(0):
        shares.append(search.share)
    assert shares == sorted(shares)
    assert (shares[0], search.share) == (0.0, pytest.approx(1.0))
    assert Search([], "fish", 40).go_on()


def places(search: Search) -> list[tuple[str, int]]:
    return [(hit.key, hit.line) for hit in search.hits]


def test_all_rows_are_found_in_order_and_folded_ones_say_what_to_unfold():
    search = searched("fish")
    assert places(search) == [("first", 0), ("inner", 0), ("inner", 2), ("inner", 3), ("third", 0)]
    assert [hit.folded for hit in search.hits] == [(), *[("second", "inner")] * 3, ()]
    outline = Outline(nodes(), width=40)
    for hit in search.hits:
        outline.folds.update(dict.fromkeys(hit.folded, True))
        outline.reflow()
        top = outline.find(hit.key)
        assert top is not None
        assert has(outline.row(top + hit.line)[0], search.sought)


def test_a_sheet_is_searched_as_it_is_laid_out():
    sheet = Sheet("raw", text_body("one two three fish\nfish"))
    search, outline = Search([sheet], "fish", 20), Outline([sheet], width=20)
    assert search.go_on(10)
    found = [outline.find(hit.key, hit.line) for hit in search.hits]
    assert (found, [hit.folded for hit in search.hits]) == ([0, 1], [(), ()])
    assert [has(outline.row(n)[0], search.sought) for n in range(2)] == [True, True]


def test_a_capital_stands_for_itself():
    assert places(searched("Fish")) == [("inner", 2), ("third", 0)]
    assert places(searched("FISH")) == []


def test_signs_mean_nothing():
    assert not pattern("f.sh").search("fish")
    assert pattern("[a](b)*").search("x[a](b)*")


@pytest.mark.parametrize(
    ("key", "line", "step", "found"),
    [("first", 0, 0, 0), ("first", 0, 1, 1), ("first", 0, -1, 4), ("second", 0, 1, 1), ("second", 0, -1, 0),
     ("inner", 1, 0, 2), ("inner", 2, 0, 2), ("inner", 2, 1, 3), ("third", 0, 1, 0), ("third", 0, -1, 3),
     (None, 0, 1, 0), (None, 0, -1, 4)],
)  # fmt: skip
def test_the_next_and_the_one_before_go_round(key: str | None, line: int, step: int, found: int):
    assert searched("fish").nearest(key, line, step) == found


def test_nothing_found_is_nowhere():
    search = searched("whale")
    assert (search.hits, search.done, search.nearest("first", 0, 1)) == ([], True, None)


def test_a_match_across_a_wrap_is_found_where_it_begins():
    body = TextRows("aaaa bbbb cccc", 6)
    assert [body[n].text for n in range(len(body))] == ["aaaa ", "bbbb ", "cccc"]
    assert list(rows_with(body, pattern("bb cc"))) == [1]
    assert list(rows_with(Joined([[row("x")], body, [row("a b")]]), pattern("a b"))) == [1, 4]


def marked(rows: Sequence[Row], index: int, text: str) -> str:
    found = highlighted(rows[index], pattern(text), matched_in(rows, index, pattern(text)))
    return "".join(("#" if span.tone is Tone.HIT else ".") * len(span.text) for span in found.left)


def test_a_match_across_wraps_is_highlighted_on_every_row_it_is_on():
    body = TextRows("aaaa bbbb cccc", 6)
    assert [marked(body, n, "bb cc") for n in range(3)] == [".....", "..###", "##.."]
    assert [marked(body, n, "A BBBB C".lower()) for n in range(3)] == ["...##", "#####", "#..."]
    indented = JsonRows('"key": "some value of it"', 12, indent=2)
    rows = Joined([[row("of it")], indented, TextRows("no one of", 40)])
    assert [rows[n].text for n in range(4)] == ["of it", '  "key": ', '  "some valu', '  e of it"']
    assert [marked(rows, n, "lue o") for n in range(4)] == [
        ".....",
        ".........",
        "." * 10 + "##",
        "..###.....",
    ]
    assert marked(rows, 0, "of") == "##..."
    assert marked(rows, len(rows) - 1, "ne") == "....##..."


@given(st.text("ab é", max_size=60), st.text("ab", min_size=1, max_size=9), st.integers(2, 9))
def test_what_is_highlighted_is_what_is_found(text: str, wanted: str, width: int):
    body = TextRows(text, width)
    shown = "".join(row.text for row in body)
    drawn = "".join(marked(body, n, wanted) for n in range(len(body)))
    assert len(drawn) == len(shown)
    found = set(rows_with(body, pattern(wanted)))
    assert found <= {n for n in range(len(body)) if "#" in marked(body, n, wanted)}
    assert ("#" in drawn) == bool(found)


@given(st.lists(st.text("abA\ue000é", max_size=8), max_size=6), st.text("abA", min_size=1, max_size=3))
def test_highlighting_changes_no_text_and_marks_what_matches(texts: list[str], wanted: str):
    before = Row(tuple(Span(text, Tone.DIM) for text in texts), (Span("ab", Tone.KEY),))
    after = highlighted(before, pattern(wanted))
    whole = "".join(texts)
    assert "".join(span.text for span in after.left) == whole
    marked = "".join(("#" if span.tone is Tone.HIT else ".") * len(span.text) for span in after.left)
    expected = ["."] * len(whole)
    for match in pattern(wanted).finditer(whole):
        expected[match.start() : match.end()] = "#" * len(match[0])
    assert marked == "".join(expected)


@pytest.mark.parametrize("text", ["abcdéf a " * 50_000, "x" * 400_000])
def test_what_is_slow_is_named_before_it_is_laid_out(text: str):
    inner = Node("in", row("in"), body=lambda width: Joined([[row("b")], TextRows(text, width)]))
    search = Search([Node("out", row("out"), branches=[inner])], text[0], 40)
    assert not search.go_on(60)
    assert (search.slow is not None, search.hits) == (True, [])
    assert len(search.slow or ()) > 5000  # as a thread would
    assert search.go_on(60)
    assert (search.slow, len(search.hits)) == (None, len(inner.body(34)) - 1)


def test_a_long_line_full_of_hits_is_searched_in_short_steps():
    search = Search([Sheet("raw", text_body("ab " * 30_000))], "ab", 20)
    steps = [len(search.hits)]
    while not search.go_on(0):
        steps.append(len(search.hits))
    assert max(after - before for before, after in pairwise(steps)) <= 200
    assert steps[-1] >= len(search.hits) - 200 > 2000


def test_a_megabyte_is_searched_in_a_moment():
    text = "\n".join(f'  "name {n}": "some ordinary value of a request",' for n in range(20_000))
    node = Node("raw", row(""), body=text_body(text), opened=True)
    node.body(80 - Outline.indent(1))  # as it is when it is shown
    search = Search([node], "value", 80)
    begun = time.process_time()
    assert not search.go_on(10)
    assert search.slow is not None
    assert search.go_on(10)
    assert len(search.hits) == 20_000
    assert time.process_time() - begun < 2.5  # a fifth of it, alone: this holds against what grows faster
