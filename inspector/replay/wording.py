"""What went wrong with a call, in a line: Azure's error in words, whatever its form, and the request's id.

The forms themselves are read where captures are (capture.causes, over protocol.upstream_error), with secrets
taken out; here they get the id that whoever is asked for help wants to know.
"""

from __future__ import annotations

from inspector.capture.encodings import decode
from inspector.protocol.json_text import parse
from inspector.protocol.upstream_error import UpstreamError, read_error
from inspector.replay.sending import Sent
from inspector.replay.served import served


def in_words(sent: Sent) -> str | None:
    """`404 DeploymentNotFound: ... (request id 1f2e)`; None when all went well."""
    if sent.error is None:
        return None
    request_id = served(sent.headers).request_id
    return f"{sent.error.rstrip('.')} (request id {request_id})" if request_id else sent.error


def error_of(sent: Sent) -> UpstreamError | None:
    """The error that the answer's body is; one without words for JSON that tells none, None for no JSON."""
    try:
        value = parse(decode(sent.body, sent.headers)[0])
    except ValueError:
        return None
    return read_error(value, named="error") or UpstreamError("")
