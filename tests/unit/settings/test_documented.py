"""The documented file says what holds, and every line of it can be used."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from inspector.settings import Bound, Column, Known, Price, Settings, load
from inspector.settings.documented import documented
from inspector.settings.model import Settings as Model

KNOWN = Known(
    themes=("inspector-dark", "nord"),
    bindings=(
        Bound("app.help", ("question_mark",), "All keys"),
        Bound("list.down", ("down", "j"), "One row down"),
        Bound("odd", ("comma", "quotation_mark", "backslash"), "Keys that must be escaped"),
    ),
)


def _used(text: str) -> str:
    """With every setting taken out of its comment."""
    return re.sub(r"(?m)^#(?=\S)", "", text)


def test_as_it_is_it_sets_nothing(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(documented(KNOWN), "utf-8")
    assert load(tmp_path / "config.toml", KNOWN) == Settings()


def test_what_it_shows_is_what_holds(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(_used(documented(KNOWN)), "utf-8")
    settings = load(tmp_path / "config.toml", KNOWN)
    assert settings.keys == {bound.id: bound.keys for bound in KNOWN.bindings}
    assert settings.prices == {"my-deployment": Price(input=1.0, cached=0.1, output=8.0)}
    assert settings.families == {"my-deployment": "gpt-5"}
    shown = settings.model_copy(update={"keys": {}, "prices": {}, "families": {}})
    assert shown == Settings()


def test_every_setting_is_in_it_and_explained() -> None:
    text = documented(KNOWN)
    assert tomllib.loads(_used(text)).keys() == Model.model_fields.keys()
    for paragraph in text.rstrip().split("\n\n")[1:]:
        assert paragraph.startswith("# ")
    for column in Column:
        assert f"#   {column.value} " in text
        assert column.about in text
    assert "# There are: inspector-dark, nord." in text
    assert re.search(r'(?m)^#"app.help" = \["\?"\] +# All keys$', text)


def test_prose_fits_a_terminal() -> None:
    assert max(len(line) for line in documented(KNOWN).splitlines() if line.startswith("# ")) <= 100


def test_without_anything_known_there_are_examples(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(_used(documented()), "utf-8")
    assert load(tmp_path / "config.toml").keys == {"app.quit": ("q", "ctrl+c")}
