"""The session that `inspector demo` shows: a made-up project, a flaky test, a network with moods.

The project does not exist, and nothing is run: the outputs of the tools are part of the script.
"""

from __future__ import annotations

from inspector.simulator.stories.scenes import Beat, Mishap, Patch, Scene, Shell

_SOURCE = '''\
"""How long a job waits before it is tried again."""

import random
from dataclasses import dataclass


@dataclass
class Backoff:
    base: float = 0.5
    limit: float = 60.0

    def wait(self, attempt: int) -> float:
        """Seconds before the given attempt, with some jitter so that workers do not march in step."""
        jitter = random.uniform(0.5, 1.5)
        return min(self.limit, self.base * 2**attempt) * jitter
'''

_TEST = """\
from kiln.backoff import Backoff


def test_waits_grow():
    waits = [Backoff(base=0.2).wait(attempt) for attempt in range(5)]
    assert waits == sorted(waits)


def test_waits_stay_below_the_limit():
    backoff = Backoff(base=0.2, limit=4.0)
    assert max(backoff.wait(attempt) for attempt in range(30)) <= 4.0
"""

_PATCH = """\
*** Begin Patch
*** Update File: kiln/backoff.py
@@
-        jitter = random.uniform(0.5, 1.5)
-        return min(self.limit, self.base * 2**attempt) * jitter
+        longest = min(self.limit, self.base * 2**attempt)
+        return random.uniform(longest / 2, longest)
*** End Patch
"""

_SEEDED = """\
*** Begin Patch
*** Update File: tests/test_backoff.py
@@
+import random
+
 from kiln.backoff import Backoff
@@
+def test_jitter_stays_in_its_half():
+    random.seed(1906)
+    backoff = Backoff(base=1.0, limit=8.0)
+    for attempt in range(12):
+        longest = min(8.0, 2.0**attempt)
+        assert longest / 2 <= backoff.wait(attempt) <= longest
*** End Patch
"""

_CHANGES = """\
*** Begin Patch
*** Update File: CHANGES.md
@@
 ## Next
+- A retried job never waits longer than its limit, and never less than before.
*** End Patch
"""

_FIX = Scene(
    prompt="tests/test_backoff.py fails about one run in three. Find out why and fix it.",
    beats=(
        Beat(
            thought=(
                "**Reading before guessing**\n\nA test that fails now and then usually hides a clock or a "
                "random number. I read the test and the module it covers side by side."
            ),
            text="I'll read the test and the module it covers.",
            calls=(
                Shell("cat tests/test_backoff.py", _TEST),
                Shell("cat kiln/backoff.py", _SOURCE),
            ),
        ),
        Beat(
            thought=(
                "**The jitter is the suspect**\n\nThe factor runs from 0.5 to 1.5 and is applied after the "
                "limit: a wait can be shorter than the one before, and longer than the limit. Before "
                "changing anything I want to see both failures."
            ),
            calls=(
                Shell(
                    "for n in 1 2 3 4 5 6; do python -m pytest -q tests/test_backoff.py | tail -1; done",
                    "2 passed in 0.02s\n1 failed, 1 passed in 0.03s\n2 passed in 0.02s\n"
                    "2 failed in 0.03s\n1 failed, 1 passed in 0.03s\n2 passed in 0.02s\n",
                ),
            ),
            mishap=Mishap.RATE_LIMITED,
        ),
        Beat(
            thought=(
                "**Jitter inside the limit**\n\nDrawing between half of the longest wait and the longest "
                "wait keeps workers apart, and neither rule can be broken: half of the doubled wait is the "
                "old one."
            ),
            text=(
                "The jitter is applied after the limit, so a wait can pass the limit, and can also be "
                "shorter than the wait before it. Drawing from the upper half of each step keeps both "
                "promises."
            ),
            calls=(
                Patch(
                    _PATCH,
                    "Exit code: 0\nWall time: 0 seconds\nOutput:\n"
                    "Success. Updated the following files:\nM kiln/backoff.py\n",
                ),
            ),
        ),
        Beat(
            calls=(
                Shell(
                    "for n in $(seq 200); do python -m pytest -q tests/test_backoff.py || break; done | "
                    "sort | uniq -c",
                    "    200 2 passed in 0.02s\n",
                ),
            ),
        ),
        Beat(
            text=(
                "Fixed, and run 200 times without a failure.\n\nThe cause: `Backoff.wait` multiplied by a "
                "random factor between 0.5 and 1.5 *after* it had applied the limit. So a wait could be "
                "longer than the limit, and a later wait shorter than an earlier one. Now each wait is "
                "drawn from the upper half of its step, in `kiln/backoff.py`."
            ),
        ),
    ),
)

_PIN = Scene(
    prompt="Good. Pin it with a test of its own, so that nobody moves the jitter back.",
    beats=(
        Beat(
            thought=(
                "**A test that cannot be flaky**\n\nA fixed seed, and bounds for every step instead of one "
                "lucky sequence."
            ),
            text="I'll add a test with a fixed seed that checks both bounds of every step.",
            calls=(
                Patch(
                    _SEEDED,
                    "Exit code: 0\nWall time: 0 seconds\nOutput:\n"
                    "Success. Updated the following files:\nM tests/test_backoff.py\n",
                ),
            ),
        ),
        Beat(
            calls=(
                Shell("python -m pytest -q tests/test_backoff.py", "...\n3 passed in 0.02s\n"),
                Shell(
                    "git diff --stat",
                    " kiln/backoff.py       | 4 ++--\n tests/test_backoff.py | 10 ++++++++++\n",
                ),
            ),
        ),
        Beat(
            text=(
                "Done: `test_jitter_stays_in_its_half` seeds the generator and checks, for twelve attempts, "
                "that each wait lies between half of its step and the whole of it. With the old line put "
                "back it fails at once, and in every run."
            ),
            mishap=Mishap.DROPPED,
        ),
    ),
)

_TELL = Scene(
    prompt="Write the change log's line, and what the pull request should say about killed workers.",
    beats=(
        Beat(
            thought="**Short and for users**\n\nWho reads the change log wants the effect, not the cause.",
            calls=(
                Patch(
                    _CHANGES,
                    "Exit code: 0\nWall time: 0 seconds\nOutput:\n"
                    "Success. Updated the following files:\nM CHANGES.md\n",
                ),
            ),
        ),
        Beat(
            text=(
                "The line is in `CHANGES.md`. For the pull request:\n\n> When a worker is killed in the "
                "middle of a job, the job is retried by another one. Until now that retry could come later "
                "than the configured limit, or sooner than the one before it. Both are ruled out now, and a "
                "seeded test holds the rule.\n\nNothing changes for jobs whose worker survives: they are "
                "never retried."
            ),
            mishap=Mishap.FILTERED,  # "killed" and "survives": a filter that knows no workers
        ),
    ),
)

SCENES = (_FIX, _PIN, _TELL)
