"""Which threshold do the labels choose, and what does it cost on others?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.calibrate.evidence.gather import shared_sessions, usable
from agentlens.analysis.calibrate.threshold_confidence import Confidence, confidence_of
from agentlens.errors import BadInputError
from agentlens.scoring.sampling.draw import lots
from agentlens.stats.agreement.threshold import cheapest, cost_at, costs, resampled
from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.intervals.rates import wilson
from agentlens.stats.trials.pairs import mcnemar

__all__ = ["FEWEST", "Choice", "choice_of", "refuse_overlap"]

FEWEST = 20
_FOLDS = 10
_TAIL = 0.025


@dataclass(frozen=True, eq=False)
class Choice:
    """A threshold and what is known of it.

    Attributes:
        value: the threshold; missing where nothing could be chosen.
        between: the interval of redrawn sessions.
        splits: on which it was chosen, and on which measured.
        sizes: labels of each.
        curve: threshold and cost, on the labels that chose.
        told: by what it was measured (training, folds, test): agreement, low, high, cost and n.
        gained: p of the difference to the judge's own verdicts on the test labels.
        prices: of a wrong pass and of a wrong fail.
        scored: labels with a score.
        confidence: what the scores are worth as probabilities; None where nothing was chosen.
    """

    value: float
    between: tuple[float, float]
    splits: tuple[str, str]
    sizes: tuple[int, int]
    curve: pd.DataFrame
    told: pd.DataFrame
    gained: float
    prices: tuple[float, float]
    scored: int
    confidence: Confidence | None = None

    @property
    def measured(self) -> "pd.Series | None":
        """The row that may be quoted: of the test split, else of the folds."""
        for how in ("test", "folds"):
            rows = self.told[self.told["how"] == how]
            if len(rows):
                return rows.iloc[0]
        return None


def refuse_overlap(labelled: pd.DataFrame) -> None:
    """Refuse splits that share a trace or a session."""
    splits = labelled[labelled["split"] != ""].groupby("trace_id")["split"].nunique()
    kinds = {"trace": tuple(splits.index[splits > 1]), "session": shared_sessions(labelled)}
    for kind, both in kinds.items():
        if both:
            stand = "stands" if len(both) == 1 else "stand"
            message = (
                f"{text.plural(len(both), kind)} ({both[0]!r}{' first' if len(both) > 1 else ''})"
                f" {stand} in two splits; what helped to choose cannot measure. Give each {kind}"
                " one split."
            )
            raise BadInputError(message)


def choice_of(
    labelled: pd.DataFrame, prices: tuple[float, float], splits: tuple[str, str], *, seed: int
) -> Choice:
    """Return the threshold that the labels choose.

    Args:
        labelled: of a calibration.
        prices: of a wrong pass and of a wrong fail.
        splits: on which to choose, and on which to measure.
        seed: of the resampling.
    """
    rows = labelled[usable(labelled, "all") & labelled["score"].notna()]
    rows = rows.sort_values("trace_id", kind="stable").reset_index(drop=True)
    choosing, measuring = (rows[rows["split"] == one] for one in splits)
    apart = min(len(choosing), len(measuring)) >= FEWEST
    if not apart:
        choosing, measuring = rows, rows.iloc[:0]
    curve = pd.DataFrame({"labels": [], "threshold": [], "cost": []}, dtype="float64")
    sizes = len(choosing), len(measuring)
    if len(choosing) < FEWEST or choosing["y"].min() == choosing["y"].max():
        nothing = (np.nan, np.nan)
        return Choice(np.nan, nothing, splits, sizes, curve, _told([]), np.nan, prices, len(rows))
    score, passed, weight = _arrays(choosing)
    value, least = cheapest(score, passed, weight, *prices)
    cuts, cost = costs(score, passed, weight, *prices)
    curve = pd.DataFrame({"threshold": cuts, "cost": cost / weight.sum()})
    curve = curve[np.isfinite(curve["threshold"])].reset_index(drop=True)
    curve.insert(0, "labels", splits[0] if apart else "all")
    clusters = np.unique(choosing["cluster"].to_numpy(), return_inverse=True)[1]
    redrawn = resampled(score, passed, weight, clusters, prices, seed=seed)
    low, high = np.quantile(redrawn, [_TAIL, 1 - _TAIL], method="nearest")
    rows_told: list[dict[str, object]] = [{**_measured("training", score, passed, weight, value, prices), "low": np.nan,
             "high": np.nan, "cost": least / weight.sum()}]  # fmt: skip
    gained = np.nan
    if apart:
        rows_told.append(_measured("test", *_arrays(measuring), value, prices))
        gained = _gained(measuring, value)
    else:
        rows_told.append(_folds(choosing, prices))
    return Choice(
        value, (float(low), float(high)), splits, sizes, curve, _told(rows_told), gained, prices,
        len(rows), confidence_of(choosing, measuring),
    )  # fmt: skip


def _arrays(rows: pd.DataFrame) -> tuple[Floats, Flags, Floats]:
    weight = (rows["g"].fillna(1.0) / rows["p"].fillna(1.0)).to_numpy(np.float64)
    return rows["score"].to_numpy(np.float64), (rows["y"] == 1).to_numpy(dtype=bool), weight


def _measured(
    how: str,
    score: Floats,
    passed: Flags,
    weight: Floats,
    value: float,
    prices: tuple[float, float],
) -> dict[str, object]:
    """Return agreement with its interval and the mean cost of deciding by a threshold."""
    right = (score >= value) == passed
    total = float(weight.sum())
    n = total**2 / float((weight**2).sum())
    share = float(weight @ right) / total
    low, high = wilson(np.array([share * n]), np.array([n]))
    cost = float(weight @ cost_at(value, score, passed, *prices)) / total
    return {
        "how": how,
        "agreement": share,
        "low": float(low[0]),
        "high": float(high[0]),
        "cost": cost,
        "n": score.size,
    }


def _folds(rows: pd.DataFrame, prices: tuple[float, float]) -> dict[str, object]:
    """Return what thresholds chosen on nine tenths of the sessions cost on the tenth."""
    score, passed, weight = _arrays(rows)
    first = rows.groupby("cluster")["trace_id"].transform("min").astype("str")
    fold = (lots(first, "folds") % np.uint64(_FOLDS)).astype(np.int64)
    cost, right = np.zeros(score.size), np.zeros(score.size)
    for one in np.unique(fold).tolist():
        out = fold == one
        value, _ = cheapest(score[~out], passed[~out], weight[~out], *prices)
        cost[out] = cost_at(value, score[out], passed[out], *prices)
        right[out] = (score[out] >= value) == passed[out]
    total = float(weight.sum())
    return {
        "how": "folds",
        "agreement": float(weight @ right) / total,
        "low": np.nan,
        "high": np.nan,
        "cost": float(weight @ cost) / total,
        "n": score.size,
    }


def _gained(rows: pd.DataFrame, value: float) -> float:
    """Return p of "deciding by the threshold is right as often as the judge's own verdicts"."""
    mine = rows[rows["verdict"] >= 0]
    ours = (mine["score"] >= value) == (mine["y"] == 1)
    theirs = mine["verdict"] == mine["y"]
    return mcnemar(int((ours & ~theirs).sum()), int((theirs & ~ours).sum()))


def _told(rows: list[dict[str, object]]) -> pd.DataFrame:
    names = ("how", "agreement", "low", "high", "cost", "n")
    return pd.DataFrame({name: [row[name] for row in rows] for name in names})
