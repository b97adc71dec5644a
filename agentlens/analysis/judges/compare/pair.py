"""What do two judges say of the same traces, and which of them do people bear out?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.analysis.calibrate.evidence.gather import gathered, usable
from agentlens.scoring.labels.planning.population import DIFFER
from agentlens.scoring.reading.labels import labels_of
from agentlens.scoring.reading.verdicts import Verdicts
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.stats.agreement.paired import Apart, bonett_price, where_they_differ
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.intervals.rates import wilson
from agentlens.tables.log import Log

__all__ = ["CELLS", "FEWEST", "Pair", "pair_of"]

FEWEST = 20
CELLS = ("both pass", "only the first passes", "only the second passes", "both fail")


@dataclass(frozen=True, eq=False)
class Pair:
    """Two judges on the same traces, and the labels among these.

    Attributes:
        rows: trace_id, span, first and second (1 pass, 0 fail), weight, and where there is a label
            that may enter rates y, label_weight and uniform.
        without: traces on which one of the two gave no verdict.
        notes: what was left out.
    """

    rows: pd.DataFrame
    without: int
    notes: tuple[str, ...]

    @property
    def labelled(self) -> pd.DataFrame:
        """The rows with a label that was drawn."""
        return self.rows[self.rows["y"].notna()]

    @property
    def uniform(self) -> pd.DataFrame:
        """The rows with a label that was drawn from all alike."""
        return self.rows[self.rows["uniform"]]

    @property
    def differing(self) -> Flags:
        """Where the two say different things."""
        return (self.rows["first"] != self.rows["second"]).to_numpy(dtype=bool)

    @property
    def discordance(self) -> float:
        """The share of traffic on which they differ."""
        weight = self.rows["weight"].to_numpy(np.float64)
        return float(weight[self.differing].sum() / weight.sum()) if weight.size else float("nan")

    def cells(self) -> pd.DataFrame:
        """Return traces, labels and human passes by what the two say."""
        place = _cell(self.rows)
        known = self.rows["y"].notna().to_numpy()
        passed = (self.rows["y"] == 1).to_numpy()
        return pd.DataFrame(
            {
                "cell": list(CELLS),
                "traces": np.bincount(place, minlength=4),
                "labels": np.bincount(place[known], minlength=4),
                "human_pass": np.bincount(place[passed], minlength=4),
            }
        )

    def accuracy(self, side: str, level: float) -> tuple[float, float, float, int]:
        """Return how often one of them says what people say, on labels drawn from all alike."""
        mine = self.uniform
        right = int((mine[side] == mine["y"]).sum())
        n = len(mine)
        low, high = wilson(np.array([float(right)]), np.array([float(n)]), level)
        return right / n if n else float("nan"), float(low[0]), float(high[0]), n

    def from_all(self, level: float) -> Apart | None:
        """Return the difference from labels drawn from all alike; None where these are too few."""
        mine = self.uniform
        if len(mine) < FEWEST:
            return None
        right = [(mine[side] == mine["y"]).to_numpy() for side in ("first", "second")]
        only = [int((one & ~other).sum()) for one, other in (right, right[::-1])]
        return bonett_price(only[0], only[1], len(mine), level)

    def from_differing(self, level: float, seed: int) -> Apart | None:
        """Return the difference from labels where they differ; None where these are too few."""
        place = _cell(self.rows)
        differ = self.rows["y"].notna().to_numpy() & np.isin(place, (1, 2))
        if differ.sum() < FEWEST:
            return None
        weight = self.rows["weight"].to_numpy(np.float64)
        share = np.bincount(place, weights=weight, minlength=4) / weight.sum()
        sizes = np.array([share[0] + share[3], share[1], share[2]]) * _kish(weight)
        labelled, passed = np.zeros(2), np.zeros(2)
        for side in (0, 1):
            mine = self.rows[differ & (place == side + 1)]
            w = mine["label_weight"].to_numpy(np.float64)
            labelled[side] = _kish(w)
            y = mine["y"].to_numpy(np.float64)
            passed[side] = labelled[side] * float(w @ y) / w.sum() if w.size else 0.0
        return where_they_differ(sizes, labelled, passed, seed=seed, level=level)


def pair_of(log: Log, rubric: Rubric | str, first: Verdicts, second: Verdicts) -> Pair:
    """Return two judges on the traces that both were asked about.

    Args:
        log: holds labels, too.
        rubric: what was asked.
        first: the verdicts of one.
        second: of the other.
    """
    found = gathered(log, first, labels_of(log, rubric), "test")
    judged = found.judged
    place = second.of(first.positions, first.spans)
    rows = judged[["trace_id", "span"]].assign(
        first=first.verdict,
        second=np.where(place >= 0, second.verdict[place], -2),
        weight=np.fmax(first.g, np.where(place >= 0, second.g[place], np.nan)),
    )
    known = found.labelled
    apart = known["stratum"].fillna("").astype("str").str.startswith(DIFFER)
    apart &= known["split"].isin(["test", ""]) & known["y"].notna()
    labelled = known[usable(known, "test") | apart]
    labelled = labelled.assign(
        label_weight=labelled["g"] / labelled["p"].fillna(1.0),
        uniform=labelled["stage"] == "uniform",
    )
    names = ["trace_id", "span", "y", "label_weight", "uniform"]
    rows = rows.merge(labelled[names], on=["trace_id", "span"], how="left")
    rows["uniform"] = rows["uniform"].eq(other=True)
    asked = rows[(rows["second"] > -2) & rows["weight"].notna()]  # noqa: PLR2004 - not asked
    answered = (asked["first"] >= 0) & (asked["second"] >= 0)
    kept = asked[answered].sort_values(["trace_id", "span"]).reset_index(drop=True)
    return Pair(kept, int((~answered).sum()), found.notes)


def _cell(rows: pd.DataFrame) -> Ints:
    place: Ints = 2 * (1 - rows["first"].to_numpy(np.int64)) + (
        1 - rows["second"].to_numpy(np.int64)
    )
    return place


def _kish(weight: Floats) -> float:
    return float(weight.sum() ** 2 / (weight**2).sum()) if weight.size else 0.0
