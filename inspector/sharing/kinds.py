"""What can be taken out of a capture, and what a person chose of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a replaced text was."""

    SECRET = "secrets"  # keys, tokens, passwords, private keys: always
    WORD = "words"  # what the person named
    PROMPT = "prompts"  # the person's words, the assistant's prose, reasoning
    INSTRUCTIONS = "instructions"  # system and developer text
    TOOL = "tool descriptions"  # of tools, and the prose in their schemas and grammars
    PATH = "paths"  # home folders, work trees and what is in them, names of users and machines
    CONTENT = "file contents"  # what tools were given and gave back: commands, patches, outputs, images
    NAME = "names"  # resources, deployments, hosts, accounts, ids

    @property
    def is_place(self) -> bool:
        """Whether it is told by where a text stands; the others by what it is, wherever it stands."""
        return self in (Kind.PROMPT, Kind.INSTRUCTIONS, Kind.TOOL, Kind.CONTENT)


ALWAYS = frozenset({Kind.SECRET, Kind.WORD})
BY_CHOICE = tuple(kind for kind in Kind if kind not in ALWAYS)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to go: secrets in any case, these kinds, and these words wherever they stand."""

    kinds: frozenset[Kind] = frozenset()
    words: tuple[str, ...] = ()

    def has(self, kind: Kind | None) -> bool:
        """Whether texts of this kind go."""
        return kind is not None and (kind in ALWAYS or kind in self.kinds)

    @property
    def has_places(self) -> bool:
        """Whether any text goes because of where it stands."""
        return any(kind.is_place for kind in self.kinds)
