"""The file to settings: what is right counts, what is wrong is told with its line."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as of_hypothesis
from hypothesis import strategies as st

from inspector.settings import Bound, Column, Known, Price, Settings, SettingsError, load, path
from inspector.settings.reading import _settings

Load = Callable[..., Settings]


@pytest.fixture
def read(tmp_path: Path) -> Load:
    """`load` of a file with this text."""

    def read(text: str | bytes, known: Known | None = None) -> Settings:
        file = tmp_path / "config.toml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(file, known)

    return read


@pytest.fixture
def wrong(read: Load) -> Callable[..., tuple[list[str], Settings]]:
    """What is said of a file with this text, and the settings to go on with."""

    def wrong(text: str | bytes, known: Known | None = None) -> tuple[list[str], Settings]:
        with pytest.raises(SettingsError) as raised:
            read(text, known)
        return [str(problem) for problem in raised.value.problems], raised.value.settings

    return wrong


Wrong = Callable[..., tuple[list[str], Settings]]


def test_without_a_file_everything_is_as_it_is(tmp_path: Path) -> None:
    assert load(tmp_path / "config.toml") == Settings()


def test_the_file_is_the_persons_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTOR_HOME", str(tmp_path))
    assert path() == tmp_path / "config" / "config.toml"
    path().write_text('theme = "nord"\n')
    assert load().theme == "nord"


def test_all_of_it(read: Load) -> None:
    settings = read("""
        theme = "nord"
        columns = ["time", "tokens.in", "cost"]
        sort = "-tokens.in"
        follow = false
        gap = 2
        editor = "code --wait"
        pager = "less -R"
        clipboard = "xclip -selection clipboard"
        [families]
        "my-gpt55" = "gpt-5.5"
        [prices]
        "gpt-5.5" = { input = 1.25, cached = 0.125, output = 10 }
        [keys]
        "pane.copy" = ["y", "ctrl+y"]
        "app.help" = "?"
    """)
    assert settings.theme == "nord"
    assert settings.columns == (Column.TIME, Column.INPUT, Column.COST)
    assert (settings.order.column, settings.order.descending) == (Column.INPUT, True)
    assert (settings.follow, settings.gap) == (False, 2.0)
    assert (settings.editor, settings.pager) == ("code --wait", "less -R")
    assert settings.clipboard == "xclip -selection clipboard"
    assert settings.families == {"my-gpt55": "gpt-5.5"}
    assert settings.prices == {"gpt-5.5": Price(input=1.25, cached=0.125, output=10)}
    assert settings.keymap == {"pane.copy": "y,ctrl+y", "app.help": "question_mark"}


def test_names_with_dots_need_no_quotes(read: Load) -> None:
    settings = read("""
        [keys]
        pane.copy = "y"
        [keys.list]
        page-down = ["pagedown"]
        [families]
        gpt-5.5 = "gpt-5"
        [prices.gpt-5.5]
        input = 1
        output = 2
    """)
    assert settings.keys == {"pane.copy": ("y",), "list.page-down": ("pagedown",)}
    assert settings.families == {"gpt-5.5": "gpt-5"}
    assert settings.prices == {"gpt-5.5": Price(input=1, output=2)}


def test_a_byte_order_mark_is_none_of_our_business(read: Load) -> None:
    assert read(b'\xef\xbb\xbftheme = "nord"\r\n').theme == "nord"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('\ntheem = "x"', "line 2: theem: there is no such setting; did you mean 'theme'?"),
        ("colour = 1", "line 1: colour: there is no such setting; did you mean 'columns'?"),
        ("xyz = 1", "line 1: xyz: there is no such setting"),
        ("theme = 1", "line 1: theme: takes a text in quotes, not 1"),
        ('follow = "yes"', "line 1: follow: takes true or false, not 'yes'"),
        ("follow = 1", "line 1: follow: takes true or false, not 1"),
        ('gap = "5s"', "line 1: gap: takes a number, not '5s'"),
        ("gap = true", "line 1: gap: takes a number, not true"),
        ("gap = nan", "line 1: gap: takes a number, not nan"),
        ("gap = inf", "line 1: gap: takes a number, not inf"),
        ("gap = -1", "line 1: gap: takes a number above 0, not -1"),
        ('columns = "time"', "line 1: columns: takes a list in [ ], not 'time'"),
        ("columns = []", "line 1: columns: is empty; it takes one at least"),
        (
            'columns = ["time",\n  "modle"]',
            "line 1: columns: there is no column 'modle'; did you mean 'model'?",
        ),
        ('columns = ["time", "time"]', "line 1: columns: names 'time' twice; a column is shown once"),
        ("columns = [1]", "line 1: columns: there is no column 1"),
        ('sort = "-duratoin"', "line 1: sort: there is no column 'duratoin'; did you mean 'duration'?"),
        ('editor = "a \'b"', 'line 1: editor: has a quote that is not closed: "a \'b"'),
        ("[keys]\napp.quit = 'ctl+x'", "line 2: keys.app.quit: 'ctl+x' is no key"),
        ("[keys]\napp.quit = []", "line 2: keys.app.quit: is empty; it takes one at least"),
        ("[keys]\napp.quit = 7", "line 2: keys.app.quit: takes a list in [ ], not 7"),
        ("[keys]\napp.quit = [7]", "line 2: keys.app.quit: takes a text in quotes, not 7"),
        ("keys = 5", "line 1: keys: takes a table, not 5"),
        ("[prices]\nx = 5", "line 2: prices.x: takes a table such as { input = 1.0, output = 8.0 }, not 5"),
        ("[prices]\nx = { input = 5 }", "line 2: prices.x: has no 'output'"),
        (
            "[prices.x]\ninput = 1\noutput = 2\ncacheed = 3",
            "line 4: prices.x.cacheed: there is no such setting; did you mean 'cached'?",
        ),
        ("[prices.x]\ninput = -1\noutput = 2", "line 2: prices.x.input: takes a number from 0 on, not -1"),
        ("[families]\nx = 5", "line 2: families.x: takes a text in quotes, not 5"),
        ('theme = "a\n', "line 1: it is not TOML: Illegal character '\\n'"),
        ("a = 1\n\nb = = 2\n", "line 3: it is not TOML: Invalid value"),
        ("a = 1\na = 2\n", "line 2: it is not TOML: Cannot overwrite a value"),
        ("a = [1,\n", "line 2: it is not TOML: Invalid value"),
        (b"a = 1\nb = '\xff'\n", "line 2: it is not UTF-8"),
    ],
)
def test_what_is_said(wrong: Wrong, text: str | bytes, said: str) -> None:
    [problem], settings = wrong(text)
    assert problem.startswith(said)
    assert settings == Settings()


def test_what_is_right_counts_all_the_same(wrong: Wrong) -> None:
    problems, settings = wrong("""
        theme = "nord"
        gap = "x"
        [prices]
        a = { input = 1, output = 2 }
        b = 3
        [keys]
        pane.copy = "Y"
        pane.raw = "no key"
        wrong = true
    """)
    assert [problem.split(": ")[1] for problem in problems] == [
        "gap",
        "prices.b",
        "keys.pane.raw",
        "keys.wrong",
    ]
    assert settings == Settings(
        theme="nord", prices={"a": Price(input=1, output=2)}, keys={"pane.copy": ("Y",)}
    )


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        load(tmp_path)
    assert str(raised.value) == f"{tmp_path}: it cannot be read: Is a directory"


def test_every_line_of_the_error_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("gap = 0\nx = 1\n")
    with pytest.raises(SettingsError) as raised:
        load(tmp_path / "a.toml")
    assert [line.split(": ")[:3] for line in str(raised.value).splitlines()] == [
        [f"{tmp_path / 'a.toml'}", "line 1", "gap"],
        [f"{tmp_path / 'a.toml'}", "line 2", "x"],
    ]


def _family(name: str) -> None:
    if name != "gpt-5":
        raise ValueError(f"There is no model family {name!r}.")


KNOWN = Known(themes=("nord", "dracula"), bindings=(Bound("pane.copy"), Bound("pane.raw")), family=_family)


def test_names_of_what_is_known_are_checked(wrong: Wrong) -> None:
    problems, settings = wrong(
        'theme = "nrod"\n[keys]\npane.cpoy = "y"\npane.raw = "x"\n[families]\na = "gpt-5"\nb = "gpt-55"\n',
        KNOWN,
    )
    assert problems == [
        "line 1: theme: there is no theme 'nrod'; did you mean 'nord'?",
        "line 3: keys.pane.cpoy: there is no action 'pane.cpoy'; did you mean 'pane.copy'?",
        "line 7: families.b: There is no model family 'gpt-55'.",
    ]
    assert settings == Settings(keys={"pane.raw": ("x",)}, families={"a": "gpt-5"})


def test_what_is_not_close_is_told_what_there_is(wrong: Wrong) -> None:
    [problem], _ = wrong('theme = "zzz"', KNOWN)
    assert problem == "line 1: theme: there is no theme 'zzz'; there are nord, dracula"


def test_two_actions_cannot_share_a_key_where_both_count(wrong: Wrong) -> None:
    here, there = frozenset({"Main"}), frozenset({"Other"})
    known = Known(
        bindings=(
            Bound("copy", ("y",), where=here),
            Bound("raw", ("x", "f5"), where=here),
            Bound("scale", ("s",), where=there),
        )
    )
    problems, settings = wrong("[keys]\ncopy = ['c', 'x']\nscale = 'y'\n", known)
    assert problems == ["line 2: keys.copy: 'x' is the key of 'raw' as well"]
    assert settings == Settings(keys={"scale": ("y",)})
    _, settings = wrong("gap = 0\n[keys]\ncopy = 'x'\nraw = 'y'\n", known)
    assert settings.keys == {"copy": ("x",), "raw": ("y",)}


def test_what_nobody_set_is_not_checked(read: Load) -> None:
    assert Settings().theme not in KNOWN.themes
    assert read("follow = false", KNOWN).theme == Settings().theme


_SCALARS = (
    st.text(max_size=6)
    | st.booleans()
    | st.integers(-2, 2)
    | st.sampled_from([math.nan, math.inf, 0.5])
    | st.sampled_from(["time", "-cost", "ctrl+x", "nord", "gpt-5"])
)
_NAMES = st.sampled_from([*Settings.model_fields, *Price.model_fields, "pane.copy", "a", ""])
_VALUES = st.recursive(
    _SCALARS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(_NAMES, below, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(_NAMES, _VALUES, max_size=5))
@of_hypothesis(max_examples=100)
def test_whatever_the_file_holds_there_are_settings_in_the_end(data: dict[str, object]) -> None:
    given = set(data)
    settings, wrong = _settings(data, KNOWN)
    assert settings == Settings.model_validate(settings.model_dump())
    assert all(place[0] in given and words for place, words in wrong)
