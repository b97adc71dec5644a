"""Where does the line of an EWMA run, in the metric's own unit, and how far may it stray?"""

import numpy as np

from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.charts.arms import arms
from agentlens.stats.charts.carried import carried
from agentlens.stats.charts.drawn.shared import Drawn, called, deviations_of, shown
from agentlens.stats.charts.follow import follow

__all__ = ["ewma_drawn"]


def ewma_drawn(  # noqa: PLR0913 - all that a chart knows of its bins
    *,
    standard: Floats,
    precision: Floats,
    present: Flags,
    tested: Flags,
    centre: Floats,
    memory: Floats,
    lam: float,
    upper: float,
    lower: float,
    scale: float,
    log_scale: bool,
    clipped: bool,
) -> Drawn:
    """Return centre, line and limits in the metric's unit, and what lies beyond them.

    Args:
        standard: how far each bin lies from its centre, in standard deviations of its own.
        precision: of each bin against a typical one.
        present: bins with data.
        tested: bins that are tested, rather than learnt from.
        centre: of each bin.
        memory: autoregression of the deviations.
        lam: weight of the newest bin.
        upper: limit above, in standard deviations of the line.
        lower: limit below.
        scale: standard deviation of a typical bin, in the metric's unit.
        log_scale: whether all of that are logarithms.
        clipped: whether the metric is a share, from 0 to 1.

    >>> drawn = ewma_drawn(
    ...     standard=np.array([2.0, 0.0, 2.0]), precision=np.ones(3), present=np.ones(3, bool),
    ...     tested=np.ones(3, bool), centre=np.full(3, 10.0), memory=np.zeros(3), lam=0.5, upper=2.0,
    ...     lower=2.0, scale=1.0, log_scale=False, clipped=False)
    >>> drawn["ewma"].tolist(), drawn["upper"].round(3).tolist(), drawn["beyond"].tolist()
    ([11.0, 10.5, 11.25], [11.155, 11.155, 11.155], [0, 0, 1])
    """
    found = arms(deviations_of(standard, precision, present, memory), "ewma", lam=lam)
    way = follow(found, upper, lower, tested[present])
    # The variance of the line and its weight obey the same kind of recursion.
    heard = _heard(precision[present], lam)
    reach = carried(found.reach[:, 0] * scale / heard, present)
    lines = {
        "centre": centre,
        "ewma": centre + carried(way.up * scale / heard, present),
        "upper": centre + upper * reach,
        "lower": centre - lower * reach,
    }
    drawn = shown(lines, log_scale=log_scale, clipped=clipped)
    return drawn | called(way, found, upper, lower, present, tested)


def _heard(precision: Floats, lam: float) -> Floats:
    """Return how much precision the line has heard of, with the weights of the EWMA."""
    out = np.empty_like(precision)
    square = precision**2
    heard = float(square.mean()) if square.size else 0.0
    for t, new in enumerate(square.tolist()):
        heard = lam * new + (1 - lam) * heard
        out[t] = heard
    return out
