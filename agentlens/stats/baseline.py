"""What is normal: the level, the spread beyond sampling, and the memory of a series in control?"""

from dataclasses import dataclass

import numpy as np

from agentlens.stats.arrays import Floats

__all__ = ["InControl", "autoregression", "correlations", "fit_in_control"]

_CLIP = 2.5
_CLIPPED_VARIANCE = 0.95774  # E[min(z², 2.5²)] of a standard normal z
_ROUNDS = 25
_MOST_LAGS = 500
_NOTHING = 1e-140  # a variance of zero, kept large enough to be squared


@dataclass(frozen=True)
class InControl:
    """A frozen model of normal: x_t = level + noise, var_t = extra + sampling_t, with memory.

    Attributes:
        level: the centre.
        extra: variance between bins beyond what sampling explains.
        memory: coefficients of the autoregression of the standardised noise.
        level_variance: of the estimated level, memory included.
        n: points it was learnt from.
    """

    level: float
    extra: float
    memory: tuple[float, ...]
    level_variance: float
    n: int

    def variance(self, sampling: Floats) -> Floats:
        """Return the variance of single points, given what sampling alone would give."""
        return self.extra + sampling

    def inflation(self, lam: float) -> float:
        """Return by how much memory inflates the variance of an EWMA, 1 + 2 Σ ρ_k (1 - lam)^k."""
        rho = correlations(self.memory)
        damp = (1 - lam) ** np.arange(1, rho.size + 1)
        return max(1.0, float(1 + 2 * (rho * damp).sum()))


def fit_in_control(values: Floats, sampling: Floats, *, level: float | None = None) -> InControl:
    """Return the model of a baseline, robust against single outliers.

    Args:
        values: the points in order of time; NaN where a bin is empty.
        sampling: the variance that sampling alone gives each point.
        level: the centre where it is better known than from the points (a rate, from its counts).
    """
    known = ~(np.isnan(values) | np.isnan(sampling))
    x, s = values[known], sampling[known]
    centre = float(np.median(x)) if level is None else level
    extra = max(0.0, _robust_variance(x - centre) - float(np.median(s))) if x.size else 0.0
    for _ in range(_ROUNDS):
        total = np.maximum(extra + s, _NOTHING)
        clipped = np.clip(x - centre, -_CLIP * np.sqrt(total), _CLIP * np.sqrt(total))
        if level is None:
            centre += float((clipped / total).sum() / (1 / total).sum())
        excess = clipped**2 / _CLIPPED_VARIANCE - s
        extra = max(0.0, float((excess / total**2).sum() / (1 / total**2).sum()))
        extra *= x.size / max(x.size - 1, 1)
    total = np.maximum(extra + sampling, _NOTHING)
    standard = np.clip((values - centre) / np.sqrt(total), -3.0, 3.0)
    memory = autoregression(standard)
    long_run = max(1.0, float(1 + 2 * correlations(memory).sum()))
    spread = float(1 / (1 / total[known]).sum()) if x.size else np.nan
    return InControl(centre, extra, memory, spread * long_run, int(x.size))


def _robust_variance(residuals: Floats) -> float:
    """Return the variance of the normal with the same median absolute deviation."""
    return float((1.4826 * np.median(np.abs(residuals))) ** 2)


def autoregression(standard: Floats, most: int = 3) -> tuple[float, ...]:
    """Return the coefficients of the autoregression that BIC prefers, of order 0 to `most`.

    Yule-Walker on the pairs that are both there, so that empty bins cost only themselves. An order
    of one is corrected for its bias towards zero, φ + (1 + 3 φ) / m.

    Args:
        standard: standardised deviations in order of time; NaN where a bin is empty.
        most: the highest order tried.
    """
    known = standard[~np.isnan(standard)]
    m = known.size
    if m <= 4 * most or not known.var() > 0:
        return ()
    centred = standard - known.mean()
    cov = np.array([np.nanmean(centred[k:] * centred[: centred.size - k]) for k in range(most + 1)])
    cov *= 1 - np.arange(most + 1) / m  # as with a full series, which keeps the fit stationary
    best, chosen = m * np.log(cov[0]), np.zeros(0)
    for order in range(1, most + 1):
        grid = np.abs(np.subtract.outer(np.arange(order), np.arange(order)))
        coefficients = np.linalg.solve(cov[grid], cov[1 : order + 1])
        left = cov[0] - float(coefficients @ cov[1 : order + 1])
        if left <= 0:
            continue
        score = m * np.log(left) + order * np.log(m)
        if score < best:
            best, chosen = score, coefficients
    if chosen.size == 1:
        chosen = np.clip(chosen + (1 + 3 * chosen) / m, -0.95, 0.95)
    return tuple(float(one) for one in chosen)


def correlations(memory: tuple[float, ...]) -> Floats:
    """Return the autocorrelations at lags 1, 2, … that an autoregression implies.

    >>> correlations((0.5,))[:3].tolist()
    [0.5, 0.25, 0.125]
    """
    order = len(memory)
    if not order:
        return np.zeros(1)
    phi = np.array(memory)
    # Yule-Walker for the first `order` lags, then the recursion itself.
    system, right = np.eye(order), phi.copy()
    for row in range(order):
        for column in range(order):
            if row != column:
                system[row, abs(row - column) - 1] -= phi[column]
    first = np.linalg.solve(system, right) if order > 1 else phi
    rho = np.concatenate([first, np.zeros(_MOST_LAGS - order)])
    for lag in range(order, _MOST_LAGS):
        rho[lag] = float(phi @ rho[lag - order : lag][::-1])
    return rho
