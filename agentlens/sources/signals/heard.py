"""Which outcomes need what was said?"""

import pandas as pd

from agentlens.sources.signals.fill import fill
from agentlens.sources.signals.filling import Means
from agentlens.sources.signals.mapping.evidence import gather
from agentlens.sources.signals.outcomes import completion
from agentlens.sources.signals.rules import COLUMNS
from agentlens.sources.signals.turns.follow import followed
from agentlens.sources.signals.turns.phrases import LANGUAGES

__all__ = ["TURNS", "heard"]

TURNS = ("completed", "user_corrected", "followed_up", "repeated_prompts")


def heard(
    traces: pd.DataFrame,
    spans: pd.DataFrame,
    scores: pd.DataFrame,
    metadata: pd.DataFrame,
    *,
    now: pd.Timestamp,
) -> pd.DataFrame:
    """Return one row a trace with the outcomes that need what was said: the columns of `TURNS`.

    They are what `derive` makes of them, without the rest; a lake keeps them, because texts expire
    before traces do.

    Args:
        traces: one row per assembled trace.
        spans: their steps.
        scores: judgements.
        metadata: columns trace_id, key, value; one row per trace and key.
        now: the source's clock.
    """
    means = Means({}, {}, {})
    evidence = gather(traces, spans, scores, metadata)
    told = followed(evidence, now, LANGUAGES)
    derived = {"completed": completion(evidence)} | {
        name: getattr(told, name) for name in TURNS[1:]
    }
    columns = {name: fill(evidence, COLUMNS[name], means, derived[name]).series for name in TURNS}
    return traces[["trace_id"]].reset_index(drop=True).assign(**columns).set_axis(traces.index)
