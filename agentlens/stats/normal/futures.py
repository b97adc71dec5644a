"""What else might the same process have shown, and show next, if nothing changes?

A bootstrap of the whole procedure: a new baseline and a new future are drawn from the fitted model,
the model is learnt again from the new baseline alone, and the future is judged by what was learnt.
Errors of estimation are thus inside the limits that are set on these futures.
"""

from dataclasses import dataclass, replace

import numpy as np

from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.intervals.exact import tails
from agentlens.stats.normal.in_control import EVENTS, InControl, Setting, fit
from agentlens.stats.normal.memory import MOST_LAGS, correlations, inflation

__all__ = ["Deviations", "Futures", "deviations", "draw"]

_OUTLIER = 3.5
_SMOOTHING = 0.15
_WARM_UP = 100
_STATIONARY = 0.95


@dataclass(frozen=True)
class Deviations:
    """How far bins lie from where they were expected, one series a row.

    Attributes:
        standard: in standard deviations of each bin, outliers cut.
        precision: of each bin against a typical one, σ / σ_t; the same bins are empty in all rows.
        scale: σ, the standard deviation of a typical bin, in the metric's unit.
        memory: autoregression of each series.
        present: which bins hold data.
        tails: for exact Shewhart limits, how unlikely so much and so little is, as normal scores.
    """

    standard: Floats
    precision: Floats
    scale: Floats
    memory: Floats
    present: Flags
    tails: tuple[Floats, Floats] | None = None

    def inflation(self, lam: float) -> Floats:
        """Return by how much memory inflates the variance of an EWMA."""
        return inflation(self.memory, lam)


@dataclass(frozen=True)
class Futures:
    """Deviations of the same futures, judged twice.

    Attributes:
        judged: by what was learnt from each one's own baseline.
        known: by the process that drew them, as an endless baseline would teach it.
    """

    judged: Deviations
    known: Deviations


def deviations(
    values: Floats, model: InControl, setting: Setting, *, single: bool = False
) -> Deviations:
    """Return how far values lie from the centre of the model, series by series.

    One bin counts at most as 3.5 standard deviations, so that a single outlier is no alarm; where
    events are rarer than that, three events count in full.

    Args:
        values: one series a row.
        model: one a row, too.
        setting: of the bins.
        single: whether bins are judged one by one: nothing is cut, and rates and counts are judged
            by exact probabilities.
    """
    centre = model.centre(setting)
    deviation = np.sqrt(model.variance(setting, centre))
    present = setting.size > 0
    scale = _typical(deviation[:, present])
    bound = (np.inf if single else _OUTLIER) * deviation
    bound = np.maximum(bound, setting.events(EVENTS))
    with np.errstate(invalid="ignore"):
        standard = np.clip(values - centre, -bound, bound) / deviation
        ratio = np.broadcast_to(scale[:, None] / deviation, standard.shape)
    found = Deviations(
        np.where(present, standard, 0.0),
        np.where(present, ratio, 0.0),
        scale,
        model.memory,
        present,
    )
    if not single or setting.law == "normal":
        return found
    return replace(found, tails=tails(values, centre, deviation**2, setting.law))


def _typical(deviation: Floats) -> Floats:
    """Return the standard deviation of a bin of mean precision."""
    typical: Floats = 1 / np.sqrt((1 / deviation**2).mean(axis=1))
    return typical


def draw(
    values: Floats,
    model: InControl,
    setting: Setting,
    weights: Floats,
    *,
    paths: int,
    length: int,
    seed: int,
    single: bool = False,
) -> Futures:
    """Return the deviations of futures in which nothing changes, each judged by its own baseline.

    Args:
        values: the baseline that `model`, a single one, was learnt from.
        model: the process to draw from.
        setting: of the baseline's bins.
        weights: with which it was learnt.
        paths: how many histories to draw.
        length: bins of each future; their sizes and hours repeat the baseline's.
        seed: the same seed draws the same histories.
        single: whether bins are judged one by one.
    """
    rng = np.random.default_rng(seed)
    m = weights.size
    ahead = m + np.arange(length)
    whole = setting.part(np.concatenate([np.arange(m), _same_hour(ahead, m, setting)]))
    centre = model.drawing(whole)
    if setting.law == "normal":
        noise = _noise(rng, values, model, setting, weights, paths, m + length)
        drawn = centre + np.sqrt(model.variance(whole, centre)) * noise
    else:
        drawn = _counted(rng, centre[0], model, whole, paths)
    # The order is not asked for again: the baseline at hand has answered that.
    order = int(np.count_nonzero(np.cumsum(model.memory[0][::-1] != 0)))
    learnt = fit(drawn[:, :m], setting, weights, order=order)
    future = whole.part(np.arange(m, m + length))
    return Futures(
        judged=deviations(drawn[:, m:], learnt, future, single=single),
        known=deviations(drawn[:, m:], model, future, single=single),
    )


def _same_hour(ahead: Ints, m: int, setting: Setting) -> Ints:
    """Return a bin of the baseline with the same hour and weekday, as far as it has one."""
    period = setting.repeats
    block = m // period * period if m >= period else m
    return np.asarray(m - block + (ahead - m) % block, np.int64)


def _noise(
    rng: np.random.Generator,
    values: Floats,
    model: InControl,
    setting: Setting,
    weights: Floats,
    paths: int,
    bins: int,
) -> Floats:
    """Return standardised noise with the memory and the tails of the baseline's own."""
    centre = model.centre(setting)
    with np.errstate(invalid="ignore"):
        standard = ((values - centre) / np.sqrt(model.variance(setting, centre)))[0]
    known = weights > 0
    standard = np.where(known, standard, 0.0)
    phi = model.memory[0]
    innovations = standard.copy()
    whole = known.copy()
    for lag in range(1, MOST_LAGS + 1):
        innovations[lag:] -= phi[lag - 1] * standard[:-lag]
        if phi[lag - 1]:
            whole[lag:] &= known[:-lag]
            whole[:lag] = False
    pool = innovations[whole] if whole.sum() > MOST_LAGS else innovations[known]
    # The residuals of a fit are smaller than the noise, by the freedom that the fit has spent.
    freedom = np.sqrt(model.n / max(model.n - float(model.spent[0]) - np.count_nonzero(phi), 1.0))
    pool = (pool - pool.mean()) * freedom
    spread = float(pool.std())
    chosen = rng.choice(pool, (paths, bins + _WARM_UP))
    chosen += rng.standard_normal(chosen.shape) * (_SMOOTHING * spread)
    chosen /= np.sqrt(1 + _SMOOTHING**2)
    return _remembering(chosen, phi)[:, _WARM_UP:]


def _remembering(innovations: Floats, phi: Floats) -> Floats:
    """Return innovations run through an autoregression."""
    if not phi.any():
        return innovations
    out = innovations.T.copy()
    for t in range(MOST_LAGS, len(out)):
        out[t] += phi[0] * out[t - 1] + phi[1] * out[t - 2] + phi[2] * out[t - 3]
    return out.T


def _counted(
    rng: np.random.Generator, centre: Floats, model: InControl, whole: Setting, paths: int
) -> Floats:
    """Return rates or counts: binomial or Poisson draws whose mean itself wanders.

    What is spread beyond sampling is a log-normal factor on the rarer outcome, with a memory that
    leaves the observed one after sampling has thinned it.
    """
    extra, size = float(model.extra[0]), whole.size
    rare = np.minimum(centre, 1 - centre) if whole.law == "binomial" else centre
    spread = np.sqrt(np.log1p(extra / rare**2))
    g = rng.standard_normal((paths, size.size + _WARM_UP))
    first = float(correlations(model.memory[0], 1)[0])
    if first and extra:
        sampling = float(np.nanmean(whole.sampling(centre[None])))
        phi = float(np.clip(first * (1 + sampling / extra), -_STATIONARY, _STATIONARY))
        g = _remembering(g, np.array([phi, 0.0, 0.0])) * np.sqrt(1 - phi**2)
    mean = rare * np.exp(spread * g[:, _WARM_UP:] - spread**2 / 2)
    if whole.law == "poisson":
        return np.where(size > 0, rng.poisson(mean), np.nan)
    mean = np.minimum(mean, 1.0)
    mean = np.where(centre > 0.5, 1 - mean, mean)  # noqa: PLR2004 - which outcome is the rarer
    rows = np.maximum(np.round(size), size > 0).astype(np.int64)
    with np.errstate(invalid="ignore", divide="ignore"):
        return rng.binomial(rows, mean) / rows
