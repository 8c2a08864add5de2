"""`inspector translate`: the translator on a file, for scripts and for a look at one request or answer."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

import click

from inspector.capture.schema import CaptureError
from inspector.capture.stored_history import Items, history_of
from inspector.cli.model_options import family_option, with_settings
from inspector.cli.printing import print_json, print_note
from inspector.cli.reading import CAPTURE_FILE, json_object, name_of
from inspector.protocol import responses
from inspector.protocol.response_to_chat import left_out, response_to_chat
from inspector.protocol.to_chat.leaving_out import check_names
from inspector.protocol.tools import ToolNames
from inspector.protocol.translate_request import Options, translate_request
from inspector.protocol.translate_stream import StreamEvent, StreamTranslator
from inspector.proxy import written
from inspector.proxy.translation import EVENTS, Events

OF_A_REQUEST = (
    *("report", "deployment", "families", "send_metadata", "reasoning_content", "limits", "leave_out"),
    "history",
)


@click.command("translate")
@click.argument("source", metavar="FILE", type=click.File("rb"))
@click.option(
    "--report", is_flag=True, help="Print the report instead: what became of every part of the request."
)
@click.option(
    "--stream", is_flag=True, help="FILE is a Chat Completions event stream; print Responses events."
)
@click.option(
    "--response",
    is_flag=True,
    help="FILE is an answer; only needed where its `object` does not say so.",
)
@click.option(
    "--request",
    type=click.File("rb"),
    metavar="REQUEST.json",
    help="With an answer: the Responses request that was asked, so that tool names find their way back.",
)
@click.option(
    "--events",
    type=click.Choice(EVENTS),
    help="With --stream: dual adds the events of clients that were written to other names.",
)
@click.option("--deployment", metavar="NAME", help="The deployment to name in the chat payload.")
@family_option
@click.option("--send-metadata", is_flag=True, help="Send metadata also without store:true.")
@click.option(
    "--reasoning-content",
    is_flag=True,
    help="The chat endpoint takes reasoning_content of assistant messages.",
)
@click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="NAME=VALUE",
    help="What a request may have at most, as in tool_description=0 (no limit).",
)
@click.option(
    "--leave-out",
    multiple=True,
    metavar="FIELD",
    help="A field that the chat endpoint refuses, as in prompt_cache_key.",
)
@click.option(
    "--history",
    type=CAPTURE_FILE,
    metavar="CAPTURE",
    help="The capture that holds the response which previous_response_id names.",
)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    source: BinaryIO,
    stream: bool,
    response: bool,
    request: BinaryIO | None,
    events: Events | None,
    **of_a_request: Any,
) -> None:
    """Print what FILE amounts to in the other API: a Responses request as the chat payload, a Response as a
    chat completion, a chat completion as a Response, or with --stream a chat stream as Responses events.

    `-` reads standard input. A request that cannot be translated prints its best-effort payload, says why on
    stderr, and exits with 1. What has no place in the other API is told on stderr.
    """
    if stream and response:
        raise click.UsageError("--stream and --response are two kinds of answer; leave one out")
    if events and not stream:
        raise click.UsageError("--events belongs to --stream; nothing else gives events")
    if stream:
        _only_for_requests(of_a_request)
        _print_events(source, json_object(request) if request else {}, events or "official")
        return
    body = json_object(source)
    if response or body.get("object") in ("response", "chat.completion"):
        _only_for_requests(of_a_request)
        _print_answer(body, json_object(request) if request else {}, name_of(source))
        return
    if request:
        raise click.UsageError("--request belongs to an answer; name the request alone to translate it")
    if not _print_payload(body, **of_a_request):
        ctx.exit(1)


_SINGULAR = {"families": "family", "limits": "limit"}


def _only_for_requests(options: dict[str, Any]) -> None:
    for name in OF_A_REQUEST:
        if options[name]:
            option = _SINGULAR.get(name) or name.replace("_", "-")
            raise click.UsageError(f"--{option} belongs to a request; FILE is an answer")


def _print_payload(
    body: dict[str, Any],
    *,
    report: bool,
    deployment: str | None,
    families: dict[str, str],
    send_metadata: bool,
    reasoning_content: bool,
    limits: tuple[str, ...],
    leave_out: tuple[str, ...],
    history: Path | None,
) -> bool:
    """Print a request's translation; False when the bridge would refuse it."""
    option = "--limit"
    try:
        allowed = written.limits(limits)
        option = "--leave-out"
        check_names(leave_out)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from None
    for problem in responses.validate(body, limits=allowed):
        print_note(f"note: {problem.pointer or '/'}: {problem.message}")
    options = Options(
        model=deployment,
        families=with_settings(families),
        send_metadata=send_metadata,
        reasoning_content=reasoning_content,
        limits=allowed,
        leave_out=leave_out,
        history=_earlier(body, history) if history else None,
    )
    translation = translate_request(body, options)
    print_json(translation.report.to_json() if report else translation.payload)
    if translation.error is not None:
        print_note(f"rejected: {translation.error['error']['message']}")
    return translation.error is None


def _earlier(body: dict[str, Any], capture: Path) -> Items | None:
    previous = body.get("previous_response_id")
    if not isinstance(previous, str):
        raise click.UsageError("--history is for a previous_response_id, and the request has none")
    try:
        found = history_of(capture, previous)
    except CaptureError as error:
        raise click.ClickException(str(error)) from None
    if found is None:
        print_note(f"note: {capture} does not hold all of what led to {previous!r:.80}")
    return found


def _print_answer(body: dict[str, Any], request: dict[str, Any], name: str) -> None:
    """Print a complete answer as the other API has it."""
    tools = ToolNames.of_request(request)
    if "choices" in body:
        translator = _translator(request, tools, "official")
        events = translator.feed_completion(body)
        print_json(events[-1].data["response"])
        _tell(note.text for note in translator.notes)
    elif "output" in body:
        print_json(response_to_chat(body, tools=tools if request else None))
        _tell(left_out(body))
    else:
        raise click.ClickException(
            f"{name} is no answer: a Response has `output`, a chat completion `choices`"
        )


def _print_events(source: BinaryIO, request: dict[str, Any], events: Events) -> None:
    translator = _translator(request, ToolNames.of_request(request), events)
    while data := source.read(65536):
        _echo(translator.feed(data))
    _echo(translator.close())
    _tell(f"byte {note.offset:,}: {note.text}" for note in translator.notes)


def _translator(request: dict[str, Any], tools: ToolNames, events: Events) -> StreamTranslator:
    model = request.get("model")
    return StreamTranslator(
        request=request, tools=tools, model=model if isinstance(model, str) else "", profile=events
    )


def _echo(events: Iterable[StreamEvent]) -> None:
    for event in events:
        click.echo(event.encode(), nl=False)


def _tell(notes: Iterable[str]) -> None:
    for note in notes:
        print_note(f"note: {note}")
