"""Secrets in text: keys, tokens, passwords and private keys, by their looks and by what is before them.

Headers and URLs have rules of their own, see capture.redact. The mark of what was taken out is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from inspector.capture.redact import is_secret_header

SHORTEST = 6
"""Characters of a secret: what is shorter would be found in every text."""

_BY_LOOKS = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?P<private>.+?)(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\Z)"
    r"|(?<![\w-])eyJ[\w-]{8,}={0,2}\.eyJ[\w-]{2,}={0,2}(?:\.[\w-]*={0,2})?"  # a JWT
    r"|\bsk-[\w-]{16,}"
    r"|\b(?:gh[opsur]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{10,}|hf_[A-Za-z0-9]{20,}"
    r"|npm_[A-Za-z0-9]{30,}|pypi-[\w-]{40,}|AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}|AIza[\w-]{30,})"
    r"|\b(?=[0-9A-Za-z]*\d)(?=[0-9A-Za-z]*[A-Z])(?=[0-9A-Za-z]*[a-z])[0-9A-Za-z]{84}\b"  # of Azure
    r"|(?<![\w+/=-])[\w+/-]{86}==",  # of Azure's storage and its kin
    re.S,
)
_SAID = re.compile(
    r"""(?ix)
    (?: \b(?: account_?key | shared_?access_?key | shared_?access_?signature | api[-_\ ]?key | access_?token
          | refresh_?token | id_?token | auth_?token | client_?secret | secret_?key | subscription[-_]key
          | passwd | password | passphrase | pwd | \w{2,40}_(?:api_key|token|secret|password)
          | (?:proxy-)?authorization )
      ["']{0,2} \s* (?: [=:] | => ) \s* (?: (?:bearer|basic)\s+ )? (?:\\?["'])?
    | \bbearer[ ]+ (?=\S*\d)
    | [?&;](?:sig|code|api-key|key|token|access_token)=
    ) (?P<secret> [^\s"',;&<>(){}\[\]\\]{6,} )"""
)
_USERINFO = re.compile(r"(?<=//)[^/?#\s\"'<>:@]*:(?P<secret>[^/?#\s\"'<>@]{3,})(?=@)")
_KEYS_LIST = """
api_key apikey api-key access_token refresh_token id_token auth_token client_secret password passwd
passphrase secret private_key connection_string authorization account_key secret_key access_key pwd
"""
_KEYS = frozenset(_KEYS_LIST.split())
_MARK = "[redacted"
_WORDS = frozenset({"null", "none", "true", "false", "string", "required", "bearer", "[redacted"})


def secrets_in(text: str) -> Iterator[str]:
    """Every secret that stands in a text."""
    for found in _BY_LOOKS.finditer(text):
        if found["private"] is None:
            yield found[0]
            continue
        for line in re.split(r"\\n|\s+", found["private"]):
            if len(line) >= SHORTEST:
                yield line
    for pattern in (_SAID, _USERINFO):
        for found in pattern.finditer(text):
            secret = found["secret"]
            if len(secret) >= SHORTEST and secret.lower() not in _WORDS and not _is_variable(secret):
                yield secret


def is_secret_field(name: str) -> bool:
    """Whether the text under this name in a JSON object is a secret."""
    return name.lower() in _KEYS


def secret_of_header(name: str, value: str) -> str | None:
    """The secret in a header's value, without its scheme; None where it holds none, or not any more."""
    if _MARK in value:
        return None
    if is_secret_header(name):
        bare = value.strip()
        scheme, _, rest = bare.partition(" ")
        return rest.strip() if rest and scheme.isalpha() else bare
    return None


def _is_variable(secret: str) -> bool:
    """What only names where the secret is."""
    return (
        secret.startswith(("$", "<", "{", "%", "os.", "process.env", _MARK)) or secret.strip("*.xX_-") == ""
    )
