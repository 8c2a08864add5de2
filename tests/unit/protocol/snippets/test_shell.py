"""What a shell makes of words and bodies: bash really reads them."""

from __future__ import annotations

import subprocess

import pytest

from inspector.protocol.snippets.call import Text, Variable
from inspector.protocol.snippets.shell import command, short, word

KEY = Variable("AZURE_OPENAI_API_KEY")
TEXTS: tuple[Text, ...] = (
    ("plain",),
    ("",),
    ("it's", " $HOME `id` \\ !! *"),
    ("Bearer ", KEY),
    (KEY, "tail_of_a_name"),
    ('{"a": "', KEY, '$(id)"}'),
    ("a\nb\t'", KEY, "'!x"),
)


def _bash(script: str) -> bytes:
    done = subprocess.run(["bash", "-eu"], input=script.encode(), capture_output=True, check=True, timeout=30)
    assert done.stderr == b""
    return done.stdout


def test_a_word_is_one_word() -> None:
    read = _bash(f"printf '%s\\0' {' '.join(map(word, TEXTS))}").decode().split("\0")[:-1]
    key = "a-key-nobody-may-see-0123456789"
    assert read == ["".join(key if part is KEY else str(part) for part in text) for text in TEXTS]


def test_nothing_but_a_variable_stands_in_double_quotes_with_a_mark_of_history() -> None:
    assert word(("!x", KEY)) == "'!x'\"$AZURE_OPENAI_API_KEY\""
    assert word(("Bearer ", KEY)) == '"Bearer $AZURE_OPENAI_API_KEY"'


@pytest.mark.parametrize("body", [b'{"a": "JSON"}', b"[\n1,\n2]", b"true\n"])
def test_json_is_read_as_it_is(body: bytes) -> None:
    assert _bash(command([["cat"]], body)) == body + b"\n"


@pytest.mark.parametrize("body", [b"JSON\nEND\n", b"\x00\xff", b"no json", b"x" * 5000])
def test_anything_else_is_read_to_the_byte(body: bytes) -> None:
    assert _bash(command([["cat"], ["-"]], body)) == body


def test_what_a_terminal_would_act_on_is_escaped() -> None:
    text = short('{"a":\t"\x9b\u202e\u2028\x7f é 🎉"}'.encode())
    assert text == '{"a": "\\u009b\\u202e\\u2028\\u007f é 🎉"}'
    assert short('"\U000e0041"'.encode()) == '"\\udb40\\udc41"'


def test_what_is_long_or_no_json_is_no_argument() -> None:
    assert short(b'"' + b"x" * 998 + b'"') is not None
    assert short(b'"' + b"x" * 999 + b'"') is None
    assert short(b"{\n}") is None
    assert short(b"{") is None


def test_groups_are_lines_of_one_command() -> None:
    assert command([["a", "b"], ["c"]]) == "a b \\\n  c\n"
    assert _bash(command([["printf", "%s,"], ["a"], ["b"]])) == b"a,b,"
