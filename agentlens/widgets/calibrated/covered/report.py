"""What do the covered labels say of one threshold?"""

from dataclasses import dataclass

import pandas as pd

from agentlens import text
from agentlens.analysis.calibrate.calibration import Calibration
from agentlens.analysis.calibrate.evidence.described import say
from agentlens.analysis.calibrate.threshold_confidence import confidence_of
from agentlens.widgets.calibrated.counts import RATES, measured
from agentlens.widgets.calibrated.covered.looks import Looks, costs_of
from agentlens.widgets.calibrated.material import Material

__all__ = ["Reported", "frame_of", "reported", "reported_verdicts"]

_LEVEL = 0.05


@dataclass(frozen=True)
class Reported:
    """What was reported.

    Attributes:
        threshold: from which score on traces pass; None for the judge's own verdicts.
        look: its number.
        lines: name and words.
        counts: labels: both pass, only people, only the score, both fail.
        note: what the look cost.
    """

    threshold: float | None
    look: int
    lines: tuple[tuple[str, str], ...]
    counts: tuple[int, ...]
    note: str


def reported(
    material: Material, looks: Looks, threshold: float, prices: tuple[float, float]
) -> Reported:
    """Return how a threshold does on the covered labels; this is a look at them.

    Args:
        material: has the labels.
        looks: counts.
        threshold: from which score on traces pass.
        prices: of a wrong pass and of a wrong fail.
    """
    rows = material.measuring
    look = looks.take(f"{threshold:.9g}")
    found = measured(rows, threshold)
    spreads = found.spreads()
    lines = [(name, spreads[name].words(1, bare=False)) for name in RATES]
    lines.append(("cost a trace", text.significant(found.cost(1, *prices))))
    confidence = confidence_of(material.choosing, rows)
    lines += [(name, str(fact)) for name, fact in confidence.facts.items()]
    widened = found.spreads(1 - _LEVEL / look)["agreement"].words(1, bare=False)
    counts = tuple(int(one[1]) for one in found.labels)
    note = costs_of(look, widened, kept=looks.kept)
    return Reported(threshold, look, tuple(lines), counts, note)


def reported_verdicts(cal: Calibration, looks: Looks) -> Reported:
    """Return how the judge's own verdicts do; nothing was chosen, so that every look is as good.

    Args:
        cal: the calibration.
        looks: counts.
    """
    look = looks.take("the judge's own verdicts")
    if cal.basis.refusal:
        return Reported(None, look, (), (), cal.basis.refusal)
    rates = cal.basis.described.rates
    lines = tuple((name, str(say(rates[name]))) for name in RATES)
    return Reported(None, look, lines, cal.basis.evidence.quadrant(), "")


def frame_of(reports: list[Reported]) -> pd.DataFrame:
    """Return one row a look: threshold, look, and each line as it was shown."""
    return pd.DataFrame(
        [{"threshold": one.threshold, "look": one.look, **dict(one.lines)} for one in reports]
    )
