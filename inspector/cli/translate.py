"""`inspector translate`: the translator on a file, for scripts and for a look at a single request."""

from __future__ import annotations

from typing import Any, BinaryIO

import click

from inspector.cli.printing import print_json
from inspector.cli.reading import json_object
from inspector.protocol import responses
from inspector.protocol.tools import ToolNames
from inspector.protocol.translate_request import Options, translate_request
from inspector.protocol.translate_stream import StreamTranslator


@click.command("translate")
@click.argument("source", metavar="REQUEST.json | CHAT.sse", type=click.File("rb"))
@click.option(
    "--report", is_flag=True, help="Print the report instead: what became of every part of the request."
)
@click.option(
    "--stream", is_flag=True, help="SOURCE is a Chat Completions event stream; print Responses events."
)
@click.option(
    "--request",
    type=click.File("rb"),
    metavar="REQUEST.json",
    help="With --stream: the Responses request that was asked, so that tool names find their way back.",
)
@click.option("--deployment", metavar="NAME", help="The deployment to name in the chat payload.")
@click.option(
    "--family",
    "families",
    multiple=True,
    metavar="NAME=FAMILY",
    help="The model family behind a deployment's name.",
)
@click.pass_context
def command(
    ctx: click.Context,
    source: BinaryIO,
    report: bool,
    stream: bool,
    request: BinaryIO | None,
    deployment: str | None,
    families: tuple[str, ...],
) -> None:
    """Print the chat payload of a Responses request, or the Responses events of a chat stream.

    `-` reads standard input. A request that cannot be translated prints its best-effort payload, says why on
    stderr, and exits with 1.
    """
    if stream:
        if report:
            raise click.UsageError("--report belongs to a request; leave it out with --stream")
        _print_events(source, json_object(request) if request else {})
        return
    if request:
        raise click.UsageError("--request belongs to --stream; name the request alone to translate it")
    body = json_object(source)
    for problem in responses.validate(body):
        click.echo(f"note: {problem.pointer or '/'}: {problem.message}", err=True)
    translation = translate_request(body, Options(model=deployment, families=_families(families)))
    print_json(translation.report.to_json() if report else translation.payload)
    if translation.error is not None:
        click.echo(f"rejected: {translation.error['error']['message']}", err=True)
        ctx.exit(1)


def _print_events(source: BinaryIO, request: dict[str, Any]) -> None:
    translator = StreamTranslator(
        request=request, tools=ToolNames.of_request(request), model=str(request.get("model", ""))
    )
    while data := source.read(65536):
        for event in translator.feed(data):
            click.echo(event.encode(), nl=False)
    for event in translator.close():
        click.echo(event.encode(), nl=False)


def _families(pairs: tuple[str, ...]) -> dict[str, str]:
    families = {}
    for pair in pairs:
        name, equals, family = pair.partition("=")
        if not (name and equals and family):
            raise click.BadParameter(
                f"{pair!r} is not NAME=FAMILY, for example my-model=gpt-5", param_hint="--family"
            )
        families[name] = family
    return families
