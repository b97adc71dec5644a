"""What is normal: the centre, the spread around it, and the memory of a series in control?

Every function takes many series at once, one a row: the very procedure that learns from a baseline
learns from each bootstrap of it, and so its errors are part of what the bootstrap measures.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.normal.cycles import Cycles, shrunk
from agentlens.stats.normal.memory import MOST_LAGS, autoregression, spectrum

__all__ = ["EVENTS", "InControl", "Law", "Setting", "fit", "fit_one", "precision"]

Law = Literal["normal", "binomial", "poisson"]

EVENTS = 3.0
"""So many events in a bin are no outlier, however rare they are."""

_CLIP = 2.5
_CLIPPED_VARIANCE = 0.95774  # E[min(z², 2.5²)] of a standard normal z
_ROUNDS = 4
_MAD = 1.4826
_NOTHING = 1e-140  # a variance of zero, kept large enough to be squared


@dataclass(frozen=True)
class Setting:
    """What is known of each bin before its value is seen.

    Attributes:
        size: the effective n of each bin, 0 where it is empty.
        cycles: what can repeat.
        law: how sampling varies: by p(1-p)/n, by the mean, or by `unit`/n.
        unit: variance of a single row, for the normal law.
        repeats: bins after which hour and weekday come round.
    """

    size: Floats
    cycles: Cycles
    law: Law = "normal"
    unit: float = 0.0
    repeats: int = 1

    def part(self, places: "slice | np.ndarray") -> "Setting":
        """Return the setting of some bins."""
        own = self.cycles
        held = Cycles(own.columns[places], own.group, own.omega, own.names)
        return replace(self, size=self.size[places], cycles=held)

    def events(self, few: float) -> Floats:
        """Return by how much a few events move each bin; nothing where no events are counted."""
        if self.law == "poisson":
            return np.full(self.size.shape, few)
        if self.law == "normal":
            return np.zeros(self.size.shape)
        with np.errstate(divide="ignore"):
            return few / self.size

    def sampling(self, centre: Floats) -> Floats:
        """Return the variance that sampling alone gives each bin around its centre."""
        with np.errstate(divide="ignore"):
            per_row = np.where(self.size > 0, 1 / self.size, np.nan)
        if self.law == "binomial":
            return centre * (1 - centre) * per_row
        if self.law == "poisson":
            return np.where(self.size > 0, centre, np.nan)
        return np.broadcast_to(self.unit * per_row, centre.shape)


@dataclass(frozen=True)
class InControl:
    """Frozen models of normal, one a row: x = level + cycle + noise, var = extra + sampling.

    Attributes:
        level: the mean.
        coefficients: of the columns of the cycles, shrunk so that their error is least.
        lively: the same, shrunk so that the cycle is as large as the true one is on average; to
            draw from, because what an estimate misses must be missed in the drawing, too.
        extra: variance between bins beyond what sampling explains.
        memory: autoregression of the standardised noise.
        spent: parameters that the centre cost.
        n: points it was learnt from.
    """

    level: Floats
    coefficients: Floats
    lively: Floats
    extra: Floats
    memory: Floats
    spent: Floats
    n: int

    def centre(self, setting: Setting) -> Floats:
        """Return the centre of each bin; a rate's stays clear of 0 and 1, a count's of 0."""
        return self._line(self.coefficients, setting)

    def drawing(self, setting: Setting) -> Floats:
        """Return the centre of each bin of a process to draw from."""
        return self._line(self.lively, setting)

    def _line(self, coefficients: Floats, setting: Setting) -> Floats:
        line = self.level[:, None] + coefficients @ setting.cycles.columns.T
        return _possible(line, self.level[:, None], setting.law)

    def variance(self, setting: Setting, centre: Floats) -> Floats:
        """Return the variance of each bin; missing where the bin is empty."""
        return np.maximum(self.extra[:, None] + setting.sampling(centre), _NOTHING)

    def long_run(self) -> Floats:
        """Return by how much memory inflates the variance of a long mean."""
        whole: Floats = spectrum(self.memory, np.zeros(1))[:, 0]
        return whole


def _possible(line: Floats, level: Floats, law: Law) -> Floats:
    if law == "binomial":
        return np.clip(line, level / 4, 1 - (1 - level) / 4)
    return np.maximum(line, level / 4) if law == "poisson" else line


def precision(values: Floats, setting: Setting) -> Floats:
    """Return the weight of each bin of one baseline: one over its variance, 0 where it is empty."""
    known = ~np.isnan(values) & (setting.size > 0)
    if not known.any():
        return np.zeros(values.size)
    x, sizes = values[known], setting.size[known]
    rough = np.median(x) if setting.law == "normal" else (x * sizes).sum() / sizes.sum()
    middle = np.full(x.size, _inside(np.asarray(rough), sizes, setting.law))
    sampling = setting.part(known).sampling(middle)
    # The share of the spread that sampling leaves unexplained, on the scale of a typical bin.
    standard = (x - middle) / np.sqrt(np.maximum(sampling, _NOTHING))
    ratio = min(max(1.0, (_MAD * float(np.median(np.abs(standard)))) ** 2), 1e6)
    total = sampling + (ratio - 1) * float(np.median(sampling))
    weights = np.zeros(values.size)
    weights[known] = 1 / np.maximum(total, _NOTHING)
    relative: Floats = weights / weights.max()
    return relative


def _inside(level: Floats, sizes: Floats, law: Law) -> Floats:
    """Return levels that leave room for sampling: half an event, where none was seen."""
    if law == "binomial":
        half = 0.5 / max(float(sizes.sum()), 1.0)
        return np.clip(level, half, 1 - half)
    return np.maximum(level, 0.5 / sizes.size) if law == "poisson" else level


def fit_one(values: Floats, setting: Setting, weights: Floats) -> InControl:
    """Return the model of one baseline; bins of weight zero are not learnt from."""
    return fit(values[None], setting, weights)


def fit(
    values: Floats, setting: Setting, weights: Floats, *, order: int | None = None
) -> InControl:
    """Return the models of baselines, robust against single outliers.

    Args:
        values: one series a row; what a weightless bin holds does not matter.
        setting: of the bins.
        weights: of the bins, the same for every series.
        order: of the autoregression; None takes what BIC prefers.
    """
    inside = np.flatnonzero(weights > 0)
    x, w, here = values[:, inside], weights[inside], setting.part(inside)
    m, columns = max(inside.size, 2), here.cycles.columns
    model = InControl(
        level=np.zeros(len(x)),
        coefficients=np.zeros((len(x), columns.shape[1])),
        lively=np.zeros((len(x), columns.shape[1])),
        extra=np.full(len(x), np.nan),
        memory=np.zeros((len(x), MOST_LAGS)),
        spent=np.full(len(x), min(1.0 + columns.shape[1], m / 2)),
        n=inside.size,
    )
    y = x
    for _ in range(_ROUNDS):
        level = _inside((y @ w) / w.sum(), here.size, here.law)
        model = replace(model, level=level, coefficients=(y * w) @ columns)
        model, clipped = _with_spread(model, x, here)
        y = model.centre(here) + clipped
    model = _with_memory(model, x, here, inside, weights.size, order)
    if not columns.shape[1]:
        return model
    noise = (clipped**2 @ w) / (m - model.spent) / _CLIPPED_VARIANCE
    kept, share = shrunk(model.coefficients, noise, model.memory, here.cycles)
    model = replace(
        model,
        coefficients=kept,
        lively=model.coefficients * np.sqrt(share),
        spent=np.minimum(1 + share.sum(axis=1), m / 2),
    )
    model, _ = _with_spread(model, x, here)
    return _with_memory(model, x, here, inside, weights.size, order)


def _with_spread(model: InControl, x: Floats, here: Setting) -> tuple[InControl, Floats]:
    """Return the model with the variance that sampling leaves unexplained, and clipped residuals."""
    line = model.centre(here)
    sampling, residuals = here.sampling(line), x - line
    extra = model.extra
    if np.isnan(extra).any():
        rough = (_MAD * np.median(np.abs(residuals), axis=1)) ** 2
        extra = np.maximum(rough - np.median(sampling, axis=1), 0.0)
    freedom = (x.shape[1] / (x.shape[1] - model.spent))[:, None]
    clipped = residuals
    for _ in range(_ROUNDS):
        total = np.maximum(extra[:, None] + sampling, _NOTHING)
        normal = _CLIP * np.sqrt(total)
        bound = np.maximum(normal, here.events(EVENTS))
        clipped = np.clip(residuals, -bound, bound)
        weight = 1 / total**2
        kept = np.where(bound > normal, 1.0, _CLIPPED_VARIANCE)
        excess = ((clipped**2 * freedom / kept - sampling) * weight).sum(axis=1)
        extra = np.maximum(0.0, excess / weight.sum(axis=1))
    return replace(model, extra=extra), clipped


def _with_memory(
    model: InControl, x: Floats, here: Setting, inside: Ints, bins: int, order: int | None
) -> InControl:
    """Return the model with the autoregression of its standardised residuals."""
    line = model.centre(here)
    standard = np.full((len(x), bins), np.nan)
    standard[:, inside] = np.clip((x - line) / np.sqrt(model.variance(here, line)), -3.0, 3.0)
    return replace(model, memory=autoregression(standard, order))
