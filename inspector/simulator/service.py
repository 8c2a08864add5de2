"""The imitated resource: every address that Azure OpenAI serves, with a story behind the two that create.

Anything else is answered as Azure does: 404, `Resource not found`. `errors` tells how to get an error.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from inspector.protocol import codex
from inspector.protocol.azure import Operation, operation
from inspector.simulator import azure, catalogue, compaction, errors, web_socket
from inspector.simulator.ask import Ask, conversation
from inspector.simulator.conversation import Conversation
from inspector.simulator.ids import Ids
from inspector.simulator.offered import offered
from inspector.simulator.pace import AT_ONCE, Pace
from inspector.simulator.prompt_cache import PromptCache
from inspector.simulator.script import Answer, Received, Switch
from inspector.simulator.stored import StoredResponses

Story = Callable[[Ask], Answer]

POINTS_REMEMBERED = 4096  # points of sessions whose attempts are counted


class Service:
    """A handler for `Simulator`: routes a request, and asks `story` for what the model says."""

    def __init__(
        self,
        story: Story,
        *,
        pace: Pace = AT_ONCE,
        show_reasoning: bool = False,
        now: Callable[[], float] = time.monotonic,
        websockets: bool = False,
    ) -> None:
        """`now` is the clock of what is made in the background; `websockets`: agree to them."""
        self._story = story
        self._pace = pace
        self._show_reasoning = show_reasoning
        self._stored = StoredResponses(now)
        self._websockets = websockets
        self._cache = PromptCache()
        self._attempts: OrderedDict[tuple[str, bool, int, int], int] = OrderedDict()

    def __call__(self, received: Received) -> Answer:
        asked = operation(received.method, received.target)
        if asked is not None and (error := errors.demanded(received)) is not None:
            return error
        match asked:
            case Operation.CREATE | Operation.CHAT | Operation.COMPACT:
                return self._create(received, asked)
            case Operation.GET | Operation.DELETE | Operation.CANCEL | Operation.ITEMS:
                return self._stored.answer(asked, received)
            case Operation.CONNECT if self._websockets and web_socket.wanted(received):
                around = azure.headers(Ids(f"{received.n} socket".encode()))
                return Answer(101, around, (Switch(Conversation(self._on_a_socket)),))
            case Operation.MODELS:
                return catalogue.models(received.path, received.n)
            case Operation.EMBEDDINGS:
                return catalogue.embeddings(received.json(), received.n)
            case _:
                return azure.not_found()

    def _on_a_socket(self, received: Received, past: StoredResponses, warms_up: bool) -> Answer:
        error = errors.demanded(received)
        return error or self._create(received, Operation.CREATE, past, warms_up=warms_up)

    def _create(
        self,
        received: Received,
        asked: Operation,
        past: StoredResponses | None = None,
        *,
        warms_up: bool = False,
    ) -> Answer:
        """`past`: the responses that can be continued besides those that are stored."""
        is_chat = asked is Operation.CHAT
        body = received.json()
        said = body.get("messages" if is_chat else "input") if isinstance(body, dict) else None
        if not isinstance(said, list | str) or not (said or warms_up):
            missing = "messages" if is_chat else "input"
            message = f"The request body is not a JSON object with {missing!r}."
            return azure.error(400, "invalid_payload", message, kind="invalid_request_error", param=missing)
        previous = body.get("previous_response_id")
        kept = past if past is not None and previous in past else self._stored
        if previous is not None and previous not in kept:
            message = f"Previous response with id '{previous}' not found."
            return azure.invalid_request(
                message, code="previous_response_not_found", param="previous_response_id"
            )
        stored, background = body.get("store") is not False, body.get("background") is True
        if background and not stored and not is_chat:
            return azure.invalid_request("Background mode needs 'store' to be true.", param="background")
        if previous is not None and not is_chat:
            own = said if isinstance(said, list) else [{"role": "user", "content": said}]
            body = {**body, "input": [*kept.history(previous), *own]}
        if background and not is_chat:
            ask = self._understand(received, {**body, "stream": True}, is_chat=False)
            return self._stored.begin(self._story(ask), said, streamed=body.get("stream") is True)
        ask = self._understand(received, body, is_chat=is_chat)
        if asked is Operation.COMPACT:
            return compaction.whole(ask.say(compaction.of(ask.outputs)))
        if not is_chat and compaction.is_asked_for(body):
            return ask.say(compaction.of(ask.outputs))
        answer = ask.say() if warms_up else self._story(ask)
        if past is not None:
            past.remember(answer, said, streamed=True)
        if not is_chat and stored:
            self._stored.remember(answer, said, streamed=body.get("stream") is True)
        return answer

    def _understand(self, received: Received, body: Mapping[str, Any], *, is_chat: bool) -> Ask:
        prompts, outputs = conversation(body)
        thread = codex.identify(received.headers).session
        session = str(body.get("prompt_cache_key") or thread or prompts[:1])
        input_tokens, cached_tokens = self._cache.count(session, body)
        return Ask(
            received=received,
            body=body,
            is_chat=is_chat,
            session=session,
            prompts=prompts,
            outputs=outputs,
            tools=offered(body),
            attempt=self._attempt((thread or session, is_chat, len(prompts), len(outputs))),
            input_tokens=input_tokens,
            cached_tokens=cached_tokens,
            pace=self._pace,
            show_reasoning=self._show_reasoning,
        )

    def _attempt(self, point: tuple[str, bool, int, int]) -> int:
        attempt = self._attempts.pop(point, -1) + 1
        self._attempts[point] = attempt
        if len(self._attempts) > POINTS_REMEMBERED:
            self._attempts.popitem(last=False)
        return attempt
