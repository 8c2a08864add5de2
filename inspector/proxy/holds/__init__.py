"""Holding traffic until a person decides, at the proxy. What is to be held, and what was decided, are rows of
the capture (`inspector.capture.held`); who sets rules need not be told of us, nor we of them.

```
 capture ◄─ watcher (a thread) ─► holder (hooks of the event loop) ─► held_stream (events, as they pass)
```

In reading order: `waiting` (one held thing), `watcher`, `patience` (when Codex gives up), `matching`
(what rules are asked about), `answering` (decisions as responses and events), `upstream_leg` (what came,
where the client got something else), `held_stream`, `event_gate` and `replaced` (streams in our hands),
`held_response`, `holder`.

Whatever fails here lets the traffic go on as it is. Without rules there is a look at the capture five times a
second, and nothing in the way of what passes.
"""
