"""What stands in the samples where Codex's own prose stood: short texts of ours.

Names of tools, parameters and tags are the protocol and stay; what Codex says about them is its authors'. A
name that has no text here stops `make.py`: nothing passes because nobody thought of it.
"""

from __future__ import annotations

INSTRUCTIONS = (
    "You are a coding agent in somebody's work tree. Read before you change, change little, and run what you "
    "changed. (Codex's own instructions, some 20 KB, stood here.)"
)

TAGGED = {
    "skills_instructions": "No skill is needed here.",
    "permissions instructions": "Every command is allowed, and nobody is asked.",
    "tools": "More tools can be found with tool_search.",
    "collaboration_mode": "Work alone, and ask nothing.",
    "multi_agent_role": "You are the first agent of a team of one.",
    "multi_agent_mode": "Start no other agents.",
    "content_filter_guidance": "Say it in other words.",
}
"""By the tag that a developer message of Codex is wrapped in."""

TOOLS = {
    "exec_command": "Runs a command in a shell.",
    "write_stdin": "Types into a command that still runs.",
    "request_user_input": "Asks the person, and waits.",
    "request_user_input_async": "Asks the person, and goes on.",
    "apply_patch": "Changes files with a patch, as free text.",
    "view_image": "Looks at a picture.",
    "get_goal": "Tells the goal of this thread.",
    "create_goal": "Sets a goal.",
    "update_goal": "Says how far the goal is.",
    "tool_search": "Finds more tools.",
    "exec": "Runs JavaScript, in which the other tools are functions.",
    "wait": "Waits for JavaScript that still runs.",
    "sleep": "Waits.",
    "spawn_agent": "Starts another agent.",
    "wait_agent": "Waits for another agent.",
    "resume_agent": "Brings an agent back.",
    "close_agent": "Dismisses an agent.",
    "interrupt_agent": "Stops what an agent does.",
    "list_agents": "Names the agents.",
    "send_input": "Talks to an agent.",
    "send_message": "Leaves an agent a message.",
    "followup_task": "Gives an agent another task.",
    "functions": "The tools of this client.",
    "clock": "Tools about time.",
    "collaboration": "Tools about other agents.",
    "multi_agent_v1": "Tools about other agents.",
}
"""By the name of a function, a custom tool or a namespace, or by the type of a tool without a name."""

PARAMETERS = {
    "string": "A text.",
    "number": "A number.",
    "integer": "A whole number.",
    "boolean": "Yes or no.",
    "array": "A list.",
    "object": "Several values.",
}
"""By the type in a parameter's JSON Schema."""

GRAMMARS = {
    "apply_patch": 'start: "*** Begin Patch" /[\\s\\S]+/ "*** End Patch"',
    "exec": "start: /[\\s\\S]+/",
}
"""By the name of a custom tool."""

HOME = "/home/you"
WORK_TREE = f"{HOME}/greeting"
INSTALLATION = "00000000-0000-4000-8000-000000000000"
PROXY = "127.0.0.1:8080"
UPSTREAM = "127.0.0.1:8081"
