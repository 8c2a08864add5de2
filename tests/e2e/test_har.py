"""HTTP archives between us and the real mitmdump: it reads ours, and we read what it writes of them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from inspector.capture.model import Leg
from inspector.capture.reader import Reader
from inspector.formats.har.reading import HarImporter
from inspector.formats.importing import Input

SAMPLE = Path(__file__).parents[2] / "sample_captures" / "rate-limited.db"
MITMDUMP = shutil.which("mitmdump", path=str(Path(sys.executable).parent)) or "mitmdump"


def test_mitmdump_reads_ours_and_writes_its_own(inspector: Any, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.har", tmp_path / "theirs.har"
    assert inspector("export", SAMPLE, "-o", ours).status == 0
    dumped = subprocess.run(
        [MITMDUMP, "-q", "-nr", ours, "--set", f"hardump={theirs}", "--set", f"confdir={tmp_path}"],
        capture_output=True,
        timeout=60,
    )
    assert (dumped.returncode, dumped.stderr) == (0, b"")
    with closing(Reader(SAMPLE)) as reader:
        recorded = [reader.detail(exchange.id) for exchange in reader.exchanges()]
    read = list(HarImporter().read(Input("theirs.har", theirs, theirs.stat().st_size), lambda _: None))
    assert len(read) == len(recorded) > 0
    for one, other in zip(recorded, read, strict=True):
        assert one.exchange.url == other.exchange.url
        assert one.exchange.status == other.exchange.status
        for leg in (Leg.REQUEST, Leg.RESPONSE):
            assert one.legs[leg].body == other.legs[leg].body
        assert abs(one.exchange.started - other.exchange.started) < 1e-5
