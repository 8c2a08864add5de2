"""The remark below a filter: the mark stands under the place."""

from __future__ import annotations

from inspector.capture.filter.problem import FilterError
from inspector.ui.view.filter_problem import problem_rows


def test_the_mark_stands_under_the_place_and_the_sentence_where_there_is_room():
    problem = FilterError("no such key", 4)
    assert [row.text for row in problem_rows(problem, 2, 40)] == ["      ▴ no such key"]
    assert [row.text for row in problem_rows(problem, 2, 12)] == ["      ▴ ", "no such key"]
    assert [row.text for row in problem_rows(problem, -9, 40)] == ["▴ no such key"]
    assert problem_rows(None, 2, 40) == []
