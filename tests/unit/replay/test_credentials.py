"""Where a key may come from, where it may go, and what is said when it is not there."""

from __future__ import annotations

import base64
import json
import sys
from contextlib import AbstractContextManager, nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from inspector.replay import credentials
from inspector.replay.credentials import (
    CredentialProblem,
    Source,
    expiry,
    find,
    header_for_keys,
    may_go_to,
    scope_of,
)

AZURE = "https://my-res.openai.azure.com/openai/v1/responses"
OPENAI = "https://api.openai.com/v1/responses"
HERE = "http://127.0.0.1:8080/openai/v1/responses"
GATEWAY = "https://llm.corp.example/v1/responses"
NOW = 1_790_000_000.0


def jwt(**claims: Any) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none'})}.{part(claims)}.c2ln"


@pytest.mark.parametrize(
    ("url", "environ", "name", "header", "value"),
    [
        (
            AZURE,
            {"AZURE_OPENAI_API_KEY": "a", "AZURE_API_KEY": "b"},
            "AZURE_OPENAI_API_KEY",
            "api-key",
            "a",
        ),
        (
            AZURE,
            {"AZURE_OPENAI_API_KEY": " ", "AZURE_API_KEY": " b\n"},
            "AZURE_API_KEY",
            "api-key",
            "b",
        ),
        (AZURE, {"AZURE_OPENAI_AD_TOKEN": "t"}, "AZURE_OPENAI_AD_TOKEN", "authorization", "Bearer t"),
        (AZURE, {"OPENAI_API_KEY": "o"}, "OPENAI_API_KEY", "api-key", "o"),
        (AZURE, {"AZURE_API_KEY": "Bearer b"}, "AZURE_API_KEY", "api-key", "b"),
        (
            OPENAI,
            {"AZURE_OPENAI_API_KEY": "a", "OPENAI_API_KEY": "o"},
            "OPENAI_API_KEY",
            "authorization",
            "Bearer o",
        ),
        (HERE, {"AZURE_API_KEY": "b"}, "AZURE_API_KEY", "api-key", "b"),
        ("http://localhost/v1/chat", {"AZURE_API_KEY": "b"}, "AZURE_API_KEY", "authorization", "Bearer b"),
    ],
)  # fmt: skip
def test_the_environment_is_asked_in_order(
    url: str, environ: dict[str, str], name: str, header: str, value: str
) -> None:
    found = find(url, environ=environ)
    assert found is not None
    assert (found.name, found.header, found.value, found.expires) == (name, header, value, None)


def test_a_secret_is_in_no_representation() -> None:
    assert "s3cret" not in repr(find(AZURE, environ={"AZURE_API_KEY": "s3cret"}))


def test_a_token_in_a_keys_variable_is_sent_as_one() -> None:
    token = jwt(exp=NOW + 60)
    found = find(AZURE, environ={"AZURE_OPENAI_API_KEY": token}, now=lambda: NOW)
    assert found is not None
    assert (found.header, found.value, found.expires) == ("authorization", f"Bearer {token}", NOW + 60)


def test_an_expired_one_is_told_before_anything_is_sent() -> None:
    token = jwt(exp=NOW)
    with pytest.raises(
        CredentialProblem, match=r"from AZURE_API_KEY expired at 2026-09-21 14:13:20 UTC"
    ) as told:
        find(AZURE, environ={"AZURE_API_KEY": token}, now=lambda: NOW)
    assert token not in str(told.value)


@pytest.mark.parametrize(
    "secret",
    [
        *("key", "a.b.c", "e30.eyJ9.x", "eyJ.W10.x"),
        *(jwt(), jwt(exp="soon"), jwt(exp=True), jwt(exp=-1), jwt(exp=10**30)),
    ],
)
def test_what_does_not_say_when_it_ends_is_not_asked(secret: str) -> None:
    assert expiry(secret) is None


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (AZURE, r"no key for my-res\.openai\.azure\.com: set AZURE_OPENAI_API_KEY \(or AZURE_API_KEY\)"),
        (OPENAI, r"no key for api\.openai\.com: set OPENAI_API_KEY"),
    ],
)
def test_a_missing_one_is_told(url: str, words: str) -> None:
    with pytest.raises(CredentialProblem, match=words):
        find(url, environ={})


def test_this_machine_needs_none() -> None:
    assert find(HERE, environ={}) is None
    assert find("http://[::1]:8080/v1/responses", environ={}) is None


@pytest.mark.parametrize(
    "url",
    [
        GATEWAY,
        "https://my-res.openai.azure.com.evil.example/openai/v1/responses",
        "https://my-res.openai.azure.com@evil.example/openai/v1/responses",
        "https://evil.example/my-res.openai.azure.com/openai/v1/responses",
        "https://openai.azure.com/v1/responses",
        "https://api.openai.com.evil.example/v1",
        "https://localhost.evil.example/v1",
        "https:///v1",
    ],
)
def test_what_only_a_capture_names_gets_nothing(url: str) -> None:
    with pytest.raises(CredentialProblem, match=r"no --to names it.*--to https://"):
        find(url, environ={"AZURE_API_KEY": "b", "OPENAI_API_KEY": "o"})
    with pytest.raises(CredentialProblem, match="no --to names it"):
        find(url, environ={})


def test_a_host_that_was_named_gets_one() -> None:
    found = find(GATEWAY, named_hosts={"llm.corp.example"}, environ={"AZURE_API_KEY": "b"})
    assert found is not None
    assert (found.header, found.value) == ("authorization", "Bearer b")
    plain = find(
        GATEWAY.replace("https", "http"), named_hosts={"llm.corp.example"}, environ={"AZURE_API_KEY": "b"}
    )
    assert plain is not None


def test_no_key_travels_in_the_clear_unless_its_host_was_named() -> None:
    with pytest.raises(CredentialProblem, match="is not https"):
        find(AZURE.replace("https", "http"), environ={"AZURE_API_KEY": "b"})


def test_hosts_are_compared_without_case_dots_and_brackets() -> None:
    assert may_go_to("My-Res.OpenAI.Azure.com.")
    assert may_go_to("[::1]")
    assert may_go_to("LLM.corp.example", {"llm.corp.example"})
    assert not may_go_to("llm.corp.example", {"other.example"})
    assert not may_go_to("")


def test_a_gateway_gets_its_key_where_it_looked_for_it() -> None:
    sent = (("Ocp-Apim-Subscription-Key", "[redacted 0123456789ab]"),)
    url = "https://gw.azure-api.net/openai/v1/responses"
    assert header_for_keys(url, sent) == "ocp-apim-subscription-key"
    assert header_for_keys(url) == "api-key"
    assert header_for_keys(GATEWAY) == "authorization"
    found = find(url, sent_before=sent, environ={"AZURE_API_KEY": "b"})
    assert found is not None
    assert (found.header, found.value) == ("ocp-apim-subscription-key", "b")


def test_a_named_variable_comes_first_and_alone() -> None:
    found = find(AZURE, Source(variable="MINE"), environ={"MINE": "m", "AZURE_API_KEY": "b"})
    assert found is not None
    assert (found.name, found.value) == ("MINE", "m")
    with pytest.raises(CredentialProblem, match="The variable MINE is not set, or empty"):
        find(AZURE, Source(variable="MINE"), environ={"AZURE_API_KEY": "b"})


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("print('k1')", "k1"),
        ('print(\'{"accessToken": "t1", "expiresOn": 1}\')', "t1"),
        ("print('\"quoted\"')", "quoted"),
        ("print(42)", "42"),
    ],
)
def test_a_command_prints_one(printed: str, value: str) -> None:
    found = find(AZURE, Source(command=python(printed)), environ={})
    assert found is not None
    assert (found.name, found.value) == ("the key command", value)


def python(code: str) -> str:
    quoted = code.replace('"', '\\"')
    return f'{sys.executable} -c "{quoted}"'


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys; print('secret-1'); sys.exit('secret-2')", "ended with status 1, run it by hand"),
        ("pass", "There is nothing from the key command"),
        (
            "print('{}')",
            "printed JSON that is neither a text nor an object with accessToken, access_token or token",
        ),
        ("print('[42]')", "printed JSON that is neither"),
        ("print('null')", "printed JSON that is neither"),  # jq's answer for what is not there
        ("print('two words')", "is no key"),
        ("print('one\\ntwo')", "is no key"),
    ],
)
def test_a_command_that_prints_none_is_told_without_what_it_printed(code: str, words: str) -> None:
    with pytest.raises(CredentialProblem, match=words) as told:
        find(AZURE, Source(command=python(code)), environ={})
    assert not {"secret-1", "secret-2", "two words"} & set(str(told.value).split("'"))


def test_a_command_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "COMMAND_SECONDS", 0.1)
    with pytest.raises(CredentialProblem, match="took longer than"):
        find(AZURE, Source(command=python("import time; time.sleep(30)")), environ={})


class Refused(Exception):
    pass


SAID = """All failed.
Attempted credentials:
\tEnvironmentCredential: Authentication failed: no route
\tAzureCliCredential: Azure CLI not found on path
See also https://help.example."""


@pytest.fixture
def entra(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """azure-identity as far as it is asked: the scopes that were."""
    asked: list[str] = []

    def get_token(scope: str) -> SimpleNamespace:
        asked.append(scope)
        if "ai.azure" in scope:
            raise Refused(SAID)
        return SimpleNamespace(token=jwt(exp=NOW + 60))

    def credential() -> AbstractContextManager[SimpleNamespace]:
        return nullcontext(SimpleNamespace(get_token=get_token))

    monkeypatch.setitem(sys.modules, "azure", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "azure.identity", SimpleNamespace(DefaultAzureCredential=credential))
    monkeypatch.setitem(sys.modules, "azure.core", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "azure.core.exceptions", SimpleNamespace(AzureError=Refused))
    return asked


def test_entra_signs_in_for_the_resource(entra: list[str]) -> None:
    found = find(AZURE, Source(entra=True), environ={"AZURE_API_KEY": "b"}, now=lambda: NOW)
    assert found is not None
    assert (found.name, found.header, found.expires) == ("Entra", "authorization", NOW + 60)
    assert entra == ["https://cognitiveservices.azure.com/.default"]
    with pytest.raises(
        CredentialProblem, match=r"no token \(EnvironmentCredential: Authentication failed: no route\): sign"
    ):
        find("https://r.services.ai.azure.com/openai/v1/responses", Source(entra=True), environ={})


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "azure.identity", None)
    with pytest.raises(CredentialProblem, match=r"pip install 'codex-azure-inspector\[entra\]'"):
        find(AZURE, Source(entra=True), environ={})


def test_the_scope_is_that_of_the_cloud() -> None:
    assert scope_of("r.openai.azure.us") == "https://cognitiveservices.azure.us/.default"
    assert scope_of("r.openai.azure.cn") == "https://cognitiveservices.azure.cn/.default"
    assert scope_of("gw.azure-api.net") == "https://cognitiveservices.azure.com/.default"
