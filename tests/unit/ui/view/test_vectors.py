"""Embeddings told by how many numbers they have."""

from __future__ import annotations

import base64
import struct
from typing import Any

import pytest

from inspector.ui.view.vectors import is_vector, shortened, spoken


def test_a_vector_is_told_by_its_length_and_its_first_numbers() -> None:
    assert spoken([0.0123456, -2, 3e-9, 4.0, 5.0]) == "5 numbers: 0.01235, -2, 3e-09, 4, ..."
    assert spoken([1.0]) == "1 number: 1"


@pytest.mark.parametrize("count", [1, 2, 3, 1536])
def test_packed_ones_are_counted(count: int) -> None:
    packed = base64.b64encode(struct.pack(f"<{count}f", *range(count))).decode()
    assert spoken(packed) == f"{count:,} number{'s' * (count > 1)} in base64"


@pytest.mark.parametrize("value", [None, 7, [], ["a"], [[1.0]], "", {}])
def test_other_values_are_none(value: Any) -> None:
    assert not is_vector(value)
    answer = {"object": "list", "data": [{"embedding": value}]}
    assert shortened(answer) is answer


def test_an_answer_keeps_what_is_no_vector() -> None:
    answer = {"model": "e", "data": [{"index": 0, "embedding": [1.0] * 9}, "odd", {"embedding": None}]}
    told = shortened(answer)
    assert told["data"] == [
        {"index": 0, "embedding": "9 numbers: 1, 1, 1, 1, ..."}, "odd", {"embedding": None},
    ]  # fmt: skip
    assert told["model"] == "e"
    assert len(answer["data"][0]["embedding"]) == 9  # type: ignore[index]  # what came stays


@pytest.mark.parametrize("value", [None, [], "text", {"data": 7}, {"data": []}])
def test_what_is_no_list_of_them_is_left_alone(value: Any) -> None:
    assert shortened(value) is value
