"""The output of one response as it grows: which item is open, where pieces go, and how all of it is closed.

- At most one item of text (message or reasoning) is open. It ends when another item begins, so that the
  order of the output is the order of the chat stream: text after a tool call is a second message.
- Tool calls stay open side by side, since their arguments may come interleaved. One that is not announced
  yet gets its place as soon as something else begins.
- When the answer is cut off, a call whose arguments are not whole is left without its `done`; messages and
  reasoning are closed as incomplete. Not for Codex when the response fails: it keeps what is done in its
  history and would send half a message along with its retry (measured).
"""

from __future__ import annotations

from typing import Any, Literal

from inspector.protocol.from_chat.call_items import CallItem
from inspector.protocol.from_chat.output_items import MessageItem, ReasoningItem
from inspector.protocol.from_chat.stream_event import EventLog
from inspector.protocol.from_chat.tool_fragments import CallTable, Fragment
from inspector.protocol.tools import ToolNames

Item = MessageItem | ReasoningItem | CallItem
Ending = Literal["completed", "incomplete", "failed"]


class Output:
    """The items of a response; everything written becomes events in the log."""

    def __init__(self, log: EventLog, tools: ToolNames, *, codex_client: bool, raw_reasoning: bool) -> None:
        self._log = log
        self._tools = tools
        self._codex_client = codex_client
        self._raw_reasoning = raw_reasoning
        self._items: list[Item] = []
        self._message: MessageItem | None = None  # the open one
        self._reasoning: ReasoningItem | None = None  # the open one
        self._thoughts: list[ReasoningItem] = []
        self._calls: list[CallItem] = []
        self._table = CallTable(self._new_call)
        self._legacy: CallItem | None = None
        self._growing: CallItem | None = None  # the call that grew last, unless something else has since

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """The items as a Response lists them."""
        return [item.body for item in self._items]

    @property
    def thoughts(self) -> str:
        """The text of all reasoning, a paragraph an item."""
        return "\n\n".join(item.text for item in self._thoughts)

    def write_text(self, text: str, logprobs: list[dict[str, Any]] | None = None) -> None:
        """Go on with a message's text."""
        if self._growing is not None:
            self._settle()
        (self._message or self._begin_message()).write(text, logprobs)

    def write_refusal(self, text: str, logprobs: list[dict[str, Any]] | None = None) -> None:
        """Go on with a message's refusal."""
        self._settle()
        message = self._message or self._begin_message()
        message.write_refusal(text, logprobs, as_text=self._codex_client)

    def write_reasoning(self, text: str) -> None:
        """Go on thinking."""
        self._settle()
        if self._reasoning is None:
            self.close_text()
            self._reasoning = ReasoningItem(self._log, len(self._items), raw=self._raw_reasoning)
            self._items.append(self._reasoning)
            self._thoughts.append(self._reasoning)
        self._reasoning.write(text)

    def write_call(self, fragment: Fragment) -> bool:
        """Put a fragment of a tool call where it belongs; False when that call is over: it is lost."""
        call = self._table.assign(fragment)
        if call is not self._growing:
            self._settle()
            self._growing = call
        return call.append(fragment.arguments)

    def write_legacy_call(self, name: str, arguments: str) -> bool:
        """Go on with the one call that `function_call` can tell; it never has an id, so it gets ours."""
        if self._legacy is None:
            self._settle()
            self._growing = self._legacy = self._new_call()
            self._legacy.call_id = self._log.new_id("call")
        if name and not self._legacy.has_arguments and name != self._legacy.name:
            self._legacy.name += name
        return self._legacy.append(arguments)

    def close_text(self, *, whole: bool = True) -> None:
        """Close the open message or reasoning."""
        item = self._message or self._reasoning
        self._message = self._reasoning = None
        if item is not None:
            item.close("completed" if whole else "incomplete")

    def close(self, ending: Ending) -> None:
        """The answer has ended: close every item in the way that this ending asks for."""
        whole = ending == "completed" or self._growing is not None  # a text before a call was over
        self._settle()
        text = self._message or self._reasoning
        if text is not None and not whole and ending == "failed" and self._codex_client:
            self._message = self._reasoning = None
            text.leave_open()
        self.close_text(whole=whole)
        for call in self._calls:
            if call.closed:
                continue
            if ending == "completed" or (ending == "incomplete" and call.is_whole()):
                call.close()
            else:
                call.leave_open()

    def _settle(self) -> None:
        """Something else than the call that grew last begins or goes on: that call comes before it."""
        call, self._growing = self._growing, None
        if call is not None:
            call.settle()

    def _begin_message(self) -> MessageItem:
        self.close_text()
        self._message = MessageItem(self._log, len(self._items))
        self._items.append(self._message)
        return self._message

    def _new_call(self) -> CallItem:
        call = CallItem(self._log, self._tools, self._place_call)
        self._calls.append(call)
        return call

    def _place_call(self, call: CallItem) -> int:
        self.close_text()
        self._items.append(call)
        return len(self._items) - 1
