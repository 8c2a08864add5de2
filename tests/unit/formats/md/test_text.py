"""Whatever the traffic says stays text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from inspector.formats.md.text import code, fenced, folded

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
TRAPS = st.text("`|@#~<>&!*_[]()\\\n\r\t -a1\u202e\u2028\x00\x1b", max_size=40)


def _tokens(text: str) -> list[Token]:
    return [
        inner
        for token in MARKDOWN.parse(text)
        for inner in (token, *(token.children or ()))
        if inner.type != "inline"
    ]


def _prose(text: str) -> str:
    """What is neither code nor a tag."""
    within, found = 0, []
    for token in _tokens(text):
        if token.type == "html_inline":
            within += {"<code>": 1, "</code>": -1}[token.content]
        elif token.type == "text" and not within:
            found.append(token.content)
    return "".join(found)


@given(TRAPS)
@settings(max_examples=60)
def test_a_piece_of_a_line_is_code_and_nothing_else(text: str) -> None:
    written = code(text)
    assert "\n" not in written
    kinds = {token.type for token in _tokens(f"x {written} y")}
    assert kinds <= {"paragraph_open", "paragraph_close", "text", "code_inline", "html_inline"}
    assert _prose(f"x {written} y") == "x  y"


@given(TRAPS)
@settings(max_examples=60)
def test_a_cell_stays_one_cell(text: str) -> None:
    table = f"| a | b |\n|---|---|\n| {code(text)} | {code(text)} |\n"
    kinds = [token.type for token in _tokens(table)]
    assert kinds.count("td_open") == 2
    assert kinds.count("tr_open") == 2
    assert "link_open" not in kinds


@given(TRAPS)
@settings(max_examples=60)
def test_a_fence_is_closed_by_its_end_only(text: str) -> None:
    tokens = [token.type for token in _tokens(f"before\n\n{folded('1 <b>@x</b>', fenced(text))}\nafter\n")]
    assert tokens.count("fence") == 1
    assert tokens.count("html_block") == 2
    assert tokens[-3:] == ["paragraph_open", "text", "paragraph_close"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("gpt-5", "`gpt-5`"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        ("a|@b", "<code>a&#124;&#64;b</code>"),
        ("a\x1b\nb", "`a\\x1b\\nb`"),
        ("x" * 200, f"`{'x' * 159}…`"),
    ],
)
def test_what_it_looks_like(text: str, written: str) -> None:
    assert code(text) == written
