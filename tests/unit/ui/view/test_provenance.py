"""The report by the pieces that the panes show."""

from __future__ import annotations

import pytest

from inspector.protocol.report import Kind, Report, Row
from inspector.ui.view.provenance import Provenance, is_index, order, piece


@pytest.mark.parametrize(
    ("pointer", "shown"),
    [
        ("/input/3/content/0/text", "/input/3"),
        ("/messages/4/content", "/messages/4"),
        ("/tools/2/function/name", "/tools/2"),
        ("/input/0/tools/5/name", "/input/0/tools/5"),
        ("/reasoning/effort", "/reasoning/effort"),
        ("/include/0", "/include"),
        ("/model", "/model"),
    ],
)
def test_pieces(pointer: str, shown: str):
    assert piece(pointer) == shown


def test_pieces_sort_as_the_conversation_goes():
    assert sorted(["/input/10", "/input/2", "/tools/1", "/instructions"], key=order) == [
        "/instructions",
        "/tools/1",
        "/input/2",
        "/input/10",
    ]


def test_what_made_what_and_what_made_nothing():
    report = Report()
    report.add(Kind.MOVED, "/instructions", ("/messages/0/content",), "said first")
    report.add(Kind.INJECTED, None, ("/stream_options/include_usage",), "for the count")
    report.add(Kind.DROPPED, "/include/0", (), "no such thing")
    told = Provenance(report)
    assert told.sources("/messages/0") == {"/instructions"}
    assert told.links("/messages/0") == {"in:/instructions"}
    assert told.change("/messages/0") == ("→", "said first")
    assert told.change("/stream_options/include_usage") == ("+", "for the count")
    assert told.change("/model") == ("", "")
    assert list(told.lost) == ["/include"]


@pytest.mark.parametrize("token", ["²", "٣", "9" * 5000, "-1", "", "a"])
def test_only_plain_digits_are_an_index(token: str):
    assert not is_index(token)
    assert order(f"/metadata/{token}") == (3,)


def test_what_the_report_remarks_of_a_piece():
    told = Provenance(
        Report([Row(Kind.MAPPED, "/model", ("/model",), "unknown"), Row(Kind.MAPPED, "/a", ("/a",), "")])
    )
    assert (told.remark("/model"), told.remark("/a"), told.remark("/b")) == ("unknown", "", "")
