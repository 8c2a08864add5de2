"""The addon as mitmproxy's own programs load it: its options, its default capture, regular mode."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from inspector.capture.model import Outcome
from inspector.simulator.script import whole_json
from inspector.simulator.server import running

ROOT = Path(__file__).resolve().parents[2]
MITMDUMP = Path(sys.executable).with_name("mitmdump")


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("inspector_mode=sideways", "inspector_mode"),
        ("inspector_hosts=(", "is no regular expression"),
        ("inspector_deployments=x", "is not MODEL=NAME"),
        ("inspector_families=a=b", "There is no model family 'b'"),
        ("inspector_limits=tools=many", "is no whole number"),
        ("inspector_leave_out=messages", "cannot be left out"),
        (f"inspector_capture={__file__}", "is not a capture"),
    ],
)
def test_options_that_make_no_sense(starter: Any, tmp_path: Path, option: str, told: str) -> None:
    log, script = tmp_path / "log", ROOT / "addons" / "recorder.py"
    command = [MITMDUMP, f"--set=confdir={tmp_path}", "-s", script, "-p0", "--set", option]
    with log.open("wb") as output:
        process = starter.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        assert process.wait(30) != 0
    finally:
        process.kill()
    assert told in log.read_text()


def test_settings_of_translations_are_options(start_mitmdump: Callable[..., Any]) -> None:
    with running(lambda _: whole_json({"choices": []})) as upstream:
        proxy = start_mitmdump(
            upstream.base_url,
            mode="bridge",
            families="m=gpt-4",
            deployments="m=mine",
            limits="top_p=0-0.5",
            send_metadata="true",
            reasoning_content="true",
            events="dual",
            leave_out="prompt_cache_key",
            without="one-role",
        )
        assert proxy.ask({"model": "m", "input": "hi", "top_p": 0.6})[0] == 400
        told = {"max_output_tokens": 9, "metadata": {"a": "b"}, "prompt_cache_key": "k"}
        proxy.ask({"model": "m", "input": "hi", **told})
        asked = upstream.received[0].json()
        assert "prompt_cache_key" not in asked
        assert (asked["model"], asked["max_tokens"], asked["metadata"]) == ("mine", 9, {"a": "b"})
        detail, _ = proxy.recorded()
    assert detail.options == {
        "api_version": None,
        "deployments": {"m": "mine"},
        "families": {"m": "gpt-4"},
        "send_metadata": True,
        "reasoning_content": True,
        "events": "dual",
        "leave_out": ["prompt_cache_key"],
        "tool_description": 1024,
        "without": ["one-role"],
    }


@pytest.fixture(params=["addons/recorder.py", "inspector/proxy/addon.py", "a copy elsewhere"])
def script(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where the script may lie: a checkout, the package, a checkout other than the installed one."""
    if request.param != "a copy elsewhere":
        return ROOT / request.param
    shutil.copytree(ROOT / "inspector", tmp_path / "checkout" / "inspector")
    shutil.copytree(ROOT / "addons", tmp_path / "checkout" / "addons")
    return tmp_path / "checkout" / "addons" / "recorder.py"


def test_regular_mode_with_the_default_capture(
    script: Path, home: Path, tmp_path: Path, authority: Any, wait_for: Callable[..., Any], open_tape: Any
) -> None:
    log = tmp_path / "log"
    with (
        running(lambda _: whole_json({"id": "r"}), tls=authority.server_context()) as upstream,
        log.open("w") as output,
    ):
        command = [MITMDUMP, "-s", script, "--listen-host=127.0.0.1", "--listen-port=0"]
        options = [
            f"confdir={tmp_path / 'mitmproxy'}",
            f"ssl_verify_upstream_trusted_ca={authority.pem}",
            "inspector_hosts=^localhost:",
        ]
        arguments = [argument for option in options for argument in ("--set", option)]
        # No fork of a process that has imported the package: which one is imported is what this is about.
        process = subprocess.Popen([*command, *arguments], stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_for(lambda: process.poll() is not None or "Recording to" in log.read_text(), "it is ready")
            text = log.read_text()
            port = text.split("listening at ")[1].split()[0].rstrip(".").rpartition(":")[2]
            trusted = ssl.create_default_context(cafile=tmp_path / "mitmproxy" / "mitmproxy-ca-cert.pem")
            with httpx.Client(proxy=f"http://127.0.0.1:{port}", verify=trusted, timeout=20) as client:
                url = upstream.base_url.replace("127.0.0.1", "localhost")
                assert client.post(f"{url}/responses", json={}).json() == {"id": "r"}
            [capture] = wait_for(lambda: list((home / "captures").glob("*.db")), "the capture is there")
            assert f"Recording to {capture}" in text
            [detail] = open_tape(capture).over()
        finally:
            process.terminate()
            process.wait(20)
    assert detail.exchange.outcome is Outcome.COMPLETE
    assert detail.exchange.url == f"{url}/responses"
