"""Holding: traffic that waits for a person. In reading order: `values` (rules, held things, decisions),
`rows` (how they are kept), `desk` (a proxy's hand on them). A person's is `inspector.capture.holds`.
"""
