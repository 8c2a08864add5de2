"""What a person writes, read: terms and their places, what binds closer, and every mistake in words."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inspector.capture.filter.conditions import Need
from inspector.capture.filter.flags import FLAGS
from inspector.capture.filter.keys import KEYS
from inspector.capture.filter.language import Filter, parse
from inspector.capture.filter.problem import FilterError

PIECES = [
    *("(", ")", "-", "--", " ", "  ", "\n", " or ", " and ", " not ", "OR", '"', '\\"', "\\", ",", "*", "**"),
    *(
        "word",
        "f(x)",
        "a*b",
        '"a phrase"',
        '"a*b"',
        "é",
        "\u2028",
        "\x1f",
        "ß",
        "http://x",
        ":",
        "x:",
        "..",
        "=",
    ),
    *(">", "<=", "5", "4xx", "1..2", "5s", "10m", "12:30", "today", "2026-09-21", "tokens>5", "resp"),
    *(f"{name}:" for name in (*KEYS, *FLAGS)),
    *(f"{kind}:{name}" for kind, flags in FLAGS.items() for name in flags),
]
lines = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(PIECES), max_size=12).map("".join))


def read(text: str) -> Filter | FilterError:
    try:
        return parse(text)
    except FilterError as error:
        return error


@given(lines)
@settings(max_examples=200, deadline=None)
@example("(x or type:f(a*)")
@example("(x or *f(a*b )")
@example("-(a (b or c))")
@example("a*tokens>5")
@example("*-a*b")
def test_any_text_is_a_filter_that_reads_back_the_same_or_says_where_it_is_wrong(text: str) -> None:
    found = read(text)
    if isinstance(found, FilterError):
        assert 0 <= found.position < len(text)
        assert found.message.isprintable()
    else:
        assert parse(str(found)) == found
        assert str(parse(str(found))) == str(found)


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("", ""),
        ("  \n ", ""),
        ("fix   the", "fix the"),
        ("fix and the AND it", "fix the it"),
        ("a b or c d", "a b or c d"),
        ("a (b or c) d", "a (b or c) d"),
        ("(a b) c", "a b c"),
        ("(a or b) OR c", "a or b or c"),
        ("not a", "-a"),
        ("not not a", "a"),
        ("-(a b)", "-(a b)"),
        ("-(-a)", "a"),
        ("not (a or b) c", "-(a or b) c"),
        ('"two words"', '"two words"'),
        ('"one"', "one"),
        ('"or"', '"or"'),
        ('"-x"', '"-x"'),
        ("--flag", '"--flag"'),
        (r'"say \"hi\" \\ \n"', r'"say \"hi\" \\ \\n"'),
        ("f(x)", '"f(x)"'),
        ("(f(x))", '"f(x)"'),
        ("https://up.example/v1", '"https://up.example/v1"'),
        ("12:30", '"12:30"'),
        ('{"cmd":', r'"{\"cmd\":"'),
        ("jit*er", "jit*er"),
        ("*jitter*", "jitter"),
        ('"a*b"', '"a*b"'),
        ("MODEL:GPT-5", "model:GPT-5"),
        ('model:gpt-5,=mine,"a b",gpt-*-mini', 'model:gpt-5,=mine,"a b",gpt-*-mini'),
        ('model:"a*b"', 'model:"a*b"'),
        ("status>=400 tokens<12k", "status:>=400 tokens:<12k"),
        ("status:4xx,500..,..3,=200", "status:4xx,500..,..3,=200"),
        ("a>5", '"a>5"'),
        ("HAS:Error,retry is:open", "has:error,retry is:open"),
        ("after:10m before:14:20", "after:10m before:14:20"),
        ('request:"fix the",jit*er response:done', 'request:"fix the",jit*er response:done'),
        ("type:*.delta tool:=exec offers:web remark:sum", "type:*.delta tool:=exec offers:web remark:sum"),
    ],
)
def test_a_filter_is_written_in_one_way(text: str, again: str) -> None:
    assert str(parse(text)) == again
    assert parse(again) == parse(text)


@pytest.mark.parametrize(
    ("text", "position", "said"),
    [
        ("stauts:400", 0, "there is no key 'stauts', did you mean 'status'"),
        ("fine nothing_like_it:1", 5, "there is no key 'nothing_like_it'; to look for"),
        ("status:abc", 7, "status: wants a number such as 429 or 4xx, found 'abc'"),
        ("status:", 6, "status: wants a number such as 429 or 4xx right behind it"),
        ("status:200,abc", 11, "found 'abc'"),
        ("status:>=", 7, "right behind it"),
        ("status:>=x", 9, "found 'x'"),
        ('status:"200"', 7, "found '200'"),
        ("status:200..x", 12, "found 'x'"),
        ("status:..", 7, "before or behind '..'"),
        ("status:>200..300", 7, "takes '>' or a range a..b, not both"),
        ("status:500..400", 7, "the smaller one comes first"),
        ("duration:5parsecs", 9, "a length of time such as 5s, 300ms or 2m, found '5parsecs'"),
        ("size:big", 5, "a size such as 812, 41KB or 1.2MB"),
        ("tokens:many", 7, "a number such as 300, 12k or 1.5M"),
        ("after:soon", 6, "a time such as 14:20"),
        ("after:2026-02-30", 6, "a time such as 14:20"),
        ("after:25:00", 6, "a time such as 14:20"),
        ("after:>14:20", 6, "takes one moment and no operator"),
        ("model:>5", 6, "model: is text, and '>' compares numbers"),
        ("model:", 5, "model: wants a text right behind it"),
        ('model:""', 6, "model: wants a text"),
        ('model:"a"b', 9, "behind a quoted value comes a comma or a space, not 'b'"),
        ("has:eror", 4, "has: wants a name that it knows, found 'eror'; did you mean 'error'"),
        ("is:", 2, "is: wants a name that it knows; write open, live"),
        ("request:=x", 8, "request: wants a text right behind it, or a quoted phrase"),
        ("request:***", 8, "request: wants a text"),
        ('say "hi', 4, "the quote that opens here is never closed"),
        ("a (b", 2, "this '(' is never closed"),
        ("a b)", 3, "this ')' closes nothing"),
        (")", 0, "this ')' closes nothing"),
        ("a ()", 2, "nothing stands behind this '('"),
        ("a or", 2, "'or' wants a condition behind it"),
        ("a or or b", 2, "'or' wants a condition behind it"),
        ("or b", 0, "'or' wants a condition before it"),
        ("a not", 2, "'not' wants a condition behind it"),
        ("(a or)", 3, "'or' wants a condition behind it"),
        ("-", 0, "'-' wants a condition right behind it"),
        ("a - b", 2, "'-' wants a condition right behind it"),
        ("***", 0, "'***' would find everything"),
        ('""', 0, "'' would find everything"),
        ("(" * 51 + "a" + ")" * 51, 50, "more than 50 groups inside each other"),
    ],
)
def test_a_mistake_is_told_in_words_and_where_it_is(text: str, position: int, said: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert said in caught.value.message
    assert caught.value.position == position
    assert str(caught.value).endswith(f"(column {position + 1})")


def test_many_negations_and_parts_do_not_exhaust_the_stack() -> None:
    assert str(parse("not " * 5001 + "a")) == "-a"
    assert str(parse(" or ".join("ab" * 5000))) == " or ".join("ab" * 5000)


def test_the_empty_filter_is_false_and_every_other_one_true() -> None:
    assert not parse("")
    assert not Filter()
    assert parse("a")


def test_words_are_what_can_be_made_visible_each_once() -> None:
    found = parse('Fix "the tests" jit*er fix -gone (request:cmd or model:gpt) Fix -(a or -b)')
    assert found.words == ("Fix", "the tests", "jit", "er", "fix", "cmd")


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("", {Need.ROW}),
        ("status:200 has:error is:open", {Need.ROW}),
        ("note:x", {Need.SURROUNDINGS}),
        ("is:retry", {Need.SURROUNDINGS}),
        ("offers:web or request:x", {Need.ROW, Need.REQUEST}),
        ("-tool:exec", {Need.RESPONSE}),
        ("word", {Need.REQUEST, Need.RESPONSE}),
    ],
)
def test_a_filter_tells_what_it_looks_at(text: str, needs: set[Need]) -> None:
    assert parse(text).needs | {Need.ROW} == needs | {Need.ROW}
