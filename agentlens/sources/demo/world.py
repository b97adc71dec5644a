"""What does the demo consist of: the tables, the incidents in them, and the latent truth?"""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import index

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.sources.demo.columns import hexes
from agentlens.sources.demo.record.labels import human_labels
from agentlens.sources.demo.record.scores import scores_table
from agentlens.sources.demo.record.spans import spans_table
from agentlens.sources.demo.record.texts import put_into_words
from agentlens.sources.demo.record.traces import traces_table
from agentlens.sources.demo.record.usage import count_tokens
from agentlens.sources.demo.record.verdicts import goal_verdicts, other_verdicts
from agentlens.sources.demo.story.tell import STREAMS, tell
from agentlens.sources.demo.story.window import open_window
from agentlens.sources.demo.truth import truth_table

__all__ = ["World", "simulate"]


@dataclass(frozen=True, eq=False)
class World:
    """The three tables, the incidents planted in them, and whether each goal was met.

    `goal_met` is indexed by trace_id and says what a person who makes no mistake would say.
    """

    traces: pd.DataFrame
    spans: pd.DataFrame
    scores: pd.DataFrame
    truth: pd.DataFrame
    goal_met: pd.Series


def simulate(
    *,
    days: int = 28,
    traces_per_day: int = 600,
    seed: int = 7,
    end: str = "2026-11-16",
    incidents: Iterable[str] | None = None,
) -> World:
    """Return the log of an invented support agent of a web shop, with what is wrong in it.

    Args:
        days: length of the window; from 7 on, all incidents fit in.
        traces_per_day: how many on average.
        seed: the same seed gives the same world.
        end: when the window ends, as an ISO date or time, in UTC if it names no zone.
        incidents: names of those to plant, () for none; default: all that fit in.

    >>> world = simulate(days=7, traces_per_day=50)
    >>> int((world.truth["kind"] == "slice_regression").sum())
    1
    """
    days = _whole("days", days, least=1)
    per_day = _whole("traces_per_day", traces_per_day, least=1)
    children = np.random.SeedSequence(_whole("seed", seed, least=0)).spawn(len(STREAMS))
    seeds = dict(zip(STREAMS, children, strict=True))
    window = open_window(days, end, incidents)
    story = tell(window, per_day, seeds)

    rng = np.random.default_rng(seeds["spans"])
    texts = put_into_words(story, seeds["texts"])
    usage = count_tokens(story, rng)
    trace_id = hexes(rng, len(story.traffic), 32)
    traces = traces_table(story, texts, usage, trace_id, rng)
    spans = spans_table(story, texts, usage, trace_id, rng)

    judging = np.random.default_rng(seeds["verdicts"])
    judged = goal_verdicts(story, judging)
    given = [judged, *other_verdicts(story, texts, judging)]
    given.append(human_labels(story, judged, np.random.default_rng(seeds["labels"])))
    return World(
        traces=traces,
        spans=spans,
        scores=scores_table(story, given, trace_id, judging),
        truth=truth_table(story, tell(window.calm(), per_day, seeds), judged),
        goal_met=pd.Series(
            story.outcomes.goal_met, index=pd.Index(trace_id, name="trace_id"), name="goal_met"
        ),
    )


def _whole(name: str, value: object, *, least: int) -> int:
    """Return the value as an int, or say what else it is."""
    try:
        number = index(value)  # type: ignore[arg-type]  # what has no index is refused here
    except TypeError:
        number = least - 1
    if isinstance(value, bool | np.bool_) or number < least:
        message = f"{name}={value!r} is not a whole number of at least {least}. Pass one."
        raise BadInputError(message)
    return number
