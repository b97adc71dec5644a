"""Which traces pull a stretch of time or a slice to one side, asked where they are?"""

from collections.abc import Sequence
from typing import Any

import ibis

from agentlens.engines.counting.base import Base
from agentlens.engines.engine import Engine
from agentlens.measures.tally import Cell

__all__ = ["pulling", "strongest"]


def strongest(
    engine: Engine, base: Base, span: tuple[int, int], *, side: int, centre: float, most: int
) -> tuple[str, ...]:
    """Return the ids of the traces, the strongest first, then the newest.

    Args:
        engine: where the rows are.
        base: the rows.
        span: from when, and until before when, in microseconds since 1970.
        side: 1 above the centre, -1 below it.
        centre: where the metric was expected.
        most: rows that are looked at.
    """
    rows = base.counted()
    inside = rows.filter(rows["time"] >= span[0], rows["time"] < span[1])
    found = _first(engine, inside.filter(_pulling(inside, base, side, centre)), side, most)
    return found or _first(engine, inside, side, most)


def pulling(
    engine: Engine, rows: Any, tests: Sequence[Any], cells: Sequence[Cell], most: int
) -> list[tuple[str, ...]]:
    """Return the traces of which a row pulls each cell to its side, the strongest, then the newest.

    Where no row of a cell does, those of all its rows.

    Args:
        engine: where the rows are.
        rows: with y, d, time and trace.
        tests: of each cell, which rows are in it; no row is in two.
        cells: to which side of which level each moved.
        most: traces of a cell that come back at most.
    """
    if not cells:
        return []
    at = range(len(cells))
    rows = rows.mutate(cell=ibis.cases(*zip(tests, at, strict=True), else_=len(cells)))
    rows = rows.filter(rows["cell"] < len(cells))
    level = ibis.cases(*((rows["cell"] == one, float(cells[one].level)) for one in at), else_=0.0)
    side = ibis.cases(*((rows["cell"] == one, float(cells[one].sign)) for one in at), else_=0.0)
    rows = rows.mutate(pull=side * (rows["y"] - level * rows["d"]))
    strongest = rows["pull"].max().over(ibis.window(group_by="cell"))
    rows = rows.mutate(none=strongest <= 0.0)
    rows = rows.filter(rows["none"] | (rows["pull"] > 0.0))
    found = engine.arrow(_traces(rows, most)).sort_by([("cell", "ascending"), ("at", "ascending")])
    told: list[list[str]] = [[] for _ in cells]
    for cell, trace in zip(found["cell"].to_pylist(), found["trace"].to_pylist(), strict=True):
        told[cell].append(trace)
    return [tuple(one) for one in told]


def _traces(rows: Any, most: int) -> Any:
    """Return the first traces of each cell, in the order of the row of each that pulls most."""
    own = ibis.window(group_by=["cell", "trace"])
    rows = rows.mutate(best=rows["pull"].max().over(own))
    rows = rows.filter(rows["pull"] == rows["best"])
    each = rows.group_by(["cell", "trace"]).agg(best=rows["best"].max(), newest=rows["time"].max())
    order = [each["best"].desc(), each["newest"].desc(), each["trace"].asc()]
    each = each.mutate(at=ibis.row_number().over(ibis.window(group_by="cell", order_by=order)))
    return each.filter(each["at"] < most).select("cell", "at", "trace")


def _pulling(rows: Any, base: Base, side: int, centre: float) -> Any:
    y, kind = rows["y"], base.metric.kind
    if kind == "rate":
        return y == (1.0 if side > 0 else 0.0)
    if kind in {"mean", "quantile"}:
        return y > centre if side > 0 else y < centre
    return ibis.literal(value=True)


def _first(engine: Engine, rows: Any, side: int, most: int) -> tuple[str, ...]:
    pull = rows["y"].desc() if side > 0 else rows["y"].asc()
    order = rows.order_by([pull, rows["time"].desc(), rows["trace"].asc()])
    found = engine.arrow(order.limit(most).select("trace"))
    return tuple(dict.fromkeys(found["trace"].to_pylist()))
