"""What there is to say of a text: its place and words, errors alone, and how it is told in a few rows."""

from __future__ import annotations

import json

from inspector.ui.view.editing.findings import Finding, findings_rows, request_findings, value_findings
from inspector.ui.view.editing.folding import Folds


def test_an_error_stands_alone():
    (found,) = request_findings('{"model": 1,\n "input" []}', Folds())
    assert found.is_error
    assert (found.line, found.column) == (2, 10)
    assert "colon" in found.words


def test_remarks_in_the_order_of_their_places():
    found = request_findings('{\n "store": 3,\n "model": 1,\n "input": []\n}', Folds())
    assert [(one.line, one.is_error) for one in found] == [(2, False), (3, False)]
    assert "store" in found[0].words


def test_a_request_is_an_object_and_a_value_may_be_anything():
    assert request_findings("[]", Folds())[0].is_error
    assert value_findings("[]", Folds()) == []
    assert value_findings("[", Folds())[0].is_error


def test_a_fold_that_was_typed_into_is_told():
    folds = Folds()
    text = folds.fold(json.dumps({"model": "m", "input": "QUJD" * 500}, indent=1)).replace("(1)", "(12)")
    (found,) = request_findings(text, folds)
    assert (found.line, found.column, found.is_error) == (3, 11, False)
    assert "folded" in found.words


def test_rows_tell_the_first_few():
    many = [Finding(n, 1, f"remark {n}") for n in range(1, 8)]
    assert [each.text for each in findings_rows(many, checked=True)] == [
        "⚠ line 1, column 1: remark 1",
        "⚠ line 2, column 1: remark 2",
        "⚠ line 3, column 1: remark 3",
        "  and 4 more",
    ]
    assert len(findings_rows(many[:4], checked=True)) == 4
    assert findings_rows([], checked=True)[0].text == "✓ JSON, and nothing to remark"
    assert findings_rows([], checked=False)[0].text == ""
