"""What to do while there is nothing to see."""

from __future__ import annotations

import pytest

from inspector.protocol.codex import config_block
from inspector.ui.view.guide import guide, guide_rows

BASE = "http://127.0.0.1:8080/a-rather-long-resource-name.openai.azure.com/openai/v1"


def test_the_block_for_codex():
    found = guide(
        listening="http://127.0.0.1:8080",
        block=config_block(BASE),
        certificate=None,
        codex_home="~/.codex/config.toml",
    )
    assert found.lines == config_block(BASE)
    assert "~/.codex/config.toml" in found.lead


def test_the_lines_of_a_forward_proxy():
    found = guide(listening="http://127.0.0.1:8080", block=None, certificate="/c.pem", codex_home="")
    assert found.lines == "export HTTPS_PROXY=http://127.0.0.1:8080\nexport CODEX_CA_CERTIFICATE=/c.pem\n"


def test_a_finished_capture_has_nothing_to_set_up():
    assert guide(listening=None, block=None, certificate=None, codex_home="").lines == ""


@pytest.mark.parametrize("width", [30, 60, 120])
def test_nothing_that_is_to_be_copied_is_cut_off(width: int):
    found = guide(listening="x", block=config_block(BASE), certificate=None, codex_home="c")
    rows = [each.text for each in guide_rows(found, width)]
    assert all(len(text) <= width for text in rows)
    assert "".join(found.lines.split()) in "".join("".join(rows).split())
