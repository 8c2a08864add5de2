"""The calls beside the two that create: the list of models, and embeddings, in a first form."""

from __future__ import annotations

import base64
import hashlib
import struct
from typing import Any

from inspector.simulator import azure
from inspector.simulator.script import Answer, whole_json

MODELS = ("gpt-5.5", "gpt-5-mini", "gpt-4.1", "text-embedding-3-small")
DIMENSIONS = 16
CREATED = 1_760_000_000  # Unix time: any would do


def models(path: str) -> Answer:
    """The list of models, or the one that the path names."""
    name = path.rstrip("/").rpartition("/")[2]
    if name == "models":
        return whole_json({"object": "list", "data": [_model(model) for model in MODELS]})
    return whole_json(_model(name)) if name in MODELS else azure.not_found()


def embeddings(body: Any) -> Answer:
    """A vector for each input, the same for the same text; base64 of little-endian floats where asked for."""
    said = body.get("input") if isinstance(body, dict) else None
    texts = [said] if isinstance(said, str) else said
    if not isinstance(texts, list) or not texts:
        message = "The request body is not a JSON object with 'input'."
        return azure.error(400, "invalid_payload", message, kind="invalid_request_error", param="input")
    data = []
    for index, text in enumerate(texts):
        digest = hashlib.blake2b(repr(text).encode(), digest_size=DIMENSIONS).digest()
        vector = [(byte - 127.5) / 510 for byte in digest]
        packed = base64.b64encode(struct.pack(f"<{DIMENSIONS}f", *vector)).decode()
        as_text = body.get("encoding_format") == "base64"
        data.append({"object": "embedding", "index": index, "embedding": packed if as_text else vector})
    tokens = sum(len(repr(text)) for text in texts) // 4
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return whole_json({"object": "list", "data": data, "model": body.get("model"), "usage": usage})


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": CREATED, "owned_by": "azure-openai"}
