"""What can be copied of what is shown, and what each of it comes to."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.events import TimedEvent
from inspector.capture.model import Exchange
from inspector.capture.reader import Reader
from inspector.ui.actions.copying import copies, request_of
from inspector.ui.actions.shown import Shown
from inspector.ui.view.event_nodes import EventGroup, EventNode, Known
from inspector.ui.view.outline import Node
from inspector.ui.view.pane_content import Form, PaneContent
from inspector.ui.view.reading import Reading
from inspector.ui.view.rows import row
from inspector.ui.view.streams import Stream
from inspector.ui.view.text import clean


def first(path: Path) -> tuple[Exchange, PaneContent]:
    with closing(Reader(path)) as reader:
        detail = reader.detail(1)
    return detail.exchange, Reading(detail).view().request


def node(content: PaneContent, key: str) -> Node:
    return next(node for node in content.nodes if node.key == key)


def made(found: dict[str, Any]) -> dict[str, str]:
    return {name: copy.make() for name, copy in found.items()}


def test_every_form_of_an_item(turn: Path):
    exchange, content = first(turn)
    shown = Shown("request", content, Form.ITEMS, node(content, "/input/2"))
    found = made(copies(shown, exchange, turn))
    assert list(found) == ["json", "item", "pointer", "text", "raw", "curl", "httpie", "python", "codex"]
    assert json.loads(found["json"]) == json.loads(found["raw"]) == content.value
    assert json.loads(found["item"]) == content.value["input"][2]
    assert found["pointer"] == "/input/2"
    assert found["text"].splitlines()[0].startswith("user")
    assert content.value["input"][2]["content"][0]["text"] in found["text"]
    assert found["curl"].startswith("curl")
    assert "my-res.openai.azure.com" in found["python"]
    assert "[model_providers" in found["codex"]


def test_only_what_there_is(turn: Path):
    exchange, content = first(turn)
    assert copies(None, None, turn) == {}
    headers = Shown("request", content, Form.ITEMS, node(content, "headers"))
    assert "pointer" not in copies(headers, None, turn)
    said = Shown("events", PaneContent([]), Form.ITEMS, Node("says", row(clean("a\x07 bell"))))
    assert made(copies(said, None, turn)) == {"text": "a␇ bell"}
    with pytest.raises(LookupError, match="no request of exchange 99"):
        request_of(turn, replace(exchange, id=99))


def test_a_repaired_request_is_copied_as_it_was_sent(four: Path):
    with closing(Reader(four)) as reader:
        repaired = next(one for one in reader.exchanges() if one.mode == "repair")
        bridged = next(one for one in reader.exchanges() if one.mode == "bridge")
    assert b'"max_tokens"' not in request_of(four, repaired).body
    assert b'"input"' in request_of(four, bridged).body


def test_the_data_of_an_event_and_of_an_item(turn: Path):
    with closing(Reader(turn)) as reader:
        view = Reading(reader.detail(1)).view()
    rows = view.streams[Stream.SENT]
    created = next(node for node in rows.nodes if node.key == "event:0")
    item = next(node for node in rows.nodes if isinstance(node, EventGroup))
    pane = PaneContent(rows.nodes)
    for chosen, data in ((created, rows.records[0].data), (item, [each.data for each in item.records])):
        found = copies(Shown("events", pane, Form.ITEMS, chosen), None, turn)
        assert list(found) == ["event", "text"]
        assert json.loads(found["event"].make()) == data
    assert rows.records[0].data["type"] == "response.created"


def test_an_event_without_json_is_copied_as_text_only(turn: Path):
    node = EventNode(TimedEvent(0, 0.0, "", "[DONE]", "[DONE]"), Known())
    found = copies(Shown("events", PaneContent([node]), Form.ITEMS, node), None, turn)
    assert list(found) == ["text"]


def test_an_item_of_the_answer_and_all_of_it(turn: Path):
    with closing(Reader(turn)) as reader:
        answer = Reading(reader.detail(1)).view().answer
    found = made(copies(Shown("answer", answer, Form.ITEMS, node(answer, "/output/0")), None, turn))
    assert json.loads(found["json"])["object"] == "response"
    assert json.loads(found["item"]) == json.loads(found["json"])["output"][0]
