"""What a person can do about an answer that went wrong, in a few words."""

from __future__ import annotations

from inspector.protocol.azure import Operation
from inspector.replay.call import Call
from inspector.replay.credentials import Credential
from inspector.replay.patience import wait_before_retry
from inspector.replay.sending import Sent


def advice(sent: Sent, call: Call, credential: Credential | None) -> str | None:
    """What to do; None where all went well, or the error says it best itself."""
    if sent.is_fine:
        return None
    match sent.status:
        case 401:
            return _unauthorised(credential)
        case 403:
            return "the resource may take no keys, or not from this network: try --entra"
        case 404:
            return _not_found(sent, call)
        case 429:
            wait = wait_before_retry(sent.status, sent.outcome, sent.headers, 1)
            told = f"wait {wait:.3g} s, or let" if wait else "let"
            return f"{told} --retries try again"
        case None:
            return None  # the sentence of a broken connection says it
        case status if status >= 500:
            return "--retries tries again"
    return None


def _unauthorised(credential: Credential | None) -> str:
    if credential is None:
        return "it was sent without a key: set AZURE_OPENAI_API_KEY, or name another source"
    return (
        f"check that {credential.name} is a key of this resource; "
        "--key-env, --key-command and --entra name others"
    )


def _not_found(sent: Sent, call: Call) -> str:
    if b"DeploymentNotFound" in sent.body or b"model_not_found" in sent.body:
        return "name a deployment that the resource has with --deployment or --model"
    if call.operation in (Operation.CREATE, Operation.CHAT, Operation.EMBEDDINGS, Operation.COMPACT):
        return "the resource does not serve this address: check its form, with --to or --api-version"
    return "it may have been deleted, or be of another resource"
