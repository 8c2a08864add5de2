"""The rules on the hold screen: what is to be held, written, switched off and removed.

A rule that is switched off is kept here alone, so it is gone with the app; no proxy knows of it.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from inspector.capture.holds import Holds, Rule
from inspector.ui.hold_watch import HoldNews
from inspector.ui.screens.hold_deciding import HoldDeciding, add_rule
from inspector.ui.screens.hold_rule import RuleScreen
from inspector.ui.view.hold.rules import Wanted, rule_row, wanted_of
from inspector.ui.view.outline import Node, Outline
from inspector.ui.widgets.entry_list import EntryList
from inspector.ui.widgets.row_list import RowList

MOST_RULES = 4  # rows that rules get; more of them scroll


class HoldRules(HoldDeciding):
    """The part of the hold screen that has the rules. `off` are switched off; `likely` begins a new one."""

    news: HoldNews
    off: list[Wanted]
    likely: Wanted

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "add", "Rule", show=False, id="hold.add",
                tooltip="Hold what fits a filter, from now on"),
        Binding("space", "switch", "On/off", show=False, id="hold.switch",
                tooltip="Switch the rule under the cursor off, or on again"),
        Binding("x,delete", "remove", "Remove", show=False, id="hold.remove",
                tooltip="Remove the rule under the cursor; what it holds stays held"),
    ]  # fmt: skip

    @property
    def rules(self) -> EntryList:
        """The list of rules."""
        return self.query_one("#hold-rules-list", EntryList)

    def show_rules(self) -> None:
        nodes = [
            *(Node(f"rule:{rule.id}", rule_row(wanted_of(rule), rule)) for rule in self.news.rules),
            *(Node(f"off:{n}", rule_row(wanted, None)) for n, wanted in enumerate(self.off)),
        ]
        self.rules.styles.height = max(1, min(len(nodes), MOST_RULES))
        self.query_one("#hold-rules").display = bool(nodes)
        if not nodes and self.focused is self.rules:
            self.query_one("#hold-queue").focus()
        self.rules.show(Outline(nodes))

    @on(RowList.Entered, "#hold-rules-list")
    def _rewrite(self, message: RowList.Entered) -> None:
        """Enter on a rule writes it anew."""
        wanted, rule = self._rule_at(message.node.key)

        def keep(new: Wanted | None) -> None:
            if new is not None:
                self._remove(message.node.key)
                self.add(new)

        self.app.push_screen(
            RuleScreen("Another rule in its place" if rule else "Hold this again", wanted), keep
        )

    def action_add(self) -> None:
        """Ask for a rule."""

        def keep(new: Wanted | None) -> None:
            if new is not None:
                self.add(new)

        self.app.push_screen(RuleScreen("A new rule", self.likely), keep)

    def add(self, wanted: Wanted) -> None:
        """Hold what it says, from now on."""
        self.with_holds(partial(add_rule, wanted))

    def action_switch(self) -> None:
        """Switch the rule off or on."""
        found = self._rule_under_cursor()
        if found is None:
            return
        key, wanted, rule = found
        self._remove(key)
        if rule is None:
            self.add(wanted)
        else:
            self.off.append(wanted)
            self.show_rules()

    def action_remove(self) -> None:
        """Take the rule away."""
        found = self._rule_under_cursor()
        if found is not None:
            self._remove(found[0])

    def _rule_under_cursor(self) -> tuple[str, Wanted, Rule | None] | None:
        key, _ = self.rules.place
        if self.focused is not self.rules or key is None:
            self.notify("Go to a rule with tab first.", markup=False)
            return None
        return key, *self._rule_at(key)

    def _rule_at(self, key: str) -> tuple[Wanted, Rule | None]:
        kind, _, number = key.partition(":")
        if kind == "off":
            return self.off[int(number)], None
        rule = next(rule for rule in self.news.rules if rule.id == int(number))
        return wanted_of(rule), rule

    def _remove(self, key: str) -> None:
        kind, _, number = key.partition(":")
        if kind == "off":
            del self.off[int(number)]
            self.show_rules()
            return

        def work(holds: Holds) -> str:
            return "" if holds.remove(int(number)) else "Somebody else has removed that rule."

        self.with_holds(work)
