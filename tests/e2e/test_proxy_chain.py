"""Behind a company proxy: everything goes through it, with its credentials, in both modes."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from inspector.capture.model import Outcome
from inspector.simulator.script import whole_json
from inspector.simulator.server import running

LOCALHOST = (r"^localhost(:\d+)?$",)


def _with_credentials(url: str) -> str:
    return url.replace("://", "://ann:p%40ss@")


BASIC = "Proxy-Authorization: Basic YW5uOnBAc3M="


@pytest.mark.parametrize("tls", [True, False])
def test_reverse(start: Callable[..., Any], company_proxy: Any, authority: Any, tls: bool) -> None:
    company = company_proxy()
    context = authority.server_context() if tls else None
    with running(lambda _: whole_json({"id": "r"}), tls=context) as upstream:
        url = upstream.base_url.replace("127.0.0.1", "localhost")
        proxy = start(url, upstream_proxy=_with_credentials(company.url), upstream_ca=authority.pem)
        assert proxy.ask(authorization="Bearer key")[::2] == (200, b'{"id":"r"}')
        [head] = company.heads
        assert head.startswith(f"CONNECT localhost:{upstream.port} HTTP/1.1\r\n")
        assert BASIC in head
        assert "Bearer" not in head
        assert upstream.received[0].header("proxy-authorization") is None
        [detail] = proxy.recorded()
        assert detail.exchange.outcome is Outcome.COMPLETE
        assert b"p@ss" not in proxy.tape.path.read_bytes()
        assert "p%40ss" not in proxy.running.log.read_text()


@pytest.mark.parametrize("opened", [True, False])
def test_forward(start: Callable[..., Any], company_proxy: Any, authority: Any, opened: bool) -> None:
    company = company_proxy()
    with running(lambda _: whole_json({"id": "r"}), tls=authority.server_context()) as upstream:
        url = upstream.base_url.replace("127.0.0.1", "localhost")
        proxy = start(
            None,
            forward=True,
            hosts=LOCALHOST if opened else (),
            upstream_proxy=_with_credentials(company.url),
            upstream_ca=authority.pem,
        )
        trusted = proxy.running.certificate if opened else authority.pem
        context = ssl.create_default_context(cafile=trusted)
        with httpx.Client(proxy=proxy.url, verify=context, timeout=20) as client:
            assert client.post(f"{url}/responses", json={}).json() == {"id": "r"}
        assert all(head.startswith(f"CONNECT localhost:{upstream.port}") for head in company.heads)
        assert company.heads
        assert BASIC in company.heads[0]
        assert len(proxy.recorded()) == (1 if opened else 0)


def test_a_company_proxy_that_refuses(start: Callable[..., Any], company_proxy: Any) -> None:
    company = company_proxy(refuse=b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")
    proxy = start("https://my-res.openai.azure.com", upstream_proxy=company.url)
    status, _, body = proxy.ask()
    assert status == 502
    assert "407 Proxy Authentication Required" in json.loads(body)["error"]["message"]
    [detail] = proxy.recorded()
    assert detail.exchange.outcome is Outcome.UNREACHABLE
