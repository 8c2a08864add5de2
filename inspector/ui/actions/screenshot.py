"""A picture of the screen as a file, where a person finds it: in Downloads if there is one, else with us."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import platformdirs
from textual.app import App, ReturnType

from inspector import folders
from inspector.ui.view.measures import size


class PicturedApp(App[ReturnType]):
    """An app of which pictures are taken: Textual's own way fails where there is no such folder."""

    def deliver_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str | None:
        """Writes the screen as SVG and tells where; None, as there is no delivery to wait for."""
        name = filename or datetime.now().strftime(time_format or f"{self.title}-%Y%m%d-%H%M%S.svg")
        picture = self.export_screenshot().encode()
        problems = []
        for folder in [Path(path)] if path else _folders():
            try:
                (folder / name).write_bytes(picture)
            except OSError as error:
                problems.append(f"{folder}: {error.strerror}")
            else:
                self.notify(f"{folder / name} ({size(len(picture))})", title="Screenshot", markup=False)
                return None
        self.notify("; ".join(problems), title="No screenshot", severity="error", markup=False)
        return None


def _folders() -> list[Path]:
    """Where it may go, the best first."""
    downloads = platformdirs.user_downloads_path()
    return [*([downloads] if downloads.is_dir() else []), folders.copies(), Path.cwd()]
