"""A request as a Python program: with the openai package where it knows the call, else with its httpx.

What the package has no argument for goes into `extra_body`, so that its version does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable

from inspector.protocol.snippets.call import Call
from inspector.protocol.snippets.python_client import client_of
from inspector.protocol.snippets.python_method import Method, method_of
from inspector.protocol.snippets.python_text import expression, literal, mapping, quoted

_PACKAGES_OWN = frozenset({"content-type", "accept"})
_ENTRY = "    {},"


def python(call: Call) -> str:
    """The program; it prints the events as they come, or the answer."""
    method = method_of(call)
    return _with_httpx(call) if method is None else _with_openai(call, method)


def _with_openai(call: Call, method: Method) -> str:
    client = client_of(call, method.asked)
    headers = [(name, (value,)) for name, value in call.headers if name.lower() not in _PACKAGES_OWN]
    omits = any(not value for _, value in client.keys)
    given = [
        *method.arguments,
        *(["**body"] if method.body else []),
        *method.named,
        *([f"extra_body={literal(method.further, 1)}"] if method.further else []),
        *([f"extra_query={mapping(method.query)}"] if method.query else []),
        *([f"extra_headers={mapping([*client.keys, *headers])}"] if client.keys or headers else []),
    ]
    lines = [
        *(["import os", ""] if call.variables else []),
        f"from openai import {', '.join(sorted([client.name, *(['Omit'] if omits else [])]))}",
        "",
        f"client = {client.name}(",
        *map(_ENTRY.format, [*client.arguments, "max_retries=0"]),
        ")",
        *([f"body = {literal(method.body)}"] if method.body else []),
        *([f"# {method.remark}"] if method.remark else []),
        *_called(method.name, given),
        *_shown(method),
    ]
    return "\n".join(lines) + "\n"


def _called(name: str, given: list[str]) -> Iterable[str]:
    if not given:
        return [f"answer = client.{name}()"]
    return [f"answer = client.{name}(", *map(_ENTRY.format, given), ")"]


def _shown(method: Method) -> Iterable[str]:
    if method.streams:
        return ["for event in answer:", "    print(event.model_dump_json())"]
    if method.name == "responses.delete":  # it gives nothing
        return ["print(answer)"]
    return ["print(answer.model_dump_json(indent=2))"]


def _with_httpx(call: Call) -> str:
    headers = [*call.credentials, *((name, (value,)) for name, value in call.headers)]
    arguments = [
        quoted(call.method),
        expression(call.url),
        *([f"headers={mapping(headers)}"] if headers else []),
        *([f"content={call.body!r}"] if call.body else []),
        "timeout=600",
    ]
    lines = [
        *(["import os", ""] if call.variables else []),
        "import httpx",
        "",
        "with httpx.stream(",
        *map(_ENTRY.format, arguments),
        ") as answer:",
        "    print(answer.status_code)",
        "    for text in answer.iter_text():",
        '        print(text, end="", flush=True)',
    ]
    return "\n".join(lines) + "\n"
