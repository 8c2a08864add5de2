"""An event stream skimmed: how many events there are, and the data of the few that matter.

To decode every event takes microseconds for each, and a stream of tiny ones has ten million in 64 MB. What a
regular expression does not find in a whole stretch of the stream, no event of it holds: then they are counted
only. The grammar is that of sse.py, less what is shown of it; any cut of the bytes gives the same.

Where thousands of events of one stretch matter, those between its first and its last ones are passed over: no
API sends that many in so few bytes.
"""

from __future__ import annotations

import re

_BOM = b"\xef\xbb\xbf"
_AT_EITHER_END = 1000  # events of a stretch that matter
_BARE_DATA = re.compile(rb"(?:\A|\n)data(?:\n|\Z)")


class Skim:
    """Feed bytes in any pieces; `count` is the number of complete events with data so far.

    `matters` is sought in the bytes of an event, in which a line end of its data is followed by "data:".
    """

    def __init__(self, matters: re.Pattern[bytes]) -> None:
        self.count = 0
        self._matters = matters
        self._buffer = bytearray()  # with LF for every line end
        self._searched = 0  # no block ends before this index of the buffer
        self._at_start = True  # a byte order mark may still come
        self._after_cr = False  # an LF that comes next belongs to it

    def feed(self, data: bytes) -> list[str]:
        """The data of the events that these bytes complete: of the stream's first, and those that matter."""
        buffer = self._buffer
        buffer += self._with_line_feeds(data)
        if self._at_start:
            if len(buffer) < len(_BOM) and _BOM.startswith(buffer):
                return []
            self._at_start = False
            if buffer.startswith(_BOM):
                del buffer[: len(_BOM)]
        end = buffer.rfind(b"\n\n", max(0, self._searched - 1))
        if end < 0:
            self._searched = len(buffer)
            return []
        blocks = bytes(buffer[:end])
        del buffer[: end + 2]
        self._searched = len(buffer)
        return self._of(blocks)

    def _with_line_feeds(self, data: bytes) -> bytes:
        if not data:
            return data
        if self._after_cr and data[0] == 0x0A:
            data = data[1:]
        self._after_cr = data.endswith(b"\r")
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data

    def _of(self, blocks: bytes) -> list[str]:
        if b"data" not in blocks:
            return []
        with_data = [block for block in blocks.split(b"\n\n") if _has_data(block)]
        found = with_data[:1] if self.count == 0 else []  # the first of all may be of any kind
        self.count += len(with_data)
        if self._matters.search(blocks) is not None:
            matters = self._matters.search
            found += [block for block in with_data[len(found) :] if matters(block) is not None]
        if len(found) > 2 * _AT_EITHER_END:
            found[_AT_EITHER_END:-_AT_EITHER_END] = []
        return [_data(block) for block in found]


def _has_data(block: bytes) -> bool:
    return block.startswith(b"data:") or b"\ndata:" in block or _BARE_DATA.search(block) is not None


def _data(block: bytes) -> str:
    values = []
    for line in block.split(b"\n"):
        name, _, value = line.partition(b":")
        if name == b"data":
            values.append(value.removeprefix(b" "))
    return b"\n".join(values).decode(errors="replace")
