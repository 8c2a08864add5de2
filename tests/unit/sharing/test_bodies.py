"""Bodies of any bytes keep their length, and a stream its framing."""

from __future__ import annotations

import zlib

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.capture.encodings import decode
from inspector.capture.model import Message
from inspector.sharing.bodies import Body
from inspector.sharing.found import Found
from inspector.sharing.kinds import BY_CHOICE, Choice
from inspector.sharing.placeholder import Placeholders
from inspector.sharing.replacing import Replacer

JSON_LIKE = st.recursive(
    st.none() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
PIECES = st.one_of(
    st.binary(max_size=30),
    st.sampled_from(
        [
            b'{"input": "', b'"}', b"data: ", b"\n\n", b"\r\n", b"event: response.output_text.delta\n",
            b"\\u00e9", b"\\ud83d", b"\\", b'{"type":"response.output_text.delta","delta":"caf\xc3\xa9"}',
            b"[[[", b"%41%zz", b'{"delta": {"content": "a\\"b"}}', b"\xef\xbb\xbf", b"[DONE]", b"--b\r\n",
            b"sk-abcdefghijklmnopqrstuv",
        ]
    ),
)  # fmt: skip


def shared(chunks: list[bytes], headers: tuple[tuple[str, str], ...] = ()) -> list[bytes]:
    choice = Choice(frozenset(BY_CHOICE), ("cafeteria",))
    message = Message(headers, b"".join(chunks), 200)
    found = Found(choice)
    Body(message, [(0.0, chunk) for chunk in chunks]).gather(found)
    found.settle()
    body = Body(message, [(0.0, chunk) for chunk in chunks])
    return [data for _, data in body.replaced(Replacer(found, Placeholders(b"salt")))]


@given(
    chunks=st.lists(PIECES, max_size=8),
    kind=st.sampled_from(
        ["application/json", "text/event-stream", "multipart/form-data; boundary=--b", "text/x"]
    ),
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_keep_their_length_and_their_cuts(chunks: list[bytes], kind: str):
    made = shared(chunks, (("content-type", kind),))
    assert [len(chunk) for chunk in made] == [len(chunk) for chunk in chunks]
    for before, after in zip(chunks, made, strict=True):
        assert [byte for byte in before if byte in b'\r\n{}[]"'] == [
            byte for byte in after if byte in b'\r\n{}[]"'
        ]


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", lambda data: zlib.compress(data, wbits=31)),
        ("deflate", zlib.compress),
        ("br", brotli.compress),
        ("zstd", zstandard.ZstdCompressor().compress),
    ],
)
def test_each_coding_is_packed_again_in_pieces_that_can_be_read_as_they_come(coding, pack):
    plain = b'data: {"delta":"one"}\n\n' * 40
    packed = pack(plain)
    headers = (("content-type", "text/event-stream"), ("content-encoding", coding))
    made = shared([packed[:30], packed[30:]], headers)
    assert len(made) == 2
    unpacked, problem = decode(b"".join(made), headers)
    assert (len(unpacked), problem) == (len(plain), None)
    assert b'"one"' not in unpacked
