"""The request's and the payload's pane, from the legs as they passed."""

from __future__ import annotations

import gzip
import json

from inspector.capture.model import Message
from inspector.protocol.translate_request import translate_request
from inspector.ui.view.pane_content import Form
from inspector.ui.view.panes import payload_pane, read_body, request_pane

REQUEST = {
    "model": "m",
    "input": [{"role": "user", "content": "hi"}],
    "include": ["reasoning.encrypted_content"],
}
BODY = json.dumps(REQUEST).encode()


def test_a_request_and_its_forms():
    message = Message((("a", "b"),), BODY)
    pane = request_pane(message, read_body(message))
    assert pane.title == f"1 item  {len(BODY)} B"
    assert pane.forms() == [Form.ITEMS, Form.JSON, Form.RAW]
    assert [node.key for node in pane.in_form(Form.RAW)] == ["raw"]
    assert pane.text(Form.RAW) == BODY.decode()
    assert json.loads(pane.text(Form.ITEMS) or "") == REQUEST


def test_a_compressed_body_is_read():
    assert read_body(Message((("content-encoding", "gzip"),), gzip.compress(BODY))).value == REQUEST


def test_a_body_that_is_no_json_says_so_and_is_shown():
    message = Message((), b"{cut o")
    pane = request_pane(message, read_body(message))
    assert pane.nodes[0].head(80, False).text.startswith("not JSON")
    assert pane.nodes[1].body(80)[0].text == "{cut o"
    assert (
        request_pane(None, read_body(None)).nodes[0].head(80, False).text
        == "The request has not arrived yet."
    )


def test_the_payload_as_it_would_be_and_as_it_was_sent():
    translated = translate_request(REQUEST)
    would_be = payload_pane(translated, REQUEST, None, "")
    assert (would_be.count, would_be.label, would_be.raw) == (1, "", None)
    sent = Message((), json.dumps(translated.payload).encode())
    was = payload_pane(translated, REQUEST, sent, "")
    assert (was.value, was.label) == (would_be.value, "Chat sent")
    assert was.losses == would_be.losses > 0


def test_where_there_is_nothing_to_translate_it_says_why():
    assert payload_pane(None, None, None, "Because.").nodes[0].body(80)[0].text == "Because."
    odd = payload_pane(None, None, Message((), b"[]"), "")
    assert odd.nodes[0].head(80, False).text == "What went upstream is no JSON object."
