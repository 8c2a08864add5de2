"""The imitation's server: steps become exactly the bytes, ends and records that they say."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import http.client
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from inspector.simulator import crowd, record
from inspector.simulator.script import (
    Answer,
    Close,
    Gate,
    Head,
    HoldOpen,
    Raw,
    Received,
    Reset,
    Send,
    Until,
    Wait,
    WaitFor,
    in_order,
    whole,
    whole_json,
)
from inspector.simulator.server import End, Simulator, running


def connect(simulator: Simulator) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(simulator.host, simulator.port, timeout=10)


@contextlib.contextmanager
def getting(simulator: Simulator) -> Iterator[http.client.HTTPResponse]:
    """The response to a GET, as soon as its head is here; leaving closes the connection."""
    with contextlib.closing(connect(simulator)) as client:
        client.request("GET", "/a")
        with client.getresponse() as response:
            yield response


def raw_exchange(simulator: Simulator, data: bytes) -> bytes:
    """Send bytes, read until the server closes."""
    received = b""
    with socket.create_connection((simulator.host, simulator.port), timeout=10) as peer:
        peer.sendall(data)
        while piece := peer.recv(65536):
            received += piece
    return received


GET_AND_CLOSE = b"GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


def test_each_send_is_one_http_chunk() -> None:
    answer = Answer(200, (("content-type", "text/plain"),), (Send(b"ab"), Send(b"c" * 20), Send(b"")))
    with running(in_order(answer)) as simulator:
        reply = raw_exchange(simulator, GET_AND_CLOSE)
    head, _, body = reply.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"ransfer-" in head
    assert body == b"2\r\nab\r\n14\r\n" + b"c" * 20 + b"\r\n0\r\n\r\n"
    assert simulator.sent[0].chunks == [b"ab", b"c" * 20]
    assert simulator.sent[0].body == b"ab" + b"c" * 20
    assert simulator.sent[0].end is End.COMPLETE
    assert len(simulator.sent[0].times) == 2


def test_a_content_length_is_kept_and_nothing_is_chunked() -> None:
    with running(in_order(whole(b"hello", headers=(("X-Kept", "As-Is"),)))) as simulator:
        reply = raw_exchange(simulator, GET_AND_CLOSE)
    assert reply.endswith(b"\r\n\r\nhello")
    assert b"X-Kept: As-Is\r\n" in reply
    assert b"transfer-encoding" not in reply.lower()


def test_keep_alive_serves_many_requests_on_one_connection() -> None:
    with (
        running(lambda received: whole_json({"n": received.n})) as simulator,
        contextlib.closing(connect(simulator)) as client,
    ):
        for n, method in enumerate(("POST", "GET", "DELETE", "POST")):
            client.request(
                method, f"/a/{n}?q=1", body=b"{}" if method == "POST" else None, headers={"X-N": str(n)}
            )
            assert client.getresponse().read() == b'{"n":%d}' % n
    assert [r.method for r in simulator.received] == ["POST", "GET", "DELETE", "POST"]
    assert {r.connection for r in simulator.received} == {0}
    assert simulator.received[3].target == "/a/3?q=1"
    assert simulator.received[3].path == "/a/3"
    assert simulator.received[3].header("x-n") == "3"
    assert simulator.received[3].json() == {}


def test_head_gets_headers_only_and_the_connection_lives_on() -> None:
    with running(in_order(whole(b"hello"))) as simulator, contextlib.closing(connect(simulator)) as client:
        client.request("HEAD", "/a")
        response = client.getresponse()
        assert response.getheader("content-length") == "5"
        assert response.read() == b""
        client.request("GET", "/a")
        assert client.getresponse().read() == b"hello"
    assert [sent.body for sent in simulator.sent] == [b"", b"hello"]


def test_expect_100_continue_is_answered_before_the_body() -> None:
    head = b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n"
    with (
        running(lambda received: whole(received.body)) as simulator,
        socket.create_connection((simulator.host, simulator.port), timeout=10) as peer,
    ):
        peer.sendall(head + b"Connection: close\r\n\r\n")
        assert peer.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        peer.sendall(b"abc")
        assert peer.makefile("rb").read().endswith(b"\r\n\r\nabc")


def test_a_chunked_request_body_is_joined() -> None:
    with (
        running(lambda received: whole(received.body)) as simulator,
        contextlib.closing(connect(simulator)) as client,
    ):
        client.request("POST", "/a", body=iter([b"ab", b"c"]), encode_chunked=True)
        assert client.getresponse().read() == b"abc"
    assert simulator.received[0].body == b"abc"


def test_a_closed_connection_has_no_end_of_body() -> None:
    with (
        running(in_order(Answer(200, (), (Send(b"part"), Close())))) as simulator,
        getting(simulator) as response,
        pytest.raises(http.client.IncompleteRead) as cut,
    ):
        response.read()
    assert cut.value.partial == b"part"
    assert simulator.sent[0].end is End.CLOSED
    assert simulator.sent[0].body == b"part"


def test_a_reset_connection_is_reset() -> None:
    gate = Gate()
    with (
        running(in_order(Answer(200, (), (Send(b"part"), WaitFor(gate), Reset())))) as simulator,
        getting(simulator) as response,
    ):
        assert response.read(4) == b"part"
        gate.open()
        with pytest.raises(ConnectionResetError):
            response.read(1)
    assert simulator.sent[0].end is End.RESET
    assert simulator.sent[0].body == b"part"


def test_close_before_the_head_is_no_answer_at_all() -> None:
    with running(in_order(Answer(200, (), (Close(),)))) as simulator:
        assert raw_exchange(simulator, GET_AND_CLOSE) == b""


def test_raw_bytes_pass_unframed() -> None:
    broken = Answer(200, (), (Send(b"ok"), Raw(b"zzz\r\nnot a chunk")))
    with running(in_order(broken)) as simulator:
        reply = raw_exchange(simulator, GET_AND_CLOSE)
    assert reply.endswith(b"2\r\nok\r\nzzz\r\nnot a chunk")
    assert simulator.sent[0].body == b"ok"


def test_the_head_can_go_out_before_the_body() -> None:
    gate = Gate()
    with (
        running(in_order(Answer(200, (), (Head(), WaitFor(gate), Send(b"late"))))) as simulator,
        getting(simulator) as response,
    ):
        assert simulator.sent[0].chunks == []
        gate.open()
        assert response.read() == b"late"


async def test_what_passed_need_not_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def handle(received: Received) -> Answer:
        if received.target == "/fails":
            raise ValueError("ours")
        return whole(b"abc")

    monkeypatch.setattr(record, "FIRST", 2)
    async with Simulator(handle, keeps=False) as simulator:
        for target in (b"/a", *[b"/fails"] * 3, *[b" "] * 3):
            await asyncio.to_thread(raw_exchange, simulator, b"GET %s HTTP/1.0\r\n\r\n" % target)
        assert (simulator.received, simulator.sent) == ([], [])
        assert [str(each) for each in simulator.failures] == ["ours"] * 2
        assert len(simulator.malformed) == 2


def test_a_wait_delays_what_follows() -> None:
    with running(in_order(Answer(200, (), (Send(b"a"), Wait(0.05), Send(b"b"))))) as simulator:
        raw_exchange(simulator, GET_AND_CLOSE)
    first, second = simulator.sent[0].times
    assert second - first >= 0.045


def test_moments_count_from_the_request_so_that_one_that_has_passed_is_no_wait() -> None:
    steps = (Until(0.1), Send(b"a"), Until(0.1), Send(b"b"))
    with running(in_order(Answer(200, (), steps))) as simulator:
        asked = time.monotonic()
        raw_exchange(simulator, GET_AND_CLOSE)
    first, second = simulator.sent[0].times
    assert first - asked >= 0.1
    assert second - first < 0.1


@pytest.mark.parametrize("step", [HoldOpen(), Wait(60), WaitFor(Gate())])
def test_a_client_that_leaves_in_the_middle_is_noted(step: HoldOpen | Wait | WaitFor) -> None:
    with running(in_order(Answer(200, (), (Send(b"a"), step, Send(b"never"))))) as simulator:
        with getting(simulator) as response:
            assert response.read(1) == b"a"
        simulator.wait_until(lambda: simulator.sent[0].end is not End.OPEN)
    assert simulator.sent[0].end is End.CLIENT_GONE
    assert simulator.sent[0].body == b"a"


def test_a_slow_reader_does_not_make_the_server_pile_up_bytes() -> None:
    hundred = Answer(200, (), (Send(b"x" * 1_000_000),) * 100)
    with running(in_order(hundred, whole(b"fine"))) as simulator:
        with getting(simulator):  # reads the head and no more
            for _ in range(3):  # the server had every chance to go on
                raw_exchange(simulator, GET_AND_CLOSE)
            written = len(simulator.sent[0].chunks)
        simulator.wait_until(lambda: simulator.sent[0].end is End.CLIENT_GONE)
    assert 1 <= written < 50


@pytest.mark.parametrize(
    "noise",
    [
        b"\x16\x03\x01\x02\x00 TLS to a plain port\r\n\r\n",
        b"GET\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    ],
)
def test_what_is_not_http_is_answered_400_and_kept(noise: bytes) -> None:
    with running(in_order(whole(b"fine"))) as simulator:
        assert raw_exchange(simulator, noise).startswith(b"HTTP/1.1 400 ")
        assert raw_exchange(simulator, GET_AND_CLOSE).endswith(b"fine")
    assert len(simulator.malformed) == 1
    assert len(simulator.received) == 1


def test_a_request_that_stops_in_the_middle_is_kept() -> None:
    with running(in_order(whole(b"fine"))) as simulator:
        with socket.create_connection((simulator.host, simulator.port)) as peer:
            peer.sendall(b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 300\r\n\r\nabc")
            peer.shutdown(socket.SHUT_WR)
            assert peer.recv(100) == b""
        simulator.wait_until(lambda: bool(simulator.malformed))
    assert simulator.malformed == ["the connection ended in the middle of a request"]


def test_who_says_nothing_makes_room_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "MAX_CONNECTIONS", 2)
    answers = in_order(Answer(200, (), (Send(b"a"), HoldOpen())), whole(b"fine"))
    with running(answers) as simulator, getting(simulator) as served:
        with socket.create_connection((simulator.host, simulator.port), timeout=10) as silent:
            silent.sendall(GET_AND_CLOSE.replace(b"close", b"keep-alive"))
            assert silent.recv(4096).startswith(b"HTTP/1.1 200 ")
            silent.sendall(b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 300\r\n\r\nabc")
            assert raw_exchange(simulator, GET_AND_CLOSE).endswith(b"fine")
            with contextlib.suppress(ConnectionResetError):
                while silent.recv(4096):
                    pass
        assert served.read(1) == b"a"


def test_a_failing_handler_is_a_500_and_raised_at_the_end() -> None:
    def handler(_received: Received) -> Answer:
        raise LookupError("no such answer")

    with pytest.raises(LookupError, match="no such answer"):  # noqa: SIM117 - the inner block ends first
        with running(handler) as simulator:
            assert raw_exchange(simulator, GET_AND_CLOSE).startswith(b"HTTP/1.1 500 ")


def test_an_answer_that_http_forbids_is_raised_at_the_end() -> None:
    too_long = Answer(200, (("content-length", "1"),), (Send(b"two"),))
    with pytest.raises(Exception, match="Too much data"):  # noqa: SIM117 - the inner block ends first
        with running(in_order(too_long)) as simulator:
            raw_exchange(simulator, GET_AND_CLOSE)


def test_waiting_for_what_never_comes_says_what_was_seen() -> None:
    with running(in_order(whole(b"fine"))) as simulator:
        raw_exchange(simulator, GET_AND_CLOSE)
        with pytest.raises(TimeoutError, match="GET /x complete"):
            simulator.wait_until(lambda: False, timeout=0.01)


def test_stopping_ends_open_answers() -> None:
    with contextlib.ExitStack() as stack:
        with running(in_order(Answer(200, (), (Send(b"a"), HoldOpen())))) as simulator:
            response = stack.enter_context(getting(simulator))
            assert response.read(1) == b"a"
        assert simulator.sent[0].end is End.STOPPED


def test_a_gate_opened_after_the_end_harms_nobody() -> None:
    gate = Gate()
    with (
        running(in_order(Answer(200, (), (Send(b"a"), WaitFor(gate))))) as simulator,
        getting(simulator) as response,
    ):
        assert response.read(1) == b"a"
    gate.open()
    assert simulator.sent[0].end in (End.CLIENT_GONE, End.STOPPED)  # whichever was noticed first


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for localhost, with its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path_factory.mktemp("tls") / "localhost.pem"
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    pem.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
    return pem


def test_tls(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=certificate)
    closing = in_order(whole(b"fine"), Answer(200, (), (Send(b"part"), Reset())))
    with running(closing, tls=context) as simulator:
        assert simulator.url == f"https://127.0.0.1:{simulator.port}"
        strict = ssl.create_default_context()
        with (
            socket.create_connection((simulator.host, simulator.port), timeout=10) as plain,
            pytest.raises(ssl.SSLCertVerificationError),
        ):
            strict.wrap_socket(plain, server_hostname="localhost")
        client = http.client.HTTPSConnection("localhost", simulator.port, context=trusting, timeout=10)
        with contextlib.closing(client):
            client.request("GET", "/a")
            assert client.getresponse().read() == b"fine"
            client.request("GET", "/a")
            response = client.getresponse()
            with pytest.raises((ConnectionResetError, http.client.IncompleteRead)):  # by Python version
                response.read()
    assert [sent.end for sent in simulator.sent] == [End.COMPLETE, End.RESET]


async def test_it_runs_inside_an_event_loop_too() -> None:
    async with Simulator(in_order(whole(b"fine"))) as simulator:
        assert simulator.base_url == f"http://127.0.0.1:{simulator.port}/openai/v1"
        reply = await asyncio.to_thread(raw_exchange, simulator, GET_AND_CLOSE)
    assert reply.endswith(b"fine")


def test_a_taken_port_is_an_os_error() -> None:
    with running(in_order(whole(b"fine"))) as simulator:
        second = running(in_order(whole(b"fine")), port=simulator.port)
        with pytest.raises(OSError, match="address already in use"):
            second.__enter__()
