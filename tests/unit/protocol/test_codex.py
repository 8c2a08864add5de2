"""Header spellings of the releases measured, ids shortened; and Codex's configuration, read and written.

That the real Codex takes what is written here is tested end to end.
"""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.protocol.azure import parse_upstream
from inspector.protocol.codex import (
    BUILT_IN,
    ActiveProvider,
    CodexContext,
    active_provider,
    bridged_base_url,
    config_block,
    config_overrides,
    identify,
    identify_message,
    idle_timeout,
    layered,
    sees_azure,
)

V058 = [
    ("conversation_id", "th-1"),
    ("session_id", "th-1"),
    ("user-agent", "codex_exec/0.58.0 (Debian 12.0.0; x86_64) xterm"),
    ("originator", "codex_exec"),
]
V100 = [
    ("x-codex-turn-metadata", '{"sandbox":"none"}'),
    ("session_id", "th-2"),
    ("user-agent", "codex_exec/0.100.0 (Debian 12.0.0; x86_64) xterm"),
    ("originator", "codex_exec"),
]
V169 = [
    (
        "X-Codex-Turn-Metadata",
        json.dumps({"session_id": "se-3", "thread_id": "th-3", "turn_id": "tu-3", "request_kind": "turn"}),
    ),
    ("Session-Id", "se-3"),
    ("Thread-Id", "th-3"),
    ("Originator", "codex_cli_rs"),
    ("User-Agent", "codex_cli_rs/0.169.0 (Debian 12.0.0; x86_64) xterm (codex_cli_rs; 0.169.0)"),
]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (V058, CodexContext("codex_exec", "0.58.0", "th-1", is_codex=True)),
        (V100, CodexContext("codex_exec", "0.100.0", "th-2", is_codex=True)),
        (V169, CodexContext("codex_cli_rs", "0.169.0", "th-3", "tu-3", "turn", is_codex=True)),
    ],
)
def test_each_release_is_understood(headers: list[tuple[str, str]], expected: CodexContext) -> None:
    assert identify(headers) == expected


ROOT, AGENT = "01a1-root", "01a1-agent"


def spawned(
    name: str = "/root", kind: str = "thread_spawn", word: str | None = "collab_spawn"
) -> list[tuple[str, str]]:
    """What 0.169 sends for a sub-agent, as measured; without `word` the metadata alone."""
    told = {"session_id": ROOT, "thread_id": AGENT, "agent_name": name, "parent_thread_id": ROOT,
            "subagent_kind": kind, "thread_source": "subagent", "request_kind": "turn"}  # fmt: skip
    headers = [("x-codex-turn-metadata", json.dumps(told)), ("session-id", ROOT), ("thread-id", AGENT)]
    if word is not None:
        headers += [("x-codex-parent-thread-id", ROOT), ("x-openai-subagent", word)]
    return headers


@pytest.mark.parametrize(
    ("headers", "parent", "agent", "name"),
    [
        (spawned(), ROOT, "collab_spawn", None),
        (spawned("/root/greeter"), ROOT, "collab_spawn", "greeter"),
        (spawned("/root/greeter/helper"), ROOT, "collab_spawn", "greeter/helper"),
        (spawned(kind="review", word="review"), ROOT, "review", None),
        (spawned(kind="guardian", word="guardian"), ROOT, "guardian", None),
        (spawned(word=None), ROOT, "thread_spawn", None),
        ([("session_id", AGENT), ("x-openai-subagent", "review")], None, "review", None),  # 0.100
    ],
)
def test_sub_agents_tell_their_kind_their_name_and_who_spawned_them(
    headers: list[tuple[str, str]], parent: str | None, agent: str, name: str | None
) -> None:
    context = identify(headers)
    assert context.session == AGENT
    assert (context.parent_session, context.agent, context.agent_name) == (parent, agent, name)


def test_nobody_is_their_own_parent_and_the_first_thread_is_no_agent() -> None:
    told = json.dumps({"thread_id": ROOT, "agent_name": "/root", "parent_thread_id": 5, "subagent_kind": []})
    context = identify([("x-codex-turn-metadata", told), ("x-codex-parent-thread-id", ROOT)])
    assert (context.parent_session, context.agent, context.agent_name) == (None, None, None)


def test_the_thread_is_told_by_the_metadata_where_no_header_does() -> None:
    told = json.dumps({"session_id": "se", "thread_id": "th"})
    assert identify([("x-codex-turn-metadata", told), ("session-id", "se")]).session == "th"


def test_half_characters_become_whole_ones() -> None:
    context = identify([("x-codex-turn-metadata", r'{"thread_id": "a\ud800", "turn_id": "\ud83d\ude00"}')])
    assert (context.session, context.turn_id) == ("a\ufffd", "\U0001f600")


def test_another_client_is_named_but_is_not_codex() -> None:
    context = identify([("User-Agent", "OpenAI/Python 2.8.0")])
    assert context == CodexContext("OpenAI/Python", "2.8.0")


@pytest.mark.parametrize("metadata", ["", "{", "[1]", '{"turn_id": 5}', "[" * 5000])
def test_broken_metadata_is_no_metadata(metadata: str) -> None:
    context = identify([("x-codex-turn-metadata", metadata), ("user-agent", "")])
    assert context.turn_id is None
    assert context.client is None


BASE = "http://127.0.0.1:8080/my-res.openai.azure.com/openai/v1"

CONFIG = """
model_provider = "azure"
profile = "work"
[model_providers.azure]
name = "Azure"
base_url = "https://a.openai.azure.com/openai"
env_key = "KEY"
wire_api = "responses"
query_params = { api-version = "2025-04-01-preview" }
http_headers = { x-team = "blue" }
env_http_headers = { api-key = "KEY" }
[model_providers."my.azure"]
base_url = "https://b.openai.azure.com/openai/v1"
[profiles.work]
model_provider = "my.azure"
[profiles.bare]
model = "gpt-5"
[profiles.lost]
model_provider = "gone"
"""


def read_overrides(arguments: list[str]) -> dict[str, Any]:
    """The configuration that `-c` arguments amount to."""
    assert arguments[::2] == ["-c"] * (len(arguments) // 2)
    return layered(*(tomllib.loads(argument) for argument in arguments[1::2]))


def test_the_profile_decides_then_the_file() -> None:
    config = tomllib.loads(CONFIG)
    work = active_provider(config)
    assert work is not None
    assert (work.id, work.base_url) == ("my.azure", "https://b.openai.azure.com/openai/v1")
    bare = active_provider(config, "bare")
    assert bare == ActiveProvider(
        id="azure",
        name="Azure",
        base_url="https://a.openai.azure.com/openai",
        env_key="KEY",
        wire_api="responses",
        query_params={"api-version": "2025-04-01-preview"},
        http_headers={"x-team": "blue"},
        env_http_headers={"api-key": "KEY"},
    )


def test_a_provider_that_is_named_but_not_defined_is_none() -> None:
    assert active_provider(tomllib.loads(CONFIG), "lost") is None


@pytest.mark.parametrize("config", [{}, {"model_provider": "openai"}, {"model_provider": 5, "profile": [1]}])
def test_without_a_choice_it_is_the_built_in_openai(config: dict[str, Any]) -> None:
    assert active_provider(config) == BUILT_IN


def test_a_file_over_a_file_joins_tables() -> None:
    below = {"a": 1, "t": {"x": 1, "y": {"p": 1}}}
    assert layered(below, {"a": 2, "t": {"y": {"q": 2}}}) == {"a": 2, "t": {"x": 1, "y": {"p": 1, "q": 2}}}


def test_headers_with_keys_in_them_are_not_in_the_repr() -> None:
    assert "secret" not in repr(ActiveProvider("a", "A", "https://x", http_headers={"api-key": "secret"}))


def test_the_block_selects_a_provider_that_codex_sees_as_azure() -> None:
    config = tomllib.loads(config_block(BASE, query_params={"api-version": "preview", "a.b": "c"}))
    provider = active_provider(config)
    assert provider is not None
    assert (provider.name, provider.base_url, provider.env_key) == ("Azure", BASE, "AZURE_OPENAI_API_KEY")
    assert provider.wire_api == "responses"
    assert provider.query_params == {"api-version": "preview", "a.b": "c"}
    assert sees_azure(BASE)


def test_an_upstream_that_is_not_azure_is_not_called_azure() -> None:
    block = config_block("http://127.0.0.1:8080/llm.example.com/v1")
    assert not sees_azure("http://127.0.0.1:8080/llm.example.com/v1")
    assert 'name = "Inspector"' in block


def test_a_server_without_a_key_names_no_variable() -> None:
    assert "env_key" not in config_block(BASE, env_key=None)


def test_overrides_say_the_same_as_the_block() -> None:
    assert read_overrides(config_overrides(BASE)) == tomllib.loads(config_block(BASE))


def test_of_a_persons_own_provider_only_the_address_is_replaced() -> None:
    provider = ActiveProvider(
        "azure", "Azure", "https://a.openai.azure.com/openai", http_headers={"api-key": "secret"}
    )
    assert config_overrides(BASE, provider=provider) == ["-c", f'model_providers.azure.base_url="{BASE}"']


def test_an_id_with_a_dot_is_reached_through_an_inline_table() -> None:
    arguments = config_overrides(BASE, provider=ActiveProvider("my.azure", "Azure", None))
    assert read_overrides(arguments) == {"model_providers": {"my.azure": {"base_url": BASE}}}
    assert arguments[1].partition("=")[0] == "model_providers"


@pytest.mark.parametrize("id", ["mine", "my.azure"])
def test_a_bridged_provider_is_not_called_azure(id: str) -> None:
    """Else Codex would ask the chat endpoint to compact."""
    arguments = config_overrides(BASE, provider=ActiveProvider(id, "AZURE", None), bridged=True)
    table = {"base_url": BASE, "name": "AZURE, bridged"}
    assert read_overrides(arguments) == {"model_providers": {id: table}}
    assert not sees_azure("", table["name"])
    other = config_overrides(BASE, provider=ActiveProvider(id, "Mine", None), bridged=True)
    assert read_overrides(other) == {"model_providers": {id: {"base_url": BASE}}}


def test_a_bridged_address_does_not_show_azure() -> None:
    upstream = parse_upstream("https://my-res.openai.azure.com")
    address = bridged_base_url(upstream, "http://127.0.0.1:8080/")
    assert address == "http://127.0.0.1:8080/openai/v1"
    assert not sees_azure(address)


def test_the_built_in_provider_is_stood_in_for() -> None:
    config = read_overrides(config_overrides("http://127.0.0.1:8080/api.openai.com/v1", provider=BUILT_IN))
    provider = active_provider(config)
    assert provider is not None
    assert (provider.id, provider.name, provider.env_key) == ("inspector", "OpenAI", "OPENAI_API_KEY")


@settings(max_examples=60)
@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_text_survives_as_toml(text: str) -> None:
    config = tomllib.loads(config_block(text, env_key=text, query_params={text: text}))
    provider = config["model_providers"]["inspector"]
    assert (provider["base_url"], provider["query_params"]) == (text, {text: text})


@pytest.mark.parametrize(
    ("provider", "seconds"),
    [
        ({"base_url": "http://127.0.0.1:8080/up.example/v1", "stream_idle_timeout_ms": 45_000}, 45.0),
        ({"base_url": "https://UP.example/openai/v1", "stream_idle_timeout_ms": 1500}, 1.5),
        ({"base_url": "http://127.0.0.1:8080/up.example/v1"}, None),
        ({"base_url": "http://127.0.0.1:8081/v1", "stream_idle_timeout_ms": 1}, None),
        ({"base_url": "http://127.0.0.1:none", "stream_idle_timeout_ms": 1}, None),
        ({"base_url": "http://127.0.0.1:8080", "stream_idle_timeout_ms": "45"}, None),
        ({"base_url": "http://127.0.0.1:8080", "stream_idle_timeout_ms": True}, None),
        ({"base_url": 5, "stream_idle_timeout_ms": 1}, None),
        ("no table", None),
    ],
)
def test_how_long_it_bears_silence(provider: object, seconds: float | None) -> None:
    config = {"model_providers": {"mine": provider}}
    assert idle_timeout(config, {("127.0.0.1", 8080), ("up.example", 443)}) == seconds


def test_the_shortest_of_several_counts() -> None:
    one = {"base_url": "http://h:1", "stream_idle_timeout_ms": 2000}
    config = {
        "model_provider": "a",
        "model_providers": {"a": one, "b": {**one, "stream_idle_timeout_ms": 1000}},
    }
    assert idle_timeout(config, {("h", 1)}) == 1.0
    chosen = active_provider(config)
    assert chosen is not None
    assert chosen.idle_timeout == 2.0


def test_a_message_over_a_websocket_says_its_own_turn() -> None:
    shake = [
        ("user-agent", "codex_exec/0.169.0 (Linux)"),
        ("thread-id", "t1"),
        ("x-openai-subagent", "review"),
        ("x-codex-parent-thread-id", "t0"),
        ("x-codex-turn-metadata", '{"turn_id": "old", "request_kind": "prewarm", "agent_name": "/root/eve"}'),
    ]
    told = {"turn_id": "new", "x-codex-turn-metadata": '{"turn_id": "new", "request_kind": "turn"}', "n": 3}
    found = identify_message(shake, {"client_metadata": told})
    assert (found.session, found.turn_id, found.request_kind) == ("t1", "new", "turn")
    assert (found.client, found.version, found.is_codex) == ("codex_exec", "0.169.0", True)
    assert (found.agent, found.parent_session, found.agent_name) == ("review", "t0", "eve")
    other = identify_message(shake, {"client_metadata": {"thread_id": "t2"}, "generate": False})
    assert (other.session, other.turn_id, other.request_kind, other.agent) == ("t2", None, "prewarm", None)
    for odd in ({}, {"client_metadata": None}, {"client_metadata": [1]}):
        found = identify_message(shake, odd)
        assert (found.session, found.turn_id, found.request_kind) == ("t1", None, None)
