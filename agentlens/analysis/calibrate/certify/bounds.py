"""How low may a rate of the judge really be?"""

from dataclasses import dataclass

import numpy as np

from agentlens.analysis.calibrate.evidence.basis import Basis
from agentlens.analysis.calibrate.evidence.gather import usable
from agentlens.stats.agreement.wealth import wealth
from agentlens.stats.arrays import Floats
from agentlens.stats.corrected.power import lower_bound
from agentlens.stats.intervals.rates import wilson

__all__ = ["Bound", "bound_of", "fewest_in_sequence", "in_sequence", "stream_of"]

_MOST = 5000


@dataclass(frozen=True)
class Bound:
    """One thing that was asked of the judge.

    Attributes:
        name: agreement, sensitivity or specificity.
        target: the least that will do.
        value: as estimated.
        low: of the two-sided interval on the card.
        high: of it.
        least: the one-sided lower bound that decides; for a gate in sequence, None.
        most: the one-sided upper bound.
        n: labels behind it.
        certified_at: in sequence, the label at which the judge was certified; None before.
        wealth: in sequence, the evidence so far; 1 / (1 - level) certifies.
    """

    name: str
    target: float
    value: float
    low: float
    high: float
    least: float | None
    most: float
    n: int
    certified_at: int | None = None
    wealth: float | None = None

    @property
    def met(self) -> bool:
        """Whether the bound reaches the target."""
        return self.certified_at is not None if self.least is None else self.least >= self.target

    @property
    def missed(self) -> bool:
        """Whether the rate is proved to lie below the target."""
        return self.most < self.target


def bound_of(basis: Basis, name: str, target: float, level: float) -> Bound:
    """Return the bounds of one rate: from draws, or exact ones where no window is known.

    Args:
        basis: the calibration.
        name: agreement, sensitivity or specificity.
        target: the least that will do.
        level: of each one-sided bound.
    """
    rate = basis.described.rates[name]
    drawn = basis.described.drawn
    if drawn is None:
        effect = basis.described.effect
        k, n = rate.k / effect, rate.n / effect
        least, most = lower_bound(k, n, level), 1 - lower_bound(n - k, n, level)
    else:
        values = getattr(drawn, name)
        least, most = (float(one) for one in np.quantile(values, [1 - level, level]))
    return Bound(name, target, rate.value, rate.low, rate.high, least, most, rate.n)


def in_sequence(basis: Basis, target: float, level: float) -> Bound:
    """Return whether agreement was certified at any label so far, however often one looked.

    Only uniform labels count, in the order in which they were made, and of each session the first:
    what one session says twice is no second piece of evidence.
    """
    agreed = stream_of(basis)
    running = wealth(agreed, target)
    enough = 1 / (1 - level)
    reached = np.flatnonzero(running >= enough)
    # the other side is a bet of its own, against the claim that the target is met
    lost = bool((wealth(agreed, target, side="below") >= enough).any())
    n = np.array([float(agreed.size)])
    low, high = wilson(np.array([agreed.sum()]), n)
    return Bound(
        "agreement",
        target,
        float(agreed.mean()),
        float(low[0]),
        float(high[0]),
        None,
        0.0 if lost and not reached.size else 1.0,
        agreed.size,
        certified_at=int(reached[0]) + 1 if reached.size else None,
        wealth=float(running.max()),
    )


def stream_of(basis: Basis) -> Floats:
    """Return whether judge and people agreed, for the first uniform label of each session, in order."""
    rows = basis.labelled
    mine = rows[usable(rows, basis.question.split) & (rows["stage"] == "uniform")]
    mine = mine[mine["verdict"] >= 0].sort_values("order", kind="stable")
    mine = mine.drop_duplicates("cluster")
    agreed = mine["y"].to_numpy(np.float64) == mine["verdict"].to_numpy(np.float64)
    return np.asarray(agreed, dtype=np.float64)


def fewest_in_sequence(target: float, level: float) -> int:
    """Return how many labels, all of them agreeing, certify in sequence.

    >>> fewest_in_sequence(0.85, 0.95)
    30
    """
    running = wealth(np.ones(_MOST), target)
    return int(np.argmax(running >= 1 / (1 - level))) + 1
