"""`inspector serve`: an Azure on this machine that answers a live client from a capture."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inspector.cli import progress
from inspector.cli.converted import whole_capture
from inspector.cli.importing import FOREIGN_FILE
from inspector.cli.printing import print_json_line, print_note
from inspector.cli.proxy_options import listen_address, required_upstream
from inspector.cli.reading import WRITTEN_CAPTURE, open_reader
from inspector.cli.served import Account, numbers
from inspector.cli.termination import ended_in_order

if TYPE_CHECKING:
    from inspector.capture.model import Exchange
    from inspector.capture.reader import Reader
    from inspector.protocol.azure import Upstream
    from inspector.simulator.playback.deck import Unplayable
    from inspector.simulator.playback.passing import Passing
    from inspector.simulator.server import Simulator


@click.command("serve")
@click.argument("file", metavar="FILE", type=FOREIGN_FILE)
@click.option(
    "--listen", metavar="HOST:PORT", default="127.0.0.1:8080", show_default=True,
    help="Port 0 picks a free one.",
)  # fmt: skip
@click.option(
    "--speed", type=click.FloatRange(min=0), default=1.0, show_default=True,
    help="How many times as fast as recorded; 0: at once.",
)  # fmt: skip
@click.option("--repeat", is_flag=True, help="When all answers to a request were used, begin with them anew.")
@click.option(
    "--tool-results", type=click.Choice(["exact", "any"]), default="exact", show_default=True,
    help="Whether what tools gave has to be what was recorded; ids, dates, paths and durations never.",
)  # fmt: skip
@click.option(
    "--folder", type=click.Choice(["client", "recorded"]), default="client", show_default=True,
    help="Which working folder is named in answers where the client's is another than then.",
)  # fmt: skip
@click.option(
    "--through", metavar="URL",
    help="Pass what nothing fits on to this upstream, by a recording proxy; with the client's own key.",
)  # fmt: skip
@click.option(
    "-o", "--output", type=WRITTEN_CAPTURE, metavar="CAPTURE",
    help="With --through: what that is recorded to, new or to be continued. Default: a new one.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Each request as a JSON line on stdout, too.")
@click.pass_context
def command(
    ctx: click.Context, /, file: Path, listen: str, speed: float, repeat: bool, tool_results: str,
    folder: str, through: str | None, output: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Answer a live client from the capture FILE, until SIGINT or SIGTERM.

    FILE may be whatever `inspector open` can show. When ready, one JSON line on stdout:
    {"listening": ..., "base_url": ..., "capture": ..., "pid": ...}. A request is matched by what it means;
    one that nothing fits gets a 400 that names the nearest recorded request and how it differs.
    """
    from inspector.simulator.playback.deck import Deck, read_deck
    from inspector.simulator.playback.player import Player
    from inspector.simulator.server import Simulator

    host, port = listen_address(listen)
    if output is not None and through is None:
        raise click.UsageError("-o is where --through records to; without it nothing is recorded")
    upstream = None if through is None else required_upstream(through, "--through")
    capture = whole_capture(file)
    any_results = tool_results == "any"
    with ExitStack() as ending:
        reader = ending.enter_context(closing(open_reader(capture)))
        with progress.shown("reading") as tell:
            recorded, unplayable = read_deck(reader, any_results=any_results, progress=tell)
        if not recorded:
            raise click.ClickException(f"{file} holds no answer that could be given{_first(unplayable)}")
        deck = Deck(recorded, repeat=repeat)
        account = Account(as_json)
        passing = None if upstream is None else ending.enter_context(_passing(upstream, output))
        player = Player(
            reader, deck, speed=speed, any_results=any_results, moves=folder == "client",
            tell=account.tell, through=passing,
        )  # fmt: skip
        served = Simulator(player, host=host, port=port, base_path="", keeps=False)
        asyncio.run(_serve(served, lambda: _announce(served, reader, capture, unplayable)))
        account.end(deck, served.failures)
    ctx.exit(0)


@contextmanager
def _passing(upstream: Upstream, output: Path | None) -> Iterator[Passing]:
    """Passes requests on by a proxy that runs as long, and records."""
    from inspector.capture.library import new_capture_path
    from inspector.cli.narration import recorded
    from inspector.proxy import registry
    from inspector.proxy.process import ProxyFailed, spawn
    from inspector.proxy.settings import ProxySettings
    from inspector.simulator.playback.passing import Passing

    capture = output or new_capture_path(datetime.now())
    try:
        with ended_in_order():
            proxy = spawn(ProxySettings(capture=capture, upstream=upstream, port=0))
    except ProxyFailed as error:
        raise click.ClickException(str(error)) from None
    try:
        yield Passing(proxy.listening, upstream)
    finally:
        registry.stop(proxy)
        print_note(recorded(proxy))


async def _serve(simulator: Simulator, ready: Callable[[], object]) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(each, lambda *_: loop.call_soon_threadsafe(ended.set)) for each in signals]
    try:
        await _listen(simulator)
        ready()
        await ended.wait()
    finally:
        await simulator.stop()
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


async def _listen(simulator: Simulator) -> None:
    try:
        await simulator.start()
    except OSError as error:
        where = f"{simulator.host}:{simulator.port}"
        raise click.ClickException(f"nobody can listen at {where}: {error.strerror or error}") from None


def _announce(simulator: Simulator, reader: Reader, capture: Path, unplayable: list[Unplayable]) -> None:
    from inspector.protocol.codex import config_block

    base_url, version = base_url_for(reader.exchanges(), simulator.url)
    print_json_line(
        {"listening": simulator.url, "base_url": base_url, "capture": str(capture), "pid": os.getpid()}
    )
    query = {"api-version": version} if version else None
    click.echo(f"For Codex's config.toml:\n\n{config_block(base_url, query_params=query)}", err=True)
    for why in dict.fromkeys(each.why for each in unplayable):
        which = numbers([each.exchange for each in unplayable if each.why == why])
        print_note(f"not played: exchange {which}: {why}")


def base_url_for(exchanges: Sequence[Exchange], listening: str) -> tuple[str, str | None]:
    """The base URL for a client, with the api-version that it has to name: of the form that was recorded.

    The recorded host stays in the path, as behind the proxy, for Codex to see Azure where it saw it; behind a
    bridge it did not.
    """
    from inspector.protocol.azure import client_base_url, parse_upstream
    from inspector.protocol.codex import bridged_base_url

    for exchange in exchanges:
        if exchange.operation.startswith(("responses.", "chat.")):
            try:
                upstream = parse_upstream(re.sub(r"^ws(?=s?://)", "http", exchange.url))
            except ValueError:
                continue
            make = bridged_base_url if exchange.mode == "bridge" else client_base_url
            return make(upstream, listening), upstream.api_version
    return f"{listening}/openai/v1", None


def _first(unplayable: list[Unplayable]) -> str:
    return f": of exchange {unplayable[0].exchange}, {unplayable[0].why}" if unplayable else ""
