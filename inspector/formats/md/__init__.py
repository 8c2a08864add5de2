"""A report to paste into an issue: what happened, in order.

In reading order: `text` (words of traffic that stay words), `values` (bodies as JSON), `brief` (JSON made
short), `answer` (what an answer said and called), `before` (the request before it, and the prompt cache),
`changed` (on the way upstream), `bodies` (their beginnings), `story` (all that is told of one exchange),
`timeline` (all of them in order), `report` (the whole, and how it gets into its limit), `writing` (the
exporter).
"""
