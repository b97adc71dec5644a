"""Does a property of the answer move the verdict once a person's verdict is held fixed?"""

import warnings
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from agentlens.stats.arrays import Floats, Ints

__all__ = ["Effect", "effect_of"]

_LARGEST = 15.0
_WORTH = 0.5


@dataclass(frozen=True)
class Effect:
    """Log odds of a pass for one unit of the property, the person's verdict held fixed.

    Attributes:
        value: the coefficient; missing where it cannot be estimated.
        low: of its interval.
        high: of its interval.
        p: of no effect.
        power: the chance to see an effect of half a log odds.
        why: it cannot be estimated; "" where it can.
    """

    value: float
    low: float
    high: float
    p: float
    power: float
    why: str = ""


def effect_of(passed: Floats, human: Floats, x: Floats, cluster: Ints, level: float) -> Effect:
    """Return the effect by a logistic regression whose errors respect sessions.

    Args:
        passed: the judge's verdicts, 1 or 0.
        human: people's verdicts.
        x: the property.
        cluster: the user or session of each.
        level: how often the interval must hold the truth.
    """
    why = _separated(passed, human, x)
    if why:
        return _unknown(why)
    from statsmodels.discrete.discrete_model import Logit  # noqa: PLC0415 - heavy, rarely needed
    from statsmodels.tools.sm_exceptions import (  # noqa: PLC0415 - as above
        ConvergenceWarning,
        PerfectSeparationError,
        PerfectSeparationWarning,
    )

    design = np.column_stack([np.ones_like(x), human, x])
    groups = np.unique(cluster, return_inverse=True)[1]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            fitted = Logit(passed, design).fit(
                disp=0, cov_type="cluster", cov_kwds={"groups": groups}
            )
    except (
        ConvergenceWarning,
        PerfectSeparationError,
        PerfectSeparationWarning,
        np.linalg.LinAlgError,
        RuntimeWarning,
    ):
        return _unknown("the regression does not converge")
    value, error = float(fitted.params[2]), float(fitted.bse[2])
    if not np.isfinite(error) or np.abs(fitted.params).max() > _LARGEST:
        return _unknown("the verdicts separate the property completely")
    z = float(ndtri(0.5 + level / 2))
    p = float(2 * ndtr(-abs(value) / error))
    power = float(ndtr(_WORTH / error - z))
    return Effect(value, value - z * error, value + z * error, p, power)


def _separated(passed: Floats, human: Floats, x: Floats) -> str:
    if x.std() == 0:
        return "all answers are alike in it"
    if passed.min() == passed.max():
        return "the judge gives one verdict to all"
    if human.min() == human.max():
        return "people give one verdict to all"
    if any(passed[human == one].min() == passed[human == one].max() for one in (0.0, 1.0)):
        return "the judge gives one verdict to all that people pass, or to all that they fail"
    return ""


def _unknown(why: str) -> Effect:
    return Effect(np.nan, np.nan, np.nan, np.nan, np.nan, why)
