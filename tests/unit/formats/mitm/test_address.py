"""Which URL was upstream's, whoever stood between."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.formats.mitm.address import target

PATH = "/openai/v1/responses"
AZURE = f"https://my-res.openai.azure.com{PATH}"


def asked(scheme: str, host: str, port: object, path: str, **more: Any) -> dict[str, Any]:
    told = {"method": b"POST", "scheme": scheme.encode(), "host": host, "port": port, "path": path.encode()}
    return {**told, **more}


def named(host: bytes) -> dict[str, Any]:
    return {"headers": [[b"HOST", host]]}


@pytest.mark.parametrize(
    ("request_", "server", "url", "remark"),
    [
        (asked("https", "my-res.openai.azure.com", 443, "/openai/v1/responses"), {}, AZURE, ""),
        (asked("http", "127.0.0.1", 8080, "/v1/x?q=1"), {}, "http://127.0.0.1:8080/v1/x?q=1", ""),
        (asked("http", "localhost", 80, "*", method=b"OPTIONS"), {}, "http://localhost", ""),
        (asked("https", "2001:db8::1", 8443, "/"), {}, "https://[2001:db8::1]:8443/", ""),
        (asked("", "proxy.example", 443, "", method=b"CONNECT"), {}, "proxy.example:443", ""),
        # Our own proxy, with upstream's host in the path.
        (
            asked("http", "127.0.0.1", 8080, "/my-res.openai.azure.com/openai/v1/responses"),
            {}, AZURE, "http://127.0.0.1:8080",
        ),
        (asked("http", "127.0.0.1", 80, "/v1.1/responses"), {}, "http://127.0.0.1/v1.1/responses", ""),
        # Transparent mode knows an address; the client named a host.
        (asked("https", "20.1.2.3", 443, PATH, **named(b"my-res.openai.azure.com")), {}, AZURE, "20.1.2"),
        (asked("https", "20.1.2.3", 443, PATH, authority=b"my-res.openai.azure.com"), {}, AZURE, "20.1.2"),
        (asked("https", "20.1.2.3", 443, PATH), {"sni": "my-res.openai.azure.com"}, AZURE, "20.1.2"),
        (asked("https", "20.1.2.3", 443, "/"), {}, "https://20.1.2.3/", ""),
        # A reverse proxy that keeps the client's Host header: where it went is what its server says.
        (asked("https", "my-res.openai.azure.com", 443, PATH, **named(b"127.0.0.1:8080")), {}, AZURE, ""),
        (asked("http", "127.0.0.1", 9999, "/", **named(b"localhost:8080")), {}, "http://127.0.0.1:9999/", ""),
        (asked("http", "", 80, "/responses"), {}, "/responses", ""),
        (asked("http", "h", None, "/"), {}, "http://h/", ""),
    ],
)  # fmt: skip
def test_where_a_request_went(
    request_: dict[str, Any], server: dict[str, Any], url: str, remark: str
) -> None:
    found = target(request_, server)
    assert found.url == url
    assert [remark in told for told in found.remarks] == ([True] if remark else [])


def test_the_operation_is_told_without_our_host() -> None:
    found = target(asked("http", "127.0.0.1", 8080, "/my-res.openai.azure.com/openai/v1/responses"), {})
    assert found.path == "/openai/v1/responses"
