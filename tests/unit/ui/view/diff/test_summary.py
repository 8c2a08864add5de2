from __future__ import annotations

from inspector.capture.model import Outcome
from inspector.ui.view.diff.summary import is_summary, request_summary, response_summary, target_of


def test_everything_that_changed_in_a_request(words, recorded):
    nodes = request_summary(recorded(1, 2))
    assert words(nodes) == [
        "+ 2 items added: message assistant, message user",
        "≠ 1 item changed: message developer",
        "+ 1 tool added: view_image",
        "- 1 tool vanished: apply_patch",
        "≠ 1 tool changed: exec_command",
        "+ 1 setting added: temperature",
        "≠ 3 settings changed: reasoning.effort, prompt_cache_key, instructions",
        "✗ prompt-cache prefix broke at reasoning.effort  ≈ 4,096 tokens lost",
    ]
    assert [target_of(node) for node in nodes][:6] == [
        "items:/input/6",
        "items:/input/0",
        "tools:/tools/2",
        "tools:-/tools/1",
        "tools:/tools/0",
        "settings",
    ]
    assert all(map(is_summary, nodes))


def test_what_a_compaction_removed(words, recorded):
    nodes = request_summary(recorded(2, 3))
    assert words(nodes)[-1].startswith("✂ the server compacted the history: 4 items removed, ")
    assert words(nodes)[-1].endswith(" stand for them")
    assert target_of(nodes[-1]) == "items:/input/3"


def test_what_somebody_cut_out(words, compared):
    items = [{"type": "message", "role": "user", "content": text} for text in ("a", "b", "c")]
    nodes = request_summary(compared({"input": items}, {"input": items[1:]}))
    assert words(nodes)[-1].startswith("✂ the history was cut, and nothing stands for it: 1 item removed")
    assert target_of(nodes[-1]) == "items:-/input/0"


def test_nothing_changed(words, compared, exchange):
    same = {"input": "a"}
    assert words(request_summary(compared(same, same)))[0] == "= The two requests are the same."
    repeated = exchange(1, request_digest="d"), exchange(2, request_digest="d")
    told = words(request_summary(compared(same, same, exchanges=repeated)))
    assert told[0] == "= The body is the same: a repetition of #1."
    assert words(response_summary(compared())) == ["= Neither has an answer."]


def test_only_what_differs_every_time(words, compared):
    old, new = {"client_metadata": {"turn_id": "1"}}, {"client_metadata": {"turn_id": "2"}}
    headers = {"old_headers": [("date", "1")], "new_headers": [("date", "2")]}
    told = words(request_summary(compared(old, new, **headers)))
    assert told[0] == "= Only what differs in every request is different."


def test_headers(words, compared):
    old, new = [("a", "1"), ("b", "1")], [("a", "2"), ("c", "1")]
    told = words(request_summary(compared({}, {}, old_headers=old, new_headers=new)))
    assert told[:3] == ["+ 1 header added: c", "- 1 header vanished: b", "≠ 1 header changed: a"]


def test_a_chat_request_has_no_prefix_that_is_known(words, compared, exchange):
    ends = exchange(1, operation="chat.create"), exchange(2, operation="chat.create")
    told = words(request_summary(compared({"model": "a"}, {"model": "b"}, exchanges=ends)))
    assert told == ["≠ 1 setting changed: model"]


def test_how_the_answers_ended(words, compared, exchange):
    refused = exchange(2, status=429, error="429 too_many_requests: Later.")
    told = words(response_summary(compared(exchanges=(exchange(1), refused))))
    assert told[:2] == ["≠ 200 OK → 429 Too Many Requests", "✗ now: 429 too_many_requests: Later."]
    broken = exchange(2, outcome=Outcome.UPSTREAM_GONE)
    told = words(response_summary(compared(exchanges=(exchange(1), broken))))
    assert told[0] == "≠ 200 OK → upstream broke off"


def test_the_status_of_the_responses(words, compared):
    answers = {"status": "completed", "output": []}, {"status": "incomplete", "output": []}
    assert words(response_summary(compared(answers=answers)))[0] == "≠ status completed → incomplete"


def test_answers_that_say_the_same(words, compared):
    item = {"type": "message", "role": "assistant", "content": "a"}
    answers = {"output": [{**item, "id": "1"}]}, {"output": [{**item, "id": "2"}]}
    assert words(response_summary(compared(answers=answers))) == ["= The answers say the same."]
