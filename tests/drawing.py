"""Apps in tests draw what somebody looks at: the picture of a snapshot, else the last screen there was.

Nobody sees what an app without a terminal draws meanwhile, and drawing it was two fifths of the work of the
tests with screens. Loaded by their conftests; the apps of tests/e2e draw every frame, on real terminals.
"""

from __future__ import annotations

from typing import Any

import pytest
from textual._compositor import Compositor
from textual.app import App


@pytest.fixture(autouse=True)
def seldom_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames are left out, but for the whole ones that are asked for."""
    render, shut_down = Compositor.render_update, App._shutdown

    def render_update(self: Compositor, full: bool = False, **more: Any) -> Any:
        if full:
            return render(self, full=True, **more)
        self._dirty_regions.clear()
        return None

    async def draw_and_shut_down(self: App[Any]) -> None:
        try:
            if self.is_running and self.screen_stack:
                with self._context():
                    self.screen._compositor.render_update(full=True, screen_stack=self._background_screens)
        finally:
            await shut_down(self)

    monkeypatch.setattr(Compositor, "render_update", render_update)
    monkeypatch.setattr(App, "_shutdown", draw_and_shut_down)
