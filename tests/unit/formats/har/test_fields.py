"""Members of an archive's objects as its writers have them."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.formats.har import fields, heads

TEN = 1795255200.0


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("2026-11-21T10:00:00.000Z", TEN),
        ("2026-11-21T12:00:00.25+02:00", TEN + 0.25),
        ("2026-11-21T12:00:00.2500001+0200", TEN + 0.25),
        ("2026-11-21T10:00:00.123456+00:00", TEN + 0.123456),
        ("2026-11-21T10:00:00", TEN),
        ("0001-01-01T00:00:00+14:00", None),
        ("soon", None),
        ("", None),
        (5, None),
    ],
)
def test_moments(told: Any, moment: float | None) -> None:
    found = fields.moment({"at": told}, "at")
    assert found == (None if moment is None else pytest.approx(moment, abs=1e-6))


@pytest.mark.parametrize(
    ("told", "version"),
    [
        ("h2", "HTTP/2.0"),
        ("HTTP/2", "HTTP/2.0"),
        ("http/2.0", "HTTP/2.0"),
        ("http/1.1", "HTTP/1.1"),
        ("h3-29", "HTTP/3"),
        ("SPDY/3", "SPDY/3"),
        ("unknown", ""),
        (None, ""),
    ],
)
def test_versions(told: Any, version: str) -> None:
    assert fields.http_version({}, {"httpVersion": told}) == version


@pytest.mark.parametrize(
    ("told", "number"), [(1, 1.0), (0.5, 0.5), (-1, None), (True, None), ("1", None), (10**400, None)]
)
def test_numbers(told: Any, number: float | None) -> None:
    assert fields.number({"a": told}, "a") == number


def test_headers_keep_order_spelling_and_bytes() -> None:
    told = [{"name": "X", "value": "é"}, {"name": "x", "value": "—"}, {"name": ":path", "value": "/"}]
    assert fields.headers({"headers": told}) == (("X", "é"), ("x", "—".encode().decode("latin-1")))
    assert fields.headers({"headers": {"a": "b"}}) == ()


def test_which_request_it_was() -> None:
    assert heads.head({}) == {
        "method": "GET",
        "url": "",
        "http_version": "",
        "connection": "",
        "started": 0.0,
    }
    assert [heads.head({"connection": told})["connection"] for told in ("443", "7", 7)] == ["", "7", ""]
