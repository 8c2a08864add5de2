"""By which settings requests are translated and repaired: one value, however the proxy was started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from inspector.protocol.families import FAMILIES, family_of
from inspector.protocol.limits import Limits
from inspector.protocol.repair import RULES, RepairOptions, is_dated
from inspector.protocol.to_chat.leaving_out import check_names
from inspector.protocol.translate_request import Options

Events = Literal["official", "dual"]
EVENTS: tuple[Events, ...] = get_args(Events)


@dataclass(frozen=True, slots=True)
class Translation:
    """What the person decides about translated and repaired requests."""

    api_version: str | None = None  # of the chat endpoint; None: the client's
    deployments: Mapping[str, str] = field(default_factory=dict)  # model -> chat deployment
    families: Mapping[str, str] = field(default_factory=dict)  # deployment's name -> its model family
    send_metadata: bool = False  # to the chat endpoint, also without store:true
    reasoning_content: bool = False  # the chat endpoint reads it
    events: Events = "official"  # "dual": also those of clients that were written to other names
    limits: Limits = field(default_factory=Limits)
    leave_out: tuple[str, ...] = ()  # fields that the chat endpoint refuses
    without: tuple[str, ...] = ()  # repair rules that are off

    def check(self) -> None:
        """ValueError with one sentence when these settings cannot work."""
        for family in self.families.values():
            if family not in FAMILIES and not family_of(family).known:
                known = ", ".join(name for name in FAMILIES if FAMILIES[name].known)
                raise ValueError(f"There is no model family {family!r}: there are {known}.")
        rules = [rule.id for rule in RULES]
        for name in self.without:
            if name not in rules:
                raise ValueError(f"There is no repair rule {name!r}: there are {', '.join(rules)}.")
        check_names(self.leave_out)
        if self.events not in EVENTS:
            raise ValueError(f"There are no {self.events!r} events: there are {' and '.join(EVENTS)}.")

    def options(self, model: str, history: list[dict[str, Any]] | None) -> Options:
        """For the translation of one request for `model`."""
        return Options(
            model=self.deployments.get(model),
            families=self.families,
            send_metadata=self.send_metadata,
            reasoning_content=self.reasoning_content,
            history=history,
            limits=self.limits,
            leave_out=self.leave_out,
        )

    def repair_options(self, url: str) -> RepairOptions:
        """For the repair of one request that goes to `url`."""
        return RepairOptions(families=self.families, without=frozenset(self.without), dated=is_dated(url))

    def recorded(self) -> dict[str, Any]:
        """What a capture keeps of it, so that whoever reads it later sees the very translation of now."""
        return {
            "api_version": self.api_version,
            "deployments": dict(self.deployments),
            "families": dict(self.families),
            "send_metadata": self.send_metadata,
            "reasoning_content": self.reasoning_content,
            "events": self.events,
            "leave_out": list(self.leave_out),
            "tool_description": self.limits.tool_description,
            "without": list(self.without),
        }
