"""How does one promise stand: kept, burning, broken, or unknown?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from agentlens.analysis.slos.average import FEW_ROWS, average, held_against
from agentlens.analysis.slos.budget import bad_events, picked, spent
from agentlens.analysis.slos.burn import Pair, Span, exhaustion, pairs, proved
from agentlens.analysis.slos.slo import SLO, allowed_share
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows
from agentlens.stats.promises.budget import needed
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
    else:
        table = _windows(inside, bad, allowed, [(slo.window, span), *shorter], asked)
    standing = Standing(slo, rows.metric, "kept", table, inside, bad, allowed)
    if rows.absent or not inside.time.size:
        standing = replace(standing, why="absent" if rows.absent else "empty")
        return standing if np.isnan(allowed) else replace(standing, needed=needed(allowed))
    if np.isnan(allowed):
        return replace(standing, why=held_against(table.iloc[0], slo, rows.metric))
    return _judged(replace(standing, pairs=pairs(shorter, span, allowed)), asked)


def _windows(
    rows: Rows, bad: np.ndarray, allowed: float, spans: Sequence[Span], asked: Asked
) -> pd.DataFrame:
    """Return a row for each window, the promise's own first."""
    starts = np.array([_us(asked.at - span) for _, span in spans], dtype=np.int64)
    # one rule for each pair of neighbouring windows, and one for the budget
    rules = max(len(spans) - 2, 0) + 1
    found = spent(rows, bad, starts, allowed, level=asked.level, alpha=(1 - asked.level) / rules)
    value = [found[name] for name in ("share", "low", "high")]
    if rows.metric.better == "higher" or rows.metric.kind == "quantile":
        value = [1 - value[place] for place in (0, 2, 1)]
    found["since"] = found["since"].astype("datetime64[us]")
    names = dict(zip(("value", "value_low", "value_high"), value, strict=True))
    table = pd.DataFrame({"window": [name for name, _ in spans], **found, **names})
    return table.assign(since=table["since"].dt.tz_localize("UTC"))


def _judged(standing: Standing, asked: Asked) -> Standing:
    """Return the standing of a promise with a budget, decided by its exact bounds alone.

    Only where no bound speaks does the point estimate: a budget that is likely spent is watched.
    Too few rows to show anything are unknown, unless they prove harm: that needs fewer.
    """
    table, allowed = standing.table, standing.allowed
    over = dict(zip(table["window"], proved(table, 1.0), strict=True))
    bound = dict(zip(table["window"], table["bound"], strict=True))
    agreed = tuple(
        pair
        for pair in standing.pairs
        if over[pair.short] and over[pair.long] and bound[pair.long] > pair.pace
    )
    lasts = next((name for name in table["window"].iloc[1:] if over[name]), "")
    whole, least = standing.whole, needed(allowed)
    why: Why = "kept"
    if over[standing.slo.window]:
        why = "broken"
    elif agreed:
        why = "burning"
    elif lasts:
        why = "burns"
    elif np.isnan(whole["low"]):
        why = "thin"
    elif whole["n_eff"] < least:
        why = "few"
    elif whole["burn"] > 1:
        why = "likely"
    gone = None
    if lasts and whole["burn"] < 1:
        burn = table[table["window"] == lasts].iloc[0]
        gone = exhaustion(
            standing.rows,
            standing.bad,
            {name: float(burn[name]) for name in ("burn", "burn_low", "burn_high")},
            allowed=allowed,
            at=_us(asked.at),
            span=int(pd.Timedelta(standing.slo.window) / _US),
        )
    return replace(
        standing,
        why=why,
        agreed=agreed,
        lasts=lasts,
        needed=max(least, _THIN) if why == "thin" else least,
        gone=gone,
    )


def _us(time: pd.Timestamp) -> int:
    """Return a time in microseconds since 1970; `value` counts nanoseconds."""
    return int(time.value // 1000)
