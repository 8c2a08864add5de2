"""What a person can set, and what holds when they do not: the one list, from which the file is explained.

A field's description is the comment above it in the documented file, `examples` what it shows of a table.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict

from inspector.settings.key_names import key_name, split_keys


class Column(StrEnum):
    """A column of the list of exchanges, called like the filter's key for the same thing."""

    ID = "id"
    STATUS = "status"
    TIME = "time"
    METHOD = "method"
    MODEL = "model"
    OPERATION = "operation"
    DURATION = "duration"
    FIRST = "first"
    EVENTS = "events"
    SIZE = "size"
    INPUT = "tokens.in"
    CACHED = "tokens.cached"
    OUTPUT = "tokens.out"
    REASONING = "tokens.reasoning"
    COST = "cost"
    ERROR = "error"

    @property
    def about(self) -> str:
        """What stands in it."""
        return _ABOUT[self]


_ABOUT = {
    Column.ID: "the exchange's number",
    Column.STATUS: "the response's status",
    Column.TIME: "when it started",
    Column.METHOD: "the request's method",
    Column.MODEL: "the model or deployment that was asked",
    Column.OPERATION: "what was asked, where it is not the plain case",
    Column.DURATION: "from the request to the end",
    Column.FIRST: "from the request to the first event",
    Column.EVENTS: "how many events came",
    Column.SIZE: "bytes of both bodies",
    Column.INPUT: "tokens that were sent",
    Column.CACHED: "those of them that came from the prompt cache",
    Column.OUTPUT: "tokens that came back",
    Column.REASONING: "those of them that were reasoning",
    Column.COST: "about what it cost: by [prices], else by a list of public prices",
    Column.ERROR: "what went wrong, in words",
}

COLUMNS = (
    Column.STATUS, Column.TIME, Column.MODEL, Column.OPERATION, Column.DURATION, Column.EVENTS, Column.INPUT,
    Column.CACHED, Column.OUTPUT, Column.ERROR,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sort:
    """The order of the list."""

    column: Column
    descending: bool = False


class Price(BaseModel):
    """What a million tokens of a model cost, in whatever currency the person counts in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: Annotated[float, Strict(), Field(ge=0, allow_inf_nan=False)]
    output: Annotated[float, Strict(), Field(ge=0, allow_inf_nan=False)]
    cached: Annotated[float | None, Strict(), Field(ge=0, allow_inf_nan=False)] = None  # None: like `input`


def _each_once(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    twice = [column for column in dict.fromkeys(columns) if columns.count(column) > 1]
    if twice:
        raise ValueError(f"names {twice[0].value!r} twice; a column is shown once")
    return columns


def _sort(text: str) -> str:
    Column(text.removeprefix("-"))
    return text


def _command(text: str) -> str:
    try:
        shlex.split(text)
    except ValueError:
        raise ValueError(f"has a quote that is not closed: {text!r}") from None
    return text


Command = Annotated[str, AfterValidator(_command)]
Keys = Annotated[
    tuple[Annotated[str, AfterValidator(key_name)], ...], BeforeValidator(split_keys), Field(min_length=1)
]


class Settings(BaseModel):
    """All settings; without a file, `Settings()`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    theme: str = Field(
        default="inspector-dark",
        description="The colours. The command palette shows the themes and tries them on.",
    )
    columns: Annotated[tuple[Column, ...], AfterValidator(_each_once)] = Field(
        default=COLUMNS,
        min_length=1,
        description="The columns of the list of exchanges, in this order, as far as there is room. There are",
    )
    sort: Annotated[str, AfterValidator(_sort)] = Field(
        default="time",
        description="The column by which exchanges are ordered; with - before it, the other way round.",
    )
    follow: Annotated[bool, Strict()] = Field(
        default=True,
        description="Whether a live session is followed: each new exchange is selected as it comes.",
    )
    gap: Annotated[float, Strict()] = Field(
        default=0.5,
        gt=0,
        allow_inf_nan=False,
        description="Seconds of silence within a stream that are marked as a gap.",
    )
    editor: Command = Field(
        default="",
        description='The command that opens a text to edit, as in "code --wait"; empty: $VISUAL or $EDITOR.',
    )
    pager: Command = Field(
        default="",
        description='The command that opens a text to read, as in "less -R"; empty: $PAGER.',
    )
    clipboard: Command = Field(
        default="terminal",
        description="Where a copy goes: terminal (which is asked to take it, over ssh too; so is this "
        "machine's clipboard, and where there is none a file has it as well), file (whose path is then "
        'shown), or a command that reads it from its input, as in "xclip -selection clipboard".',
    )
    families: dict[str, str] = Field(
        default={},
        description="The model family behind a deployment's name, where the name does not tell it.",
        examples=[{"my-deployment": "gpt-5"}],
    )
    prices: dict[str, Price] = Field(
        default={},
        description="What a million tokens of a model or deployment cost, in any one currency. "
        "Without cached, tokens from the prompt cache cost as much as others. What is not named here is "
        "priced by the list of public prices that came with the package genai-prices, in US dollars: by the "
        "model that answered, else by the one that was asked or that [families] names, if the list has that "
        "very name. Either way a cost is an estimate, at standard prices.",
        examples=[{"my-deployment": {"input": 1.0, "cached": 0.1, "output": 8.0}}],
    )
    keys: dict[str, Keys] = Field(
        default={},
        description="The keys of an action, in place of its own: one or several. "
        "A key is a character, or a name such as escape, enter, space, pageup, f5, ctrl+s or shift+tab.",
        examples=[{"app.quit": ["q", "ctrl+c"]}],
    )

    @property
    def order(self) -> Sort:
        """`sort`, taken apart."""
        return Sort(Column(self.sort.removeprefix("-")), self.sort.startswith("-"))

    @property
    def keymap(self) -> dict[str, str]:
        """`keys` as Textual's `App.set_keymap` takes them."""
        return {binding: ",".join(keys) for binding, keys in self.keys.items()}
