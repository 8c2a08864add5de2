"""An imitation of Azure OpenAI on loopback, scriptable down to byte boundaries and timing.

For a test: an `Answer` of steps (`script`), or a `Reply` in words (`reply`) that `responses.answer` and
`chat.answer` make into one; a handler that gives it; and `server.running(handler)`. `service.Service(story)`
is a whole resource; `stories` are what its model says.
`playback` answers from a capture instead.
"""
