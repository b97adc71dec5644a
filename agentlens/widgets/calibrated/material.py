"""Which labels may be looked at while a threshold is chosen, and which not before?"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.calibrate.calibration import Calibration
from agentlens.analysis.calibrate.evidence.gather import usable
from agentlens.analysis.calibrate.threshold_choice import FEWEST, refuse_overlap
from agentlens.stats.arrays import Flags, Floats

__all__ = ["Material", "Mode", "arrays", "material_of"]

Mode = Literal["split", "same", "verdicts", "refused"]


@dataclass(frozen=True, eq=False)
class Material:
    """What a view of a calibration may show at once, and what is covered until it is asked for.

    Attributes:
        mode: "split" where some labels choose and others measure; "same" where all do both;
            "verdicts" where the judge gives no score; "refused" where no label may be used.
        choosing: the labels that may be looked at.
        measuring: the labels that are covered.
        note: a sentence about them.
    """

    mode: Mode
    choosing: pd.DataFrame
    measuring: pd.DataFrame
    note: str


def material_of(cal: Calibration) -> Material:
    """Return the labels of a calibration by what they are for; the rules are those of `threshold`."""
    labelled = cal.labelled
    refuse_overlap(labelled)
    rows = labelled[usable(labelled, "all")]
    rows = rows.sort_values("trace_id", kind="stable").reset_index(drop=True)
    if cal.basis.beyond_use:
        return Material("refused", rows[:0], rows[:0], cal.basis.beyond_use)
    scored = rows[rows["score"].notna()]
    if scored.empty:
        known = rows[rows["verdict"] >= 0]
        dev, test = (known[known["split"] == one] for one in ("dev", "test"))
        return Material("verdicts", dev, test, _without_scores(len(dev)))
    dev, test = (scored[scored["split"] == one] for one in ("dev", "test"))
    if min(len(dev), len(test)) >= FEWEST:
        return Material("split", dev, test, "")
    note = (
        f"{text.plural(len(dev), 'dev label')} and {text.plural(len(test), 'test label')} with a"
        f" score: {FEWEST} of each keep choosing and measuring apart. All"
        f" {text.plural(len(scored), 'label')} choose, so what stands here is a training score."
    )
    return Material("same", scored, scored[:0], note)


def arrays(rows: pd.DataFrame) -> tuple[Floats, Flags, Floats]:
    """Return score, whether people pass, and what each label stands for."""
    weight = (rows["g"].fillna(1.0) / rows["p"].fillna(1.0)).to_numpy(np.float64)
    return rows["score"].to_numpy(np.float64), (rows["y"] == 1).to_numpy(dtype=bool), weight


def _without_scores(dev: int) -> str:
    said = (
        "This judge gives verdicts without a score or a confidence, or none of them is labelled:"
        " there is nothing to set a threshold on, and only its own verdicts are shown."
    )
    return said if dev else f"{said} No label is in the dev split."
