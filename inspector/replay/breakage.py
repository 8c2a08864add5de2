"""How a call broke off, told from httpx's exception: the outcome, and a sentence with what to do."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator

import httpx

from inspector.capture.model import Outcome

_NEVER_THERE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
_SILENT = (httpx.ReadTimeout, httpx.WriteTimeout)


def authority_of(host: str, port: int) -> str:
    """`host:port`, an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def outcome_of(
    error: Exception,
    authority: str,
    *,
    answered: bool,
    seconds: float,
    proxy: str | None = None,
) -> tuple[Outcome, str]:
    """`authority` is host:port; `answered`: the response had begun; `seconds`: how long silence was borne.

    `proxy`: the one that was being connected to when it failed, host:port; None where that was behind it.
    """
    if isinstance(error, _NEVER_THERE):
        why = _unreachable(error)
        if proxy is not None:
            said = _unreachable(error, "is that the proxy which the environment should name (HTTPS_PROXY)")
            why = f"there is no way to the proxy {proxy}: {said}"
        return Outcome.UNREACHABLE, f"{authority} could not be reached: {why}."
    said = f"nothing came for {seconds:g} seconds" if isinstance(error, _SILENT) else _closed(error)
    if answered:
        return Outcome.UPSTREAM_GONE, f"{authority} broke off in the middle of the response: {said}."
    return Outcome.UPSTREAM_GONE, f"{authority} gave no answer: {said}."


def _unreachable(error: Exception, todo: str | None = None) -> str:
    """Why, and what to do: `todo`, where it is known better than by the error."""
    if isinstance(error, httpx.ConnectTimeout):
        asked = todo or "is the address right, and is a proxy needed (HTTPS_PROXY)"
        return f"the connection took too long; {asked}"
    if isinstance(error, httpx.ProxyError):
        return f"the proxy of the environment refused ({_first_line(error)})"
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            return f"there is no such host; {todo or 'check the name of the resource'}"
        if isinstance(cause, ssl.SSLCertVerificationError):
            return (
                f"its certificate is not trusted ({cause.verify_message}); "
                "behind a company proxy name its authority with SSL_CERT_FILE"
            )
        if isinstance(cause, ssl.SSLError):
            return f"no TLS with it ({_first_line(cause)}); is it http"
        if isinstance(cause, ConnectionRefusedError):
            return f"connection refused; {todo or 'does anything listen there'}"
    said = _first_line(error)
    # Several addresses were tried, or the event loop said it in words only.
    return f"connection refused; {todo or 'does anything listen there'}" if "refused" in said else said


def _closed(error: Exception) -> str:
    said = _first_line(error)
    if not said or re.search(r"disconnected|closed connection|incomplete", said):
        return "it closed the connection"
    return "the connection was reset" if "reset" in said.lower() else said


def _first_line(error: BaseException) -> str:
    text = next(iter(str(error).splitlines()), "") or type(error).__name__
    return re.sub(r"^\[Errno -?\d+\] ", "", text).rstrip(".")[:200]


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and what led to it, as deep as it goes."""
    seen: set[int] = set()
    todo: list[BaseException] = [error]
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        todo += [each for each in (one.__cause__, one.__context__) if each is not None]
        if isinstance(one, BaseExceptionGroup):
            todo += one.exceptions
