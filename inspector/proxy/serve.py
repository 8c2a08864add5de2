"""Running the proxy in this process: stock mitmproxy code with our addons, until it is told to end."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
import platform
import signal
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import certifi
from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.options import Options
from mitmproxy.proxy import server
from mitmproxy.tools.dump import DumpMaster

from inspector import folders
from inspector.capture import liveness
from inspector.capture.schema import CaptureError, check_ours
from inspector.capture.writer import RecorderInfo, Writer
from inspector.protocol.azure import Upstream, client_base_url
from inspector.protocol.codex import bridged_base_url
from inspector.proxy import narration
from inspector.proxy.bridge import Bridge
from inspector.proxy.failure import ProxyFailed, not_listening
from inspector.proxy.holds.holder import Holder
from inspector.proxy.inspection import Inspection
from inspector.proxy.past import Past
from inspector.proxy.presence import Presence
from inspector.proxy.recorder import Recorder
from inspector.proxy.registry import Running
from inspector.proxy.repairs import Repairs
from inspector.proxy.routing import OpenedHosts
from inspector.proxy.settings import Mode, ProxySettings
from inspector.proxy.upstream_proxy import UpstreamProxy, choose

logger = logging.getLogger(__name__)

SILENCE = 24 * 3600
"""Seconds without a byte after which a connection is given up: mitmproxy's 600 cut off slow models."""

FAREWELL = 2.0
"""Seconds that open connections get to close at the end."""


def serve(settings: ProxySettings, announce: Callable[[Running], None], *, log: Path | None = None) -> int:
    """Serves until SIGINT or SIGTERM; `announce` is called once it accepts connections. Returns 0.

    `log` is where stderr goes, for the record. Raises ProxyFailed when it cannot start.
    """
    narration.start()
    try:
        settings.check()
        check_ours(settings.capture)
        via = choose(settings.upstream_proxy, _destination(settings))
    except (ValueError, CaptureError) as error:
        raise ProxyFailed(str(error)) from None
    asyncio.run(_serve(settings, via, announce, log))
    return 0


def _destination(settings: ProxySettings) -> Upstream | None:
    return None if settings.forward else settings.upstream


def _base_url(settings: ProxySettings, listening: str) -> str | None:
    """For the client."""
    upstream = _destination(settings)
    if upstream is None:
        return None
    bridges = settings.mode is Mode.BRIDGE
    return bridged_base_url(upstream, listening) if bridges else client_base_url(upstream, listening)


async def _serve(
    settings: ProxySettings,
    via: UpstreamProxy | None,
    announce: Callable[[Running], None],
    log: Path | None,
) -> None:
    master: Any = DumpMaster(Options(), with_termlog=False, with_dumper=False)  # most of it is untyped
    master.options.update(**_options(settings, via))
    if "tcp_timeout" not in master.options:
        vars(server)["TCP_TIMEOUT"] = SILENCE  # mitmproxy 11 has no option for it
    listening = await _listen(master, settings)

    upstream = settings.upstream
    running = Running(
        pid=os.getpid(),
        host=platform.node(),
        identity=liveness.mark(os.getpid()),
        listening=listening,
        base_url=_base_url(settings, listening),
        capture=settings.capture.absolute(),
        upstream=upstream.base_url if upstream else None,
        api_version=upstream.api_version if upstream else None,
        mode=settings.mode,
        forward=settings.forward,
        started=time.time(),
        log=log,
        certificate=folders.certificates() / "mitmproxy-ca-cert.pem" if settings.forward else None,
    )
    presence = Presence(
        running, announce=announce, idle_after=settings.idle_shutdown, idle=lambda: _idle(settings, master)
    )
    translation = settings.translation
    writer = Writer(
        settings.capture,
        RecorderInfo(
            version=version("codex-azure-inspector"),
            mode=settings.mode,
            upstream=running.upstream,
            listening=listening,
            options=translation.recorded(),
        ),
        keep_secrets=settings.keep_secrets,
        on_problem=presence.problem,
    )
    logging.getLogger().addHandler(narration.CrashReporter(lambda trace: writer.failure(None, trace)))
    recorder = Recorder(writer)
    past = Past(writer, settings.capture)
    holds = Holder(
        writer,
        settings.capture,
        recorder.failed,
        keep_secrets=settings.keep_secrets,
        idle_timeout=settings.idle_timeout,
    )
    holds.start(asyncio.get_running_loop())
    inspection = Inspection(
        recorder,
        upstream=_destination(settings),
        hosts=OpenedHosts(settings.hosts),
        via=via,
        bridge=Bridge(recorder, translation, past) if settings.mode is Mode.BRIDGE else None,
        repairs=Repairs(translation) if settings.mode is Mode.REPAIR else None,
        holds=holds,
        alone=True,
    )
    master.addons.add(inspection, presence)
    _end_on_signals(master)
    if not settings.is_loopback:
        logger.warning("Listening on %s: anyone who reaches this machine can use this proxy.", settings.host)
    # Whoever is told of the capture finds the file there, unless it cannot be made at all.
    await asyncio.to_thread(writer.flush, 1.0)
    await master.run()
    await _disconnect(master.addons.get("proxyserver"))


def _options(settings: ProxySettings, via: UpstreamProxy | None) -> dict[str, Any]:
    options: dict[str, Any] = {
        "listen_host": settings.host,
        "listen_port": settings.port,
        "confdir": str(folders.certificates()),
        "keep_alt_svc_header": True,  # headers pass as they came
    }
    if settings.upstream_ca is not None:
        options["ssl_verify_upstream_trusted_ca"] = str(_trusted(settings.upstream_ca))
    if settings.forward:
        options["allow_hosts"] = list(OpenedHosts(settings.hosts).patterns)
        options["mode"] = [f"upstream:{via.url}" if via else "regular"]
        if via and via.credentials:
            options["upstream_auth"] = via.credentials
    else:
        assert settings.upstream is not None  # ProxySettings.check
        # Plain reverse:http even for https: reverse:https would listen on UDP as well. Inspection sets
        # the scheme.
        options["mode"] = [f"reverse:http://{settings.upstream.host}:{settings.upstream.port}"]
        # An unreachable upstream must be answered and recorded per request: connect when there is one.
        options["connection_strategy"] = "lazy"
    return options


async def _listen(master: Any, settings: ProxySettings) -> str:
    """Opens the sockets, which `master.run` will find open; gives their URL."""
    proxyserver = master.addons.get("proxyserver")
    assert isinstance(proxyserver, Proxyserver)
    mitmproxys = logging.getLogger("mitmproxy.addons.proxyserver")
    mitmproxys.disabled = True  # it says why it cannot listen with advice about options of mitmdump's
    try:
        await proxyserver.setup_servers()
    finally:
        mitmproxys.disabled = False
    for instance in proxyserver.servers:
        if instance.last_exception is not None:
            raise not_listening(settings, instance.last_exception)
    host, port, *_ = proxyserver.listen_addrs()[0]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


async def _disconnect(proxyserver: Proxyserver) -> None:
    """Lets connections end in order, instead of being cancelled with the loop, which they complain about."""
    await proxyserver.servers.update([])
    for handler in list(proxyserver.connections.values()):
        await handler.on_timeout()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(FAREWELL):
            while proxyserver.connections:  # noqa: ASYNC110 - mitmproxy has no event for it
                await asyncio.sleep(0.005)


def _trusted(ca: Path) -> Path:
    """The public authorities and the person's own in one file: mitmproxy would trust theirs alone."""
    bundle = Path(certifi.where()).read_bytes() + b"\n" + ca.read_bytes()
    path = folders.cache() / f"trusted-{hashlib.sha256(bundle).hexdigest()[:16]}.pem"
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_bytes(bundle)
        draft.replace(path)
    return path


def _end_on_signals(master: Any) -> None:
    def end(*_: object) -> None:
        master.shutdown()

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is None:
            continue  # Windows has no SIGHUP
        if name == "SIGHUP" and signal.getsignal(number) is signal.SIG_IGN:
            continue  # nohup; a script's background jobs come with SIGINT ignored, and it must end them too
        try:
            asyncio.get_running_loop().add_signal_handler(number, end)
        except NotImplementedError:  # Windows
            signal.signal(number, end)
    with contextlib.suppress(AttributeError):  # Windows has none
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)


def _idle(settings: ProxySettings, master: Any) -> None:
    logger.info("No connection for %g seconds: the proxy ends.", settings.idle_shutdown)
    master.shutdown()
