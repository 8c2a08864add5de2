"""What settings can name is what the app has."""

from __future__ import annotations

from inspector.settings import Settings
from inspector.settings.key_names import key_name
from inspector.ui.app import InspectorApp
from inspector.ui.known import known

KNOWN = known(InspectorApp)


def test_actions_of_the_app_its_screens_and_its_widgets_are_known() -> None:
    found = {bound.id: bound for bound in KNOWN.bindings}
    assert {"app.help", "pane.raw", "quit.stop", "list.down"} <= found.keys()
    assert found["list.down"].keys == ("down", "j")
    assert found["list.down"].about == "One row down"


def test_an_id_is_one_actions_only() -> None:
    ids = [bound.id for bound in KNOWN.bindings]
    assert len(ids) == len(set(ids))


def test_every_key_of_ours_could_be_set() -> None:
    for bound in KNOWN.bindings:
        assert tuple(map(key_name, bound.keys)) == bound.keys
        assert bound.about


def test_the_theme_that_holds_without_settings_is_there() -> None:
    assert Settings().theme in KNOWN.themes
    assert "nord" in KNOWN.themes


def test_a_line_that_is_written_in_has_keys_of_its_own() -> None:
    assert not list(KNOWN.misses(Settings.model_validate({"keys": {"filter.leave": ["escape"]}})))
    [(place, _)] = KNOWN.misses(Settings.model_validate({"keys": {"pane.raw": ["d"]}}))
    assert place == ("keys", "pane.raw")
