"""Names, ids and paths: where they stand in a text by their looks, and which ones the capture tells of.

What is found once is taken out wherever it stands: the user's name of a home folder also in a remark of git.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from inspector.protocol.families import family_of
from inspector.sharing.vocabulary import is_word

UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_PREFIX = (
    "resp|msg|rs|fc|fco|ctc|ctco|call|chatcmpl|cmpl|req|ws|ig|mcp|mcpl|mcpr|lsh|lsho|cu|ci|cntr|fs|tsc|tso|"
    "item|file|vs|asst|thread|run|conv|proj|org|sess|user|batch|upload|at|cm"
)
IDS = re.compile(
    rf"(?<![0-9a-zA-Z]){UUID}(?![0-9a-zA-Z])|\b(?:{_PREFIX})[_-](?=[A-Za-z]*\d)[A-Za-z0-9]{{12,}}\b"
    r"|\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{32,64}\b"
)
"""Ids of sessions, requests, responses, items, commits."""

HEXADECIMAL = re.compile(rf"{UUID}|[0-9a-f]{{32,64}}")

ADDRESS = re.compile(
    r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+\b"
    r"|(?<![\w.])(?!127\.|0\.0\.0\.0|255\.)(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\w.])"
)
"""Of mail, and of machines that are not this one."""

_HOME = re.compile(r"(?:/home/|/Users/|[A-Za-z]:\\Users\\)([^\s/\\\"'<>|:*?,;()\[\]{}]+)")
_FOLDER = re.compile(r"<cwd>([^<]+)</cwd>|\bcwd\\?\"\s*:\s*\\?\"([^\"\\]+)")
_REMOTE = re.compile(
    r"(?:https?://|ssh://|git@)[\w.@-]+(?::\d+)?[/:]([\w.-]+(?:/[\w.-]+)*)/([\w.-]+?)(?:\.git)?(?=[\s\"'\\<>]|$)"
)
_PUBLIC = (
    "openai.azure.com", "cognitiveservices.azure.com", "services.ai.azure.com", "azure-api.net", "openai.com",
    "azure.com", "windows.net", "microsoft.com",
)  # fmt: skip
_LOOPBACK = re.compile(r"localhost|127\.[\d.]+|\[?::1\]?|0\.0\.0\.0")
_DEPLOYMENT = re.compile(r"/deployments/([^/?#]+)")


def ids(text: str) -> Iterator[str]:
    """What of the ids and addresses in a text is to go."""
    for pattern in (IDS, ADDRESS):
        for found in pattern.finditer(text):
            yield found[0]


def folders(text: str) -> Iterator[str]:
    """Home folders and work trees that a text names: below them every path goes."""
    for found in _HOME.finditer(text):
        yield found[0]
    for found in _FOLDER.finditer(text):
        folder = (found[1] or found[2]).rstrip("/\\")
        if len(re.findall(r"[/\\]", folder)) >= 2:  # "/tmp" says nothing, and would be found anywhere
            yield folder


def user_of(folder: str) -> str | None:
    """Whose home folder it is, or lies in."""
    found = _HOME.match(folder)
    return found[1] if found and not is_word(found[1]) else None


def remotes(text: str) -> Iterator[str]:
    """Owner and name of the repositories whose address ends in .git, or is told as a remote."""
    for found in _REMOTE.finditer(text):
        if found[0].endswith(".git") or ".git" in text[found.end() : found.end() + 4]:
            yield from (found[1], found[2])


def names_of_url(url: str) -> Iterator[str]:
    """Resource or host, and deployment."""
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return
    yield from names_of_host(host)
    if found := _DEPLOYMENT.search(url):
        yield from names_of_model(found[1])


def names_of_host(host: str) -> Iterator[str]:
    """What of a host's name is somebody's."""
    host = host.rstrip(".").lower()
    if not host or _LOOPBACK.fullmatch(host):
        return
    for public in _PUBLIC:
        if host == public:
            return
        if host.endswith(f".{public}"):
            host = host.removesuffix(f".{public}").split(".")[0]
            break
    yield host


def names_of_model(model: str) -> Iterator[str]:
    """A deployment's name; those of known models are everybody's."""
    if model and not family_of(model).known:
        yield model


def fit(names: Iterable[str]) -> set[str]:
    """Those that can be taken out of a text without taking it apart."""
    return {name for name in names if len(name) >= 2 and not is_word(name) and any(map(str.isalnum, name))}
