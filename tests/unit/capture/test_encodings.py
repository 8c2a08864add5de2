from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.capture.encodings import Decoder, decode, encodings

TEXT = b'{"model": "my-gpt", "input": "hello hello hello"}' * 20


def raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


ENCODED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "none": ("identity", bytes),
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("X-GZIP", gzip.compress),
    "two members": ("gzip", lambda data: gzip.compress(data[:100]) + gzip.compress(data[100:])),
    "zlib": ("deflate", zlib.compress),
    "bare deflate": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstandard.compress),
    "two frames": ("zstd", lambda data: zstandard.compress(data[:100]) + zstandard.compress(data[100:])),
    "one in the other": ("gzip, br", lambda data: brotli.compress(gzip.compress(data))),
}


@pytest.mark.parametrize("kind", ENCODED)
@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_whole_and_in_pieces(kind: str, step: int):
    coding, encode = ENCODED[kind]
    encoded = encode(TEXT)
    decoder = Decoder((("Content-Encoding", coding),))
    pieces = [decoder.feed(encoded[start : start + step]) for start in range(0, len(encoded), step)]
    assert b"".join(pieces) == TEXT
    assert decoder.problem is None


def test_two_header_lines_are_one_list():
    headers = (("content-encoding", "gzip"), ("x", "y"), ("Content-Encoding", " br , identity"))
    assert encodings(headers) == ["gzip", "br"]


@pytest.mark.parametrize("kind", ["gzip", "zlib", "bare deflate", "br", "zstd"])
def test_cut_off_data_gives_what_there_was(kind: str):
    coding, encode = ENCODED[kind]
    text = bytes(range(256)) * 300
    encoded = encode(text)
    decoded, _ = decode(encoded[: len(encoded) * 9 // 10], (("content-encoding", coding),))
    assert text.startswith(decoded)


@pytest.mark.parametrize("kind", ["gzip", "br", "zstd"])
def test_damaged_data_says_so(kind: str):
    coding, _ = ENCODED[kind]
    decoded, problem = decode(b"this is plain text, not compressed at all", (("content-encoding", coding),))
    assert decoded == b""
    assert problem is not None
    assert coding in problem


def test_an_unknown_encoding_is_said():
    assert decode(TEXT, (("content-encoding", "sdch"),)) == (b"", "content-encoding 'sdch' is not known")


@pytest.mark.parametrize("kind", ["gzip", "zlib", "br", "zstd"])
def test_a_bomb_goes_off_in_a_bucket(kind: str):
    coding, encode = ENCODED[kind]
    decoded, problem = decode(encode(b"\0" * 5_000_000), (("content-encoding", coding),), limit=1000)
    assert len(decoded) == 1000
    assert problem == "decoded, it is more than 1000 bytes"


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "br", "zstd", "identity"]))
def test_any_bytes_are_data(data: bytes, coding: str):
    decoded, problem = decode(data, (("content-encoding", coding),))
    assert isinstance(decoded, bytes)
    assert problem is None or coding in problem


def test_a_hundred_thousand_members_take_no_longer_than_their_bytes():
    """Of 1 MB and a half; to copy what is left at each of them took seconds, and minutes of ten."""
    empty = gzip.compress(b"")
    body = empty * 75_000 + gzip.compress(b"the end") + bytes(2**20) + gzip.compress(b"!")
    begun = time.process_time()
    assert decode(body, (("content-encoding", "gzip"),)) == (b"the end!", None)
    assert time.process_time() - begun < 1.5


def test_encodings_without_end_are_not_undone():
    assert decode(b"x", (("content-encoding", "gzip, " * 3000),)) == (b"", "it names 3000 content encodings")
