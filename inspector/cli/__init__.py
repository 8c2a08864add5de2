"""The command line: one small file a command, each imported only when it is called.

Stdout is data, stderr is narration. Exit codes: 0 done; 1 it could not be done, and stderr says why in one
sentence; 2 the command line is wrong; `inspector run` ends with Codex's own status.
"""

from __future__ import annotations

import errno
from importlib import import_module
from typing import Any

import click

COMMANDS: dict[str, str] = {
    "demo": "A made-up session against a built-in imitation of Azure; no account, no network.",
    "live": "Put the proxy before Azure, show what passes.",
    "record": "Put the proxy before Azure, without a screen.",
    "run": "Record while a Codex command runs.",
    "open": "Show a capture, or files of other programs.",
    "import": "Read files of other programs into a capture.",
    "export": "Write exchanges as a flow file, an HAR, a script, a report.",
    "serve": "Answer a live client from a capture: an Azure of this machine.",
    "show": "Print the exchanges of a capture, or one of them.",
    "diff": "Print what changed between two requests and their answers.",
    "replay": "Send a captured request again, changed or not, there or elsewhere.",
    "minimise": "Find the smallest request that still fails in the same way.",
    "hold": "Hold live traffic, edit it, answer it or let it go on.",
    "azure": "Create, get, list, cancel and wait for responses that Azure stores.",
    "redact": "Make a capture that is safe to share.",
    "check-capture": "Tell what of a file is whole, and what is not.",
    "translate": "Print what a request or a stream becomes on the other API.",
    "repair": "Print a Responses request as Azure takes it, and what was changed.",
    "captures": "List, prune and delete capture files.",
    "config": "Where the app's settings are; write or check them.",
    "stop": "End running proxies.",
    "addon": "Print the path of the script for mitmproxy -s.",
}
"""Every command with its line in `inspector --help`; `inspector.cli.NAME` holds `command`."""

MODULES = {"open": "open_capture", "import": "import_files", "check-capture": "check_capture"}
"""Where a command's name cannot be its module's."""

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
"""What can become of stdout where it is a file; that nobody reads a pipe any more, click sees to itself."""


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is wanted, so that `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"inspector.cli.{MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError:
            raise  # it quotes what the person typed
        except click.ClickException as error:
            from inspector.cli.printing import visible

            raise click.ClickException(visible(error.format_message())) from None  # it may quote traffic
        except OSError as error:
            if error.errno not in NO_ROOM or error.filename is not None:
                raise
            raise click.ClickException(f"stdout cannot be written: {error.strerror}") from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="codex-azure-inspector", message="%(version)s")
def main() -> None:
    """See why a Codex session against Azure OpenAI misbehaves.

    Exit codes: 0 done, 1 it could not be done (stderr says why), 2 the command line is wrong;
    `run` ends with the status of Codex.
    """
