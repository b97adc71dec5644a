"""From which score on should a judge pass?"""

from dataclasses import dataclass
from math import isnan
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

import pandas as pd

from agentlens.analysis.calibrate.threshold_choice import Choice, choice_of, refuse_overlap
from agentlens.analysis.calibrate.threshold_words import band_of, caveats, facts, headline
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.result import Result

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Calibrated", "Threshold", "threshold"]

Split = Literal["dev", "test"]
_SPLITS = ("dev", "test")


class Calibrated(Protocol):
    """What of a calibration is used here."""

    @property
    def title(self) -> str:
        """What was calibrated."""

    @property
    def labelled(self) -> pd.DataFrame:
        """The labelled traces with verdict and score."""

    @property
    def judged(self) -> pd.DataFrame:
        """All judged traces."""


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Threshold(Result):
    """The score from which on passing is cheaper, and what deciding by it costs.

    Attributes:
        value: the threshold; missing where nothing can be chosen.
        between: its interval.
        reliability: share that people pass by what the score said, in at most five bins.
        told: what the choice says of itself on its own labels and on others.
    """

    verb: ClassVar[str] = "threshold"

    value: float
    between: tuple[float, float]
    reliability: pd.DataFrame
    told: pd.DataFrame

    def figure(self) -> "go.Figure":
        """Return the picture: cost by threshold, the chosen one, and its interval."""
        from agentlens.figures.judging.threshold import (  # noqa: PLC0415 - on first use
            threshold_figure,
        )

        known = not isnan(self.value)
        return threshold_figure(
            self.frame,
            self.told,
            title=self.title,
            chosen=self.value if known else None,
            between=self.between if known else None,
        )


def threshold(
    calibration: Calibrated,
    *,
    cost_fp: float = 1.0,
    cost_fn: float = 1.0,
    choose: Split = "dev",
    report: Split = "test",
    seed: int = 0,
    refusal: str = "",
) -> Threshold:
    """Return the score from which on to pass, chosen on dev labels and reported on test labels.

    What a threshold seems to cost on the labels it was chosen on is too good: by about 3 points of
    agreement at 100 labels. Without labels of the other split, ten folds by session stand in: they
    give a number, and no interval.

    Args:
        calibration: gives the labelled traces with their scores.
        cost_fp: of passing what a person fails.
        cost_fn: of failing what a person passes.
        choose: the split on which the threshold is chosen.
        report: the split on which it is measured, another one.
        seed: of the resampling.
        refusal: why none can be given; "" where one can.
    """
    for name, cost in (("cost_fp", cost_fp), ("cost_fn", cost_fn)):
        if not 0 < cost < float("inf"):
            message = f"{name} is a cost above 0, not {cost!r}."
            raise BadInputError(message)
    for split in (choose, report):
        if split not in _SPLITS:
            raise UnknownNameError("split", split, _SPLITS)
    if choose == report:
        message = (
            f"choose and report are both {choose!r}: a threshold looks too good on the labels it was"
            " chosen on. Choose on 'dev' and report on 'test'."
        )
        raise BadInputError(message)
    labelled = calibration.labelled
    refuse_overlap(labelled)
    usable = labelled[:0] if refusal else labelled
    found: Choice = choice_of(usable, (cost_fp, cost_fn), (choose, report), seed=seed)
    return Threshold(
        title=f"Threshold: {calibration.title[:1].lower()}{calibration.title[1:]}",
        band=band_of(found),
        headline=refusal or headline(found),
        frame=found.curve,
        caveats=caveats(found),
        known=MappingProxyType(facts(found)),
        value=found.value,
        between=found.between,
        reliability=pd.DataFrame() if found.confidence is None else found.confidence.bins,
        told=found.told,
    )
