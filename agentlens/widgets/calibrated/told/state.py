"""What of a calibration travels to the browser?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.calibrate.bands_sides import Sides
from agentlens.analysis.calibrate.calibration import Calibration
from agentlens.stats.arrays import Floats
from agentlens.widgets.calibrated.counts import Counts
from agentlens.widgets.calibrated.covered.report import Reported
from agentlens.widgets.calibrated.edges import Edges
from agentlens.widgets.calibrated.knobs import Price
from agentlens.widgets.calibrated.material import Material
from agentlens.widgets.calibrated.told.shown import (
    ceiling_of,
    covered_of,
    pictures_of,
    told_bands,
    told_rates,
    told_report,
)

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Shown", "packed", "state_of"]


@dataclass(frozen=True, eq=False)
class Shown:
    """All that a view of a calibration shows.

    Attributes:
        cal: the calibration.
        material: which of its labels may be looked at.
        counts: of those at each threshold; None where there are no scores.
        edges: where the bands may end; None likewise.
        prices: what each error may cost.
        ends: the first and the last threshold that may be chosen.
        start: where threshold and edges stood at first.
        knobs: where everything stands.
        seen: what the labels that may be looked at certify.
        covered: what the others certify, once that was reported.
        report: what was last reported.
    """

    cal: Calibration
    material: Material
    counts: Counts | None
    edges: Edges | None
    prices: Mapping[str, Price]
    ends: tuple[int, int]
    start: Mapping[str, float]
    knobs: Mapping[str, float]
    seen: Sides | None
    covered: Sides | None
    report: Reported | None


def state_of(shown: Shown) -> "tuple[dict[str, Any], bytes, dict[str, go.Figure]]":
    """Return the state of the view, its numbers, and its pictures."""
    material, counts, edges, mode = shown.material, shown.counts, shown.edges, shown.material.mode
    arrays: dict[str, Floats] = {}
    if counts is not None and edges is not None:
        arrays = {
            "cuts": counts.steps.cuts, "fails": counts.steps.fails, "passes": counts.steps.passes,
            "n_fails": counts.plain.fails, "n_passes": counts.plain.passes,
            "at": edges.at, "past": edges.past,
        }  # fmt: skip
    data, places = packed(arrays)
    figures, worth = pictures_of(
        shown.cal, material, counts, int(shown.knobs["place"]), shown.prices
    )
    bands = edges is not None and shown.seen is not None
    state = {
        "name": shown.cal.title,
        "mode": mode,
        "note": material.note,
        "labels": len(material.choosing),
        "arrays": places,
        "even": counts is not None and _even(counts),
        "ends": shown.ends,
        "knobs": shown.knobs,
        "prices": {name: vars(price) for name, price in shown.prices.items()},
        "start": shown.start,
        "words": _cuts(counts),
        "rates": {} if mode == "refused" else told_rates(shown.cal, material, counts),
        "own": _own(material.choosing) if mode == "verdicts" else None,
        "ceiling": ceiling_of(shown.cal)[1],
        "worth": worth,
        "bands": told_bands(edges, shown.seen, shown.covered) if bands else None,  # type: ignore[arg-type]
        "covered": covered_of(material),
        "report": told_report(shown.report, _place_of(shown.report, counts)),
    }
    return state, data, figures


def packed(arrays: Mapping[str, Floats]) -> tuple[bytes, dict[str, list[int]]]:
    """Return arrays as one row of bytes, and by name where each begins and how long it is.

    >>> packed({"a": np.zeros(2), "b": np.ones(1)})[1]
    {'a': [0, 2], 'b': [2, 1]}
    """
    places, at = {}, 0
    for name, values in arrays.items():
        places[name] = [at, int(values.size)]
        at += int(values.size)
    whole = np.concatenate([*arrays.values()]) if arrays else np.zeros(0)
    return whole.astype("<f8").tobytes(), places


def _cuts(counts: Counts | None) -> list[str]:
    return [] if counts is None else [text.significant(float(one)) for one in counts.steps.cuts]


def _place_of(report: Reported | None, counts: Counts | None) -> int:
    if report is None or counts is None or report.threshold is None:
        return 0
    return counts.nearest(report.threshold)


def _even(counts: Counts) -> bool:
    """Return whether all labels stand for as many traces."""
    weights = np.concatenate([counts.steps.fails, counts.steps.passes])
    numbers = np.concatenate([counts.plain.fails, counts.plain.passes])
    return bool(np.allclose(weights, numbers * (counts.total / max(numbers.sum(), 1))))


def _own(rows: pd.DataFrame) -> list[str]:
    """Return the four counts of the judge's own verdicts."""
    y, v = rows["y"] == 1, rows["verdict"] == 1
    return [text.count(int(mark.sum())) for mark in (y & v, y & ~v, ~y & v, ~y & ~v)]
