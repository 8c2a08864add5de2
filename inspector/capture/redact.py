"""Keeps secrets out of captures: header values, URLs and words, before they are written.

What stays of a secret is its scheme (`Bearer`), a fingerprint salted for the capture, so that two requests
can be seen to have used the same key while the key cannot be searched for, and of a JWT the claims that
explain most failed sign-ins: `exp` and `aud`. Bodies are not touched here: they are kept verbatim.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from urllib.parse import unquote_plus

from inspector.capture.model import Headers

_SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "cookie2", "set-cookie", "x-ms-client-principal"}
)
_SECRET_WORDS = frozenset(
    {
        "token", "secret", "password", "passwd", "passphrase", "pwd", "credential", "credentials",
        "auth", "authorization", "apikey", "key", "jwt", "sas", "sig", "signature", "assertion",
    }
)  # fmt: skip
_SECRET_ENDS = ("token", "secret", "password", "apikey", "credential")
_KEYS_THAT_ARE_NONE = frozenset(
    {
        "sec-websocket-key",  # a nonce of the handshake
        "idempotency-key", "x-idempotency-key", "prompt-cache-key", "prompt_cache_key", "cache-key",
        "surrogate-key", "x-cache-key", "key-id", "x-key-id",
    }
)  # fmt: skip
_SECRET_QUERY = _SECRET_WORDS | {"code", "sig"}  # `code`: a function's key, or a sign-in's authorization code

_SCHEME = re.compile(
    r"(?i)(basic|bearer|digest|negotiate|ntlm|token|apikey|sharedaccesssignature)\s+(\S.*)", re.S
)
_JWT = re.compile(r"eyJ[\w-]{5,}={0,2}\.eyJ[\w-]{2,}={0,2}\.[\w-]*={0,2}")
_USERINFO = re.compile(r"(?<=://)[^/?#\s\"'<>@]+(?=@)")
_PARAMETER = re.compile(r"(?<=[?&;#])([\w.~%+-]{1,64})=([^&;#\s\"'<>\\]+)")
_SPOKEN = re.compile(  # "Authorization: Bearer abc", "'api-key': 'abc'", "api_key=abc"
    r"(?i)\b((?:proxy-)?authorization|api[-_]key|x-api-key|ocp-apim-subscription-key|subscription-key|"
    r"access_token|client_secret|password)"
    r"(?P<between>b?['\"]?\s*[:=,]\s*b?['\"]?)(?P<scheme>(?:bearer|basic)\s+)?(?P<secret>[^\s'\",;&)\]}]+)"
)
_BEARER = re.compile(r"(?i)\b(bearer\s+)([\w.~+/-]{8,}=*)")
_KEY = re.compile(r"\bsk-[\w-]{8,}|\b[0-9a-f]{32}\b(?!-)|\b[0-9A-Za-z]{84}\b")
_MARK = "[redacted "


class Redactor:
    """Takes secrets out, for one capture. With `keep` it takes out nothing."""

    def __init__(self, salt: bytes, *, keep: bool = False) -> None:
        self._salt = salt
        self._keep = keep

    def headers(self, headers: Headers) -> Headers:
        """The same fields, secret values replaced."""
        if self._keep:
            return headers
        return tuple((name, self._header(name, value)) for name, value in headers)

    def url(self, url: str) -> str:
        """The same URL: userinfo and the values of secret parameters replaced, all else to the letter."""
        if self._keep:
            return url
        url = _USERINFO.sub(lambda found: self._mark(found[0]), url)
        return _PARAMETER.sub(self._parameter, url)

    def text(self, text: str) -> str:
        """Words of an error or a traceback: whatever looks like a secret replaced."""
        if self._keep:
            return text
        text = self.url(_JWT.sub(lambda found: self._mark(found[0]), text))
        text = _SPOKEN.sub(self._spoken, text)
        text = _BEARER.sub(lambda found: found[1] + self._mark(found[2]), text)
        return _KEY.sub(lambda found: self._mark(found[0]), text)

    def _header(self, name: str, value: str) -> str:
        if is_secret_header(name):
            scheme = _SCHEME.fullmatch(value.strip())
            return f"{scheme[1]} {self._mark(scheme[2])}" if scheme else self._mark(value)
        # Locations and referers carry URLs; and a token may travel under any name.
        if "://" in value or "?" in value or value.startswith("/"):
            value = self.url(value)
        return _JWT.sub(lambda found: self._mark(found[0]), value)

    def _parameter(self, found: re.Match[str]) -> str:
        name, value = found[1], found[2]
        if not is_secret_parameter(name) or value.startswith(_MARK.strip()):
            return found[0]
        return f"{name}={self._mark(unquote_plus(value)).replace(' ', '+')}"

    def _spoken(self, found: re.Match[str]) -> str:
        secret = found["secret"]
        if secret.startswith(_MARK.strip()):
            return found[0]
        return f"{found[1]}{found['between']}{found['scheme'] or ''}{self._mark(secret)}"

    def _mark(self, secret: str) -> str:
        if not secret or secret.startswith(_MARK):
            return secret
        digest = hmac.new(self._salt, secret.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()
        return f"{_MARK}{digest[:12]}{_claims(secret)}]"


def is_secret_header(name: str) -> bool:
    """Whether a header of this name holds a secret: by its words, so that `x-auth-token` does and counts of
    tokens (`x-ratelimit-remaining-tokens`), nonces and cache keys do not.
    """
    name = name.strip().lower()
    if name in _SECRET_HEADERS:
        return True
    return name not in _KEYS_THAT_ARE_NONE and not name.startswith("x-ratelimit-") and _names_secret(name)


def is_secret_parameter(name: str) -> bool:
    """Whether a URL's query parameter of this name holds a secret."""
    name = unquote_plus(name).strip().lower()
    return name in _SECRET_QUERY or (name not in _KEYS_THAT_ARE_NONE and _names_secret(name))


def _names_secret(name: str) -> bool:
    words = re.split(r"[-_.]", name)
    return any(word in _SECRET_WORDS or word.endswith(_SECRET_ENDS) for word in words)


def _claims(secret: str) -> str:
    """` exp=... aud=...` of a JWT, as far as it has them; "" for anything else. Nothing is verified."""
    parts = secret.split(".")
    if len(parts) != 3 or not parts[0].startswith("eyJ"):
        return ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return ""
    if not isinstance(claims, dict):
        return ""
    words = ""
    expiry = claims.get("exp")
    if isinstance(expiry, int | float) and not isinstance(expiry, bool) and 0 <= expiry < 2**35:
        words += f" exp={datetime.fromtimestamp(expiry, UTC):%Y-%m-%dT%H:%M:%SZ}"
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    named = [_printable(one) for one in audiences if isinstance(one, str)]
    return words + (f" aud={','.join(named)[:200]}" if named else "")


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable() and letter not in " []")[:100]
