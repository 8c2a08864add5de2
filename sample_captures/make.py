"""Makes the samples beside this file: the real Codex, the real proxy, an imitated Azure; then redacts them.

    .venv/bin/python sample_captures/make.py [NAME ...]

Codex is the one that INSPECTOR_CODEX names, else `codex` on the PATH (`npm install -g @openai/codex`). It
runs in a folder of its own, with a configuration of its own, through `inspector run`. What it says and does
is the imitation's; how it says that to Azure is Codex's. Prose of others, paths and ids are replaced by short
texts, and a text without a replacement stops everything; what is written here is what `inspector redact`
makes of that, with its proof.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import texts
from rewrite import rewrite
from scrub import Scrubber

from inspector.sharing.kinds import Choice, Kind
from inspector.sharing.needles import Needles
from inspector.sharing.proof import leftovers
from inspector.sharing.redacting import redact
from inspector.simulator.pace import HUMAN
from inspector.simulator.server import running
from inspector.simulator.service import Service
from inspector.simulator.stories.scenes import Beat, Mishap, Patch, Played, Scene, Shell

HERE = Path(__file__).parent
TURN = 120.0  # seconds that a turn of Codex may take
SPEED = 4  # times a person's

GREET = Scene(
    prompt="Put a greeting into greeting.txt, then let it reach the whole world.",
    beats=(
        Beat(
            thought="**Making the file**\n\nFirst the file, then one look at what is in it.",
            text="I'll write the greeting and read it back.",
            calls=(Shell("printf 'hello\\n' > greeting.txt && cat greeting.txt", "hello\n"),),
        ),
        Beat(
            thought="**One line to change**\n\nA patch of one line is enough.",
            calls=(
                Patch(
                    "*** Begin Patch\n*** Update File: greeting.txt\n@@\n-hello\n+hello, world\n"
                    "*** End Patch\n",
                    "Success. Updated the following files:\nM greeting.txt\n",
                ),
            ),
        ),
        Beat(text="Done: `greeting.txt` says `hello, world`."),
    ),
)
COUNT = Scene(
    prompt="How many words is that?",
    beats=(
        Beat(text="I'll count them.", calls=(Shell("wc -w greeting.txt", "2 greeting.txt\n"),)),
        Beat(text="Two words."),
    ),
)
LIMITED = Scene(
    prompt="How long is the greeting?",
    beats=(
        Beat(
            calls=(
                Shell("printf 'hello, world\\n' > greeting.txt && wc -c greeting.txt", "13 greeting.txt\n"),
            )
        ),
        Beat(text="Thirteen bytes, the line's end included.", mishap=Mishap.RATE_LIMITED),
    ),
)
DROPPED = Scene(
    prompt="Read greeting.txt to me, and say what you think of it.",
    beats=(
        Beat(calls=(Shell("printf 'hello, world\\n' > greeting.txt && cat greeting.txt", "hello, world\n"),)),
        Beat(
            thought="**An opinion**\n\nThe person wants to hear one, so I have one.",
            text=(
                "It says `hello, world`. Two words, a comma between them, and nobody is left out: as "
                "greetings go, it is hard to do better in thirteen bytes."
            ),
            mishap=Mishap.DROPPED,
        ),
    ),
)
STORM = Scene(
    prompt="Is the greeting still there?",
    beats=(
        Beat(calls=(Shell("ls greeting.txt 2>&1 || true", "greeting.txt\n"),)),
        Beat(text="It is, and all the rest of the line was traffic.", mishap=Mishap.RATE_LIMITED, mishaps=4),
    ),
)
FILTERED = Scene(
    prompt="Write a farewell to greeting.txt, a friendly one.",
    beats=(
        Beat(
            thought="**Friendly and short**\n\nOne line will do.",
            text="Here is a farewell that nobody minds: so long, world, and thanks for reading this file.",
            mishap=Mishap.FILTERED,
        ),
    ),
)
UNENDED = Scene(
    prompt="What does greeting.txt say?",
    beats=(
        Beat(calls=(Shell("printf 'hello, world\\n' > greeting.txt && cat greeting.txt", "hello, world\n"),)),
        Beat(text="It says `hello, world`.", mishap=Mishap.UNENDED),
    ),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One file: the turns of one thread, by the name of a model, which decides Codex's dialect."""

    name: str
    model: str
    turns: tuple[Scene, ...] = (GREET,)
    mode: str = "observe"
    later: tuple[str, ...] = ()  # options of Codex in all turns but the first
    websockets: bool = False


SAMPLES = (
    Sample("functions", "my-deployment"),
    Sample("custom-tools", "gpt-5.5"),
    Sample("code-mode", "gpt-6-sol"),
    Sample("bridged", "gpt-5.5", turns=(GREET, COUNT), mode="bridge"),
    Sample("rate-limited", "gpt-5.5", turns=(LIMITED,)),
    Sample("dropped-connection", "gpt-5.5", turns=(DROPPED,)),
    Sample("retry-storm", "gpt-5.5", turns=(STORM,)),
    Sample("content-filter", "gpt-5.5", turns=(FILTERED,)),
    Sample("lost-end", "gpt-5.5", turns=(UNENDED,)),
    Sample("websocket", "gpt-5.5", websockets=True),
    Sample("broken-cache", "gpt-5.5", turns=(GREET, COUNT), later=("-c", 'web_search="disabled"')),
)


def main() -> int:
    """Make the samples that are named, or all."""
    codex = shutil.which(os.environ.get("INSPECTOR_CODEX", "codex"))
    if codex is None:
        sys.stderr.write("there is no codex: npm install -g @openai/codex, or set INSPECTOR_CODEX\n")
        return 1
    wanted = sys.argv[1:] or [sample.name for sample in SAMPLES]
    for sample in SAMPLES:
        if sample.name in wanted:
            target = HERE / f"{sample.name}.db"
            with tempfile.TemporaryDirectory(prefix="sample-") as folder:
                _make(sample, codex, Path(folder).resolve(), target)
            sys.stdout.write(f"{target.stat().st_size:>8}  {target}\n")
    return 0


def _make(sample: Sample, codex: str, folder: Path, target: Path) -> None:
    home, work = folder / "home", folder / "home" / "greeting"
    recorded, scrubbed = folder / "recorded.db", folder / "scrubbed.db"
    work.mkdir(parents=True)
    service = Service(
        Played(sample.turns), pace=HUMAN.at(SPEED), show_reasoning=True, websockets=sample.websockets
    )
    with running(service) as azure:
        _configure(home / ".codex", azure.base_url, websockets=sample.websockets)
        for n, scene in enumerate(sample.turns):
            resumed = ["resume", "--last", *sample.later] if n else []
            _record(
                ["--capture", str(recorded), "--mode", sample.mode],
                [codex, "exec", *resumed, "--skip-git-repo-check", "-m", sample.model, scene.prompt],
                home,
                work,
            )
        names = {
            str(work): texts.WORK_TREE,
            str(home): texts.HOME,
            f"{azure.host}:{azure.port}": texts.UPSTREAM,
        }
    rewrite(recorded, scrubbed, Scrubber(names))
    target.unlink(missing_ok=True)
    redact(scrubbed, target, Choice(words=(str(folder),)))
    if left := leftovers(target, _of_this_machine()):
        target.unlink()
        raise SystemExit(f"{left[0].text} is left in the sample {sample.name}: {left[0].place}")


def _of_this_machine() -> Needles:
    needles = Needles()
    needles.add(
        f"{Path.home()}/", Kind.SECRET
    )  # wherever it stands; the host's name as a word: it may be short
    needles.add(platform.node(), Kind.PATH)
    return needles


def _configure(codex_home: Path, base_url: str, *, websockets: bool) -> None:
    """A provider that Codex takes for Azure."""
    codex_home.mkdir()
    (codex_home / "config.toml").write_text(
        f"""\
model_provider = "azure"
approval_policy = "never"
sandbox_mode = "danger-full-access"

[analytics]
enabled = false

[model_providers.azure]
name = "Azure"
base_url = "{base_url}"
env_key = "AZURE_OPENAI_API_KEY"
wire_api = "responses"
supports_websockets = {str(websockets).lower()}
"""
    )


def _record(options: list[str], codex: list[str], home: Path, work: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "CODEX_HOME": str(home / ".codex"),
        "INSPECTOR_HOME": str(home / ".inspector"),
        "AZURE_OPENAI_API_KEY": "sample-key-not-a-secret",
    }
    command = [sys.executable, "-m", "inspector", "run", *options, "--", *codex]
    subprocess.run(
        command,
        cwd=work,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        timeout=TURN,
        check=True,
    )


if __name__ == "__main__":
    sys.exit(main())
