"""How alike are neighbouring points, and what does that do to an average of them?

Every function takes many series at once: one a row, time along the last axis.
"""

import numpy as np

from agentlens.stats.arrays import Floats

__all__ = ["MOST_LAGS", "autoregression", "correlations", "inflation", "spectrum", "wandering"]

MOST_LAGS = 3
_STATIONARY = 0.95
_FAINT = 1e-4
_STRANGERS = 12


def autoregression(standard: Floats, order: int | None = None) -> Floats:
    """Return three coefficients a series, of the order from 0 to 3 that BIC prefers, then zeros.

    Yule-Walker on the pairs that are both there, so that empty bins cost only themselves. An order
    of one is corrected for its bias towards zero, φ + (1 + 3 φ) / m.

    Args:
        standard: standardised deviations; NaN where a bin is empty.
        order: takes the place of what BIC prefers.

    >>> autoregression(np.tile([1.0, -1.0], 20)[None]).round(2).tolist()
    [[-0.95, 0.0, 0.0]]
    """
    known = ~np.isnan(standard)
    m = known.sum(axis=-1)
    mean = np.nansum(standard, axis=-1) / np.maximum(m, 1)
    x = np.where(known, standard - mean[..., None], 0.0)
    there = known.astype(np.float64)
    cov = []
    for lag in range(MOST_LAGS + 1):
        end = x.shape[-1] - lag
        pairs = np.einsum("...t,...t->...", there[..., lag:], there[..., :end])
        products = np.einsum("...t,...t->...", x[..., lag:], x[..., :end])
        # Less weight to long lags, as a full series has it, keeps the fit stationary.
        cov.append(products / np.maximum(pairs, 1) * (1 - lag / np.maximum(m, lag + 1)))
    chosen = _preferred(np.stack(cov, axis=-1), m, order)
    first = chosen[..., 0]
    alone = (first != 0) & (chosen[..., 1:] == 0).all(axis=-1)
    mended = np.clip(first + (1 + 3 * first) / np.maximum(m, 1), -_STATIONARY, _STATIONARY)
    chosen[..., 0] = np.where(alone, mended, first)
    return chosen


def _preferred(cov: Floats, m: Floats, wanted: int | None) -> Floats:
    """Return the coefficients of the order wanted, or with the least BIC, by Levinson and Durbin."""
    shape = cov.shape[:-1]
    best = np.zeros((*shape, MOST_LAGS))
    usable = (cov[..., 0] > 0) & (m > 4 * MOST_LAGS)
    left = np.where(usable, cov[..., 0], 1.0)
    score = m * np.log(left)
    phi = np.zeros((*shape, MOST_LAGS))
    for order in range(1, MOST_LAGS + 1):
        behind = np.einsum("...k,...k->...", phi[..., : order - 1], cov[..., order - 1 : 0 : -1])
        reflection = np.clip((cov[..., order] - behind) / left, -0.999, 0.999)
        shorter = phi[..., : order - 1].copy()
        phi[..., : order - 1] = shorter - reflection[..., None] * shorter[..., ::-1]
        phi[..., order - 1] = reflection
        left = left * (1 - reflection**2)
        now = m * np.log(left) + order * np.log(np.maximum(m, 2))
        better = usable & ((now < score) if wanted is None else (order <= wanted))
        score = np.where(better, now, score)
        best = np.where(better[..., None], phi, best)
    return best


def correlations(memory: Floats, lags: int) -> Floats:
    """Return the autocorrelations at lags 1, 2, … that autoregressions imply.

    >>> correlations(np.array([0.5, 0.0, 0.0]), 3).tolist()
    [0.5, 0.25, 0.125]
    """
    a, b, c = (memory[..., place] for place in range(MOST_LAGS))
    # Yule-Walker for the first two lags of an order of three; lower orders are its special cases.
    with np.errstate(divide="ignore", invalid="ignore"):
        one = (a + b * c) / (1 - b - (a + c) * c)
    two = a * one + b + c * one
    rho = np.zeros((*np.shape(a), max(lags, MOST_LAGS)))
    rho[..., 0], rho[..., 1], rho[..., 2] = one, two, a * two + b * one + c
    for lag in range(MOST_LAGS, lags):
        rho[..., lag] = a * rho[..., lag - 1] + b * rho[..., lag - 2] + c * rho[..., lag - 3]
    return rho[..., :lags]


def inflation(memory: Floats, lam: float) -> Floats:
    """Return by how much memory inflates the variance of an EWMA, 1 + 2 Σ ρ_k (1 - lam)^k.

    Below one, where neighbours repel each other, it counts as one: limits are not narrowed on the
    word of an estimate.

    >>> float(inflation(np.array([0.5, 0.0, 0.0]), 0.1).round(3))
    2.636
    """
    if lam >= 1:
        return np.ones(np.shape(memory)[:-1])
    lags = min(2000, int(np.ceil(np.log(_FAINT) / np.log(1 - lam))))
    damped = correlations(memory, lags) * (1 - lam) ** np.arange(1, lags + 1)
    found: Floats = np.maximum(1.0, 1 + 2 * damped.sum(axis=-1))
    return found


def wandering(standard: Floats) -> float:
    """Return by how much memory inflates the variance of a long mean, blind to changes of level.

    A level that changes looks like a long memory to an autoregression. The typical difference of
    two points a little apart does not see it: few pairs straddle a change. Points twelve apart are
    taken for strangers.

    Args:
        standard: one series; NaN where a bin is empty.
    """
    near, far = (np.nanmedian(np.abs(standard[lag:] - standard[:-lag])) for lag in (1, _STRANGERS))
    if not far > 0:
        return 1.0
    rho = min(max(1 - float(near / far) ** 2, 0.0), _STATIONARY)
    return (1 + rho) / (1 - rho)


def spectrum(memory: Floats, omega: Floats) -> Floats:
    """Return the power of an autoregression at each frequency, over that of noise of its variance.

    Args:
        memory: coefficients, one series a row.
        omega: radians a point.

    >>> spectrum(np.array([[0.5, 0.0, 0.0]]), np.array([0.0])).round(6).tolist()
    [[3.0]]
    """
    turns = np.exp(-1j * np.outer(np.arange(1, MOST_LAGS + 1), omega))
    gain = np.abs(1 - memory @ turns) ** 2
    explained = (memory * correlations(memory, MOST_LAGS)).sum(axis=-1)
    power: Floats = np.maximum(1 - explained, _FAINT)[..., None] / gain
    return power
