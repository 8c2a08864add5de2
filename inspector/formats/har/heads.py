"""What an entry says of its exchange before anything else: which request it was, and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspector.formats.har import fields

FIELDS = ("method", "url", "http_version", "connection", "started")
"""Fields of an exchange for which an entry has words."""

_PORTS = frozenset({"80", "443"})  # Firefox, and Chrome of late, give the server's port for the connection


def head(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Those fields, whatever the entry is."""
    request, response = fields.inner(entry, "request"), fields.inner(entry, "response")
    connection = fields.text(entry, "_connectionId") or fields.text(entry, "connection") or ""
    return {
        "method": fields.text(request, "method") or "GET",
        "url": fields.text(request, "url") or "",
        "http_version": fields.http_version(request, response),
        "connection": "" if connection in _PORTS else connection,
        "started": fields.moment(entry, "startedDateTime") or 0.0,
    }
