"""Server-Sent Events: bytes to events, incrementally and with their place in the stream, and back to bytes.

Follows the WHATWG *event stream* grammar, with one difference: nothing is thrown away. Blocks of comments,
blocks without data, lines that are no field, an unfinished last block and bytes that are not UTF-8 come out
as events that say so, because a debugger has to show them.

**Any cut of the bytes gives the same events**, offsets included. Only one place makes that hard: a block
closed by CR may go on with the LF of a CRLF that has not arrived. The rule depends on the bytes alone: when
the line before the blank one ended in a bare CR, the CR closes the event at once (such a stream would
otherwise always run one event late), and an LF after it belongs to no event; otherwise the decoder waits for
the next byte.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# The end of a line followed by a blank line. CRLF needs no case of its own, since it ends in LF.
_BLOCK_END = re.compile(rb"\n(?:\r\n?|\n)|\r\r")
_LINE_END = re.compile(r"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """One block of an event stream, fields as they stood in it: nothing is carried over from earlier blocks.

    `event` is "" where the block names none (which means "message"); `id` and `retry` (ms) are None where
    absent. `start` and `end` are offsets in the stream, `end` past the blank line. `complete` is False for a
    tail that the end of the stream cut off (clients ignore those), `has_data` for blocks that clients never
    dispatch. `strange` are the lines that are no field of the format, which clients pass over.
    """

    event: str
    data: str
    id: str | None
    retry: int | None
    comments: tuple[str, ...]
    start: int
    end: int
    has_data: bool
    complete: bool
    valid_utf8: bool
    strange: tuple[str, ...] = ()


class Decoder:
    """Feed bytes in any pieces, get the events that they complete; `close` gives the unfinished rest."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._offset = 0  # of the buffer's first byte, in the stream
        self._searched = 0  # no block ends before this index of the buffer
        self._at_start = True  # a byte order mark may still come
        self._has_cr = False

    def feed(self, data: bytes) -> list[ServerSentEvent]:
        """The events that these bytes complete, in order."""
        buffer = self._buffer
        if not buffer and not self._at_start and (event := self._whole_event(data)) is not None:
            return [event]
        buffer += data
        if self._at_start:
            if len(buffer) < len(_BOM) and _BOM.startswith(buffer):
                return []
            self._at_start = False
            if buffer.startswith(_BOM):
                self._drop(len(_BOM))
        self._has_cr = self._has_cr or b"\r" in data
        events: list[ServerSentEvent] = []
        position = 0  # everything before it is done with
        while block := self._block_end(max(position, self._searched)):
            close, end = block
            if end == len(buffer) and buffer[end - 1] == 0x0D and buffer[close] == 0x0A:
                self._searched = close  # an LF may follow
                break
            start = self._skip_line_ends(position, end)
            if start < end:
                events.append(self._event(start, end, complete=True))
            position = self._searched = end
        else:
            # A block may end across the cut: look again at the last line end, if the buffer ends in one.
            self._searched = max(position, len(buffer) - 1)
        if position:
            self._drop(position)
        return events

    def _whole_event(self, data: bytes) -> ServerSentEvent | None:
        """The event that these bytes are, if they are one line of data and its blank line.

        That is how most APIs send, and three times as fast as `feed`'s way, which comes to the same.
        """
        if (
            not data.startswith(b"data: ")
            or data.find(b"\n") != len(data) - 2
            or data[-1] != 0x0A
            or b"\r" in data
        ):
            return None
        try:
            text = data[6:-2].decode()
        except UnicodeDecodeError:
            return None
        start = self._offset
        self._offset += len(data)
        return ServerSentEvent("", text, None, None, (), start, self._offset, True, True, True)

    def _block_end(self, start: int) -> tuple[int, int] | None:
        """Where the next block's last line ends, and where the blank line after it does."""
        if self._has_cr:
            match = _BLOCK_END.search(self._buffer, start)
            return match.span() if match else None
        at = self._buffer.find(b"\n\n", start)  # the same for a stream without CR, and four times as fast
        return None if at < 0 else (at, at + 2)

    def close(self) -> list[ServerSentEvent]:
        """The stream is over: what the last bytes are; complete only if they end in a CR that had to wait."""
        end = len(self._buffer)
        start = self._skip_line_ends(0, end)
        if start == end:
            return []
        event = self._event(start, end, complete=_BLOCK_END.search(self._buffer, start) is not None)
        self._drop(end)
        return [event]

    def _skip_line_ends(self, start: int, end: int) -> int:
        while start < end and self._buffer[start] in b"\r\n":
            start += 1
        return start

    def _drop(self, count: int) -> None:
        del self._buffer[:count]
        self._offset += count
        self._searched = max(0, self._searched - count)

    def _event(self, start: int, end: int, *, complete: bool) -> ServerSentEvent:
        block = self._buffer[start:end]
        try:
            text, valid = block.decode(), True
        except UnicodeDecodeError:
            text, valid = block.decode(errors="replace"), False
        begin, stop = self._offset + start, self._offset + end
        if complete and text.startswith("data: ") and text.find("\n") == len(text) - 2 and "\r" not in text:
            # Nearly every event of an API; the long way below comes to the same.
            return ServerSentEvent("", text[6:-2], None, None, (), begin, stop, True, True, valid)
        event = ""
        data: list[str] = []
        id_: str | None = None
        retry: int | None = None
        comments: list[str] = []
        strange: list[str] = []
        for line in _LINE_END.split(text) if "\r" in text else text.split("\n"):
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "data":
                data.append(value)
            elif name == "event":
                event = value
            elif name == "id":
                id_ = id_ if "\0" in value else value
            elif name == "retry":
                retry = int(value) if value.isascii() and value.isdigit() and len(value) < 20 else retry
            elif line and not name:
                comments.append(value)
            elif line:
                strange.append(line)
        return ServerSentEvent(
            event=event,
            data=data[0] if len(data) == 1 else "\n".join(data),
            id=id_,
            retry=retry,
            comments=tuple(comments),
            start=begin,
            end=stop,
            has_data=bool(data),
            complete=complete,
            valid_utf8=valid,
            strange=tuple(strange),
        )


def encode(data: str, event: str | None = None) -> bytes:
    """One event as bytes, ended by its blank line. Line ends inside `data` make several data lines.

    Raises ValueError when `event` holds a line end, which the format cannot carry.
    """
    lines = [f"data: {line}\n" for line in _LINE_END.split(data)]
    if event is not None:
        if _LINE_END.search(event):
            raise ValueError(f"an event's name cannot span lines: {event!r}")
        lines.insert(0, f"event: {event}\n")
    return ("".join(lines) + "\n").encode(errors="replace")
