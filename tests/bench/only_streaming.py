"""The mitmdump script that the recorder is measured against: streaming switched on, and nothing else."""

from mitmproxy.http import HTTPFlow


def responseheaders(flow: HTTPFlow) -> None:
    """Every chunk passes the moment it arrives."""
    if flow.response is not None:
        flow.response.stream = True
