"""A recorded request as something to paste: a curl or HTTPie command, Python, Codex's configuration.

What is pasted asks the upstream again, the same in all that matters. No secret is ever in it, whether the
capture kept it or not: where the key was stands an environment variable, and of headers and parameters only
those travel that are known to hold none. Bodies travel as they are.

In reading order: `call` (a request without its secrets), `shell` (words and bodies that a shell takes as they
are), then a form a file: `curl`, `httpie`, `python` (with `python_method`,
`python_client` and `python_text`), `codex_config`; `catalogue` has them by name.
"""
