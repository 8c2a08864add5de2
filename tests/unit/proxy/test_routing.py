"""The host in the path, and refusals that say what to do."""

from __future__ import annotations

import pytest

from inspector.protocol.azure import parse_upstream
from inspector.proxy.routing import OpenedHosts, Refusal, absolute_target, upstream_path

AZURE = parse_upstream("https://My-Res.openai.azure.com")
LOCAL = parse_upstream("http://[::1]:9000/v1.1")
US = "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/my-res.openai.azure.com/openai/v1/responses?a=b", "/openai/v1/responses?a=b"),
        ("/MY-RES.openai.azure.com:443/openai/v1/responses", "/openai/v1/responses"),
        ("/my-res.openai.azure.com", "/"),
        ("/openai/v1/responses", "/openai/v1/responses"),
        ("/v1/responses", "/v1/responses"),
        ("/", "/"),
        ("*", "*"),
    ],
)
def test_paths(target: str, path: str) -> None:
    assert upstream_path(AZURE, target, US) == path


def test_a_base_path_may_look_like_a_host() -> None:
    assert upstream_path(LOCAL, "/v1.1/responses", US) == "/v1.1/responses"
    assert upstream_path(LOCAL, "/[::1]:9000/v1.1/responses", US) == "/v1.1/responses"


@pytest.mark.parametrize(
    "target",
    [
        "/evil.com/openai/v1/responses",
        "/my-res.openai.azure.com.evil.com/x",
        "/my-res.openai.azure.com:444/x",
        "/my-res.openai.azure.com%2eevil.com/x",
        "/localhost/x",
        "/evil.com@my-res.openai.azure.com/x",
        "/%5b::1%5d/x",
    ],
)
def test_other_hosts_are_refused(target: str) -> None:
    refusal = upstream_path(AZURE, target, US)
    assert isinstance(refusal, Refusal)
    error = refusal.body()["error"]
    assert (refusal.status, error["type"], error["code"]) == (
        400,
        "invalid_request_error",
        "wrong_host_in_path",
    )
    assert f"{US}/{AZURE.authority}/openai/v1" in error["message"]


def test_absolute_form() -> None:
    assert absolute_target(AZURE, "my-res.openai.azure.com", US) is None
    assert absolute_target(AZURE, "127.0.0.1:8080", US) is None
    refusal = absolute_target(AZURE, "other.example", US)
    assert refusal is not None
    assert "other.example" in refusal.message
    assert "--forward" in refusal.message


def test_opened_hosts() -> None:
    hosts = OpenedHosts((r"^gateway\.example(:\d+)?$",))
    assert hosts.has("my-res.openai.azure.com", 443)
    assert hosts.has("api.openai.com", 443)
    assert hosts.has("GATEWAY.example", 8443)
    assert not hosts.has("gateway.example.evil.com", 443)
    assert not hosts.has("login.microsoftonline.com", 443)
    assert not hosts.has("pypi.example", 443)
