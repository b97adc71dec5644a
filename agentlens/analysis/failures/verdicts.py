"""Which checks and judges failed a trace?"""

import re
from collections.abc import Mapping

import pandas as pd

from agentlens.tables.log import Log
from agentlens.tables.wide import score_column, score_names

__all__ = ["failing", "verdict_columns"]

_COLUMNS = ("trace_id", "name", "source", "value", "verdict")
_HALF = 0.5
_BAD_WHEN_HIGH = re.compile(
    r"toxic|halluc|bias|harm|risk|error|hate|violence|jailbreak|leak|latency|cost|distance|perplex",
    re.IGNORECASE,
)
_RANK = {"check": 0, "judge": 1}
_OBSERVED = frozenset({"refusal", "repeated_prompt"})  # facts about a trace, and no failures of it


def verdict_columns(log: Log) -> dict[tuple[str, str], pd.DataFrame]:
    """Return what each check and judge said of the traces, by its name and source.

    Args:
        log: any log.
    """
    names = score_names(log.scores)
    return {
        (name, source): score_column(log.scores, column, names)
        for column, (name, source) in names.items()
        if source in _RANK
    }


def failing(log: Log, said: Mapping[tuple[str, str], pd.DataFrame] | None = None) -> pd.DataFrame:
    """Return the failed verdicts of checks and judges: trace_id, name, source, value, verdict.

    A verdict fails where its value is below one half on a scale from 0 to 1; of several rubric
    versions the newest counts. A score that is no verdict, since its values leave that scale or
    its name says that more is worse, fails nobody. Checks come before judges, then by name.

    Args:
        log: any log.
        said: its `verdict_columns`, where they are known already.

    Example:
        >>> import agentlens as al
        >>> failing(al.demo(days=3, traces_per_day=80, seed=1))["name"].unique().tolist()
        ['goal_completion']
    """
    parts = []
    for (name, source), found in (verdict_columns(log) if said is None else said).items():
        if source == "check" and name in _OBSERVED:
            continue
        values = found["value"]
        verdict = bool(values.isin([0.0, 1.0]).all())
        if not verdict and (_BAD_WHEN_HIGH.search(name) or not values.between(0.0, 1.0).all()):
            continue
        low = found.loc[values < _HALF, ["trace_id", "value"]]
        parts.append(low.assign(name=name, source=source, verdict=verdict))
    if not parts:
        return pd.DataFrame(columns=list(_COLUMNS)).astype({"value": "float64", "verdict": "bool"})
    whole = pd.concat(parts, ignore_index=True)[list(_COLUMNS)]
    order = whole.assign(rank=whole["source"].map(_RANK))
    order = order.sort_values(["trace_id", "rank", "name"], kind="stable", ignore_index=True)
    return order[list(_COLUMNS)]
