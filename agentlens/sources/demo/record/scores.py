"""How do judgements of any source become rows of the scores table?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from agentlens.sources.demo.columns import (
    Floats,
    Ints,
    constant,
    counts,
    hexes,
    table_frame,
    times,
    words,
)
from agentlens.sources.demo.story.steps import AGENT
from agentlens.sources.demo.story.tell import Story
from agentlens.tables.schema import SCORES

__all__ = ["DESIGN", "Judgements", "scores_table"]

DESIGN = ("plan", "stage", "stratum", "split", "round", "reference")
"""What a human label says about how its trace was chosen; missing in all other rows."""
_JUDGE = "demo-judge-1"


@dataclass(frozen=True)
class Judgements:
    """One name of one source: which traces, what value, chosen with what probability.

    `delay` is the mean time to the judgement in microseconds; `words` are those for 0 and 1,
    none for a number; `extra` are further columns.
    """

    name: str
    source: str
    version: str
    rows: Ints
    value: Floats
    inclusion_p: Floats
    delay: int
    words: tuple[str, ...] = ("fail", "pass")
    extra: Mapping[str, pd.Series] = field(default_factory=dict)


def scores_table(
    story: Story,
    judgements: list[Judgements],
    trace_id: pd.Series,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return one row a judgement."""
    tables = [_table(story, given, trace_id, rng) for given in judgements]
    return pd.concat(tables, ignore_index=True)


def _table(
    story: Story, given: Judgements, trace_id: pd.Series, rng: np.random.Generator
) -> pd.DataFrame:
    number = len(given.rows)
    over = story.clock.end[given.rows, AGENT]
    later = over + (rng.exponential(1.0, number) * given.delay).astype(np.int64)
    # Nothing is judged after the log ends, unless the trace itself ended after it.
    time = np.maximum(over, np.minimum(later, story.window.end))
    columns = _design(number) | {
        "score_id": hexes(rng, number, 16),
        "trace_id": trace_id.take(given.rows).reset_index(drop=True),
        "name": constant(given.name, number),
        "value": pd.Series(given.value),
        "kind": constant("boolean" if given.words else "numeric", number),
        "source": constant(given.source, number),
        "time": times(time),
        "inclusion_p": pd.Series(given.inclusion_p),
    }
    if given.words:
        columns["label"] = words(given.words, given.value.astype(np.int64))
    if given.version:
        columns["rubric"] = constant(given.name, number)
        columns["rubric_version"] = constant(given.version, number)
    if given.source == "judge":
        columns["rater"] = columns["judge_model"] = constant(_JUDGE, number)
    return table_frame(SCORES, columns | dict(given.extra), number)


def _design(number: int) -> dict[str, pd.Series]:
    nothing = np.full(number, -1)
    blank = {name: words(["-"], nothing) for name in DESIGN}
    return blank | {"round": counts(nothing, nothing > 0)}
