"""What does a view of a calibration show at first?"""

from collections.abc import Mapping

from agentlens.analysis.calibrate.calibration import Calibration
from agentlens.widgets.calibrated.counts import Counts, counts_of
from agentlens.widgets.calibrated.edges import Promise, certified, edges_of, told_sides
from agentlens.widgets.calibrated.knobs import Price, ends_of, price_of, within
from agentlens.widgets.calibrated.material import material_of
from agentlens.widgets.calibrated.told.state import Shown

__all__ = ["begun"]

_NOWHERE = -1
_PRICES = ("cost_fp", "cost_fn")


def begun(
    cal: Calibration, asked: Mapping[str, object], start: Mapping[str, object], promise: Promise
) -> Shown:
    """Return what is shown before anything was moved: the cheapest threshold, nothing uncovered.

    Args:
        cal: the calibration.
        asked: threshold, cost_fp and cost_fn, as they were given.
        start: where each stands at first, where that was said.
        promise: the errors that are allowed in the bands.
    """
    material = material_of(cal)
    prices = {name: price_of(name, asked[name], start.get(name)) for name in _PRICES}
    scored = material.mode in {"split", "same"}
    counts = counts_of(material.choosing) if scored else None
    least, most, first = within(asked["threshold"], start.get("threshold"))
    ends = ends_of(counts, least, most)
    seen = certified(cal, material, promise, covered=False) if scored else None
    edges = {"above": _NOWHERE, "below": _NOWHERE} if seen is None else told_sides(seen)["last"]
    place = _first(counts, ends, prices, first)
    stands = {name: price.start for name, price in prices.items()}
    return Shown(
        cal=cal,
        material=material,
        counts=counts,
        edges=edges_of(cal) if scored else None,
        prices=prices,
        ends=ends,
        start={"place": place, **edges},
        knobs={"place": place, **stands, **edges},
        seen=seen,
        covered=None,
        report=None,
    )


def _first(
    counts: Counts | None,
    ends: tuple[int, int],
    prices: Mapping[str, Price],
    threshold: float | None,
) -> int:
    if counts is None:
        return 0
    fp, fn = (prices[name].start for name in _PRICES)
    place = counts.cheapest(fp, fn) if threshold is None else counts.nearest(threshold)
    return min(max(place, ends[0]), ends[1])
