"""The parts of a request's translation; `translate_request` puts them together.

In reading order: `items` (what is where in the input), `turns` (calls and outputs that belong together, with
`reasoning` before and `client_output` among them), `content`, `messages`, `past` (history from elsewhere),
`tool_definitions`, `tool_choice`, `settings`; `shapes` and `refusals` say what became of each piece.
"""
