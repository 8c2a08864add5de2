"""The parts of a request's translation; `translate_request` puts them together.

In reading order: `items` (what is where in the input), `turns` (calls and outputs that belong together),
`content`, `messages`, `tool_definitions`, `settings`, `refusals`.
"""
