"""How a call broke off, in words."""

from __future__ import annotations

import re
import socket
import ssl

import httpx
import pytest

from inspector.capture.model import Outcome
from inspector.replay.breakage import authority_of, outcome_of


def caused(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


UNTRUSTED = ssl.SSLCertVerificationError()
UNTRUSTED.verify_message = "self-signed certificate"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (caused(httpx.ConnectError("x"), ConnectionRefusedError()), "connection refused"),
        (httpx.ConnectError("[Errno 111] Connection refused"), "connection refused"),
        (caused(httpx.ConnectError("x"), socket.gaierror(-2, "no name")), "there is no such host"),
        (caused(httpx.ConnectError("x"), UNTRUSTED), r"not trusted \(self-signed certificate\).*SSL_CERT"),
        (caused(httpx.ConnectError("x"), ssl.SSLError(1, "WRONG_VERSION_NUMBER")), "no TLS with it"),
        (
            caused(httpx.ConnectError("x"), ExceptionGroup("all", [OSError("a"), ConnectionRefusedError()])),
            "connection refused",
        ),
        (httpx.ConnectError("[Errno 113] No route to host"), r"reached: No route to host\.$"),
        (httpx.ConnectTimeout(""), "took too long"),
        (httpx.ProxyError("407 Proxy Authentication Required"), r"proxy of the environment refused \(407"),
    ],
)  # fmt: skip
def test_what_was_never_there(error: Exception, words: str) -> None:
    outcome, said = outcome_of(error, "h.example:443", answered=False, seconds=5)
    assert outcome is Outcome.UNREACHABLE
    assert said.startswith("h.example:443 could not be reached: ")
    assert re.search(words, said)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx.ReadTimeout(""), "nothing came for 2.5 seconds"),
        (httpx.RemoteProtocolError("Server disconnected without sending a response."), "it closed the"),
        (httpx.RemoteProtocolError("peer closed connection ... (incomplete chunked read)"), "it closed the"),
        (httpx.ReadError("[Errno 104] Connection reset by peer"), "the connection was reset"),
        (httpx.ReadError(""), "ReadError"),
        (httpx.RemoteProtocolError("illegal status line: b'x'"), "illegal status line: b'x'"),
    ],
)  # fmt: skip
def test_what_broke_off(error: Exception, words: str) -> None:
    outcome, before = outcome_of(error, "h:1", answered=False, seconds=2.5)
    _, within = outcome_of(error, "h:1", answered=True, seconds=2.5)
    assert outcome is Outcome.UPSTREAM_GONE
    assert before.startswith(f"h:1 gave no answer: {words}")
    assert within.startswith(f"h:1 broke off in the middle of the response: {words}")


def test_a_proxy_that_is_not_there_is_not_taken_for_azure() -> None:
    refused = caused(httpx.ConnectError("x"), ConnectionRefusedError())
    outcome, said = outcome_of(refused, "h:443", answered=False, seconds=5, proxy="proxy:80")
    assert outcome is Outcome.UNREACHABLE
    assert said == (
        "h:443 could not be reached: there is no way to the proxy proxy:80: connection refused; "
        "is that the proxy which the environment should name (HTTPS_PROXY)."
    )


def test_an_authority_has_its_port() -> None:
    assert (authority_of("h", 80), authority_of("::1", 8080)) == ("h:80", "[::1]:8080")
