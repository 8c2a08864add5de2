"""Which tools a client offers, and a call in its own dialect: so that a story can be played by any client.

One Codex release speaks three dialects, by model name: functions (`exec_command`); functions with a custom
`apply_patch`, and more of them behind a search; and a custom `exec` in namespace `functions` whose input is
JavaScript over all. Older ones offer `shell` or `shell_command`. Behind a bridge all of them are functions,
named `namespace__name`, and what was free text is the only property, `input`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from inspector.simulator.reply import Call

NOBODY = "00000000-0000-7000-8000-000000000000"
"""An agent's id that no agent has."""

WAIT_MS = 10_000  # the least that Codex takes


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as offered: `properties` are the JSON Schema types of its parameters (empty for free text)."""

    kind: Literal["function", "custom", "tool_search"]
    name: str
    namespace: str | None
    properties: Mapping[str, object]

    @property
    def role(self) -> str:
        """The name without the namespace that a bridge may have joined to it."""
        return self.name.rpartition("__")[2]

    @property
    def takes_text(self) -> bool:
        """Whether its payload is free text, bare or as the only property of a function."""
        return self.kind == "custom" or set(self.properties) == {"input"}

    def call(self, payload: str | Mapping[str, Any]) -> Call:
        """A call to it; free text is wrapped where the dialect wants that."""
        if isinstance(payload, str) and self.kind == "custom":
            return Call(self.name, payload, kind="custom", namespace=self.namespace)
        arguments = {"input": payload} if isinstance(payload, str) else payload
        kind: Literal["tool_search", "function"] = "tool_search" if self.kind == "tool_search" else "function"
        return Call(self.name, json.dumps(arguments, ensure_ascii=False), kind, self.namespace)


def offered(request: Mapping[str, Any]) -> tuple[Tool, ...]:
    """The tools that the client of a Responses or Chat request can run, those in its input included."""
    found: list[Tool] = []
    _collect(request.get("tools"), None, found)
    items = request.get("input")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and item.get("type") in ("additional_tools", "tool_search_output"):
            _collect(item.get("tools"), None, found)
    return tuple(found)


def _collect(tools: object, namespace: str | None, found: list[Tool]) -> None:
    for tool in tools if isinstance(tools, list) else ():
        if not isinstance(tool, dict):
            continue
        kind = tool.get("type")
        if kind == "namespace":
            _collect(tool.get("tools"), str(tool.get("name")), found)
            continue
        if kind == "tool_search" and tool.get("execution") == "client":
            tool = {"name": kind, **tool}
        inner = tool.get(str(kind))  # Chat puts the definition one level down
        definition = inner if isinstance(inner, dict) else tool
        if kind in ("function", "custom", "tool_search") and isinstance(definition.get("name"), str):
            parameters = definition.get("parameters")
            schemas = parameters.get("properties") if isinstance(parameters, dict) else None
            properties = {
                key: schema.get("type") if isinstance(schema, dict) else None
                for key, schema in (schemas if isinstance(schemas, dict) else {}).items()
            }
            found.append(Tool(kind, definition["name"], namespace, properties))


def shell_call(tools: Iterable[Tool], command: str) -> Call | None:
    """A call that runs `command` in a shell, with whichever tool there is for that; None where none is."""
    by_role = {tool.role: tool for tool in tools}
    for role in ("exec_command", "shell_command", "shell"):
        tool = by_role.get(role)
        if tool is None:
            continue
        if "cmd" in tool.properties:
            return tool.call({"cmd": command})
        as_list = tool.properties.get("command") == "array"
        return tool.call({"command": ["bash", "-lc", command] if as_list else command})
    script = by_role.get("exec")
    if script is not None and script.takes_text:
        run = f"const run = await tools.exec_command({{ cmd: {json.dumps(command)} }});\n"
        return script.call(run + "text(run.output);\n")
    return None


def patch_call(tools: Iterable[Tool], patch: str) -> Call | None:
    """A call that applies `patch` (in apply_patch's own format): the tool for it, or the shell."""
    tools = tuple(tools)
    by_role = {tool.role: tool for tool in tools}
    patcher = by_role.get("apply_patch")
    if patcher is not None and patcher.takes_text:
        return patcher.call(patch)
    script = by_role.get("exec")
    if script is not None and script.takes_text:
        return script.call(f"text(await tools.apply_patch({json.dumps(patch)}));\n")
    return shell_call(tools, f"apply_patch <<'EOF'\n{patch}EOF\n")


def search_call(tools: Iterable[Tool], query: str) -> Call | None:
    """A search for tools that are not offered yet."""
    by_role = {tool.role: tool for tool in tools}
    search = by_role.get("tool_search")
    return None if search is None else search.call({"query": query})


def agents_call(tools: Iterable[Tool]) -> Call | None:
    """A harmless call to a tool of a namespace: who the agents are, or an end to one that there is not."""
    by_role = {tool.role: tool for tool in tools}
    if "list_agents" in by_role:
        return by_role["list_agents"].call({})
    return by_role["close_agent"].call({"target": NOBODY}) if "close_agent" in by_role else None


def spawn_call(tools: Iterable[Tool], task: str, name: str) -> Call | None:
    """A call that starts a sub-agent on a task; newer dialects give it the name."""
    spawn = {tool.role: tool for tool in tools}.get("spawn_agent")
    if spawn is None:
        return None
    named = {"task_name": name} if "task_name" in spawn.properties else {}
    return spawn.call({"message": task, **named})


def wait_call(tools: Iterable[Tool], agent_id: str | None) -> Call | None:
    """A call that waits for a sub-agent: newer dialects wait for any, older ones for those they name."""
    by_role = {tool.role: tool for tool in tools}
    wait = by_role.get("wait_agent", by_role.get("wait"))
    if wait is None:
        return None
    for names in ("targets", "ids"):
        if names in wait.properties:
            return wait.call({names: [agent_id], "timeout_ms": WAIT_MS}) if agent_id else None
    return wait.call({"timeout_ms": WAIT_MS}) if "timeout_ms" in wait.properties else None


def image_call(tools: Iterable[Tool], path: str) -> Call | None:
    """A call that gives back the image in a file."""
    by_role = {tool.role: tool for tool in tools}
    if "view_image" in by_role:
        return by_role["view_image"].call({"path": path})
    script = by_role.get("exec")
    if script is not None and script.takes_text:
        return script.call(f"image(await tools.view_image({{ path: {json.dumps(path)} }}));\n")
    return None
