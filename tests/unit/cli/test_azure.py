"""`inspector azure` against the imitation: what is printed, what is told, what is recorded, how it ends."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.model import Exchange, Outcome
from inspector.capture.reader import Reader
from inspector.simulator.ask import Ask
from inspector.simulator.reply import Finish, Reasoning, Text
from inspector.simulator.script import Answer, HoldOpen, Received, whole_json
from inspector.simulator.server import Simulator, running
from inspector.simulator.service import Service

Call = Callable[..., Any]
Refused = Callable[..., str]
NOWHERE = ("AZURE_OPENAI_ENDPOINT", "AZURE_RESOURCE_NAME", "AZURE_OPENAI_API_KEY", "AZURE_API_KEY",
           "OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN")  # fmt: skip


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NOWHERE:
        monkeypatch.delenv(name, raising=False)


def story(ask: Ask) -> Answer:
    finish = Finish.FAILED if ask.body.get("model") == "fails" else Finish.DONE
    return ask.say(Reasoning("**Hm**"), Text(f"to {ask.prompts[-1]}"), finish=finish)


@pytest.fixture
def azure() -> Iterator[Simulator]:
    with running(Service(story)) as simulator:
        yield simulator


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "capture.db"


@pytest.fixture
def create(call: Call, azure: Simulator, path: Path) -> Call:
    """Creates a response that is recorded in `path`; what it printed."""

    def make(words: str, *more: object) -> Any:
        done = call(
            "azure", "create", "--to", azure.base_url, "--into", path, "--model", "m", "--input", words, *more
        )
        assert done.exit_code == 0, done.output
        return done

    return make


def exchanges(path: Path) -> list[Exchange]:
    with closing(Reader(path)) as reader:
        return reader.exchanges()


def test_a_response_lives_and_dies(call: Call, create: Call, path: Path) -> None:
    made = create("one")
    response = json.loads(made.stdout)
    assert response["output"][1]["content"][0]["text"] == "to one"
    for told in ("exchange 1: responses.create: 200;", "request id ", "served by m", "of 250 requests left"):
        assert told in made.stderr
    again = call("azure", "get", path, 1, "--include", "reasoning.encrypted_content")
    assert json.loads(again.stdout)["output"][0]["encrypted_content"]
    listed = json.loads(call("azure", "items", path, response["id"]).stdout)
    assert [item["content"][0]["text"] for item in listed["data"]] == ["one"]
    assert json.loads(call("azure", "delete", path, 2).stdout)["deleted"] is True
    gone = call("azure", "get", path, 4)
    assert gone.exit_code == 1
    assert f"404 invalid_request_error: Response with id '{response['id']}' not found" in gone.stderr
    assert "it may have been deleted" in gone.stderr
    kept = [(each.operation, each.parent, each.made and each.made.by) for each in exchanges(path)]
    assert kept == [
        ("responses.create", None, "azure"),
        ("responses.get", 1, "azure"),
        ("responses.items", 1, "azure"),
        ("responses.delete", 2, "azure"),
        ("responses.get", 4, "azure"),
    ]


def test_a_stream_is_printed_as_it_comes_and_again_from_an_event_on(
    call: Call, create: Call, path: Path
) -> None:
    events = [json.loads(line) for line in create("one", "--stream").stdout.splitlines()]
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    rest = call("azure", "get", path, 1, "--stream", "--starting-after", 3)
    assert [json.loads(line) for line in rest.stdout.splitlines()] == events[4:]


def test_json_has_everything_on_a_line(call: Call, create: Call, path: Path) -> None:
    whole = json.loads(create("one", "--json").stdout)
    assert (whole["exchange"]["id"], whole["exchange"]["made"]["by"]) == ("1", "azure")
    assert whole["azure"]["usage"] == whole["body"]["usage"]
    assert (whole["azure"]["model_id"], whole["azure"]["rate_limits"]["requests"]["limit"]) == ("m", 250)
    streamed = json.loads(create("two", "--json", "--stream").stdout)
    assert (streamed["body"], streamed["events"][-1]["type"]) == (None, "response.completed")
    refused = call("azure", "cancel", path, 1, "--json")
    told = json.loads(refused.stdout)
    assert (refused.exit_code, told["exchange"]["parent"]) == (1, "1")
    assert "Cannot cancel a synchronous response" in told["error"]
    assert "background:true" in told["advice"]


def test_the_background_is_waited_for(call: Call, create: Call, path: Path) -> None:
    assert json.loads(create("one", "--background").stdout)["status"] == "queued"
    done = call("azure", "wait", path, 1)
    assert (done.exit_code, json.loads(done.stdout)["status"]) == (0, "completed")
    assert "in_progress (" in done.stderr
    assert "2 looks" in done.stderr
    create("two", "--background")
    number = exchanges(path)[-1].id
    assert json.loads(call("azure", "cancel", path, number).stdout)["status"] == "cancelled"
    ended = call("azure", "wait", path, number)
    assert (ended.exit_code, json.loads(ended.stdout)["status"]) == (1, "cancelled")


def test_waiting_has_an_end(call: Call, path: Path) -> None:
    still = {"id": "resp_1", "object": "response", "status": "in_progress", "output": []}
    with running(lambda _: whole_json(still)) as slow:
        late = call("azure", "wait", "resp_1", "--to", slow.base_url, "--into", path, "--timeout", 2)
    assert (late.exit_code, late.stdout) == (1, "")
    assert "still in_progress after 2 s: it goes on by itself." in late.stderr
    assert f"`inspector azure cancel --to {slow.base_url} {path} resp_1` ends it" in late.stderr


def test_how_to_go_on_waiting_can_be_given_to_a_shell(call: Call, tmp_path: Path) -> None:
    still = {"id": "resp 1", "object": "response", "status": "in_progress", "output": []}
    path = tmp_path / "with a space.db"
    with running(lambda _: whole_json(still)) as slow:
        first = call("azure", "wait", "--to", slow.base_url, "--into", path, "--timeout", 2, "resp 1")
        words = shlex.split(first.stderr.split("`")[3])
        assert words == ["inspector", "azure", "wait", "--to", slow.base_url, str(path), "resp 1"]
        assert "still in_progress" in call(*words[1:], "--timeout", 2).stderr


def test_a_look_that_stays_silent_is_followed_by_another(call: Call, path: Path) -> None:
    done = {"id": "resp_1", "object": "response", "status": "completed", "output": []}

    def handler(received: Received) -> Answer:
        return whole_json(done) if received.n else Answer(200, (), (HoldOpen(),))

    with running(handler) as azure:
        ended = call("azure", "wait", "resp_1", "--to", azure.base_url, "--into", path, "--silence", 0.2)
    assert (ended.exit_code, json.loads(ended.stdout)["status"]) == (0, "completed")
    assert "nothing came for 0.2 seconds; trying again (" in ended.stderr
    *silent, whole = [each.outcome for each in exchanges(path)]
    assert set(silent) == {Outcome.UPSTREAM_GONE}  # on a busy machine another one may be as slow
    assert whole is Outcome.COMPLETE


def test_tries_are_counted(call: Call, azure: Simulator, path: Path) -> None:
    done = call("azure", "get", "error-empty", "--to", azure.base_url, "--into", path, "--retries", 1)
    assert done.exit_code == 1
    assert "; 2 tries" in done.stderr
    assert len(exchanges(path)) == 2


def test_items_are_one_list_or_one_page(call: Call, azure: Simulator, path: Path, tmp_path: Path) -> None:
    body = {"model": "m", "input": [{"id": f"i{n}", "role": "user", "content": "x"} for n in range(120)]}
    file = tmp_path / "request.json"
    file.write_text(json.dumps(body))
    call("azure", "create", file, "--to", azure.base_url, "--into", path)
    listed = json.loads(call("azure", "items", path, 1).stdout)
    assert [item["id"] for item in listed["data"]] == [f"i{n}" for n in range(120)]
    page = json.loads(
        call("azure", "items", path, 1, "--limit", 2, "--before", "i5", "--order", "asc").stdout
    )
    assert ([item["id"] for item in page["data"]], page["has_more"]) == (["i3", "i4"], True)
    assert call("azure", "items", path, 1, "--after", "nobody").exit_code == 1


def test_a_chain_is_one_history_and_what_is_missing_is_fetched(
    call: Call, create: Call, azure: Simulator, path: Path, tmp_path: Path
) -> None:
    first = json.loads(create("one").stdout)["id"]
    second = json.loads(create("two", "--previous", first).stdout)["id"]
    asked = len(azure.received)
    told = call("azure", "chain", path, 2)
    said = [line.strip() for line in told.stdout.splitlines()]
    assert [line for line in said if line in ("one", "to one", "two", "to two")] == [
        "one",
        "to one",
        "two",
        "to two",
    ]
    assert "2 responses, 6 items" in told.stderr
    assert len(azure.received) == asked
    elsewhere = tmp_path / "other.db"
    third = call(
        "azure", "create", "--to", azure.base_url, "--into", elsewhere, "--model", "m", "--input", "three",
        "--previous", second,
    )  # fmt: skip
    assert third.exit_code == 0
    links = json.loads(call("azure", "chain", elsewhere, 1, "--json").stdout)
    assert [(link["from"], link["response_id"]) for link in links] == [
        ("azure", first), ("azure", second), ("capture", json.loads(third.stdout)["id"]),
    ]  # fmt: skip
    call("azure", "delete", path, 1)
    broken = call("azure", "chain", elsewhere, 1)
    assert broken.exit_code == 1
    assert "the beginning is missing" in broken.stderr


def test_a_chain_that_cannot_be_fetched_shows_what_there_is(call: Call, tape: Any) -> None:
    answer = {"id": "resp_2", "object": "response", "status": "completed", "output": []}
    asked = {"model": "m", "input": "and then", "previous_response_id": "resp_1"}
    tape.exchange(json.dumps(asked).encode(), json.dumps(answer).encode())
    done = call("azure", "chain", tape.path, 1)
    assert done.exit_code == 1
    assert "and then" in done.stdout
    assert done.stdout.startswith("⚠ resp_1\n  it is not in the capture\n")
    assert "cannot be fetched: There is no key for my-res.openai.azure.com" in done.stderr


def test_without_a_capture_a_new_one_is_made(
    call: Call, azure: Simulator, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", azure.base_url)
    done = call("azure", "create", "-", "--stream", input='{"model": "m", "input": "from stdin"}')
    assert done.exit_code == 0
    assert azure.received[0].json() == {"model": "m", "input": "from stdin", "stream": True}
    [made] = home.rglob("*.db")
    assert f"recorded to {made}" in done.stderr
    assert len(exchanges(made)) == 1


def test_a_failed_response_is_no_success(call: Call, azure: Simulator, path: Path) -> None:
    done = call(
        "azure",
        "create",
        "--to",
        azure.base_url,
        "--into",
        path,
        "--model",
        "fails",
        "--input",
        "x",
        "--stream",
    )
    assert done.exit_code == 1
    assert "server_error: The model produced an error" in done.stderr


def test_a_body_that_is_no_json_is_printed_as_text(call: Call, azure: Simulator, path: Path) -> None:
    done = call(
        "azure", "create", "--to", azure.base_url, "--into", path, "--model", "error-html", "--input", "x"
    )
    assert done.exit_code == 1
    assert "<title>502 Bad Gateway</title>" in done.stdout
    assert "a gateway before it" in done.stderr


@pytest.mark.parametrize(
    ("status", "arguments", "words"),
    [
        (2, ("create",), "--model and --input"),
        (2, ("create", "--input", "x"), "without a file --model must say"),
        (1, ("create", "--input", "x", "--model", "m"), "set AZURE_OPENAI_ENDPOINT"),
        (1, ("get", "resp_1"), "set AZURE_OPENAI_ENDPOINT"),
        (1, ("get", "resp_1", "--to", "https://my-res.openai.azure.com"), "There is no key for my-res"),
        (2, ("get", "FILE"), "which response of"),
        (2, ("get", "a", "b", "c"), "name a capture and an exchange"),
        (2, ("get", "7"), "7 is an exchange's number: name its capture too, FILE 7"),
        (2, ("get", ""), "'' is no response's id"),
        (2, ("delete", "..", "--to", "http://127.0.0.1:1"), "'..' is no response's id"),
        (2, ("cancel", "FILE", ".", "--to", "http://127.0.0.1:1"), "'.' is no response's id"),
        (1, ("get", "none.db", "1"), "there is no capture 'none.db'"),
        (1, ("get", "FILE", "9"), "has no exchange '9'"),
        (1, ("get", "FILE", "1"), "is a chat completion"),
        (1, ("wait", "FILE", "resp_unknown"), "knows no response 'resp_unknown'"),
        (2, ("get", "FILE", "1", "--starting-after", "3"), "needs --stream"),
        (2, ("items", "FILE", "1", "--limit", "101"), "101"),
        (2, ("get", "resp_1", "--to", "ftp://x"), "must be http or https"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    refused: Refused, tape: Any, status: int, arguments: tuple[str, ...], words: str
) -> None:
    tape.exchange(b"{}", b"{}", operation="chat.create")
    given = [str(tape.path) if word == "FILE" else word for word in arguments]
    assert words in refused(status, "azure", *given)
