"""What a person can do about an answer that went wrong, in a few words."""

from __future__ import annotations

from inspector.protocol.azure import Operation
from inspector.protocol.upstream_error import UpstreamError
from inspector.replay.call import Call
from inspector.replay.credentials import Credential
from inspector.replay.patience import LONGEST_WAIT, told_wait
from inspector.replay.sending import Sent
from inspector.replay.wording import error_of

_CREATING = (Operation.CREATE, Operation.CHAT, Operation.EMBEDDINGS, Operation.COMPACT)


def advice(sent: Sent, call: Call, credential: Credential | None) -> str | None:
    """What to do; None where all went well, or the error says it best itself."""
    if sent.is_fine or sent.status is None:
        return None  # the sentence of a broken connection says it
    error = error_of(sent)
    names = " ".join(name for name in (error.code, error.type) if name).lower() if error else ""
    match sent.status:
        case 200:
            return _no_events(sent, call)
        case 400:
            return _bad_request(names, error, call)
        case 401:
            return _unauthorised(credential)
        case 403:
            return "the resource may take no keys, or not from this network: try --entra"
        case 404:
            return _not_found(names, error, call)
        case 429:
            return _too_many(sent, names)
        case status if status >= 500:
            if error is None:
                return "no answer of Azure's, but of a gateway before it: --retries tries again"
            return "--retries tries again"
    return None


def _bad_request(names: str, error: UpstreamError | None, call: Call) -> str | None:
    if "content_filter" in names:
        return "change the prompt, or the content filter of the deployment"
    if "previous_response" in names:
        return "only what the same resource has stored can be continued, within 30 days"
    if error is not None and "synchronous response" in error.message.lower():
        return "only a response made with background:true can be cancelled"
    if error is not None and call.operation is Operation.CREATE:
        return "`inspector repair` says what of a request the model's family does not take"
    return None


def _unauthorised(credential: Credential | None) -> str:
    if credential is None:
        return "it was sent without a key: set AZURE_OPENAI_API_KEY, or name another source"
    return (
        f"check that {credential.name} is a key of this resource; "
        "--key-env, --key-command and --entra name others"
    )


def _no_events(sent: Sent, call: Call) -> str | None:
    if call.operation is Operation.GET and "starting_after=" in call.url and not sent.summary.event_count:
        return "it has no event with a greater number than that"
    return None


def _not_found(names: str, error: UpstreamError | None, call: Call) -> str:
    if "deploymentnotfound" in names or "model_not_found" in names:
        if call.operation is Operation.CREATE:
            return "name a deployment that the resource has with --model"
        return "name a deployment that the resource has with --deployment or --model"
    if call.operation in _CREATING or error is None or names == "404":
        return "the resource does not serve this address: check its form, with --to or --api-version"
    return (
        "it may have been deleted, or never stored (store:false), or be older than 30 days, "
        "or of another resource"
    )


def _too_many(sent: Sent, names: str) -> str:
    if "quota" in names:
        return "the quota is used up: waiting does not help"
    wait = told_wait(sent.headers)
    if wait is not None and wait > LONGEST_WAIT:
        return f"wait {wait:,.0f} s"  # --retries does not
    told = f"wait {wait:.3g} s, or let" if wait else "let"
    return f"{told} --retries try again"
