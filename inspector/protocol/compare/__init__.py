"""What changed between two requests, and between two responses: what the diff screen and replays are made of.

    compare_requests(old, new)    items, tools, settings, headers; where the prompt cache's prefix broke;
                                  what a compaction removed
    compare_responses(old, new)   output items, settings, usage; what differs in every run is ignored
    text_difference(old, new)     two texts, line by line

Pure, for any JSON. Pointers (RFC 6901) name the pieces on both sides. In reading order: `change` (what can be
told), `canonical` (equal values as equal texts), `ignore` (what does not count), `alignment` (which elements
of two lists belong together), `values` (any two JSON values), `pieces` (lists of items and of tools),
`items`, `messages`, `dialect` (which of the two a request has), `tools`, `headers`, `prefix`, `compaction`,
and the two comparisons: `requests`, `responses`; for texts `matching` and `text`.
"""
