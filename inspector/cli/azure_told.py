"""What came of a call on stored responses: the answer on stdout, what it means on stderr."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inspector.capture.encodings import decode
from inspector.capture.events import response_events
from inspector.cli.exchange_json import exchange_json
from inspector.cli.one_sent import effort, named, recorded, trouble
from inspector.cli.printing import print_json, print_json_line, print_note, print_text
from inspector.protocol.json_text import is_shallow, parse
from inspector.replay.advice import advice
from inspector.replay.call import Call
from inspector.replay.credentials import Credential
from inspector.replay.sending import Sent
from inspector.replay.served import served
from inspector.replay.stored import UNDER_WAY
from inspector.replay.wording import in_words


class Answers:
    """Prints answers. `as_json`: each as one line of JSON with its exchange and what Azure said around it."""

    def __init__(self, capture: Path, credential: Credential | None, *, as_json: bool) -> None:
        self._capture = capture
        self.credential = credential
        self.as_json = as_json
        self.under_way: str | None = None  # the response whose stream can be taken up again, if one can
        self.reached = -1  # the number of the last event

    def event(self, event: Mapping[str, Any]) -> None:
        """One event of a stream, as it arrives."""
        number, response = event.get("sequence_number"), event.get("response")
        if isinstance(number, int):
            self.reached = number
        if isinstance(response, dict) and response.get("background") is True:
            goes_on = response.get("status") in UNDER_WAY and isinstance(response.get("id"), str)
            self.under_way = response["id"] if goes_on else None
        if self.as_json:
            return
        if is_shallow(event):
            print_json_line(event)
        else:
            print_note("an event is nested too deeply to be printed; the capture has it")

    def narrate(self, sent: Sent, call: Call) -> None:
        """What came of it, on stderr."""
        wrong = trouble(sent, advice(sent, call, self.credential))
        told = served(sent.headers)
        around = f"; {told.words}" if told.words and not wrong else ""
        print_note(f"{named(sent)}: {call.operation.value}: {wrong or sent.status}; {effort(sent)}{around}")
        limits = "; ".join(limit.words for limit in told.limits)
        if wrong and limits:
            print_note(limits)

    def answer(self, sent: Sent, call: Call, body: Any = None) -> None:
        """The whole answer on stdout. `body`: shown in the place of what came, such as all pages as one."""
        detail = recorded(self._capture, sent)
        events = response_events(detail) if detail is not None else []
        plain, _ = decode(sent.body, sent.headers)
        text = plain.decode("utf-8", "replace")
        if body is None:
            body = _value(text)
        if not self.as_json:
            if body is not None:
                print_json(body)
            elif not events and text:
                print_text(text)
            return
        print_json_line(
            {
                "exchange": detail and exchange_json(detail.exchange).model_dump(mode="json"),
                "azure": served(sent.headers).to_json(),
                "error": in_words(sent),
                "advice": advice(sent, call, self.credential),
                "body": text if body is None and not events else body,
                "events": [event.data if is_shallow(event.data) else None for event in events],
            }
        )


def _value(text: str) -> Any:
    """The JSON that a text is, None for anything else, and for what no printer would write."""
    try:
        value = parse(text)
    except ValueError:
        return None
    return value if is_shallow(value) else None
