"""What the events amount to, or the error that came instead."""

from __future__ import annotations

from inspector.ui.view.answer import answer_nodes, error_nodes
from inspector.ui.view.outline import Node


def heads(nodes: list[Node]) -> list[str]:
    return [node.head(80, False).text for node in nodes]


def test_items_and_how_it_ended():
    usage = {"input_tokens": 4200, "input_tokens_details": {"cached_tokens": 4096}, "output_tokens": 77}
    output = [{"type": "reasoning", "summary": []}, {"type": "message", "role": "assistant", "content": "hi"}]
    nodes = answer_nodes({"status": "completed", "output": output, "usage": usage})
    assert [node.opened for node in nodes] == [False, True, False]
    assert heads(nodes)[-1] == "✓ completed  4.2k in · 4.1k cached · 77 out"


def test_a_failure_and_an_incomplete_answer_say_why():
    failed = answer_nodes({"status": "failed", "error": {"code": "server_error", "message": "Sorry."}})
    assert heads(failed)[0].startswith("✗ server_error Sorry.")
    cut = answer_nodes({"status": "incomplete", "incomplete_details": {"reason": "content_filter"}})
    assert heads(cut)[0].startswith("⚠ incomplete_details content_filter")
    assert heads(cut)[-1].startswith("⚠ incomplete")


def test_errors_of_any_shape():
    nodes = error_nodes(400, {"error": {"code": "bad", "message": "No.", "param": "model"}}, "{}")
    assert heads(nodes)[0].startswith("✗ bad")
    assert heads(nodes)[-1].startswith("param")
    assert heads(error_nodes(502, None, "<html>"))[0].startswith("✗ error    <html>")


def test_a_body_that_is_neither_a_response_nor_an_error():
    assert heads(error_nodes(200, None, "plain"))[0].startswith("body       plain")
    assert heads(error_nodes(200, {"data": []}, '{"data": []}'))[0].startswith("body")
    assert heads(error_nodes(200, {"error": {"message": "No."}}, "{}"))[0].startswith("✗ error    No.")


def test_nothing_is_nothing():
    assert answer_nodes({}) == []
    assert answer_nodes({"output": "x"}) == []
