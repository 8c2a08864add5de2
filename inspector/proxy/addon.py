"""The script for `mitmproxy -s` (mitmdump, mitmweb): record, repair and bridge in a mitmproxy of your own.

`inspector addon` prints where this file is. It takes mitmproxy options, as in
`mitmdump -s PATH --mode reverse:https://my-res.openai.azure.com --set inspector_mode=bridge`:
inspector_capture, inspector_mode, inspector_keep_secrets, inspector_hosts, inspector_api_version,
inspector_deployments, inspector_families, inspector_send_metadata, inspector_reasoning_content,
inspector_events, inspector_limits, inspector_leave_out, inspector_without. It works in regular, upstream,
transparent and reverse modes; everything else (where to listen, certificates, upstream proxies) is
mitmproxy's own business, with mitmproxy's own options.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sys
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mitmproxy import ctx
from mitmproxy.addonmanager import Loader
from mitmproxy.exceptions import OptionsError

if find_spec("inspector") is None:
    # mitmproxy may live in another environment than the package that this file is part of.
    sys.path.append(str(Path(__file__).resolve().parents[2]))

if missing := [name for name in ("platformdirs", "pydantic") if find_spec(name) is None]:
    # All that a recorder needs and mitmproxy does not bring.
    raise ModuleNotFoundError(
        f"Recording needs {' and '.join(missing)}, which the Python that mitmproxy runs on does not have: "
        f"{sys.executable} -m pip install {' '.join(missing)}"
    )

from inspector.capture.library import new_capture_path
from inspector.capture.schema import CaptureError, check_ours
from inspector.capture.writer import RecorderInfo, Writer
from inspector.proxy import written
from inspector.proxy.bridge import Bridge
from inspector.proxy.holds.holder import Holder
from inspector.proxy.inspection import Inspection
from inspector.proxy.past import Past
from inspector.proxy.recorder import Recorder
from inspector.proxy.repairs import Repairs
from inspector.proxy.routing import OpenedHosts
from inspector.proxy.settings import Mode
from inspector.proxy.translation import EVENTS, Translation

# Under this name mitmproxy shows it, and the logs of this package begin with it.
logger = logging.getLogger("inspector.addon")

_OPTIONS: tuple[tuple[str, Any, Any, str], ...] = (
    ("inspector_capture", str, "", "The file to record to. Default: a new one in the captures folder."),
    ("inspector_keep_secrets", bool, False, "Write keys, tokens and cookies to the capture as they pass."),
    (
        "inspector_hosts",
        Sequence[str],
        [],
        "Regular expressions, searched in host:port: record these too, besides Azure and OpenAI hosts. "
        "In reverse mode the upstream is always recorded.",
    ),
    ("inspector_api_version", str, "", "With inspector_mode=bridge: the api-version of the chat URL."),
    (
        "inspector_deployments",
        Sequence[str],
        [],
        "With inspector_mode=bridge: MODEL=NAME, the chat deployment for a model.",
    ),
    ("inspector_families", Sequence[str], [], "NAME=FAMILY, the model family behind a deployment's name."),
    (
        "inspector_send_metadata",
        bool,
        False,
        "With inspector_mode=bridge: send metadata to the chat endpoint also without store:true.",
    ),
    (
        "inspector_reasoning_content",
        bool,
        False,
        "With inspector_mode=bridge: the chat endpoint takes reasoning_content of assistant messages.",
    ),
    (
        "inspector_limits",
        Sequence[str],
        [],
        "With inspector_mode=bridge: NAME=VALUE, what a request may have at most, as in tools=128.",
    ),
    (
        "inspector_leave_out",
        Sequence[str],
        [],
        "With inspector_mode=bridge: fields that the chat endpoint refuses, as in prompt_cache_key.",
    ),
    (
        "inspector_without",
        Sequence[str],
        [],
        "With inspector_mode=repair: rules that are left off; `inspector repair --list` has their names.",
    ),
)


class InspectorAddon:
    """Makes an Inspection of mitmproxy's options when mitmproxy runs, and again when they change."""

    name = "inspector"

    def __init__(self) -> None:
        self.addons: list[Inspection] = []  # mitmproxy walks down this list for every hook

    def load(self, loader: Loader) -> None:
        """mitmproxy learns our options."""
        for name, kind, default, explanation in _OPTIONS:
            loader.add_option(name, kind, default, explanation)
        loader.add_option(
            "inspector_mode",
            str,
            Mode.OBSERVE.value,
            "observe: bytes pass untouched; repair: requests are made acceptable to Azure; bridge: upstream "
            "is asked for Chat Completions.",
            choices=[mode.value for mode in Mode],
        )
        loader.add_option(
            "inspector_events",
            str,
            EVENTS[0],
            "With inspector_mode=bridge: official events, or dual: also those that some clients wait for.",
            choices=list(EVENTS),
        )

    def configure(self, updated: set[str]) -> None:
        """Options were set."""
        changed = {name for name in updated if name.startswith("inspector_")}
        if not changed:
            return
        _check(ctx.options)
        if self.addons:
            self._start()

    def running(self) -> None:
        """mitmproxy runs, its options are what they will be."""
        options = ctx.options
        reverse = any(mode.startswith("reverse:") for mode in options.mode)
        if reverse and not options.has_changed("connection_strategy"):  # type: ignore[no-untyped-call]
            # Connecting before there is a request would end in a closed connection, with nothing to record.
            options.connection_strategy = "lazy"
        self._start()

    def _start(self) -> None:
        while self.addons:
            self.addons.pop().done()
        options = ctx.options
        path = Path(options.inspector_capture or new_capture_path(datetime.now())).expanduser()
        mode = Mode(options.inspector_mode)
        translation = _translation(options)
        writer = Writer(
            path,
            RecorderInfo(
                version=_version(),
                mode=mode.value,
                upstream=", ".join(options.mode),
                options=translation.recorded(),
            ),
            keep_secrets=options.inspector_keep_secrets,
            on_problem=_tell,
        )
        recorder = Recorder(writer)
        holds = Holder(writer, path, recorder.failed, keep_secrets=options.inspector_keep_secrets)
        holds.start(asyncio.get_running_loop())
        inspection = Inspection(
            recorder,
            hosts=OpenedHosts(options.inspector_hosts),
            bridge=Bridge(recorder, translation, Past(writer, path)) if mode is Mode.BRIDGE else None,
            repairs=Repairs(translation) if mode is Mode.REPAIR else None,
            holds=holds,
        )
        self.addons.append(inspection)
        logger.info("Recording to %s", path)


def _check(options: Any) -> None:
    if options.inspector_capture:
        try:
            check_ours(Path(options.inspector_capture).expanduser())
        except CaptureError as error:
            raise _wrong(str(error)) from None
    for pattern in options.inspector_hosts:
        try:
            re.compile(pattern)
        except re.error as error:
            raise _wrong(f"inspector_hosts: {pattern!r} is no regular expression: {error}") from None
    _translation(options)


def _translation(options: Any) -> Translation:
    """By which settings requests are changed; OptionsError says which option is wrong."""
    name = "inspector_deployments"
    try:
        deployments = written.pairs(options.inspector_deployments, "MODEL=NAME")
        name = "inspector_families"
        families = written.pairs(options.inspector_families, "NAME=FAMILY")
        Translation(families=families).check()
        name = "inspector_limits"
        limits = written.limits(options.inspector_limits)
        name = "inspector_leave_out"
        leave_out = tuple(options.inspector_leave_out)
        Translation(leave_out=leave_out).check()
        name = "inspector_without"
        without = tuple(options.inspector_without)
        Translation(without=without).check()
    except ValueError as error:
        raise _wrong(f"{name}: {error}") from None
    return Translation(
        api_version=options.inspector_api_version or None,
        deployments=deployments,
        families=families,
        send_metadata=options.inspector_send_metadata,
        reasoning_content=options.inspector_reasoning_content,
        events=options.inspector_events,
        limits=limits,
        leave_out=leave_out,
        without=without,
    )


def _wrong(sentence: str) -> OptionsError:
    return OptionsError(sentence)  # type: ignore[no-untyped-call]


def _tell(problem: str | None) -> None:
    if problem is None:
        logger.info("Recording works again.")
    else:
        logger.warning("%s", problem)


def _version() -> str:
    try:
        return version("codex-azure-inspector")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "unknown"


addons = [InspectorAddon()]
