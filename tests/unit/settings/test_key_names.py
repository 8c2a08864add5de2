import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.settings.key_names import key_name, split_keys, written


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("x", "x"),
        ("X", "X"),
        ("ü", "ü"),
        ("?", "question_mark"),
        ("-", "minus"),
        (",", "comma"),
        ("+", "plus"),
        (" ", "space"),
        ("Enter", "enter"),
        ("question_mark", "question_mark"),
        ("less_than_sign", "less_than_sign"),
        ("F5", "f5"),
        ("Ctrl+S", "ctrl+s"),
        ("ctrl+shift+left", "ctrl+shift+left"),
        ("shift+tab", "shift+tab"),
        ("shift+g", "G"),
        ("ctrl+\\", "ctrl+backslash"),
        ("ctrl++", "ctrl+plus"),
    ],
)
def test_a_key(given: str, name: str) -> None:
    assert key_name(given) == name


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "'' is no key: write a character or a name"),
        ("esc", "'esc' is no key: write a character or a name; did you mean 'escape'?"),
        ("ctl+x", "'ctl+x' is no key: there is no 'ctl' to hold; did you mean 'ctrl'?"),
        ("g g", "'g g' is no key"),
        ("f25", "'f25' is no key"),
        ("\x1b", "'\\x1b' is no key"),
        ("ctrl+", "'ctrl+' is no key"),
        ("+x", "'+x' is no key"),
    ],
)
def test_what_is_no_key(given: str, said: str) -> None:
    with pytest.raises(ValueError, match="is no key") as raised:
        key_name(given)
    assert str(raised.value).startswith(said)


_MODIFIED = st.lists(st.sampled_from(["ctrl", "shift", "alt", "Meta"]), max_size=2, unique=True)


@given(_MODIFIED, st.sampled_from(string.printable[:95]) | st.sampled_from(["Tab", "f12", "at"]))
def test_a_name_is_its_own_name(modifiers: list[str], key: str) -> None:
    name = key_name("+".join([*modifiers, key if key != " " else "space"]))
    assert key_name(name) == name
    assert key_name(written(name)) == name


@given(st.text(max_size=8))
def test_any_text_is_a_key_or_told_to_be_none(text: str) -> None:
    try:
        assert key_name(text)
    except ValueError as error:
        said = str(error)
        assert said.startswith(f"{text!r} is no key: ")  # most texts are none, some are


@pytest.mark.parametrize(
    ("given", "keys"),
    [("x", ["x"]), ("down, j", ["down", "j"]), (",", [","]), ("", []), (["a", "b"], ["a", "b"]), (5, 5)],
)
def test_a_text_of_several_keys(given: object, keys: object) -> None:
    assert split_keys(given) == keys
