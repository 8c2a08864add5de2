"""A picture of the screen goes where there is room for it, and it is said where."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from inspector.ui.actions.screenshot import PicturedApp


class Told(PicturedApp[None]):
    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def notify(self, message: str, **_: object) -> None:  # type: ignore[override]
        self.told.append(message)


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(platformdirs, "user_downloads_path", lambda: tmp_path / "Downloads")
    monkeypatch.setenv("INSPECTOR_HOME", str(tmp_path / "home"))
    return tmp_path


async def test_it_goes_to_downloads_or_to_ours(folders: Path):
    app = Told()
    async with app.run_test(size=(30, 4)):
        app.deliver_screenshot("a.svg")
        picture = folders / "home" / "copies" / "a.svg"
        assert picture.read_text().startswith("<svg")
        assert app.told[0].startswith(f"{picture} (")
        (folders / "Downloads").mkdir()
        app.deliver_screenshot()
        (found,) = (folders / "Downloads").iterdir()
        assert (found.suffix, app.told[1].startswith(str(found))) == (".svg", True)


async def test_where_it_cannot_go_is_told(folders: Path):
    app = Told()
    async with app.run_test(size=(30, 4)):
        app.deliver_screenshot("a.svg", str(folders / "nowhere"))
        assert app.told == [f"{folders / 'nowhere'}: No such file or directory"]
