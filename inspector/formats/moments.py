"""A moment in words, whatever a file says it is."""

from __future__ import annotations

from datetime import UTC, datetime


def utc(seconds: float) -> str:
    """`2026-11-21 13:41:45 UTC`, of Unix time; "" of what is no time that a calendar knows."""
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):
        return ""
