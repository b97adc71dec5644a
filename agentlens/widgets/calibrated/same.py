"""Does the browser show the very numbers that Python has?"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from agentlens.stats.agreement.cumulative import rates
from agentlens.widgets.calibrated.counts import Counts
from agentlens.widgets.calibrated.edges import Edges

__all__ = ["differences"]

_SAME = 1e-9


def differences(
    counts: Counts | None, edges: Edges | None, knobs: Mapping[str, Any], seen: Mapping[str, Any]
) -> str:
    """Return how what a view shows differs from what Python computes, "" where it does not.

    Args:
        counts: of the labels.
        edges: of the bands.
        knobs: where they stand.
        seen: what the view computed there.
    """
    if counts is None or edges is None or not seen:
        return ""
    place, prices = int(knobs["place"]), (float(knobs["cost_fp"]), float(knobs["cost_fn"]))
    wanted = {
        "labels": [float(one[place]) for one in counts.labels],
        "rates": [float(one[place]) for one in rates(counts.weighted)],
        "cost": [counts.cost(place, *prices)],
        "best": [float(counts.cheapest(*prices))],
        "a_day": edges.loads(int(knobs["above"]), int(knobs["below"])).a_day.tolist(),
    }
    wrong = [name for name, values in wanted.items() if not _alike(values, seen.get(name))]
    if not wrong:
        return ""
    named = ", ".join(wrong)
    return (
        f"The view and Python differ in {named}: do not trust what is shown, and reload the page."
    )


def _alike(ours: list[float], theirs: object) -> bool:
    if not isinstance(theirs, list) or len(theirs) != len(ours):
        return False
    there = [np.nan if one is None else float(one) for one in theirs]
    return bool(np.allclose(ours, there, rtol=_SAME, atol=_SAME, equal_nan=True))
