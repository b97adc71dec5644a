"""How much less is known of a rate because the judge that gave it was itself only sampled?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from agentlens import text
from agentlens.stats.arrays import Floats

__all__ = ["Correction"]

_Z = float(ndtri(0.975))


@dataclass(frozen=True)
class Correction:
    """How often a judge errs, and how well that is known.

    A verdict of 1 or 0 counts as (verdict + specificity - 1) / (sensitivity + specificity - 1):
    the mean of such numbers is the share that people would pass, whatever that share is.

    Attributes:
        sensitivity: share of what people pass that the judge passes.
        specificity: share of what people fail that the judge fails.
        variances: of the first, of the second, and their covariance.
    """

    sensitivity: float
    specificity: float
    variances: tuple[float, float, float]

    @property
    def reach(self) -> float:
        """How far the judge tells pass from fail: 1 always, 0 not at all."""
        return self.sensitivity + self.specificity - 1

    @property
    def note(self) -> str:
        """What a card has to say of a metric that is corrected so."""
        half = 100 * _Z * float(self.error(np.array(0.5)))
        return (
            f"Corrected for a judge that passes {text.share(self.sensitivity)} of what people pass"
            f" and fails {text.share(self.specificity)} of what they fail; its labels leave the"
            f" level open by about ±{half:.1f} points, all bins and slices together. Few rows may"
            " come to less than none or more than all."
        )

    def numerator(self, score: str) -> str:
        """Return the corrected number of one trace as an expression over a score.

        >>> Correction(0.9, 0.8, (0.0, 0.0, 0.0)).numerator("tone")
        "(score('tone') - 0.2) / 0.7"
        """
        return f"(score({score!r}) - {1 - self.specificity:.12g}) / {self.reach:.12g}"

    def error(self, value: Floats) -> Floats:
        """Return the standard error that the labels leave in a corrected rate, to first order."""
        of_pass, of_fail, both = self.variances
        own = value**2 * of_pass + (1 - value) ** 2 * of_fail
        variance = own - 2 * value * (1 - value) * both
        return np.sqrt(np.maximum(variance, 0.0)) / self.reach

    def widened(self, found: pd.DataFrame, level: float) -> pd.DataFrame:
        """Return estimates whose limits hold the truth although the judge's errors are estimates.

        Args:
            found: value, low and high as if the errors of the judge were known.
            level: of the limits.
        """
        value, low, high = (found[name].to_numpy() for name in ("value", "low", "high"))
        more = float(ndtri(0.5 + level / 2)) * self.error(value)
        return found.assign(
            low=value - np.hypot(value - low, more), high=value + np.hypot(high - value, more)
        )
