"""The calls beside those on responses and chats: the list of models, and embeddings."""

from __future__ import annotations

import base64
import hashlib
import struct
from typing import Any

from inspector.simulator import azure
from inspector.simulator.ids import Ids
from inspector.simulator.script import Answer, Headers, whole_json

MODELS = ("gpt-5.5", "gpt-5-mini", "gpt-4.1", "text-embedding-3-small")
DIMENSIONS, MOST_DIMENSIONS = 1536, 3072
CREATED = 1_760_000_000  # Unix time: any would do


def models(path: str, n: int = 0) -> Answer:
    """The list of models, or the one that the path names."""
    name = path.rstrip("/").rpartition("/")[2]
    if name == "models":
        told = {"object": "list", "data": [_model(model) for model in MODELS]}
        return whole_json(told, headers=_around(f"{n} models"))
    return whole_json(_model(name), headers=_around(f"{n} model")) if name in MODELS else azure.not_found()


def embeddings(body: Any, n: int = 0) -> Answer:
    """A vector for each input, the same for the same text; base64 of little-endian floats where asked for.

    `n` is the request's number, which its id comes of.
    """
    said = body.get("input") if isinstance(body, dict) else None
    texts = [said] if isinstance(said, str) else said
    if not isinstance(texts, list) or not texts:
        message = "The request body is not a JSON object with 'input'."
        return azure.error(400, "invalid_payload", message, kind="invalid_request_error", param="input")
    dimensions = body.get("dimensions", DIMENSIONS)
    if not isinstance(dimensions, int) or not 1 <= dimensions <= MOST_DIMENSIONS:
        message = f"Invalid 'dimensions': expected an integer from 1 to {MOST_DIMENSIONS}."
        return azure.invalid_request(message, param="dimensions", code="invalid_value")
    data = []
    for index, text in enumerate(texts):
        digest = hashlib.shake_128(repr(text).encode()).digest(dimensions)
        vector = [(byte - 127.5) / 510 for byte in digest]
        packed = base64.b64encode(struct.pack(f"<{dimensions}f", *vector)).decode()
        as_text = body.get("encoding_format") == "base64"
        data.append({"object": "embedding", "index": index, "embedding": packed if as_text else vector})
    tokens = sum(len(repr(text)) for text in texts) // 4
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    told = {"object": "list", "data": data, "model": body.get("model"), "usage": usage}
    return whole_json(told, headers=(*_around(f"{n} embeddings"), *azure.usage_header(told)))


def _around(seed: str) -> Headers:
    return azure.headers(Ids(seed.encode()))


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": CREATED, "owned_by": "azure-openai"}
