"""Which shares are drawn for a column?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from agentlens.analysis.drift.answer import Answer, label_of
from agentlens.stats.arrays import Floats

__all__ = ["drawn"]

_BARS, _BINS = 12, 40
_EDGES = (0.005, 0.995)
_SKEWED = 8.0
_NAMES = ("column", "place", "label", "low", "high", "baseline", "current", "scale", "unit")


def drawn(answers: Sequence[Answer]) -> pd.DataFrame:
    """Return the shares of both periods by bin or category, for every column."""
    parts = [_parts(one) for one in answers if one.share.size]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*_NAMES])


def _parts(answer: Answer) -> pd.DataFrame:
    column = answer.column
    rows = _bins(answer) if column.is_number else _bars(answer)
    return rows.assign(column=column.name, place=np.arange(len(rows)), unit=column.unit)[[*_NAMES]]


def _bars(answer: Answer) -> pd.DataFrame:
    order = np.argsort(-answer.share.max(axis=0), kind="stable")
    kept, rest = order[:_BARS], order[_BARS:]
    labels = [label_of(answer.column, int(one)) for one in kept]
    shares = answer.share[:, kept]
    if rest.size:
        labels.append(f"{rest.size} rarer ones")
        shares = np.column_stack([shares, answer.share[:, rest].sum(axis=1)])
    return pd.DataFrame(
        {
            "label": labels,
            "low": np.nan,
            "high": np.nan,
            "baseline": shares[0],
            "current": shares[1],
            "scale": "bars",
        }
    )


def _bins(answer: Answer) -> pd.DataFrame:
    value = answer.column.value
    if value.size <= _BARS:
        rows = pd.DataFrame({"label": [f"{one:g}" for one in value], "low": value, "high": value})
        return rows.assign(baseline=answer.share[0], current=answer.share[1], scale="bars")
    low, high = (_quantile(value, answer.share.mean(axis=0), q) for q in _EDGES)
    middle = _quantile(value, answer.share.mean(axis=0), 0.5)
    log = low > 0 and high > _SKEWED * middle - (_SKEWED - 1) * low
    if high <= low:
        low, high = float(value[0]), float(value[-1])
    edges = np.geomspace(low, high, _BINS + 1) if log else np.linspace(low, high, _BINS + 1)
    place = np.clip(np.searchsorted(edges, value, side="right") - 1, 0, _BINS - 1)
    shares = [np.bincount(place, weights=one, minlength=_BINS) for one in answer.share]
    return pd.DataFrame(
        {
            "label": "",
            "low": edges[:-1],
            "high": edges[1:],
            "baseline": shares[0],
            "current": shares[1],
            "scale": "log" if log else "linear",
        }
    )


def _quantile(value: Floats, share: Floats, q: float) -> float:
    return float(value[min(int(np.searchsorted(np.cumsum(share), q)), value.size - 1)])
