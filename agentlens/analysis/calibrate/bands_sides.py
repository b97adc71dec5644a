"""Which bands do the labels certify, and how much traffic falls into each?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.analysis.calibrate.evidence.gather import usable
from agentlens.stats.agreement.bands import Certified, certify, grid

__all__ = ["Sides", "sides_of"]


@dataclass(frozen=True, eq=False)
class Sides:
    """Both certified sides, the traffic in each band, and what was asked.

    Attributes:
        above: the side that passes unseen.
        below: the side that pages, its scores with the sign turned.
        frame: band, from, to, labels, wrong, bound, share and a_day.
        steps: side, threshold, labels, wrong, bound, accepted.
        errors: allowed on each side.
        delta: the chance that either promise is broken.
        labels: drawn from all alike, with a score.
        scored: judged traces with a score.
        by_hand: judged traces without one, which are reviewed.
    """

    above: Certified
    below: Certified
    frame: pd.DataFrame
    steps: pd.DataFrame
    errors: tuple[float, float]
    delta: float
    labels: int
    scored: int
    by_hand: float


def sides_of(
    labelled: pd.DataFrame, judged: pd.DataFrame, errors: tuple[float, float], delta: float
) -> Sides:
    """Return the bands that are certified.

    Args:
        labelled: traces with their scores.
        judged: all judged traces, with theirs.
        errors: allowed above, and below.
        delta: the chance that either promise is broken.
    """
    rows = labelled
    mine = rows[usable(rows, "test") & (rows["stage"] == "uniform") & rows["score"].notna()]
    known = judged[judged["score"].notna() & judged["g"].notna()]
    score, failed = mine["score"].to_numpy(np.float64), (mine["y"] == 0).to_numpy(dtype=bool)
    steps = grid(known["score"].to_numpy(np.float64))
    above = certify(score, failed, steps[::-1], errors[0], delta / 2)
    below = certify(-score, ~failed, -steps, errors[1], delta / 2)
    if above.threshold <= -below.threshold:
        above = _over(above, -below.threshold)
    all_g = judged["g"].fillna(0.0)
    by_hand = float(all_g[judged["score"].isna()].sum() / max(float(all_g.sum()), 1e-12))
    frame = _frame(known, above, below, judged)
    told = pd.concat([_steps("auto-pass", above, 1.0), _steps("page", below, -1.0)])
    return Sides(
        above, below, frame, told.reset_index(drop=True), errors, delta,
        len(mine), len(known), by_hand,
    )  # fmt: skip


def _over(found: Certified, least: float) -> Certified:
    """Return the side cut back so that no trace that is paged also passes unseen.

    Every accepted threshold holds, so a stricter one of them does, too.
    """
    accepted = found.accepted & (found.steps > least)
    last = np.flatnonzero(accepted)
    threshold = float(found.steps[last[-1]]) if last.size else float("nan")
    return found._replace(accepted=accepted, threshold=threshold)


def _steps(side: str, found: Certified, sign: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "side": side,
            "threshold": sign * found.steps,
            "labels": found.inside,
            "wrong": found.wrong,
            "bound": found.bound,
            "accepted": found.accepted,
        }
    )


def _frame(
    known: pd.DataFrame, above: Certified, below: Certified, judged: pd.DataFrame
) -> pd.DataFrame:
    score, g = known["score"].to_numpy(np.float64), known["g"].to_numpy(np.float64)
    up, down = score >= above.threshold, score <= -below.threshold
    total = max(float(judged["g"].sum()), 1e-12)
    length = judged["start"].max() - judged["start"].min() if len(judged) else pd.Timedelta(0)
    days = max(length / pd.Timedelta("1D"), 1.0)
    held = {"auto-pass": float(g[up].sum()), "page": float(g[down].sum())}
    held["review"] = float(judged["g"].sum()) - sum(held.values())
    ends = {
        "auto-pass": (above.threshold, np.inf),
        "review": (-below.threshold, above.threshold),
        "page": (-np.inf, -below.threshold),
    }
    rows = []
    for name in ("auto-pass", "review", "page"):
        certified = {"auto-pass": above, "page": below}.get(name)
        inside, wrong, bound = _last(certified)
        rows.append(
            {"band": name, "from": ends[name][0], "to": ends[name][1], "labels": inside,
             "wrong": wrong, "bound": bound, "share": held[name] / total,
             "a_day": held[name] / days}
        )  # fmt: skip
    frame = pd.DataFrame(rows)
    ends_known = frame[["from", "to"]].replace([np.inf, -np.inf], np.nan)
    return frame.assign(**{name: ends_known[name] for name in ("from", "to")})


def _last(found: Certified | None) -> tuple[float, float, float]:
    if found is None or not found.accepted.any():
        return np.nan, np.nan, np.nan
    place = int(np.flatnonzero(found.accepted)[-1])
    return float(found.inside[place]), float(found.wrong[place]), float(found.bound[place])
