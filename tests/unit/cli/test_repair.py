from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from inspector.protocol.repair import RULES
from inspector.settings import path as settings_path

README = (Path(__file__).resolve().parents[3] / "README.md").read_text("utf-8")
REQUEST: dict[str, Any] = {
    "model": "o3-mini",
    "max_tokens": 50,
    "temperature": 0.2,
    "store": False,
    "input": [{"role": "user", "content": "Grüße"}, {"type": "reasoning", "id": "rs_1"}],
}


@pytest.fixture
def request_file(tmp_path: Path) -> Path:
    path = tmp_path / "request.json"
    path.write_text(json.dumps(REQUEST), "utf-8")
    return path


@pytest.mark.parametrize("from_stdin", [False, True])
def test_a_request_is_repaired_and_each_change_told(
    call: Callable[..., Result], request_file: Path, from_stdin: bool
) -> None:
    result = (
        call("repair", "-", input=request_file.read_bytes()) if from_stdin else call("repair", request_file)
    )
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout) == {
        "model": "o3-mini",
        "max_output_tokens": 50,
        "store": False,
        "input": REQUEST["input"],
        "include": ["reasoning.encrypted_content"],
    }
    assert "Grüße" in result.stdout  # readable, not escaped
    told = [line.rpartition(": ")[0] for line in result.stderr.splitlines()]
    assert told == [
        "token-limit: /max_tokens -> /max_output_tokens",
        "sampling-fields: - /temperature",
        "encrypted-reasoning: + /include",
    ]


def test_the_report_accounts_for_every_part(call: Callable[..., Result], request_file: Path) -> None:
    result = call("repair", request_file, "--report")
    rows = {row["source"]: (row["kind"], row["targets"]) for row in json.loads(result.stdout)["rows"]}
    assert rows == {
        "/model": ("mapped", ["/model"]),
        "/max_tokens": ("renamed", ["/max_output_tokens"]),
        "/temperature": ("dropped", []),
        "/store": ("mapped", ["/store"]),
        "/input/0": ("mapped", ["/input/0"]),
        "/input/1": ("mapped", ["/input/1"]),
        None: ("injected", ["/include"]),
    }
    assert "token-limit: " in result.stderr


def test_rules_can_be_left_off(call: Callable[..., Result], request_file: Path) -> None:
    off = [argument for rule in RULES for argument in ("--without", rule.id)]
    result = call("repair", request_file, *off)
    assert (json.loads(result.stdout), result.stderr) == (REQUEST, "nothing to repair\n")
    some = json.loads(call("repair", request_file, "--without", "sampling-fields").stdout)
    assert some["temperature"] == 0.2
    assert some["max_output_tokens"] == 50


def test_the_family_behind_a_name(call: Callable[..., Result], request_file: Path) -> None:
    request_file.write_text(json.dumps({**REQUEST, "model": "team\u202eblue"}), "utf-8")
    unknown = call("repair", request_file)
    assert json.loads(unknown.stdout)["temperature"] == 0.2
    assert "note: the family of 'team\\u202eblue' is unknown" in unknown.stderr
    known = call("repair", request_file, "--family", "TEAM\u202eblue=o1")
    assert "temperature" not in json.loads(known.stdout)
    assert "note" not in known.stderr
    assert "no model is named" in call("repair", "-", input="{}").stderr


@pytest.mark.parametrize(
    ("upstream", "stored"),
    [
        ("https://r.openai.azure.com?api-version=2025-04-01-preview", True),
        ("r.openai.azure.com/openai/responses?api-version=2025-04-01-preview", True),
        ("https://gate.azure-api.net/team?api-version=2025-04-01-preview", True),
        ("https://r.openai.azure.com", False),
        ("https://r.openai.azure.com/openai/v1", False),
        ("http://127.0.0.1:1/openai?api-version=2025-04-01-preview", False),
    ],
)
def test_the_upstream_tells_whether_ids_are_looked_up(
    call: Callable[..., Result], request_file: Path, upstream: str, stored: bool
) -> None:
    result = call("repair", request_file, "--upstream", upstream)
    assert json.loads(result.stdout)["store"] is stored
    assert ("stored-items: /store: " in result.stderr) == stored


def test_the_rules_are_listed(call: Callable[..., Result]) -> None:
    listed = call("repair", "--list")
    assert (listed.exit_code, listed.stderr) == (0, "")
    text = " ".join(listed.stdout.split())
    for rule in RULES:
        assert f"\n{rule.id} " in f"\n{listed.stdout}"
        assert f"{rule.id} {rule.title} {rule.why} {rule.source}" in text
    assert json.loads(call("repair", "--list", "--json").stdout) == [rule.to_json() for rule in RULES]


def test_the_readme_lists_the_same_rules() -> None:
    section = README.split("\n### Repair\n")[1].split("\n#")[0]
    rows = re.findall(r"^\| `([\w-]+)` \| (.+) \|$", section, re.MULTILINE)
    assert rows == [(rule.id, rule.title) for rule in RULES]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--without", "one-rol"), "Did you mean one-role?"),
        (("--without", "Token_Limit"), "Did you mean token-limit?"),
        (("--without", "qqq"), "There is no repair rule 'qqq': it is one of token-limit, sampling-fields,"),
        (("--family", "gpt-5"), "'gpt-5' is not NAME=FAMILY"),
        (("--family", "mine=gpt5"), "Did you mean gpt-5"),
        (("--family", "mine=zzz"), "There is no model family 'zzz': it is one of gpt-3.5, gpt-4,"),
        (("--upstream", "ftp://x"), "--upstream: The upstream 'ftp://x' has the scheme 'ftp'"),
        (("--json",), "--json belongs to --list"),
        (("--list",), "--list reads no request"),
    ],
)
def test_options_that_cannot_be_used_are_one_sentence(
    refused: Callable[..., str], request_file: Path, options: tuple[str, ...], words: str
) -> None:
    assert words in refused(2, "repair", request_file, *options)


def test_no_request_is_one_sentence(refused: Callable[..., str], tmp_path: Path) -> None:
    assert "name a request's file" in refused(2, "repair")
    assert "holds no JSON object" in refused(1, "repair", "-", input="[1]")
    assert "standard input is not JSON" in refused(1, "repair", "-", input="")
    assert "No such file" in refused(2, "repair", tmp_path / "none.json")


def test_families_of_the_settings_count_and_the_option_counts_more(
    call: Callable[..., Result], tmp_path: Path
) -> None:
    settings_path().write_text('[families]\nmine = "o3-mini"\nmy = "gpt-55"\n')
    request = tmp_path / "mine.json"
    request.write_text(json.dumps({"model": "mine", "temperature": 1, "input": "x"}), "utf-8")
    result = call("repair", request)
    assert "temperature" not in json.loads(result.stdout)
    assert "note: config.toml: line 3: families.my: There is no model family 'gpt-55'" in result.stderr
    assert json.loads(call("repair", request, "--family", "mine=gpt-4o").stdout)["temperature"] == 1
    payload = json.loads(call("translate", request).stdout)
    assert "temperature" not in payload
