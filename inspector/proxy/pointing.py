"""A flow of reverse mode pointed at its upstream, as routing decides."""

from __future__ import annotations

from mitmproxy.http import HTTPFlow
from mitmproxy.proxy.mode_specs import ReverseMode

from inspector.protocol.azure import Upstream, parse_upstream
from inspector.proxy.routing import Refusal, absolute_target, upstream_path
from inspector.proxy.upstream_proxy import UpstreamProxy


class Pointing:
    """`upstream`, `via` and `alone` as an Inspection has them."""

    def __init__(self, upstream: Upstream | None, via: UpstreamProxy | None, *, alone: bool) -> None:
        self._upstream = upstream
        self._via = via
        self._alone = alone

    def to_upstream(self, flow: HTTPFlow) -> Refusal | None:
        """Changes the flow's request, or says why it goes nowhere."""
        upstream, request = self._upstream or _upstream_of_mode(flow), flow.request
        listening = _listening(flow)
        if request.authority and not request.is_http2:
            refusal = absolute_target(upstream, request.authority, listening)
            if refusal is not None:
                return refusal
            request.authority = ""
        target = upstream_path(upstream, request.path, listening)
        if isinstance(target, Refusal):
            return target
        request.path = target
        if self._alone:
            # mitmproxy listens as reverse:http whatever the upstream speaks: reverse:https opens UDP too.
            request.scheme, request.host, request.port = upstream.scheme, upstream.host, upstream.port
            request.host_header = upstream.authority
            if self._via is not None:
                flow.server_conn.via = self._via.address
        return None


def _upstream_of_mode(flow: HTTPFlow) -> Upstream:
    mode = flow.client_conn.proxy_mode
    assert isinstance(mode, ReverseMode)
    host, port = mode.address
    return parse_upstream(f"{mode.scheme}://{f'[{host}]' if ':' in host else host}:{port}")


def _listening(flow: HTTPFlow) -> str:
    host, port, *_ = flow.client_conn.sockname
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
