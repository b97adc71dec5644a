"""When did it begin, seen from the events themselves?"""

import numpy as np

from agentlens.stats.arrays import Floats

__all__ = ["before_first", "likeliest_start"]

_FEWEST = 2
_HALF_CHI2 = 1.9207  # half of 3.8415, the 95 % point of chi-squared with one degree of freedom


def before_first(places: Floats, level: float = 0.95) -> float:
    """Return how much exposure may lie between the beginning and the first event.

    For what was never seen before. Given that events come one by one, the stretch before the first
    and the stretch from first to last are an exponential and a gamma of the same rate: the law of
    their ratio needs neither the rate nor the end. One event leaves everything open.

    Args:
        places: of the events, in units of exposure.
        level: how often the beginning lies within.

    >>> round(before_first(np.array([100.0, 110.0, 120.0])), 1)
    69.4
    """
    if places.size < _FEWEST:
        return float("inf")
    held = float(places.max() - places.min())
    return float(held * ((1.0 - level) ** (-1.0 / (places.size - 1)) - 1.0))


def likeliest_start(events: Floats, expected: Floats) -> tuple[int, int, int]:
    """Return the likeliest first stretch with more events, and the first and last that may be it.

    For what grew. From one stretch on, and until another, the rate is the one that fits best; a
    first stretch is believed while its likelihood lies within the 95 % set of the likelihood ratio.

    Args:
        events: in each stretch of time.
        expected: in each, at the rate of the baseline.

    >>> likeliest_start(np.array([1, 1, 6, 7, 5.0]), np.ones(5))
    (2, 2, 2)
    """
    seen = np.concatenate(([0.0], np.cumsum(events)))
    usual = np.concatenate(([0.0], np.cumsum(np.maximum(expected, 1e-12))))
    gained = seen[None, :] - seen[:, None]
    waited = usual[None, :] - usual[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = gained * np.log(gained / waited) - (gained - waited)
    gain = np.where((gained > waited) & (waited > 0), gain, 0.0)
    best = gain.max(axis=1)[:-1]
    believed = np.flatnonzero(best >= best.max() - _HALF_CHI2)
    return int(best.argmax()), int(believed.min()), int(believed.max())
