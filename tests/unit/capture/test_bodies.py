import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.capture.bodies import compress, expand, pack_index, unpack_index

bodies = st.binary(max_size=300) | st.integers(0, 4000).map(lambda n: b"all work and no play " * n)


@settings(max_examples=60, deadline=None)
@given(bodies, st.none() | bodies)
def test_a_body_comes_back(data: bytes, base: bytes | None):
    assert expand(compress(data, base), len(data), base) == data


def test_a_grown_body_costs_what_was_added():
    before = bytes(range(256)) * 2000 + b"x"
    after = before + b"one more line"
    assert len(compress(after, before)) < 200


def test_the_base_is_reached_over_a_long_body():
    """The window has to span base and body: what is in the base's first bytes is used for the body's last."""
    import random

    base = random.Random(1).randbytes(3_000_000)
    moved = base[1_000_000:] + base[:1_000_000]
    assert len(compress(moved, base)) < 30_000


def test_a_damaged_frame_is_a_sentence():
    frame = compress(b"some text, some text, some text", b"some")
    with pytest.raises(ValueError, match=r"damaged|says otherwise"):
        expand(frame[:-3] + b"???", 31, b"some")
    with pytest.raises(ValueError, match="should have 32 bytes"):
        expand(frame, 32, b"some")


def test_a_frame_that_promises_gigabytes_is_refused_before_they_are_taken():
    import zstandard

    bomb = zstandard.ZstdCompressor().compress(b"\0" * 10_000_000)
    with pytest.raises(ValueError, match="says otherwise"):
        expand(bomb, 100)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.floats(0, 1e5), st.integers(0, 2**40)), max_size=50))
def test_chunk_boundaries_and_times_come_back(chunks: list[tuple[float, int]]):
    chunks.sort(key=lambda chunk: chunk[0])
    back = unpack_index(pack_index(chunks))
    assert [size for _, size in back] == [size for _, size in chunks]
    assert [at for at, _ in back] == pytest.approx([at for at, _ in chunks], abs=1e-6)


def test_a_clock_that_steps_back_does_not_break_the_index():
    assert [at for at, _ in unpack_index(pack_index([(1.0, 3), (0.5, 4)]))] == [1.0, 1.0]


def test_the_index_is_small():
    assert len(pack_index((n * 0.02, 200) for n in range(1000))) <= 6000
