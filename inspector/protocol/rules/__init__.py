"""The rules of conformance, a file for each thing that they are about; `conformance` puts them together.

In reading order: `shapes` (the fields of an event), `open_item` (what happens to an item from added to done),
`response` (the Response around the items, how it ends), `codex` (what Codex passes over). Each gives breaches
as (rule, text) and knows nothing of where in the stream it is.
"""
