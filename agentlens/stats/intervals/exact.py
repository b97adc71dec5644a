"""How unlikely is so much, or so little, for a bin of this size?"""

from typing import Literal

import numpy as np
from scipy.special import betainc, gammainc, gammaincc, ndtri

from agentlens.stats.arrays import Floats

__all__ = ["Counted", "edges", "tails"]

_RAREST = 1e-300
_STEPS = 50
Counted = Literal["binomial", "poisson"]


def tails(values: Floats, centre: Floats, variance: Floats, law: Counted) -> tuple[Floats, Floats]:
    """Return the normal scores of P(at least this) and P(at most this), large where unlikely.

    Binomial for a share, Poisson for a count, exactly where `variance` is what sampling alone
    gives. More variance is overdispersion: then the rows count as the fewer independent ones that
    would vary as much.

    >>> score, _ = tails(np.array([0.3]), np.array([0.1]), np.array([0.009]), "binomial")
    >>> float(score[0].round(3))  # P(3 or more of 10 at p = .1) is .0702
    1.474
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        if law == "binomial":
            n = centre * (1 - centre) / variance
            k = values * n
            least = np.where(k > 0, betainc(np.maximum(k, _RAREST), n - k + 1, centre), 1.0)
            most = np.where(k < n, betainc(np.maximum(n - k, _RAREST), k + 1, 1 - centre), 1.0)
        else:
            thinned = centre / variance
            k, mean = values * thinned, centre * thinned
            least = np.where(k > 0, gammainc(np.maximum(k, _RAREST), mean), 1.0)
            most = gammaincc(k + 1, mean)
    return tuple(np.nan_to_num(-ndtri(np.clip(one, _RAREST, 1))) for one in (least, most))  # type: ignore[return-value]


def edges(
    centre: Floats, variance: Floats, law: Counted, upper: float, lower: float
) -> tuple[Floats, Floats]:
    """Return the largest and smallest value of each bin whose score stays within the limits.

    Args:
        centre: of each bin.
        variance: of each bin.
        law: binomial or poisson.
        upper: largest score allowed of P(at least this).
        lower: largest score allowed of P(at most this).
    """
    found = []
    for side, limit in ((0, upper), (1, lower)):
        far = np.full(centre.shape, 1.0) if law == "binomial" else centre + 40 * np.sqrt(variance)
        if side:
            far = np.zeros(centre.shape)
        near = centre.copy()
        for _ in range(_STEPS):
            middle = (near + far) / 2
            out = tails(middle, centre, variance, law)[side] > limit
            near, far = np.where(out, near, middle), np.where(out, middle, far)
        found.append(near)
    return found[0], found[1]
