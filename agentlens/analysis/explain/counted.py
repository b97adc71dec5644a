"""Whose traffic grew or shrank, where a metric counts?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc, stdtr, stdtrit

from agentlens.analysis.arms.dimensions import Dimension
from agentlens.analysis.explain.exposure import exposure, overdispersion
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.groups import sums
from agentlens.stats.parts.spread import joined

__all__ = ["Counted", "counted"]

_HOUR = 3_600_000_000
_TOP = 4
_LEAST_P = 0.025
_SHARED = 0.5
ALL = "all traffic alike"


@dataclass(frozen=True, eq=False)
class Counted:
    """A change of a count a day, in parts.

    Attributes:
        parts: name, kind, value, low, high, error and p of each.
        totals: the same of their sum.
        by_dimension: every dimension alone, one row a value.
        baseline: count a day.
        current: count a day.
        column: by which the parts are told, if any.
        slices: rows behind each part that is a slice.
        whole_days: whether the current period has all hours of a day; else only its own count.
        df: degrees of freedom.
        days: that each period covers, baseline first.
    """

    parts: pd.DataFrame
    totals: pd.DataFrame
    by_dimension: pd.DataFrame
    baseline: float
    current: float
    column: tuple[str, ...]
    slices: tuple[tuple[str, Flags], ...]
    whole_days: bool
    df: float
    days: tuple[float, float]


def counted(rows: Rows, dims: Sequence[Dimension], arm: Ints, level: float) -> Counted:
    """Return how much each kind of traffic adds to the change of a count a day.

    A count is no mean: it has no mix, only kinds that grow or shrink; they add up to its change.
    A current period of less than a day is compared with the same hours of the baseline's days.

    Args:
        rows: of both periods.
        dims: by what they can be told apart.
        arm: of each row, 0 or 1.
        level: of the intervals.
    """
    hour = rows.time // _HOUR
    days, inside = exposure(hour, arm)
    y = rows.weight * rows.numerator * inside / days[arm]
    signed = np.where(arm == 1, y, -y)
    own, df = joined(rows.cluster, arm)
    wider = overdispersion(hour[(arm == 0) & inside])
    variance = _variance(np.zeros_like(arm), 1, own, arm, y, wider)[0]
    tested = [
        (_uneven(one, own, arm, y, wider), place)
        for place, one in enumerate(dims)
        if _comparable(one, arm, y)
    ]
    column: tuple[str, ...] = ()
    codes, names = np.zeros_like(arm), [ALL]
    if tested and min(tested)[0] * len(tested) <= _LEAST_P:
        best = dims[min(tested)[1]]
        column, (codes, names) = (best.name,), _top(best, signed)
    value = sums(codes, signed, len(names))
    error = np.sqrt(_variance(codes, len(names), own, arm, y, wider))
    parts = _table(names, value, error, df, level)
    change = _table(["change"], np.array([signed.sum()]), np.sqrt([variance]), df, level)
    totals = pd.concat([change.assign(kind="traffic"), change.assign(kind="change")])
    each = sums(arm, y, 2)
    return Counted(
        parts=parts,
        totals=totals.set_index("kind").drop(columns="name"),
        by_dimension=_frame(dims, arm, y, inside),
        baseline=float(each[0]),
        current=float(each[1]),
        column=column,
        slices=tuple((name, codes == code) for code, name in enumerate(names) if "=" in name),
        whole_days=bool(inside.all()),
        df=df,
        days=(float(days[0]), float(days[1])),
    )


def _variance(codes: Ints, n: int, own: Ints, arm: Ints, y: Floats, wider: float) -> Floats:
    """Return the variance of the change of each part; a user's rows arrive together."""
    k = int(own.max()) + 1
    each = sums((codes * 2 + arm) * k + own, y, n * 2 * k) if n * k < 1 << 22 else None
    if each is not None:
        together = (each.reshape(n, 2, k) ** 2).sum(axis=(1, 2))
    else:
        keys, of_row = np.unique((codes * 2 + arm) * k + own, return_inverse=True)
        together = sums((keys // (2 * k)).astype(np.int64), sums(of_row, y, keys.size) ** 2, n)
    alone = sums(codes, y**2, n)
    variance: Floats = np.maximum(together, alone * wider)
    return variance


def _uneven(one: Dimension, own: Ints, arm: Ints, y: Floats, wider: float) -> float:
    """Return how likely the values would have grown so unevenly by chance."""
    k = len(one.labels)
    held = sums(arm * k + one.codes, y, 2 * k).reshape(2, k)
    total = held.sum(axis=1)
    if not total.all():
        return 1.0
    expected = (held / total[:, None]).mean(axis=0) * (total[1] - total[0])
    variance = _variance(one.codes, k, own, arm, y, max(1.0, np.sqrt(wider)))
    seen = variance > 0
    distance = ((held[1] - held[0] - expected)[seen] ** 2 / variance[seen]).sum()
    return float(chdtrc(max(int(seen.sum()) - 1, 1), distance))


def _comparable(one: Dimension, arm: Ints, y: Floats) -> bool:
    """Return whether most of either period lies in values that both have."""
    k = len(one.labels)
    held = sums(arm * k + one.codes, y, 2 * k).reshape(2, k)
    both = (held > 0).all(axis=0)
    total = held.sum(axis=1)
    return both.sum() > 1 and bool((held[:, both].sum(axis=1) >= _SHARED * total).all())


def _top(one: Dimension, signed: Floats) -> tuple[Ints, list[str]]:
    """Return codes and names of the values that moved most, the rest taken together."""
    k = len(one.labels)
    moved = np.abs(sums(one.codes, signed, k))
    kept = np.argsort(-moved, kind="stable")[: min(_TOP, int((moved > 0).sum()))]
    place = np.full(k, len(kept), dtype=np.int64)
    place[kept] = np.arange(len(kept))
    names = [f"{one.name}={one.labels[code]}" for code in kept.tolist()]
    return place[one.codes], names + (["everything else"] if k > len(kept) else [])


def _table(
    names: Sequence[str], value: Floats, error: Floats, df: float, level: float
) -> pd.DataFrame:
    half = float(stdtrit(df, 0.5 + level / 2)) * error
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(error > 0, 2 * stdtr(df, -np.abs(value) / error), 1.0)
    return pd.DataFrame(
        {
            "name": list(names),
            "kind": "traffic",
            "value": value,
            "low": value - half,
            "high": value + half,
            "error": error,
            "p": p,
        }
    )


def _frame(dims: Sequence[Dimension], arm: Ints, y: Floats, inside: Flags) -> pd.DataFrame:
    frames = []
    for one in dims:
        k = len(one.labels)
        both = arm * k + one.codes
        held = sums(both, y, 2 * k).reshape(2, k)
        n = np.bincount(both[inside], minlength=2 * k).reshape(2, k)
        frames.append(
            pd.DataFrame(
                {
                    "dimension": one.name,
                    "value": list(one.labels),
                    "n_current": n[1],
                    "n_baseline": n[0],
                    "per_day_current": held[1],
                    "per_day_baseline": held[0],
                    "traffic": held[1] - held[0],
                }
            )
        )
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
