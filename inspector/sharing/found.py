"""What a capture holds that is to go: gathered from all of it before anything is replaced.

A path that a tool's output names goes from the error three exchanges earlier as well, and a prompt from where
a log quotes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from inspector.sharing import naming
from inspector.sharing.kinds import Choice, Kind
from inspector.sharing.needles import Needles
from inspector.sharing.secrets import SHORTEST, secrets_in
from inspector.sharing.vocabulary import KEPT

_LEAST = 24  # characters of a line that is sought wherever it may be quoted
_PATH = re.compile(r"(?:[A-Za-z]:)?(?:[/\\][\w.@+%~-]+){2,}")
_BARE = " \t\r+-*#>|"


class Found:
    """Gathered for one choice; `settle` ends the gathering."""

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self.needles = Needles()
        self.kept: set[str] = set()  # names that stay, since they are words of the protocols
        self._seen: set[int] = set()
        self._folders: set[str] = set()
        self._paths: set[str] = set()
        self.needles.update(choice.words, Kind.WORD)

    def text(self, text: str) -> None:
        """Any text."""
        if len(text) < 2 or not self.is_new(text):
            return
        for secret in secrets_in(text):
            self.secret(secret)
        if self.choice.has(Kind.NAME):
            self.needles.update(naming.ids(text), Kind.NAME)
            self.names(naming.remotes(text))
        if self.choice.has(Kind.PATH):
            self._folders.update(naming.folders(text))
            self._paths.update(_PATH.findall(text))

    def is_new(self, *what: object) -> bool:
        """Whether it was not asked this of it before."""
        mark = hash(what)
        if mark in self._seen:
            return False
        self._seen.add(mark)
        return True

    def secret(self, secret: str) -> None:
        """A key, a token."""
        if len(secret) >= SHORTEST and any(map(str.isalnum, secret)):
            self.needles.add(secret, Kind.SECRET)

    def names(self, names: Iterable[str]) -> None:
        """Names of resources, hosts, deployments, accounts."""
        self._named(names, Kind.NAME)

    def machine(self, name: str) -> None:
        """The name of a computer on which somebody worked."""
        self._named([name], Kind.PATH)

    def prose(self, text: str, kind: Kind) -> None:
        """A text that goes: its lines are sought elsewhere."""
        for line in text.split("\n"):
            at = 0
            for kept in KEPT.finditer(line):
                self._line(line[at : kept.start()], kind)
                at = kept.end()
            self._line(line[at:], kind)

    def settle(self) -> None:
        """All has been seen."""
        if not self.choice.has(Kind.PATH):
            return
        users = {user for folder in self._folders if (user := naming.user_of(folder))}
        self._named(users, Kind.PATH)
        for path in self._folders | {path for path in self._paths if self._is_inside(path)}:
            for form in {path, path.replace("\\", "\\\\")}:
                self.needles.add(form, Kind.PATH)

    def _is_inside(self, path: str) -> bool:
        """Whether one of the folders is above it."""
        ends = [found.start() for found in re.finditer(r"[/\\]", path)]
        return any(path[:end] in self._folders for end in ends)

    def _named(self, names: Iterable[str], kind: Kind) -> None:
        if not self.choice.has(kind):
            return
        names = {name for name in names if name}
        fit = naming.fit(names)
        self.kept |= names - fit
        self.needles.update(fit, kind)

    def _line(self, line: str, kind: Kind) -> None:
        line = line.strip(_BARE)
        if len(line) >= _LEAST and any(map(str.isalnum, line)):
            self.needles.add(line, kind)
