"""The parts of a chat stream's translation; `translate_stream` is the machine that puts them together.

In reading order: `reader` (bytes to chunks), `delta` (a chunk's pieces), `tool_fragments` (whose it is),
`output` (what is open, where it goes), `output_items` and `call_items` (an item's events), `custom_input` (a
wrapper undone), `content_filters` (what Azure's said), `response_body` (the Response around it),
`stream_event` (an event about to be sent).
"""
