"""The rules of repair, and what they work on.

`draft` is the request while it is changed, `rule` what a rule is, `account` the report of what was changed;
the rules themselves are in `parameters`, `roles`, `storage` and `namespaces`.
"""
