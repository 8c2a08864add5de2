"""An Azure that answers from a capture: `player.Player` is a handler for `server.Simulator`.

In reading order: `neutral` (what of a text does not count), `meaning` (what a request asks, in a form that is
equal for two that mean the same), `moving` (another folder's name in an answer), `answering` (a recorded
answer as steps on time), `deck` (which there are, which were used, what fits), `kept` (what was served, as
Azure would store it), `difference` (what does not fit, in words), `passing` (that goes elsewhere), `player`.
"""
