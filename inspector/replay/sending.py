"""The one place that sends: a call goes out, and it and its answer become an exchange of a capture.

Every try is an exchange of its own. Chunks are recorded as they arrive, with their times; no content encoding
is asked for. Trailers are not recorded: httpcore throws them away. Redirects are not followed. The
environment's proxies are used, but never for this machine; HTTP/2 where it is offered.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self

import httpx

from inspector import __version__
from inspector.capture.model import Headers, Made, Outcome
from inspector.capture.redact import Redactor
from inspector.capture.summary import Summary
from inspector.capture.writer import Writer
from inspector.protocol.azure import is_loopback
from inspector.replay.breakage import authority_of, outcome_of
from inspector.replay.call import Call
from inspector.replay.credentials import Credential, CredentialProblem, may_go_to
from inspector.replay.passage import OnEvent, Passage
from inspector.replay.patience import wait_before_retry
from inspector.replay.unexpected import unexpected

CONNECT_SECONDS = 15.0
READ_SECONDS = 300.0  # without a byte: as long as Codex waits
USER_AGENT = f"codex-azure-inspector/{__version__}"


class SendProblem(Exception):
    """Nothing could be sent, and nothing was recorded; the message is one sentence for a person."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a call. `exchange` is its number in the capture, None where that could not be written."""

    exchange: int | None
    status: int | None
    outcome: Outcome
    error: str | None  # in words; None when all went well
    summary: Summary = field(repr=False)
    headers: Headers = field(repr=False)  # of the answer
    body: bytes = field(repr=False)  # of the answer, as it passed
    seconds: float = 0.0
    tries: int = 1

    @property
    def is_fine(self) -> bool:
        """Whether the answer came whole, and was what was asked for."""
        return self.error is None and self.status is not None and self.status < 400


class Sender:
    """Sends calls and records them; to be used in `async with`, in one event loop.

    `named_hosts`: those that a person wrote; else only Azure's, OpenAI's and this machine are sent to.
    `timeout`: seconds without a byte. `retries`: how often a call is tried again that was refused for a
    while, failed or did not get through; `on_wait` is told of each such, and how many seconds it waits.
    """

    def __init__(
        self,
        writer: Writer,
        *,
        named_hosts: Collection[str] = (),
        timeout: float = READ_SECONDS,
        retries: int = 0,
        on_wait: Callable[[Sent, float], None] = lambda _sent, _seconds: None,
        http2: bool = True,
    ) -> None:
        self._writer = writer
        self._named_hosts = frozenset(host.lower() for host in named_hosts)
        self._timeout = timeout
        self._retries = retries
        self._on_wait = on_wait
        self._http2 = http2
        self._redactor = Redactor(os.urandom(16))
        self._connection = f"replay-{uuid.uuid4().hex[:12]}"  # what has no session of its own shares one
        self._clients: dict[bool, httpx.AsyncClient] = {}  # by whether it is for this machine

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()

    async def send(
        self,
        call: Call,
        credential: Credential | None,
        *,
        parent: int | None,
        made: Made,
        on_event: OnEvent | None = None,
    ) -> Sent:
        """Send a call; how the last try ended. `parent`: the exchange of the same capture that it is made of.

        Raises SendProblem or CredentialProblem when nothing was sent. When cancelled, what was sent is
        recorded as far as it came, as left by the client.
        """
        tries = 0
        while True:
            tries += 1
            sent = await self._try(call, credential, parent, made, on_event, tries)
            if tries > self._retries:
                return sent
            wait = wait_before_retry(sent.status, sent.outcome, sent.headers, tries)
            if wait is None:
                return sent
            self._on_wait(sent, wait)
            await asyncio.sleep(wait)

    async def _try(
        self,
        call: Call,
        credential: Credential | None,
        parent: int | None,
        made: Made,
        on_event: OnEvent | None,
        tries: int,
    ) -> Sent:
        client, url = self._client_for(call)
        passage = Passage(
            self._writer,
            call,
            connection=self._connection,
            parent=parent,
            made=made,
            on_event=on_event,
        )
        headers = [*call.headers, *([(credential.header, credential.value)] if credential else [])]
        request = client.build_request(
            call.method,
            url,
            headers=[(name.encode("ascii"), _value(value)) for name, value in headers],
            content=call.body or None,
            extensions={"trace": passage.trace},
        )
        passage.goes_as(request)
        outcome, error = Outcome.COMPLETE, None
        try:
            response = await client.send(request, stream=True)
            try:
                passage.answered(response)
                async for data in response.aiter_raw():
                    passage.chunk(data)
            finally:
                await response.aclose()
            error = unexpected(
                call.operation,
                response.status_code,
                passage.headers,
                bytes(passage.body),
                events=passage.has_events,
            )
        except httpx.HTTPError as broken:
            port = url.port or (443 if url.scheme == "https" else 80)
            towards = passage.connecting_to
            if towards == (url.raw_host.decode("ascii"), port):
                towards = None  # no proxy's
            outcome, error = outcome_of(
                broken,
                authority_of(url.host, port),
                answered=passage.status is not None,
                seconds=self._timeout,
                proxy=None if towards is None else authority_of(*towards),
            )
        except asyncio.CancelledError:
            passage.finish(Outcome.CLIENT_GONE)
            raise
        except BaseException:
            passage.finish(Outcome.INTERRUPTED)
            raise
        seconds = passage.seconds
        summary = passage.finish(outcome, error)
        await asyncio.to_thread(self._writer.flush)
        return Sent(
            passage.begin().id,
            passage.status,
            outcome,
            summary.error and self._redactor.text(summary.error),
            summary,
            passage.headers,
            bytes(passage.body),
            seconds,
            tries,
        )

    def _client_for(self, call: Call) -> tuple[httpx.AsyncClient, httpx.URL]:
        """The client for a URL, and the URL as it will be connected to: that host is what counts."""
        try:
            url = httpx.URL(call.url)
            host, in_letters = url.raw_host.decode("ascii"), url.host.lower()
        except (httpx.InvalidURL, UnicodeError) as error:  # the latter of a name that only looks like IDNA
            said = str(error).rstrip(".")
            raise SendProblem(f"{call.url!r} is not a URL that can be sent to: {said}.") from None
        if not (may_go_to(host, self._named_hosts) or in_letters in self._named_hosts):
            raise CredentialProblem(
                f"Nothing is sent to {in_letters or 'a URL without a host'}: it is neither Azure's nor this "
                "machine, and nobody named it."
            )
        here = is_loopback(host.rstrip("."))
        if here not in self._clients:
            self._clients[here] = self._make_client(here=here)
        return self._clients[here], url

    def _make_client(self, *, here: bool) -> httpx.AsyncClient:
        try:
            return httpx.AsyncClient(
                http2=self._http2,
                trust_env=not here,
                verify=httpx.create_ssl_context(),  # SSL_CERT_FILE counts for this machine too
                timeout=httpx.Timeout(self._timeout, connect=min(CONNECT_SECONDS, self._timeout), pool=None),
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # none is kept
                headers={"user-agent": USER_AGENT, "accept-encoding": "identity"},
            )
        except (ImportError, ValueError) as error:  # httpx cannot speak to the environment's proxy
            raise SendProblem(
                f"The proxy that the environment names (HTTPS_PROXY, ALL_PROXY) cannot be used: {error}"
            ) from None
        except httpx.InvalidURL:  # whose words may quote a password
            raise SendProblem(
                "The proxy that the environment names (HTTPS_PROXY, ALL_PROXY, NO_PROXY) cannot be used: one "
                "of them is no URL, or no list of hosts; write http://host:port."
            ) from None
        except (ssl.SSLError, OSError) as error:
            raise SendProblem(f"The certificates of SSL_CERT_FILE cannot be read: {error}.") from None


def _value(text: str) -> bytes:
    """A header's value; captured ones are Latin-1, whatever they were meant to be."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
