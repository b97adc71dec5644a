"""Which traces need no person, which need one at once, and which lie between?"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from agentlens.analysis.calibrate.bands_sides import sides_of
from agentlens.analysis.calibrate.bands_words import band_of, caveats, facts, headline
from agentlens.analysis.calibrate.threshold import Calibrated
from agentlens.errors import BadInputError
from agentlens.result import Result

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Bands", "bands"]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Bands(Result):
    """Three bands of scores: passed unseen, reviewed, paged; each outer one at a certified error.

    Attributes:
        above: scores from here on pass unseen; missing where no band is certified.
        below: scores up to here page; missing likewise.
        errors: allowed above and below.
        steps: each threshold that was looked at, and the bound of its error.
    """

    verb: ClassVar[str] = "bands"

    above: float
    below: float
    errors: tuple[float, float]
    steps: pd.DataFrame

    def figure(self) -> "go.Figure":
        """Return the picture: the bound of the error by threshold, and the three bands."""
        from agentlens.figures.judging.bands import bands_figure  # noqa: PLC0415 - on first use

        return bands_figure(self.steps, self.frame, errors=self.errors, title=self.title)


def bands(
    calibration: Calibrated,
    *,
    auto_pass_error: float = 0.05,
    page_error: float = 0.10,
    delta: float = 0.10,
    refusal: str = "",
) -> Bands:
    """Return the score from which on nobody need look, and that below which somebody is called.

    Thresholds are tested from strict to loose, each only if all stricter ones held. So the chance
    that either band errs more than promised is at most delta, however the scores are spread.

    Args:
        calibration: gives labelled and judged traces with their scores.
        auto_pass_error: of the traces passed unseen, how many a person would fail.
        page_error: of the traces paged, how many a person would pass.
        delta: the chance that either promise is broken.
        refusal: why none can be given; "" where some can.
    """
    shares = (("auto_pass_error", auto_pass_error), ("page_error", page_error), ("delta", delta))
    for name, share in shares:
        if not 0 < share < 0.5:  # noqa: PLR2004 - a coin errs as often
            message = f"{name} lies between 0 and 0.5, not {share!r}."
            raise BadInputError(message)
    labelled = calibration.labelled[:0] if refusal else calibration.labelled
    found = sides_of(labelled, calibration.judged, (auto_pass_error, page_error), delta)
    return Bands(
        title=f"Bands: {calibration.title[:1].lower()}{calibration.title[1:]}",
        band=band_of(found),
        headline=refusal or headline(found),
        frame=found.frame,
        caveats=() if refusal else caveats(found),
        known=MappingProxyType(facts(found)),
        above=found.above.threshold,
        below=-found.below.threshold,
        errors=found.errors,
        steps=found.steps,
    )
