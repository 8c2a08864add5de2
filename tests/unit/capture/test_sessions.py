from __future__ import annotations

from dataclasses import dataclass, field

from inspector.capture.asked import Asked
from inspector.capture.sessions import Latest, Place, place, place_by_headers
from inspector.protocol.codex import CodexContext

UNKNOWN, NOTHING = CodexContext(), Asked()


@dataclass
class Past:
    """A history in memory: what was placed, in order."""

    placed: list[tuple[Place, str | None, str | None, str | None]] = field(default_factory=list)

    def session_of_response(self, response_id: str) -> str | None:
        return next((p.session for p, _, _, said in reversed(self.placed) if said == response_id), None)

    def turn_of(self, session: str, turn_id: str) -> int | None:
        return next((p.turn for p, t, _, _ in self.placed if (p.session, t) == (session, turn_id)), None)

    def latest(self, session: str) -> Latest | None:
        mine = [(p.turn, n, d) for n, (p, _, d, _) in enumerate(self.placed) if p.session == session]
        return Latest(max(mine)[0], max(mine)[2]) if mine else None

    def add(
        self,
        context: CodexContext = UNKNOWN,
        asked: Asked = NOTHING,
        connection: str = "line",
        response: str | None = None,
    ) -> Place | None:
        found = place(context, asked, connection, self)
        if found:
            self.placed.append((found, context.turn_id, asked.digest, response))
        return found


def codex(turn_id: str | None, session: str = "thread") -> CodexContext:
    return CodexContext(session=session, turn_id=turn_id, is_codex=True)


USER = Asked(ends_with_user=True)
TOOL = Asked(ends_with_user=False)


def test_codexs_turn_ids_are_numbered():
    past = Past()
    turns = [past.add(codex(turn)) for turn in ("a", "a", "b", "a", "c", "b")]
    assert [found and found.turn for found in turns] == [1, 1, 2, 1, 3, 2]


def test_a_late_request_of_an_old_turn_does_not_number_a_new_one_twice():
    past = Past()
    for turn in ("a", "b", "a"):
        past.add(codex(turn))
    assert past.add(codex("c")) == Place("thread", 3)


def test_a_head_with_thread_and_turn_is_enough():
    past = Past()
    past.add(codex("a"))
    assert place_by_headers(codex("a"), past) == Place("thread", 1)
    assert place_by_headers(codex("b"), past) == Place("thread", 2)
    assert place_by_headers(codex(None), past) is None
    assert place_by_headers(CodexContext(turn_id="a"), past) is None


def test_without_turn_ids_the_users_messages_begin_turns():
    past = Past()
    found = [past.add(codex(None), asked) for asked in (USER, TOOL, TOOL, USER, TOOL)]
    assert [one and one.turn for one in found] == [1, 1, 1, 2, 2]


def test_the_first_exchange_begins_turn_one_whatever_it_is():
    assert Past().add(codex(None), TOOL) == Place("thread", 1)


def test_a_repeated_body_is_a_retry():
    past = Past()
    same = Asked(ends_with_user=True, digest="d")
    assert [past.add(asked=same).turn for _ in range(3)] == [1, 1, 1]
    assert past.add(asked=Asked(ends_with_user=True, digest="e")).turn == 2


def test_threads_are_told_apart():
    past = Past()
    assert past.add(codex("a", "one")) == Place("one", 1)
    assert past.add(codex("b", "two")) == Place("two", 1)


def test_without_a_thread_the_cache_key_then_the_chain_then_the_connection():
    past = Past()
    assert past.add(asked=Asked(prompt_cache_key="k", previous_response_id="r")).session == "k"
    first = past.add(asked=USER, connection="line 1", response="resp_1")
    assert first == Place("line 1", 1)
    chained = past.add(asked=Asked(previous_response_id="resp_1", ends_with_user=True), connection="line 2")
    assert chained == Place("line 1", 2)
    assert past.add(asked=Asked(previous_response_id="unknown"), connection="line 3").session == "line 3"


def test_nothing_to_tell_it_by():
    assert Past().add(connection="") is None


def test_what_prepares_a_turn_belongs_to_the_one_to_come():
    warm = Asked(prepares=True)
    past = Past()
    assert place(codex(None), warm, "line", past) == Place("thread", 1)
    past.add(codex("a"))
    past.add(codex("a"))
    assert place(codex(None), warm, "line", past) == Place("thread", 2)
    assert place(codex("a"), warm, "line", past) == Place("thread", 1)  # a handshake in the middle of a turn
