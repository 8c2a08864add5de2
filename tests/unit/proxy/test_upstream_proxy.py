"""Which proxy stands between us and Azure."""

from __future__ import annotations

import pytest

from inspector.protocol.azure import Upstream, parse_upstream
from inspector.proxy.upstream_proxy import UpstreamProxy, choose, parse_upstream_proxy

AZURE = parse_upstream("https://my-res.openai.azure.com")


@pytest.mark.parametrize(
    ("text", "proxy"),
    [
        ("http://proxy.example:3128", UpstreamProxy("http", "proxy.example", 3128)),
        ("proxy.example:3128", UpstreamProxy("http", "proxy.example", 3128)),
        ("https://proxy.example/", UpstreamProxy("https", "proxy.example", 443)),
        ("http://[::1]:8080", UpstreamProxy("http", "::1", 8080)),
        ("http://ann:p%40ss@proxy.example", UpstreamProxy("http", "proxy.example", 80, "ann:p@ss")),
        ("http://token@proxy.example", UpstreamProxy("http", "proxy.example", 80, "token:")),
    ],
)
def test_forms(text: str, proxy: UpstreamProxy) -> None:
    assert parse_upstream_proxy(text) == proxy


def test_credentials_are_for_the_header_alone() -> None:
    proxy = parse_upstream_proxy("http://ann:p%40ss@proxy.example:1")
    assert proxy.authorization == "Basic YW5uOnBAc3M="
    assert proxy.url == "http://proxy.example:1"
    assert "p@ss" not in repr(proxy)
    assert parse_upstream_proxy("http://[::1]:2").url == "http://[::1]:2"
    assert parse_upstream_proxy("http://[::1]:2").authorization is None


@pytest.mark.parametrize("text", ["socks5://u:hush@p:1", "http://:3128", "http://u:hush@p:99999"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="upstream proxy") as wrong:
        parse_upstream_proxy(text)
    assert "hush" not in str(wrong.value)


ENVIRONMENT = {"https": "http://company:3128", "http": "http://plain:1", "no": "internal.example,10.0.0.1"}


@pytest.mark.parametrize(
    ("upstream", "host"),
    [
        (AZURE, "company"),
        (parse_upstream("http://gateway.example/v1"), "plain"),
        (parse_upstream("https://res.internal.example/v1"), None),
        (parse_upstream("https://10.0.0.1/v1"), None),
        (parse_upstream("https://localhost/v1"), None),
        (parse_upstream("https://[::1]/v1"), None),
        (None, "company"),
    ],
)
def test_the_environment(upstream: Upstream | None, host: str | None) -> None:
    found = choose(None, upstream, ENVIRONMENT)
    assert (found and found.host) == host


def test_all_proxy_stands_in_for_the_scheme() -> None:
    found = choose(None, AZURE, {"all": "http://everything:1"})
    assert found is not None
    assert found.host == "everything"


def test_what_a_person_names_counts_for_loopback_too() -> None:
    loopback = parse_upstream("http://127.0.0.1:1/v1")
    found = choose("http://named:1", loopback, ENVIRONMENT)
    assert found is not None
    assert found.host == "named"
    assert choose("", AZURE, ENVIRONMENT) is None
    assert choose(None, AZURE, {}) is None
