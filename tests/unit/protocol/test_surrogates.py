"""Half characters: joined when they meet, replaced when they do not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inspector.protocol.surrogates import SurrogateJoiner, whole


def join(pieces: list[str]) -> str:
    joiner = SurrogateJoiner()
    return "".join([joiner.feed(piece) for piece in pieces]) + joiner.close()


def test_halves_that_meet() -> None:
    assert join(["a\ud83d", "\ude00b"]) == "a\U0001f600b"
    assert join(["\ud83d", "", "\ude00"]) == "\U0001f600"


def test_halves_that_do_not() -> None:
    assert join(["\ud83d", "a\ude00\ud83d", "\ud83d"]) == "\ufffda\ufffd\ufffd\ufffd"


def test_text_without_halves_passes_at_once() -> None:
    joiner = SurrogateJoiner()
    assert (joiner.feed("é𝄞"), joiner.feed("a"), joiner.close()) == ("é𝄞", "a", "")


@given(st.lists(st.text(st.characters() | st.sampled_from("\ud83d\ude00"), max_size=4)))
def test_pieces_give_what_the_whole_gives(pieces: list[str]) -> None:
    joined = join(pieces)
    assert joined == whole("".join(pieces))
    assert joined.encode().decode() == joined
