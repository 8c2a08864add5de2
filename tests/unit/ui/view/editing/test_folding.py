"""Large texts folded: what is, that nothing is lost, and what a person may do to a fold."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.ui.view.editing.folding import BEARABLE, Folds


def shown(value: object) -> tuple[Folds, str, str]:
    folds, text = Folds(), json.dumps(value, indent=2, ensure_ascii=False)
    return folds, text, folds.fold(text)


def test_what_nobody_reads_and_what_is_longer_than_a_screen():
    read = "to be read " * 300
    folds, text, folded = shown({"blob": "QUJD" * 500, "long": "word " * 3000, "read": read})
    assert json.loads(folded) == {"blob": "…2.0 KB (1)…", "long": "…15 KB (2)…", "read": read}
    assert folds.unfold(folded) == text


def test_names_are_never_folded():
    _, text, folded = shown({"QUJD" * 500: 1})
    assert folded == text


def test_of_a_large_body_the_longest_go_first():
    folds, text, folded = shown([f"{'a b ' * (200 + n)}" for n in range(400)])
    assert len(text) > BEARABLE >= len(folded)
    kept = [one for one in json.loads(folded) if not one.startswith("…")]
    assert max(map(len, kept)) < len("a b " * 600)
    assert folds.unfold(folded) == text


def test_what_looks_like_a_fold_is_not_taken_for_one():
    value = {"a": "…2.0 KB (1)…", "b": "QUJD" * 500}
    folds, text, folded = shown(value)
    assert json.loads(folded)["b"] == "…2.0 KB (2)…"
    assert folds.unfold(folded) == text


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=5), st.text(alphabet='ab"\\\n…() 1', max_size=900)), max_size=4))
def test_nothing_is_lost(texts: list[str]):
    folds, text, folded = shown(texts * 3)
    assert folds.unfold(folded) == text


def test_broken_json_is_folded_as_far_as_it_can_be():
    folds = Folds()
    text = '{"a": "' + "QUJD" * 500 + '", "b": "no end\n}'
    assert folds.fold(text) == '{"a": "…2.0 KB (1)…", "b": "no end\n}'
    assert folds.unfold(folds.fold(text)) == text


def test_the_fold_at_a_place():
    folds, _, folded = shown(["QUJD" * 500])
    line = folded.splitlines()[1]
    at = folds.at(line, 0)
    assert at is not None
    assert line[at[0] : at[1]] == '"…2.0 KB (1)…"'
    assert json.loads(at[2]) == "QUJD" * 500
    assert folds.at(line, 200) == at
    assert folds.at('"none here"', 0) is None


def test_what_was_typed_into_a_fold_is_found():
    folds, _, folded = shown(["QUJD" * 500])
    assert folds.damaged(folded) is None
    assert folds.damaged(folded.replace("(1)", "(12)")) == folded.index('"…')
    assert folds.damaged(folded.replace('"…', '"x')) == folded.index('"…')
    assert folds.damaged("[]") is None
