"""Between which values does a mean, or a ratio of sums, lie?"""

import numpy as np
from scipy.special import stdtrit

from agentlens.stats.arrays import Floats

__all__ = ["log_t_interval", "skewed_t_interval"]

_LEAST = 2.5  # the third moment has n - 2 below the line, and n may be an effective one
_FLAT = 1e-9  # below it the cubic is a line to machine precision


def skewed_t_interval(
    mean: Floats, deviation: Floats, skewness: Floats, n: Floats, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Return Hall's interval of a mean: Student's t, bent by the skewness of the values.

    Latency and cost are skewed; the plain t interval of 20 log-normal values covers .87, this one
    .93 (measured). Below three values
    nothing is known.

    Args:
        mean: of each group.
        deviation: standard deviation of the values (not of the mean).
        skewness: of the values, as a plain third moment over the cubed deviation.
        n: number of independent values, which may be an effective one.
        level: how often the interval must hold the mean.

    >>> low, high = skewed_t_interval(*(np.array([v]) for v in (10.0, 2.0, 0.0, 16.0)))
    >>> float(low[0].round(3)), float(high[0].round(3))
    (8.934, 11.066)
    """
    enough = n > _LEAST
    n = np.where(enough, n, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        bias = n**2 / ((n - 1) * (n - 2)) * (1 + 6 / n)
        bend = np.nan_to_num(skewness * bias) / np.sqrt(n)
        t = np.asarray(stdtrit(n - 1, 0.5 + level / 2), dtype=np.float64)
        unit = deviation / np.sqrt(n)
        low, high = mean - unit * _bent(t, bend), mean - unit * _bent(-t, bend)
    return np.where(enough, low, np.nan), np.where(enough, high, np.nan)


def _bent(t: Floats, bend: Floats) -> Floats:
    """Invert Hall's cubic, which is t itself where nothing is skewed."""
    flat = np.abs(bend) < _FLAT
    safe = np.where(flat, 1.0, bend)
    return np.where(flat, t, 3 / safe * (np.cbrt(1 + safe * (t - safe / 6)) - 1))


def log_t_interval(
    value: Floats, relative_error: Floats, degrees: Floats, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Return the interval of a positive ratio on the log scale, with Student's t.

    Args:
        value: the ratio.
        relative_error: its standard error over itself.
        degrees: of freedom, one less than the number of independent clusters.
        level: how often the interval must hold the ratio.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(degrees >= 1, stdtrit(np.maximum(degrees, 1), 0.5 + level / 2), np.nan)
        factor = np.exp(t * relative_error)
        return value / factor, value * factor
