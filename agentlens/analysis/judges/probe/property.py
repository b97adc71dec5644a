"""How long is an answer, how much of it is markup, and who wrote it?"""

from typing import Literal, get_args

import numpy as np
import pandas as pd

from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.judges.models import line_of
from agentlens.stats.arrays import Floats

__all__ = ["KINDS", "OBSERVED", "Kind", "Reading", "named", "said", "values_of"]

Kind = Literal["length", "format", "self_preference", "position", "injection"]
Reading = Literal["biased", "not shown", "cannot tell at this n", "unknown"]
KINDS: tuple[str, ...] = get_args(Kind)
OBSERVED = ("length", "format", "self_preference")
_MARKED = r"(?m)^\s*(?:[-*+]\s|\d+[.)]\s|#{1,6}\s|>|\||```)|\*\*"
_SAID = {
    "length": "standard deviation of log length",
    "format": "standard deviation of the share of marked-up lines",
    "self_preference": "answer of the judge's own model line",
}


def said(kind: str) -> str:
    """Return the unit of a property, as sentences name it."""
    return _SAID[kind]


def values_of(traces: pd.DataFrame, kind: str, judge: str) -> Floats:
    """Return the property of each trace: standardised, or 1 for the judge's own line.

    Args:
        traces: with output, or model.
        kind: one that can be observed.
        judge: its name.
    """
    if kind == "self_preference":
        mine = line_of(judge) or judge
        own = traces["model"].astype(object).map(lambda one: (line_of(str(one)) or one) == mine)
        return own.to_numpy(dtype=bool).astype(np.float64)
    words = traces["output"].astype(object).where(traces["output"].notna(), "").astype("str")
    if kind == "length":
        raw = np.log1p(words.str.len().to_numpy(np.float64))
    else:
        n_lines = words.str.count("\n").to_numpy(np.float64) + 1
        raw = np.minimum(words.str.count(_MARKED).to_numpy(np.float64) / n_lines, 1.0)
    spread = raw.std()
    return np.asarray((raw - raw.mean()) / spread if spread > 0 else raw * 0.0, dtype=np.float64)


def named(judge: Judge | str | None, otherwise: str) -> str:
    """Return a judge's model name."""
    if isinstance(judge, Judge):
        return judge.model
    return judge or otherwise
