"""How does one promise stand: kept, burning, broken, or unknown?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

import numpy as np
import pandas as pd

from agentlens.analysis.slos.average import FEW_ROWS, average, held_against
from agentlens.analysis.slos.budget import bad_events, picked, spent
from agentlens.analysis.slos.burn import Pair, Span, exhaustion, pairs
from agentlens.analysis.slos.slo import SLO, allowed_share
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows
from agentlens.stats.promises.judged import STATES, WHYS, judged
from agentlens.theme import Band

__all__ = ["Asked", "Standing", "stand"]

Why = Literal[
    "broken", "burning", "burns", "likely", "kept", "few", "thin", "absent", "empty", "straddles"
]
_BANDS: dict[Why, Band] = {
    "broken": "act",
    "burning": "act",
    "burns": "watch",
    "likely": "watch",
    "straddles": "watch",
    "kept": "pass",
    "few": "unknown",
    "thin": "unknown",
    "absent": "unknown",
    "empty": "unknown",
}
_PROVED = frozenset({"proved", "fast"})
_SEEN = ("share", "low", "high", "bound", "bad", "n", "n_eff")
_THIN = 30
_US = pd.Timedelta(1, "us")


@dataclass(frozen=True)
class Asked:
    """As of when, over which windows and how surely a scorecard was asked for."""

    at: pd.Timestamp
    windows: tuple[Span, ...]
    level: float


@dataclass(frozen=True, eq=False)
class Standing:
    """One promise and how it stands.

    Attributes:
        slo: the promise.
        metric: what its metric is.
        why: one word for what decided.
        table: a row for the window of the promise, then one for each shorter window.
        rows: of the promise's window, in order of time.
        bad: how bad each of them is.
        allowed: share that may be bad; NaN for a mean or a ratio.
        pairs: the windows that had to agree.
        agreed: those pairs that did.
        lasts: the shortest window that is proved to burn faster than allowed, if any.
        needed: rows from which on a promise can be shown to be kept.
        gone: seconds until the budget is gone, soonest and latest; None where that is not said.
    """

    slo: SLO
    metric: Metric
    why: Why
    table: pd.DataFrame
    rows: Rows
    bad: np.ndarray
    allowed: float
    pairs: tuple[Pair, ...] = ()
    agreed: tuple[Pair, ...] = ()
    lasts: str = ""
    needed: int = FEW_ROWS
    gone: tuple[float, float, float] | None = None

    @property
    def band(self) -> Band:
        """Act, watch, unknown or pass."""
        return _BANDS[self.why]

    @property
    def whole(self) -> "pd.Series[float]":
        """The row of the promise's own window."""
        return self.table.iloc[0]


def stand(rows: Rows, slo: SLO, asked: Asked) -> Standing:
    """Return how a promise stands on these rows, which are in order of time and before `at`."""
    span = pd.Timedelta(slo.window)
    allowed = allowed_share(slo, rows.metric)
    inside = picked(rows, np.flatnonzero(rows.time >= _us(asked.at - span)))
    bad = bad_events(inside, slo)
    shorter = [one for one in asked.windows if one[1] < span]
    if np.isnan(allowed):
        table = average(inside, slo, bad, asked.level)
        why: Why = held_against(table.iloc[0], slo, rows.metric)
        least = FEW_ROWS
    else:
        spans = [(slo.window, span), *shorter]
        table, why, least = _windows(inside, bad, allowed, spans, asked)
    standing = Standing(slo, rows.metric, why, table, inside, bad, allowed, needed=least)
    if rows.absent or not inside.time.size:
        return replace(standing, why="absent" if rows.absent else "empty")
    if np.isnan(allowed):
        return standing
    return _burning(replace(standing, pairs=pairs(shorter, span, allowed)), asked)


def _windows(
    rows: Rows, bad: np.ndarray, allowed: float, spans: Sequence[Span], asked: Asked
) -> tuple[pd.DataFrame, Why, int]:
    """Return a row for each window, the promise's own first, what decides, and the rows needed."""
    starts = np.array([_us(asked.at - span) for _, span in spans], dtype=np.int64)
    # one rule for each pair of neighbouring windows, and one for the budget
    rules = max(len(spans) - 2, 0) + 1
    found = spent(rows, bad, starts, level=asked.level, alpha=(1 - asked.level) / rules)
    lengths = np.array([span.total_seconds() for _, span in spans])
    told = judged(**{name: found[name] for name in _SEEN}, span=lengths, allowed=allowed)
    (why,), (least,) = told.pop("why"), told.pop("needed")
    value = [found[name] for name in ("share", "low", "high")]
    if rows.metric.better == "higher" or rows.metric.kind == "quantile":
        value = [1 - value[place] for place in (0, 2, 1)]
    names = dict(zip(("value", "value_low", "value_high"), value, strict=True))
    table = pd.DataFrame({"window": [name for name, _ in spans], **found, **told, **names})
    table = table.assign(
        since=table["since"].astype("datetime64[us]").dt.tz_localize("UTC"),
        bound=table["bound"] / allowed,
        state=np.array(STATES, dtype=object)[told["state"]],
    )
    return table, cast("Why", WHYS[why]), max(int(least), _THIN if WHYS[why] == "thin" else 0)


def _burning(standing: Standing, asked: Asked) -> Standing:
    """Return the standing with what burns: the pairs that agree, the window, the time that is left."""
    table, whole = standing.table, standing.whole
    state = dict(zip(table["window"], table["state"], strict=True))
    agreed = tuple(
        pair
        for pair in standing.pairs
        if state[pair.short] in _PROVED and state[pair.long] == "fast"
    )
    lasts = next((name for name in table["window"].iloc[1:] if state[name] in _PROVED), "")
    gone = None
    if lasts and whole["burn"] < 1:
        burn = table[table["window"] == lasts].iloc[0]
        gone = exhaustion(
            standing.rows,
            standing.bad,
            {name: float(burn[name]) for name in ("burn", "burn_low", "burn_high")},
            allowed=standing.allowed,
            at=_us(asked.at),
            span=int(pd.Timedelta(standing.slo.window) / _US),
        )
    return replace(standing, agreed=agreed, lasts=lasts, gone=gone)


def _us(time: pd.Timestamp) -> int:
    """Return a time in microseconds since 1970; `value` counts nanoseconds."""
    return int(time.value // 1000)
