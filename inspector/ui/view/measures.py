"""Numbers in few characters: sizes, times, counts of tokens."""

from __future__ import annotations


def size(count: int) -> str:
    """Bytes: `812 B`, `41 KB`, `1.2 MB`."""
    if count < 1000:
        return f"{count} B"
    for unit in ("KB", "MB", "GB"):
        count_in_unit = count / 1000 ** ("KB", "MB", "GB").index(unit) / 1000
        if count_in_unit < 9.95:
            return f"{count_in_unit:.1f} {unit}"
        if count_in_unit < 999.5 or unit == "GB":
            return f"{count_in_unit:.0f} {unit}"
    raise AssertionError("unreachable: the last unit takes all")


def duration(seconds: float) -> str:
    """A length of time in at most six characters: `12 ms`, `3.41 s`, `2m05s`, `1h12m`."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 99.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 100:
        return f"{minutes}m{rest:02}s"
    return f"{minutes // 60}h{minutes % 60:02}m"


def offset(seconds: float) -> str:
    """A moment after the start, in seconds, of one width for a stream of ordinary length: ` 0.380`."""
    return f"{seconds:6.3f}" if seconds < 99.9995 else f"{seconds:6.1f}"


def ago(seconds: float) -> str:
    """How long since: `now`, `42s`, `6m`, `3h`, `12d`."""
    for limit, divisor, unit in ((5, 0, "now"), (60, 1, "s"), (3600, 60, "m"), (86400, 3600, "h")):
        if seconds < limit:
            return f"{int(seconds // divisor)}{unit}" if divisor else unit
    return f"{int(seconds // 86400)}d"


def tokens(count: int) -> str:
    """A count of tokens: `310`, `4.1k`, `128k`, `1.2M`."""
    if count < 1000:
        return str(count)
    if count < 9950:
        return f"{count / 1000:.1f}k"
    if count < 999_500:
        return f"{count / 1000:.0f}k"
    return f"{count / 1_000_000:.1f}M"


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 item`, `3 items`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
