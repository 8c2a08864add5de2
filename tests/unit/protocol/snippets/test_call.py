"""What of a request travels, and that no secret does."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.protocol.snippets.call import Call, Variable, call_of
from inspector.protocol.snippets.catalogue import FORMS

URL = "https://my-res.openai.azure.com/openai/v1/responses"
KEY, TOKEN = Variable("AZURE_OPENAI_API_KEY"), Variable("AZURE_OPENAI_AD_TOKEN")


def _call(*headers: tuple[str, str], url: str = URL, body: bytes = b"") -> Call:
    return call_of("POST", url, headers, body)


@pytest.mark.parametrize(
    ("header", "text"),
    [
        (("api-key", "[redacted 0123456789ab]"), (KEY,)),
        (("Api-Key", "abc"), (KEY,)),
        (("Ocp-Apim-Subscription-Key", "abc"), (KEY,)),
        (("Authorization", "Bearer abc"), ("Bearer ", KEY)),
        (("authorization", "Bearer [redacted 0123456789ab]"), ("Bearer ", KEY)),
        (("authorization", "Bearer eyJhbGciOi.eyJhdWQi.c2ln"), ("Bearer ", TOKEN)),
        (
            ("authorization", "Bearer [redacted 0123456789ab exp=2026-01-01T00:00:00Z aud=x]"),
            ("Bearer ", TOKEN),
        ),
        (("authorization", "[redacted 0123456789ab]"), (KEY,)),
        (("authorization", ""), (KEY,)),
    ],
)
def test_a_variable_stands_for_the_key(header: tuple[str, str], text: tuple[object, ...]) -> None:
    call = _call(header)
    assert call.credentials == ((header[0], text),)
    assert call.variables == (text[-1].name,)  # type: ignore[attr-defined]  # the last one is the variable


def test_openais_own_key_has_its_own_name() -> None:
    call = _call(("authorization", "Bearer sk-1"), url="https://api.openai.com/v1/responses")
    assert call.variables == ("OPENAI_API_KEY",)


def test_known_headers_travel_and_unknown_ones_are_told() -> None:
    call = _call(
        ("Host", "x"),
        ("Content-Type", "application/json"),
        ("session-id", " s-1 "),
        ("X-Codex-Turn-Metadata", '{"a": 1}'),
        ("cookie", "a=b"),
        ("x-thing", "1"),
        ("X-Thing", "2"),
        ("x-thing", "3"),
        ("user-agent", "codex"),
        ("x-stainless-os", "Linux"),
        ("accept", "text/\x1b[2J"),
    )
    assert call.headers == (
        ("Content-Type", "application/json"),
        ("session-id", "s-1"),
        ("X-Codex-Turn-Metadata", '{"a": 1}'),
    )
    assert call.left_out == ("cookie", "x-thing", "X-Thing", "accept")


def test_a_body_has_a_content_type() -> None:
    assert _call(body=b"{}").headers == (("content-type", "application/json"),)
    assert _call().headers == ()


@pytest.mark.parametrize(
    ("url", "base_url", "path"),
    [
        (URL, "https://my-res.openai.azure.com/openai/v1", "/responses"),
        (
            "http://127.0.0.1:80/a/responses/resp_1/cancel",
            "http://127.0.0.1:80/a",
            "/responses/resp_1/cancel",
        ),
        (
            "https://r.openai.azure.com/openai/deployments/models/chat/completions/",
            "https://r.openai.azure.com/openai/deployments/models",
            "/chat/completions",
        ),
        ("https://me:secret@r.com/x", "https://r.com/x", ""),
        ("http://[::1", "http://[::1", ""),
    ],
)
def test_the_address(url: str, base_url: str, path: str) -> None:
    call = _call(url=url)
    assert (call.base_url, call.path) == (base_url, path)


def test_parameters_that_may_be_secret_are_variables() -> None:
    call = _call(
        url=f"{URL}?api-version=2025-04-01-preview&code=s3&subscription-key=s4&%C3%A4-b=s5&include[]=a+b"
    )
    assert call.url == (
        f"{URL}?api-version=2025-04-01-preview&code=",
        Variable("PARAMETER_CODE"),
        "&subscription-key=",
        KEY,
        "&%C3%A4-b=",
        Variable("PARAMETER_B"),
        "&include[]=a%20b",
    )
    assert call.variables == ("PARAMETER_CODE", "AZURE_OPENAI_API_KEY", "PARAMETER_B")


_NAMES = st.sampled_from(
    [
        "api-key",
        "Authorization",
        "cookie",
        "proxy-authorization",
        "x-functions-key",
        "x-auth",
        "X-MS-TOKEN-AAD",
    ]
) | st.from_regex(r"\Ax-[a-z-]{1,8}\Z")
_SECRET = "S3CR3T/+="


@given(
    st.lists(st.tuples(_NAMES, st.sampled_from(["{}", "Bearer {}", "a={}; b", "eyJ0.eyJ1.{}"])), max_size=4),
    st.lists(st.sampled_from(["code", "sig", "key", "api-key", "x", "", "api_key"]), max_size=3),
    st.sampled_from([b"", b'{"model": "m", "input": "x"}', b"\xff"]),
)
@settings(max_examples=50)
def test_no_form_holds_a_secret(headers: list[tuple[str, str]], parameters: list[str], body: bytes) -> None:
    query = "&".join(f"{name}={_SECRET}" for name in parameters)
    call = call_of(
        "POST",
        f"https://user:{quote(_SECRET, safe='')}@my-res.openai.azure.com/openai/v1/responses?{query}",
        [(name, value.format(_SECRET)) for name, value in headers],
        body,
    )
    for form in FORMS.values():
        assert "S3CR3T" not in form.write(call)
