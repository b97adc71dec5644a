"""How do judgements get back to Langfuse, beside the traces that they judge?"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from agentlens import text
from agentlens.errors import BadInputError
from agentlens.feedback.langfuse.line import Line, Waiting
from agentlens.feedback.langfuse.opening import line_to, stopped
from agentlens.feedback.langfuse.outgoing import Outgoing, outgoing, own_scores
from agentlens.feedback.langfuse.pushed import PushedScores, State, told
from agentlens.feedback.langfuse.readback import same, scores_there
from agentlens.feedback.langfuse.sending import Sending
from agentlens.progress import Progress
from agentlens.sources.langfuse.settings import settings_of
from agentlens.tables.log import Log
from agentlens.tables.redact.policy import Said

__all__ = ["push_scores"]


def push_scores(
    log: Log,
    names: str | Sequence[str] | None = None,
    *,
    host: str | None = None,
    public_key: str | None = None,
    secret_key: str | None = None,
    dry_run: bool = False,
    deadline: float = 120.0,
    redact: Said = "default",
    waiting: Waiting | None = None,
) -> PushedScores:
    """Return what became of the scores by judges, checks and people after they went to Langfuse.

    A judgement has the same id on any machine and day, so that it is there once, whoever pushes it
    and however often. What is there already with the same value is not sent. What was sent is read
    back: what cannot be read within the deadline is unverified, and the next push looks again.

    Args:
        log: traces and their scores.
        names: of the scores to push; all by default.
        host: of Langfuse; by default as LANGFUSE_BASE_URL says.
        public_key: by default LANGFUSE_PUBLIC_KEY.
        secret_key: by default LANGFUSE_SECRET_KEY.
        dry_run: whether to read only, and say what would be sent.
        deadline: seconds to wait until what was accepted can be read.
        redact: what is hidden of comments and raters; None sends them as they are.
        waiting: what time it is and how to wait, for tests.

    Example:
        >>> import agentlens as al
        >>> log = al.demo(days=2, traces_per_day=20, seed=1)
        >>> al.push_scores(log, "helpful", dry_run=True).headline  # doctest: +SKIP
        'Of 12 scores: 12 would be sent.'
    """
    if not deadline >= 0:
        message = f"deadline is a number of seconds, 0 or more, not {deadline!r}."
        raise BadInputError(message)
    rows = own_scores(log, names)
    settings = settings_of(host, public_key, secret_key)
    states: dict[str, State] = {}

    def so_far() -> str:
        n = sum(state in {"sent", "unverified"} for state, _ in states.values())
        return f"{n:,} of {text.plural(len(rows), 'score')} sent."

    with line_to(settings, waiting) as line, Progress() as progress, stopped(so_far):
        every = outgoing(log, rows, line.project(), redact)
        bodies = _look(line, every, states)
        if dry_run:
            states |= {body["id"]: ("would be sent", "") for body in bodies}
        else:
            sending = Sending(line, deadline, states)
            for _ in sending.send(bodies):
                progress.say(lambda: f"{len(states):,} of {len(every):,} scores sent")
            for _ in sending.verify(bodies):
                progress.say(lambda: "waiting to read the scores back")
    return PushedScores(
        **told(
            ((one.id, one.trace_id, one.name, states[one.id]) for one in every),
            what="score",
            where=settings.host,
            notes=_notes(log, rows, every, states, hidden=redact is not None),
        )
    )


def _look(
    line: Line, every: Sequence[Outgoing], states: dict[str, State]
) -> list[Mapping[str, Any]]:
    """Return what is missing there or differs; note the state of all else."""
    found = scores_there(line, [name for one in every for name in (one.id, one.known_as)])
    bodies = []
    for one in every:
        here = found.get(one.known_as) if one.known_as != one.id else None
        if here is not None and here.get("name") == one.name:
            states[one.id] = ("already there", "it came from Langfuse")
        elif one.body is None:
            states[one.id] = ("rejected", one.reason)
        elif same(found.get(one.id), one.body["value"]):
            states[one.id] = ("already there", "")
        else:
            bodies.append(_in_place(one.body, found.get(one.id)))
    return bodies


def _in_place(body: Mapping[str, Any], there: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return a score with the time under which it is there; on another day it would be a second."""
    said: str = (there or {}).get("timestamp") or ""
    at = pd.to_datetime(said, utc=True, errors="coerce")
    return body if pd.isna(at) else {**body, "timestamp": at.to_pydatetime()}


def _notes(
    log: Log,
    rows: Any,
    every: Sequence[Outgoing],
    states: Mapping[str, State],
    *,
    hidden: bool,
) -> tuple[str, ...]:
    notes = []
    if len(rows) > len(every):
        notes.append(f"{len(rows) - len(every):,} older scores say the same and were left out.")
    other = len(log.scores) - len(rows)
    if other:
        notes.append(f"Not pushed: {text.plural(other, 'score')} of other names or sources.")
    if not hidden and states:
        notes.append("Comments went out as they are, personal data included.")
    return tuple(notes)
