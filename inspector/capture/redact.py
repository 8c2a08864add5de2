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
from typing import TypeVar
from urllib.parse import unquote_plus

from inspector.capture.model import Headers

_SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "cookie2", "set-cookie", "x-ms-client-principal"}
)
_SECRET_WORDS = frozenset(
    {
        "token", "secret", "password", "passwd", "passphrase", "pwd", "credential", "credentials",
        "passcode", "auth", "authorization", "authentication", "apikey", "key", "jwt", "sas", "sig",
        "signature", "assertion",
    }
)  # fmt: skip
_SECRET_ENDS = (
    "token", "secret", "password", "credential", "apikey", "accesskey", "accountkey", "functionskey",
    "masterkey", "secretkey", "sharedkey", "subscriptionkey",
)  # fmt: skip
# As a name's last word: something about tokens or keys, not one of them.
_MEASURES = frozenset({"count", "limit", "remaining", "type"})
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
# Tried at the beginning of a word only: at every `eyJ` of one, a header of 64 KB took 9 s.
_JWT = re.compile(r"(?<![\w-])(?=[\w-]*?eyJ)[\w-]++={0,2}\.eyJ[\w-]{2,}={0,2}\.[\w-]*={0,2}")
_USERINFO = re.compile(r"(?<=//)[^/?#\s\"'<>]+(?=@)")
_NAME = r"(?<=[?&;#])([^=&;#\s\"'<>\\]{1,200})="
_PARAMETER = re.compile(_NAME + r"([^&;#]+)")
_PARAMETER_IN_WORDS = re.compile(_NAME + r"([^&;#\s\"'<>\\]+)")
_SPOKEN = re.compile(  # "Authorization: Bearer abc", "'api-key': 'abc'", "api_key=abc"
    r"(?i)\b((?:proxy-)?authorization|api[-_]key|ocp-apim-subscription-key|subscription-key|"
    r"x-[\w-]{0,40}(?:key|token|auth|secret)|access_token|client_secret|password)"
    r"(?P<between>(?:b?['\"])?\s*[:=,]\s*(?:b?['\"])?)"
    r"(?P<scheme>(?:bearer|basic)\s+)?(?P<secret>[^\s'\",;&)\]}]+)"
)
_SPOKEN_COOKIE = re.compile(r"(?i)\b(?:set-)?cookie(?:b?['\"])?\s*[:,]\s*(?:b?['\"])?([^'\"\r\n)\]}]+)")
_ASSIGNED = re.compile(r"(?<![\w-])(\w{4,64})=([^\s'\",;&)\]}]+)")  # "AZURE_OPENAI_API_KEY=abc"
# Not a challenge (`Bearer realm="..."`), and not words about one ("Bearer authentication failed").
_BEARER = re.compile(r"(?i)\b(bearer[\s+]+)(?![\w-]+=\")(?=\S*\d|\S{24})([\w.~+/-]{8,}=*)")
_OPENAI_KEY = re.compile(r"\bsk-[\w-]{8,}|(?<=openai-insecure-api-key\.)[^,\s]+")
_AZURE_KEY = re.compile(r"\b[0-9a-f]{32}\b(?!-)|\b[0-9A-Za-z]{84}\b")
_AN_ID_FOLLOWS = re.compile(r"(?i)\b(?:id|traceparent)\W{0,3}$")
_LONGEST_KNOWN, _MOST_KNOWN = 2**10, 2**10  # characters that are remembered of one, and how many
_Key = TypeVar("_Key")
_MARK = "[redacted "
_IS_MARK = re.compile(r"\[redacted [0-9a-f]{12}[^\]]*\]")


class Redactor:
    """Takes secrets out, for one capture. With `keep` it takes out nothing."""

    def __init__(self, salt: bytes, *, keep: bool = False) -> None:
        self._salt = salt
        self._keep = keep
        # Most of what an exchange has, the one before had as well.
        self._fields: dict[tuple[str, str], str] = {}
        self._urls: dict[str, str] = {}

    def headers(self, headers: Headers) -> Headers:
        """The same fields, secret values replaced."""
        if self._keep:
            return headers
        return tuple(
            (name, self._fields.get((name, value)) or self._field(name, value)) for name, value in headers
        )

    def _field(self, name: str, value: str) -> str:
        found = self._header(name, value)
        _remember(self._fields, (name, value), found, len(name) + len(value))
        return found

    def url(self, url: str) -> str:
        """The same URL: userinfo and the values of secret parameters replaced, all else to the letter."""
        if self._keep:
            return url
        found = self._urls.get(url)
        if found is None:
            found = self._by_looks(self._url(url, _PARAMETER))
            _remember(self._urls, url, found, len(url))
        return found

    def text(self, text: str) -> str:
        """Words of an error or a traceback: whatever looks like a secret replaced."""
        if self._keep:
            return text
        text = self._url(_JWT.sub(self._jwt, text), _PARAMETER_IN_WORDS)
        text = _SPOKEN.sub(self._spoken, text)
        text = _SPOKEN_COOKIE.sub(self._last_group, text)
        text = _ASSIGNED.sub(self._assigned, text)
        return _AZURE_KEY.sub(self._azure_key, self._by_looks(text))

    def _header(self, name: str, value: str) -> str:
        if is_secret_header(name):
            scheme = _SCHEME.fullmatch(value.strip())
            return f"{scheme[1]} {self._mark(scheme[2])}" if scheme else self._mark(value)
        # Locations and referers carry URLs; and a token may travel under any name.
        if "//" in value or "?" in value or value.startswith("/"):
            value = self._url(value, _PARAMETER_IN_WORDS)
        return self._by_looks(value)

    def _url(self, text: str, parameter: re.Pattern[str]) -> str:
        text = _USERINFO.sub(lambda found: self._mark(found[0]), text)
        return parameter.sub(self._parameter, text)

    def _by_looks(self, text: str) -> str:
        """What is a secret wherever it stands."""
        text = _JWT.sub(self._jwt, text)
        text = _BEARER.sub(self._last_group, text)
        return _OPENAI_KEY.sub(lambda found: self._mark(found[0]), text)

    def _jwt(self, found: re.Match[str]) -> str:
        before, begin, rest = found[0].partition("eyJ")
        return before + self._mark(begin + rest)

    def _azure_key(self, found: re.Match[str]) -> str:
        """Older keys look like the ids of requests, which whoever asks for help needs."""
        start = found.start()
        if _AN_ID_FOLLOWS.search(found.string[max(0, start - 16) : start]):
            return found[0]
        return self._mark(found[0])

    def _assigned(self, found: re.Match[str]) -> str:
        name, secret = found[1], found[2]
        if name.lower() in _SECRET_WORDS or not is_secret_parameter(name) or secret.startswith(_MARK.strip()):
            return found[0]  # `key=`, `token=`: too common as words to say anything
        return f"{name}={self._mark(secret)}"

    def _last_group(self, found: re.Match[str]) -> str:
        last = found.lastindex or 0
        return found[0][: found.start(last) - found.start()] + self._mark(found[last])

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
        if not secret or _IS_MARK.fullmatch(secret):
            return secret
        digest = hmac.new(self._salt, secret.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()
        return f"{_MARK}{digest[:12]}{_claims(secret)}]"


def _remember(known: dict[_Key, str], key: _Key, found: str, size: int) -> None:
    """Keeps what was found for something of so many characters, if that is not long, for a while."""
    if size <= _LONGEST_KNOWN:
        if len(known) >= _MOST_KNOWN:
            known.clear()
        known[key] = found


def is_secret_header(name: str) -> bool:
    """Whether a header of this name holds a secret.

    By its words: `x-auth-token` does; counts of tokens (`x-ratelimit-remaining-tokens`), nonces and cache
    keys do not.
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
    words = [word.rstrip("0123456789") for word in re.split(r"[\W_]+", name)]
    return words[-1] not in _MEASURES and any(
        word in _SECRET_WORDS or word.endswith(_SECRET_ENDS) for word in words
    )


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
