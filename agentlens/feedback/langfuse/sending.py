"""How do scores reach Langfuse, each exactly once, whatever is lost on the way?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from agentlens.feedback.langfuse.line import PAUSES, TRIES, Line, passes
from agentlens.feedback.langfuse.pushed import State
from agentlens.feedback.langfuse.readback import same, scores_there
from agentlens.sources.langfuse.answers import Answer, said

__all__ = ["Sending"]

_BATCH = 50
_BYTES = 900_000
_ACCEPTED = frozenset({200, 201, 202})
_PARTLY = 207
_LIMITED = 429
_REFUSED = frozenset({400, 413, 422})
_ONE_PLEASE = "expected object, received array"
Body = Mapping[str, Any]


@dataclass
class Sending:
    """One push on its way.

    A list of which the server rejected a part is never sent again: what can be read decides, and
    the rest goes one by one. So does a list of which no answer came.

    Attributes:
        line: to Langfuse.
        deadline: seconds to wait until what was accepted can be read.
        states: of each score, by id, as far as it is known.
        single: whether the server takes one score at a time.
    """

    line: Line
    deadline: float
    states: dict[str, State] = field(default_factory=dict)
    single: bool = False

    def send(self, bodies: Sequence[Body]) -> Iterator[int]:
        """Send scores, and yield how many are dealt with after each request."""
        for batch in _batches(bodies):
            self._batch(batch)
            yield len(self.states)

    def verify(self, bodies: Sequence[Body]) -> Iterator[int]:
        """Read back what was accepted, and yield how many cannot be read yet."""
        unseen = [body for body in bodies if self.states[body["id"]] == ("unverified", "")]
        for pause in _pauses(self.deadline):
            if not unseen:
                return
            yield len(unseen)
            self.line.waiting.sleep(pause)
            unseen = self._missing(unseen, "sent")

    def _batch(self, bodies: list[Body]) -> None:
        """Send a list until each of it is accepted or rejected."""
        if self.single and len(bodies) > 1:
            self._each(bodies)
            return
        for attempt in range(TRIES):
            answer = self.line.score(bodies[0]) if self.single else self.line.scores(bodies)
            if self._done(bodies, answer):
                return
            if attempt + 1 == TRIES:
                raise self.line.silent("scores", answer)
            self.line.pause(answer, attempt)
            if answer.status != _LIMITED:  # it may have been taken, though nobody said so
                bodies = self._missing(bodies, "unverified")
                if not bodies:
                    return

    def _done(self, bodies: list[Body], answer: Answer) -> bool:
        """Return whether all is said and done after an answer."""
        if answer.status == _PARTLY:
            self._partly(bodies, answer)
        elif passes(answer):
            return False
        elif answer.status in _ACCEPTED:
            self._accept(bodies)
        elif answer.status not in _REFUSED:
            raise self.line.refusal("scores", answer)
        elif not self.single and _ONE_PLEASE in str(answer.body):
            self.single = True
            self._each(bodies)
        elif len(bodies) > 1:
            self._each(bodies)
        else:
            self.states[bodies[0]["id"]] = ("rejected", said(answer))
        return True

    def _each(self, bodies: Sequence[Body]) -> None:
        for body in bodies:
            self._batch([body])

    def _partly(self, bodies: list[Body], answer: Answer) -> None:
        """Find out which of a list were rejected; the server says only how many."""
        accepted = int(answer.body["accepted"])
        if len(bodies) == 1:
            errors = answer.body.get("errors") or [{}]
            why = str(errors[0].get("message") or "no reason was given")
            self.states[bodies[0]["id"]] = ("unverified", "") if accepted else ("rejected", why)
            return
        left = bodies
        for pause in _pauses(self.deadline / 2):
            if not accepted or len(bodies) - len(left) >= accepted:
                break
            self.line.waiting.sleep(pause)
            left = self._missing(left, "sent")
        self._each(left)

    def _missing(self, bodies: list[Body], state: str) -> list[Body]:
        """Return what cannot be read with its value; what can is in a state."""
        found = scores_there(self.line, [body["id"] for body in bodies])
        there = [body for body in bodies if same(found.get(body["id"]), body["value"])]
        self.states |= {body["id"]: (state, "") for body in there}
        seen = {body["id"] for body in there}
        return [body for body in bodies if body["id"] not in seen]

    def _accept(self, bodies: Sequence[Body]) -> None:
        self.states |= {body["id"]: ("unverified", "") for body in bodies}


def _batches(bodies: Sequence[Body]) -> Iterator[list[Body]]:
    """Yield lists that no server finds too long."""
    batch: list[Body] = []
    size = 0
    for body in bodies:
        length = len(orjson.dumps(body))
        if batch and (len(batch) == _BATCH or size + length > _BYTES):
            yield batch
            batch, size = [], 0
        batch.append(body)
        size += length
    if batch:
        yield batch


def _pauses(total: float) -> Iterator[float]:
    """Yield ever longer waits that come to a total."""
    place = 0
    while total > 0:
        pause = min(PAUSES[min(place, len(PAUSES) - 1)], total)
        yield pause
        total -= pause
        place += 1
