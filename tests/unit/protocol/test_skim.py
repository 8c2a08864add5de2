"""A stream skimmed tells what decoding it tells, wherever the bytes are cut."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.protocol import sse
from inspector.protocol.skim import Skim

MATTERS = re.compile(rb"end|\[DONE\]")
LINES = [b"data: x", b"data:end", b"data", b"data: ", b"datax: 1", b": c", b"event: end", b"id: 1", b"\xff"]
ENDS = [b"\n", b"\r", b"\r\n", b"\n\n", b"\r\r", b"\n\r"]
BLOCKS = [b"data: [DONE]\n\n", b"data: a\ndata: end\r\n\r\n"]
PIECE = st.sampled_from([*LINES, b"\xef\xbb\xbf", b"\xef", *ENDS, *BLOCKS])


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECE, max_size=14).map(b"".join), st.lists(st.integers(0, 80), max_size=5))
def test_it_counts_what_the_decoder_gives(stream: bytes, cuts: list[int]) -> None:
    decoder = sse.Decoder()
    events = [event for event in decoder.feed(stream) + decoder.close() if event.complete and event.has_data]
    skim = Skim(MATTERS)
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    found = [data for a, b in pairwise(places) for data in skim.feed(stream[a:b])]
    assert skim.count == len(events)
    data = [event.data for event in events]
    wanted = [each for n, each in enumerate(data) if n == 0 or MATTERS.search(each.encode())]
    assert [each for n, each in enumerate(found) if n == 0 or MATTERS.search(each.encode())] == wanted


def test_line_ends_that_are_cut() -> None:
    skim = Skim(MATTERS)
    for byte in b"\xef\xbb\xbfdata: x\r\n\ndata: y\r\rdata: z\n\r\n":
        skim.feed(bytes([byte]))
    assert skim.count == 3


def test_what_does_not_matter_is_not_decoded() -> None:
    skim = Skim(MATTERS)
    assert skim.feed(b"data: first\n\n") == ["first"]
    assert skim.feed(b"data: x\n\n: c\n\nevent: y\ndata: z\n\n") == []
    assert skim.feed(b"data: x\n\ndata: the e") == []
    assert skim.feed(b"nd\n\n") == ["the end"]
    assert skim.count == 5


def test_a_flood_of_what_matters_is_bounded() -> None:
    skim = Skim(MATTERS)
    found = skim.feed(b"".join(b"data: end %d\n\n" % n for n in range(20_000)))
    assert skim.count == 20_000
    assert (found[0], found[-1], len(found)) == ("end 0", "end 19999", 2000)
