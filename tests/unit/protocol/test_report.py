"""Rows, and what is found by a pointer."""

from __future__ import annotations

from inspector.protocol.report import Kind, Report, Row, escape, leaves


def report() -> Report:
    made = Report()
    made.add(Kind.MAPPED, "/input/1", ["/messages/1/content"])
    made.add(Kind.MOVED, "/input/10", ["/messages/2", "/tools/0"], "there")
    made.add(Kind.DROPPED, "/include", reason="no form", loss=True)
    made.add(Kind.INJECTED, None, ["/stream_options"], "usage")
    return made


def test_a_piece_finds_the_row_around_it_and_the_rows_inside_it() -> None:
    found = report()
    assert [row.source for row in found.for_source("/input/1/content/0")] == ["/input/1"]
    assert [row.source for row in found.for_source("/input")] == ["/input/1", "/input/10"]
    assert [row.source for row in found.for_target("/messages/2/role")] == ["/input/10"]
    assert [row.kind for row in found.for_target("/stream_options/include_usage")] == [Kind.INJECTED]
    assert found.for_source("/nothing") == []


def test_losses_and_counts() -> None:
    found = report()
    assert [row.source for row in found.losses()] == ["/include"]
    assert found.counts == {**dict.fromkeys(Kind, 1), Kind.RENAMED: 0, Kind.REJECTED: 0}
    assert len(found) == len(list(found)) == 4


def test_it_prints_as_json() -> None:
    printed = report().to_json()
    assert printed["counts"]["moved"] == 1
    assert printed["rows"][1] == {
        "kind": "moved",
        "source": "/input/10",
        "targets": ["/messages/2", "/tools/0"],
        "reason": "there",
        "loss": False,
    }


def test_leaves_are_scalars_and_empty_containers_in_order() -> None:
    value = {"a/b": [1, {"~": None}], "c": {}, "d": [], "": "x"}
    assert list(leaves(value)) == ["/a~1b/0", "/a~1b/1/~0", "/c", "/d", "/"]
    assert list(leaves(5)) == [""]
    assert escape("a/b~c") == "a~1b~0c"


def test_leaves_of_a_deep_value_are_found_without_recursion() -> None:
    deep: object = 1
    for _ in range(50_000):
        deep = [deep]
    assert list(leaves(deep)) == ["/0" * 50_000]


def test_a_row_is_a_plain_tuple() -> None:
    assert Row(Kind.DROPPED, "/a", (), "why") == (Kind.DROPPED, "/a", (), "why", False)
