"""Has a judge changed, seen on traces whose right verdict is known?

What a run of a fixed set of traces does by chance is only the judge's own noise from run to run. So
the chart measures that noise on the first runs, and watches later ones against it.
"""

from typing import NamedTuple

import numpy as np

from agentlens.stats.arrays import Flags, Floats, Ints

__all__ = ["AGREEMENT_LIMIT", "BASELINE_RUNS", "PASS_LIMIT", "Watched", "alarms", "watch_runs"]

BASELINE_RUNS = 5
AGREEMENT_LIMIT = 2.9
PASS_LIMIT = 3.1

_MEMORY = 0.7


class Watched(NamedTuple):
    """The chart: centre and noise of the first runs, and mean and distance of each later run."""

    centre: float
    noise: float
    means: Floats
    distance: Floats


def watch_runs(baseline: Floats, runs: Floats) -> Watched:
    """Return how far the smoothed mean of each run lies below that of the baseline runs.

    Args:
        baseline: 1 or 0 for each of the first runs (rows) and traces (columns).
        runs: the same for the runs since, oldest first.

    >>> still = np.tile([1.0, 1.0, 0.0, 1.0], (5, 1))
    >>> watch_runs(still, np.tile([1.0, 0.0, 0.0, 1.0], (3, 1))).distance.round(2).tolist()
    [1.11, 1.76, 2.2]
    """
    k, n = baseline.shape
    p = baseline.mean(axis=0)
    noise = np.sqrt(k / (k - 1) * float((p * (1 - p)).sum()) + 0.25) / n
    means = runs.mean(axis=1) if runs.size else np.zeros(0)
    smooth, held = np.zeros(means.size), 0.0
    for place, one in enumerate(((baseline.mean() - means) / noise).tolist()):
        held = _MEMORY * held + (1 - _MEMORY) * one
        smooth[place] = held
    run = np.arange(1, means.size + 1)
    share = (1 - _MEMORY) / (1 + _MEMORY)
    spread = np.sqrt(share * (1 - _MEMORY ** (2 * run)) + 1 / k)
    return Watched(float(baseline.mean()), float(noise), means, smooth / spread)


def alarms(agreement: Watched, passes: Watched) -> tuple[Ints, Flags]:
    """Return the runs at which either chart alarms, and of each whether agreement did.

    Args:
        agreement: the chart of agreement, watched for a fall.
        passes: the chart of the pass rate, watched both ways.
    """
    fell = agreement.distance > AGREEMENT_LIMIT
    moved = np.abs(passes.distance) > PASS_LIMIT
    places = np.flatnonzero(fell | moved)
    return places, fell[places]
