"""Where does the truth lie, given that the estimate was only looked at because it was large?"""

import numpy as np
from scipy.special import log_ndtr, ndtri

__all__ = ["after_search"]

_STEPS = 80
_FAR = 12.0
_FOR_ALL = 0.2


def after_search(z: float, least: float, looks: float, level: float = 0.95) -> tuple[float, float]:
    """Return between which values the mean of z lies, z having been reported as it passed `least`.

    Far beyond the limit that is about z ± 2; close to it the interval reaches towards zero, as much
    of such a z is luck, but never further than one that holds for all looks at once.

    Args:
        z: the estimate in standard errors.
        least: the size from which it would have been reported.
        looks: how many estimates were looked at.
        level: how often the interval must hold the truth, among those reported.

    >>> [tuple(round(one, 2) for one in after_search(z, 4.0, 500)) for z in (9.0, 4.2)]
    [(6.95, 11.05), (-0.06, 5.79)]
    """
    size, error = max(abs(z), least), 1 - level
    tail = error * (1 - _FOR_ALL) / 2
    low, high = _mean(size, least, tail), _mean(size, least, 1 - tail)
    low = max(low, size + float(ndtri(error * _FOR_ALL / 2 / looks)))
    return (low, high) if z >= 0 else (-high, -low)


def _mean(z: float, least: float, tail: float) -> float:
    """Return the mean at which a reported value at or above z has this probability."""
    below, above = z - _FAR, z + _FAR
    for _ in range(_STEPS):
        middle = (below + above) / 2
        beyond = log_ndtr(middle - z)
        reported = np.logaddexp(log_ndtr(middle - least), log_ndtr(-middle - least))
        below, above = (middle, above) if beyond - reported < np.log(tail) else (below, middle)
    return float((below + above) / 2)
