"""A Codex thread as Codex 0.169 puts it on the wire: its headers, and a body that grows with every turn.

The form is the measured one; prompts and tool descriptions are short texts of our own. The key is a dummy,
there so that its redaction can be seen.
"""

from __future__ import annotations

import json
import secrets
import time
import uuid
from typing import Any

Json = dict[str, Any]

VERSION = "0.169.0"
DUMMY_KEY = "dummy-key-of-the-demo-not-a-secret"

_INSTRUCTIONS = """\
You are a coding agent in a terminal, at work in somebody's repository. Read before you change, change
as little as the task allows, and run what you changed. Say what you are about to do in one sentence,
then do it.

Commands. Use exec_command for everything that a shell does. Prefer rg over grep, and sed -n over cat
for long files. Several reads that do not depend on each other go out together. Never wait for a program
that does not end by itself: give it a limit. The exit code counts, not what a program says about
itself.

Files. Use apply_patch for changes to files, one file at a time where you can, with three lines of
context. Do not reformat lines that you have no business with. Do not add a dependency without being
asked. Keep the names and the habits of the code around you, and leave comments that say why, not what.

Tests. A change without a test that would fail without it is half a change. A test that sometimes fails
is a bug in the test or in the code: find out which, never repeat it until it passes. Seeds are fixed,
clocks are faked.

Git. Look at the state of the work tree first. What you find changed there and did not change yourself
is somebody else's work: leave it alone. Do not commit or push unless asked.

Words. The last message is for a reader who did not watch: what was wrong, what you did, where, and how
you know that it works. Short sentences, file names in backquotes, no praise, no promises. If something
is left undone, say so.
"""

_CONTEXT = """\
<environment_context>
  <cwd>/home/you/kiln</cwd>
  <shell>bash</shell>
  <timezone>Etc/UTC</timezone>
</environment_context>"""

_PATCH_GRAMMAR = """\
start: "*** Begin Patch" LF change+ "*** End Patch" LF?
change: add | remove | update
add: "*** Add File: " NAME LF ("+" LINE LF)+
remove: "*** Delete File: " NAME LF
update: "*** Update File: " NAME LF (("@@" | "@@ " LINE) LF | ("+" | "-" | " ") LINE LF)+
NAME: /.+/
LINE: /.*/
%import common.LF
"""


def _function(name: str, description: str, **properties: tuple[str, str]) -> Json:
    """A function tool; its first property is the one that it requires."""
    schemas = {key: {"type": kind, "description": text} for key, (kind, text) in properties.items()}
    parameters = {
        "type": "object",
        "properties": schemas,
        "required": list(properties)[:1],
        "additionalProperties": False,
    }
    known = {"name": name, "description": description, "strict": False}
    return {"type": "function", **known, "parameters": parameters}


TOOLS: list[Json] = [
    _function(
        "exec_command",
        "Run a command in a shell and return what it printed, or a session if it goes on.",
        cmd=("string", "The command line."),
        workdir=("string", "Where to run it; the turn's folder if left out."),
        tty=("boolean", "Whether it needs a terminal."),
        yield_time_ms=("number", "How long to wait for output before returning."),
        max_output_tokens=("number", "How much output to return at most."),
    ),
    _function(
        "write_stdin",
        "Type into a command that is still running, and return what it printed since.",
        session_id=("number", "Which command."),
        chars=("string", "What to type; nothing just reads."),
    ),
    {
        "type": "custom",
        "name": "apply_patch",
        "description": "Change files with a patch: free text as the grammar says, no JSON around it.",
        "format": {"type": "grammar", "syntax": "lark", "definition": _PATCH_GRAMMAR},
    },
    _function(
        "view_image", "Look at a picture in the file system.", path=("string", "The picture's full path.")
    ),
    {
        "type": "namespace",
        "name": "multi_agent_v1",
        "description": "Hand parts of the work to other agents.",
        "tools": [
            _function("spawn_agent", "Start an agent on a task.", message=("string", "The task.")),
            _function("wait_agent", "Wait until an agent is done.", id=("string", "Which agent.")),
            _function("close_agent", "Dismiss an agent.", id=("string", "Which agent.")),
        ],
    },
    {"type": "web_search", "external_web_access": True},
]


class Thread:
    """One Codex thread: grows by prompts, output items and tool outputs; gives the next request."""

    def __init__(self, model: str) -> None:
        self.id = uuid7()
        self._model = model
        self._turn_id = ""
        self._started_ms = 0
        self._items: list[Json] = [
            _message("developer", _INSTRUCTIONS),
            _message("user", _CONTEXT),
        ]

    def prompt(self, text: str) -> None:
        """A new turn."""
        self._turn_id = uuid7()
        self._started_ms = int(time.time() * 1000)
        self._items.append(_message("user", text))

    def blocked(self) -> None:
        """The content filter stopped a response: Codex tells the model before it asks again."""
        guidance = (
            "The content filter stopped your last response. Say it in other words, or say why you cannot."
        )
        text = f"<content_filter_guidance>\n{guidance}\n</content_filter_guidance>"
        self._items.append(_message("developer", text))

    def add(self, item: Json) -> None:
        """An output item as it came, as Codex replays it."""
        self._items.append({**item, "content": None} if item.get("type") == "reasoning" else item)

    def add_output(self, call: Json, output: str) -> None:
        """What the tool of a call gave back."""
        custom = call["type"] == "custom_tool_call"
        kind, prefix = ("custom_tool_call_output", "ctco") if custom else ("function_call_output", "fco")
        made = {"type": kind, "id": f"{prefix}_{uuid7()}", "call_id": call["call_id"], "output": output}
        self._items.append(made)

    def headers(self) -> dict[str, str]:
        """Codex's headers, without the host and the length."""
        return {
            "x-codex-beta-features": "remote_compaction_v2",
            "x-codex-window-id": f"{self.id}:0",
            "x-codex-turn-metadata": self._metadata(),
            "x-client-request-id": self.id,
            "session-id": self.id,
            "thread-id": self.id,
            "accept": "text/event-stream",
            "content-type": "application/json",
            "authorization": f"Bearer {DUMMY_KEY}",
            "originator": "codex_exec",
            "user-agent": f"codex_exec/{VERSION} (imitation; codex-azure-inspector) (codex_exec; {VERSION})",
        }

    def body(self) -> bytes:
        """The next request: the whole history, as in every turn."""
        request = {
            "model": self._model,
            "stream": True,
            "input": self._items,
            "tools": TOOLS,
            "tool_choice": "auto",
            "parallel_tool_calls": True,
            "reasoning": {"effort": "medium", "summary": "auto"},
            "store": False,
            "include": ["reasoning.encrypted_content"],
            "prompt_cache_key": self.id,
            "text": {"verbosity": "low"},
            "client_metadata": {
                "session_id": self.id,
                "thread_id": self.id,
                "turn_id": self._turn_id,
                "x-codex-window-id": f"{self.id}:0",
                "x-codex-turn-metadata": self._metadata(),
            },
        }
        return json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode()

    def _metadata(self) -> str:
        told = {
            "session_id": self.id,
            "thread_id": self.id,
            "turn_id": self._turn_id,
            "window_id": f"{self.id}:0",
            "request_kind": "turn",
            "turn_trigger": "exec",
            "sandbox_mode": "workspace-write",
            "turn_started_at_unix_ms": self._started_ms,
            "model": self._model,
        }
        return json.dumps(told, separators=(",", ":"))


def uuid7() -> str:
    """An identifier that sorts by time, as Codex makes them (RFC 9562, 5.7)."""
    value = (int(time.time() * 1000) << 80) | (7 << 76) | (secrets.randbits(12) << 64)
    return str(uuid.UUID(int=value | (0b10 << 62) | secrets.randbits(62)))


def _message(role: str, text: str) -> Json:
    content = [{"type": "input_text", "text": text}]
    return {"type": "message", "id": f"msg_{uuid7()}", "role": role, "content": content}
