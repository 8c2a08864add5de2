"""Our reader of flow files beside mitmproxy's: processor time and memory, for large flows and for small ones.

    .venv/bin/python tests/bench/flow_reader.py [--rounds N]

Each reads in a process of its own, in turns, imports not counted; the best round counts. `read` brings
every body into memory, as mitmproxy's reader does; `outline` passes over them.

| goal | |
|---|---|
| read and outline | no slower than mitmproxy's reader, on either file |
| memory | under 100 MB |
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from large import make

MEMORY = 100
FILES = {"large flows": (600, 250_000), "small flows": (6000, 1000)}

OURS = """
from inspector.formats.importing import Input
from inspector.formats.mitm.reading import MitmImporter as M
"""
PREPARE = {"mitmproxy": "from mitmproxy.io import FlowReader", "read": OURS, "outline": OURS}
COUNT = {
    "mitmproxy": "sum(1 for _ in FlowReader(path.open('rb')).stream())",
    "read": "sum(1 for _ in M().read(Input('f', path, 0), lambda at: None))",
    "outline": "sum(1 for _ in M().outline(Input('f', path, 0), lambda at: None))",
}
SCRIPT = """
import sys, time
from pathlib import Path
{prepare}
path = Path(sys.argv[1])
begun = time.process_time()
count = {count}
print(count, time.process_time() - begun)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def run(who: str, path: Path) -> tuple[int, float, int]:
    """Flows, seconds of processor time, megabytes of memory."""
    script = SCRIPT.format(prepare=PREPARE[who], count=COUNT[who])
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True)
    count, seconds, memory = done.stdout.split()
    return int(count), float(seconds), int(memory) // 1024


def main() -> int:
    """All of them, and what they came to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        for name, (count, size) in FILES.items():
            path = Path(folder) / "flows"
            make(path, count, size)
            megabytes = path.stat().st_size / 2**20
            print(f"{count} {name}, {megabytes:.0f} MB")
            in_turns = [{who: run(who, path) for who in COUNT} for _ in range(rounds)]
            told = {who: [each[who] for each in in_turns] for who in COUNT}
            theirs = min(seconds for _, seconds, _ in told["mitmproxy"])
            for who, each in told.items():
                assert {found for found, _, _ in each} == {count}
                best, memory = min(seconds for _, seconds, _ in each), max(most for _, _, most in each)
                print(
                    f"  {who:<10} {best:6.2f} s  {megabytes / best:5.0f} MB/s  "
                    f"{best / count * 1e6:5.0f} us a flow  x{theirs / best:.1f}  {memory} MB of memory"
                )
                missed |= who != "mitmproxy" and (best > theirs or memory > MEMORY)
    print("a goal is missed" if missed else "all goals are met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
