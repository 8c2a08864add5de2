"""The script, run by the shells there are, sends the very bytes that were recorded."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.model import ExchangeDetail, Leg, Message, Outcome, Source, Timing
from inspector.formats.curl.writing import CurlExporter
from inspector.formats.exporting import Unfit
from inspector.simulator.ask import Ask
from inspector.simulator.reply import Text
from inspector.simulator.script import Answer
from inspector.simulator.server import Simulator, running
from inspector.simulator.service import Service

NEEDS_CURL = pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl: apt-get install curl")
KEY = "a-key-nobody-may-see-0123456789"
KEYS = (("api-key", "[redacted 0123456789ab]"), ("content-type", "application/json"))
WORDS = 'it\'s "quoted" $HOME `id` $(id) \\ !! %s {a,b} *\tGrüße 🎉 BODY'
BODIES = {
    "a line": f'{{"input": {WORDS!r}}}'.encode(),
    "lines": f"{{\n {WORDS}\nBODY\nBODY_\n}}".encode(),
    "lines, ended": f"{WORDS}\n\nBODY\n\n".encode(),
    "one end": b"\n",
    "carriage returns": b'{\r\n"input": 1}\r\n',
    "controls": "\x1b[2J \x9b \u202e".encode(),
    "any bytes": bytes(range(256)) * 3,
    "latin": "Grüße".encode("latin-1"),
    "marked": b"\xef\xbb\xbf{}",
    "long": b'{"input": "' + b"'x\\n" * 200_000 + b'"}',
    "long, lines": b"it's a line of it\n" * 30_000 + b"the last",
}


def _story(ask: Ask) -> Answer:
    return ask.say(Text("All of it in order"))


@pytest.fixture(scope="module")
def azure() -> Iterator[Simulator]:
    with running(Service(_story)) as simulator:
        yield simulator


def _script(detail: ExchangeDetail) -> tuple[str, list[str]]:
    out = io.BytesIO()
    remarks = CurlExporter().write([detail], out)
    return out.getvalue().decode(), remarks


def _run(script: str, shell: str, folder: Path, **more: str) -> subprocess.CompletedProcess[bytes]:
    file = folder / "again.curl"
    file.write_text(script)
    variables = {"PATH": os.environ["PATH"], "NO_PROXY": "*", **more}
    return subprocess.run([shell, file], env=variables, capture_output=True, check=False, timeout=60)


@NEEDS_CURL
@pytest.mark.parametrize("shell", ["bash", "sh"])
@pytest.mark.parametrize("name", BODIES)
def test_the_very_bytes_arrive(name: str, shell: str, azure: Simulator, asked: Any, tmp_path: Path) -> None:
    script, remarks = _script(asked(BODIES[name], url=f"{azure.base_url}/responses", headers=KEYS))
    done = _run(script, shell, tmp_path, AZURE_OPENAI_API_KEY=KEY)
    assert (done.returncode, done.stderr) == (0, b"")
    received = azure.received[-1]
    assert (received.method, received.target) == ("POST", "/openai/v1/responses")
    assert received.body == BODIES[name]
    assert received.header("api-key") == KEY
    assert remarks == ["No key is in it: it is read from AZURE_OPENAI_API_KEY when it is run."]


@NEEDS_CURL
def test_without_the_key_nothing_is_sent(azure: Simulator, asked: Any, tmp_path: Path) -> None:
    script, _ = _script(asked(b"{}", url=f"{azure.base_url}/responses", headers=KEYS))
    before = len(azure.received)
    done = _run(script, "sh", tmp_path)
    assert done.returncode != 0
    assert b"AZURE_OPENAI_API_KEY" in done.stderr
    assert len(azure.received) == before


@NEEDS_CURL
@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_requests_without_a_body(method: str, azure: Simulator, asked: Any, tmp_path: Path) -> None:
    url = f"{azure.base_url}/responses/resp_1"
    script, _ = _script(asked(method=method, url=url, headers=KEYS))
    assert _run(script, "sh", tmp_path, AZURE_OPENAI_API_KEY=KEY).returncode == 0
    received = azure.received[-1]
    assert (received.method, received.target, received.body) == (method, "/openai/v1/responses/resp_1", b"")
    assert received.header("content-length") == ("0" if method == "POST" else None)


def test_no_line_of_traffic_becomes_one_of_the_script(asked: Any) -> None:
    script, remarks = _script(asked(b"{}", url="https://h/\nrm -rf x", headers=(("x-\nid", "a\nb"),)))
    assert not [line for line in script.splitlines() if line.startswith(("rm", "id"))]
    assert any("left out" in remark for remark in remarks)


def test_a_key_stands_where_none_was_recorded(asked: Any) -> None:
    script, remarks = _script(asked(b"{}", headers=()))
    assert '"api-key: $AZURE_OPENAI_API_KEY"' in script
    assert "No header with a key was recorded; here it is asked with one." in remarks


def test_an_address_that_the_file_does_not_tell(asked: Any) -> None:
    script, remarks = _script(asked(b"{}", url="/responses", headers=()))
    assert "curl -sS -N https://YOUR-RESOURCE.openai.azure.com/openai/v1/responses" in script
    assert '"api-key: $AZURE_OPENAI_API_KEY"' in script
    assert any("YOUR-RESOURCE" in remark for remark in remarks)


@pytest.mark.parametrize(("url", "path"), [("responses", "/responses"), ("", "/"), ("/a?b=c", "/a")])
def test_a_path_alone_has_its_place(url: str, path: str, asked: Any) -> None:
    script, _ = _script(asked(b"{}", url=url, headers=()))
    assert f" https://YOUR-RESOURCE.openai.azure.com/openai/v1{path} " in script


@pytest.mark.parametrize(
    "url", ["https://[bad/x", "https://a\u2100b/x", "wss://h/x", "//h/x", "file:///etc/x"]
)
def test_what_is_no_url_is_not_asked(url: str, asked: Any) -> None:
    detail = asked(b"{}")
    with pytest.raises(Unfit, match="no URL that could be asked"):
        _script(replace(detail, exchange=replace(detail.exchange, url=url)))


def test_what_is_said_of_when_it_was_sent(asked: Any) -> None:
    alone = Source("a.json", "json", "", Timing.NONE)
    for more, told in (
        ({}, "# Exchange 1 was sent at 2026-09-21 14:13:20 UTC; status 200.\n"),
        ({"status": None, "source": alone}, "# Exchange 1: its answer is not in the file.\n"),
        ({"started": 1e300}, "# Exchange 1: status 200.\n"),
        ({"started": 1e300, "status": None, "outcome": Outcome.OPEN}, "# Exchange 1: not answered (open).\n"),
    ):
        assert told in _script(asked(b"{}", **more))[0]


def test_a_handshake_asks_nothing(asked: Any) -> None:
    with pytest.raises(Unfit, match="handshake"):
        _script(asked(method="GET", url="https://h/openai/v1/responses", status=101))


def test_what_the_bridge_asked_is_told_to_be_something_else(asked: Any) -> None:
    script, remarks = _script(asked(b"{}", mode="bridge"))
    assert "The bridge asked upstream for Chat Completions; here it is asked as Codex asked." in remarks
    assert "# The bridge asked" in script


@pytest.mark.parametrize("goes_on", [{}, {"previous_response_id": "resp_0"}])
def test_a_message_on_a_web_socket_becomes_a_post(goes_on: dict[str, str], asked: Any) -> None:
    body = {"type": "response.create", "model": "m", "input": [], **goes_on}
    detail = asked(
        json.dumps(body).encode(), method="WEBSOCKET", url="wss://my-res.openai.azure.com/openai/v1/responses"
    )
    request = replace(detail.legs[Leg.REQUEST], binary_messages=frozenset())
    script, remarks = _script(
        replace(
            detail,
            exchange=replace(detail.exchange, operation="responses.create"),
            legs={**detail.legs, Leg.REQUEST: request},
        )
    )
    assert "https://my-res.openai.azure.com/openai/v1/responses" in script
    sent = {"model": "m", "input": [], **goes_on, "stream": True}
    assert f"\n{json.dumps(sent, separators=(',', ':'))}\n" in script
    assert "It was a message on a WebSocket; here it is a POST, with what the socket knew." in remarks
    assert any("may be refused" in remark for remark in remarks) is bool(goes_on)


def test_one_exchange_with_a_request(asked: Any) -> None:
    detail = asked(b"{}")
    with pytest.raises(Unfit, match="holds one"):
        CurlExporter().write([detail, detail], io.BytesIO())
    absent = replace(detail, legs={Leg.REQUEST: Message((), b"", absent=True)})
    with pytest.raises(Unfit, match="not in the file"):
        CurlExporter().write([absent], io.BytesIO())
