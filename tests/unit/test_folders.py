import stat
import sys
from pathlib import Path

import platformdirs
import pytest

from inspector import folders

ALL = {
    "captures": folders.captures,
    "state": folders.state,
    "config": folders.config,
    "certificates": folders.certificates,
    "cache": folders.cache,
}


@pytest.mark.parametrize("name", ALL)
def test_inspector_home_holds_every_folder(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("INSPECTOR_HOME", str(tmp_path / "home"))
    assert ALL[name]() == tmp_path / "home" / name
    assert ALL[name]().is_dir()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_a_folder_is_made_for_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("INSPECTOR_HOME", str(tmp_path / "home"))
    assert stat.S_IMODE(folders.captures().stat().st_mode) == 0o700


def test_a_relative_home_is_where_it_was_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INSPECTOR_HOME", "here")
    assert folders.state() == tmp_path / "here" / "state"


def test_without_a_home_the_platform_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("INSPECTOR_HOME", raising=False)
    monkeypatch.setattr(platformdirs, "user_data_path", lambda app, appauthor: tmp_path / app)
    assert folders.captures() == tmp_path / "codex-azure-inspector" / "captures"
    assert folders.certificates() == tmp_path / "codex-azure-inspector" / "certificates"


def test_the_folders_are_different_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("INSPECTOR_HOME", str(tmp_path))
    assert len({make() for make in ALL.values()}) == len(ALL)
