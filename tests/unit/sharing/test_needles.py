"""Many texts are found where they stand, also in what was looked at before."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.sharing.kinds import Kind
from inspector.sharing.needles import Needles, pieces

LINE = "for each customer {of Contoso}, {we} sum up what is due"
PATH = "/home/mrossi/ledgers/may"
PIECES = st.sampled_from(
    [
        LINE, PATH, "mrossi", "al", "Fabrikam", " ", "}, {", '},{"type":"message","text":"', "\n\n", "x" * 70,
        LINE[:30], LINE[30:], PATH[:10], PATH[10:], "y" * 9000, "_", "0" * 63,
    ]
)  # fmt: skip


def needles() -> Needles:
    made = Needles()
    made.update([LINE, LINE[:30]], Kind.PROMPT)
    made.update([PATH, PATH[10:] + "0"], Kind.PATH)
    made.update(["mrossi", "al", "mr"], Kind.NAME)
    made.add("fabrikam", Kind.WORD)
    made.add("kam}, {mro", Kind.SECRET)
    return made


def places(text: str) -> set[int]:
    """Every character of what is sought, looked for one after the other."""
    patterns = [re.escape(each) for each in (LINE, LINE[:30], PATH, PATH[10:] + "0", "kam}, {mro")]
    patterns += [rf"(?<![^\W_]){name}(?![^\W_])" for name in ("mrossi", "al", "mr")]
    found = [re.finditer(f"(?=({pattern}))", text) for pattern in patterns]
    found.append(re.finditer("(?=(fabrikam))", text, re.I))
    return {at for each in found for hit in each for at in range(hit.start(1), hit.end(1))}


@given(texts=st.lists(st.lists(PIECES, max_size=12).map("".join), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_what_stands_in_a_text_is_found_whatever_was_looked_at_before(texts: list[str]):
    ours = needles()
    for text in [*texts, *texts]:
        hits = ours.find(text)
        assert {at for hit in hits for at in range(hit.start, hit.end)} == places(text)
        assert all(one.end <= other.start for one, other in pairwise(hits))


def test_a_text_that_came_later_is_found_in_what_was_looked_at_before():
    ours = needles()
    assert not ours.find("by northwind")
    ours.add("northwind", Kind.NAME)
    assert ours.find("by northwind")


def test_history_is_cut_alike_whatever_stands_before_it():
    history = "},{".join(f'"role":"user","content":"{n}{"." * 80}"' for n in range(20))
    one, two = f'{{"input":[{{{history}}}]', f'{{"model":"gpt-5.5","input":[{{{history}}}]'
    cut = [{text[start:end] for start, end in pieces(text)} for text in (one, two)]
    assert len(cut[0] & cut[1]) == len(cut[0]) - 1


@pytest.mark.parametrize(
    "names", [["ab", "abc", "abd", "b"], ["a.b", "a+b", "a"], [f"n{n}" for n in range(300)]]
)
def test_the_longest_of_several_names_is_found(names: list[str]):
    ours = Needles()
    ours.update(names, Kind.NAME)
    for name in names:
        hit = ours.find(f"({name})")[0]
        assert (hit.start, hit.end) == (1, 1 + len(name))
