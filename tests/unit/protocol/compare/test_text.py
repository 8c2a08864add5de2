"""Texts line by line: the differences that a person would tell, in bounded time."""

from __future__ import annotations

from inspector.protocol.compare.change import Change
from inspector.protocol.compare.text import Line, text_difference

MARKS = {Change.KEPT: " ", Change.ADDED: "+", Change.VANISHED: "-", Change.CHANGED: "~"}


def shown(lines: list[Line]) -> list[str]:
    return [f"{MARKS[line.change]}{f'({line.skipped})' if line.skipped else line.text}" for line in lines]


def marked(line: Line) -> list[str]:
    return [line.text[start:end] for start, end in line.spans]


def test_lines_come_and_go_around_those_that_stay() -> None:
    found = text_difference("a\nb\nc\nd", "a\nx\nc\nd\ne")
    assert shown(found) == [" a", "-b", "+x", " c", " d", "+e"]
    assert [(line.old, line.new) for line in found] == [
        (1, 1),
        (2, None),
        (None, 2),
        (3, 3),
        (4, 4),
        (None, 5),
    ]


def test_only_the_neighbourhood_is_told() -> None:
    old = "\n".join("abcdefghijklm")
    new = old.replace("g", "G")
    assert shown(text_difference(old, new, context=2)) == [" (4)", " e", " f", "-g", "+G", " h", " i", " (4)"]
    assert shown(text_difference(old, new, context=0)) == [" (6)", "-g", "+G", " (6)"]
    assert shown(text_difference(old, old, context=2)) == [" (13)"]
    assert shown(text_difference("x\na\ny", "X\na\nY", context=0)) == ["-x", "+X", " a", "-y", "+Y"]
    assert shown(text_difference("a", "a", context=0)) == [" a"]


def test_what_differs_inside_a_line() -> None:
    old, new = "It waits for the wall clock of the host", "It waits for the fake clock of this host"
    gone, came = text_difference(old, new)
    assert marked(gone) == ["wall", "the"]
    assert marked(came) == ["fake", "this"]
    gone, came = text_difference("nothing in common", "4711 0815 12")
    assert gone.spans == came.spans == ()
    gone, came = text_difference("x" * 5000 + " old end", "x" * 5000 + " new end")
    assert (marked(gone), marked(came)) == (["old"], ["new"])
    gone, came = text_difference("a" * 5000, "a" * 5000 + "b" * 1000)
    assert sum(map(len, marked(came))) >= 1000


def test_only_a_line_feed_ends_a_line() -> None:
    assert shown(text_difference("a\x0bb\u2028c\r\nd", "a\x0bb\u2028c\nd")) == [
        "-a\x0bb\u2028c\r",
        "+a\x0bb\u2028c",
        " d",
    ]
    assert shown(text_difference("", "\n")) == [" ", "+"]


def test_the_limit_says_how_much_is_left() -> None:
    found = text_difference("\n".join("abc"), "\n".join("xyzuvw"), limit=4)
    assert shown(found) == ["-a", "-b", "-c", "+x", "~(5)"]
    assert (found[-1].old, found[-1].new) == (4, 2)
    assert len(text_difference("\n".join("abc"), "\n".join("abx"), limit=4)) == 4


def test_as_the_commands_print_it() -> None:
    first, *_ = text_difference("x\n" * 9 + "a", "x\n" * 9 + "b", context=1)
    assert first.to_json() == {"change": "kept", "old": 1, "new": 1, "skipped": 8}
    last = text_difference("a b c d", "a b c e")[-1]
    assert last.to_json() == {"change": "added", "old": None, "new": 1, "text": "a b c e", "spans": [[6, 7]]}


def test_large_texts() -> None:
    old = [f"line {n}" for n in range(3000)]
    new = [line for n, line in enumerate(old) if n % 300 != 7]
    new[1000:1000] = ["novel", "novel"]
    new[-1], new[0] = "end", "start"
    found = text_difference("\n".join(old), "\n".join(new))
    vanished = [line.text for line in found if line.change is Change.VANISHED]
    assert vanished == ["line 0", *(f"line {n}" for n in range(7, 3000, 300)), "line 2999"]
    assert [line.text for line in found if line.change is Change.ADDED] == ["start", "novel", "novel", "end"]


def test_large_texts_of_few_different_lines() -> None:
    found = text_difference("a\nb\n" * 2000, "b\nb\na\n" * 2000, limit=100_000)
    assert sum(line.change is not Change.ADDED for line in found) == 4001
    assert sum(line.change is not Change.VANISHED for line in found) == 6001
