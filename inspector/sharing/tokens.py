"""The tokens of an answer with their probabilities (`logprobs`): pieces of its text, and the bytes of each as
numbers. Numbers say nothing to who looks for words, so they go with the tokens that they are of.
"""

from __future__ import annotations

import re

_BYTES = re.compile(r'("bytes"\s*:\s*\[)([\d,\s]+)')
_NUMBER = re.compile(r"\d+")
_NOTHING = {1: "0", 2: "63", 3: "120"}


def said(text: str) -> str:
    """What the bytes of all tokens say that stand in a JSON text, one after the other."""
    if '"bytes"' not in text:
        return ""
    numbers = [int(number) for found in _BYTES.finditer(text) for number in _NUMBER.findall(found[2])]
    return bytes([number for number in numbers if number < 256]).decode("utf-8", "surrogateescape")


def emptied(text: str) -> str:
    """The same with bytes that say nothing, in as many digits."""
    return _BYTES.sub(lambda found: found[1] + _NUMBER.sub(_nothing, found[2]), text)


def _nothing(number: re.Match[str]) -> str:
    return _NOTHING.get(len(number[0]), number[0])
