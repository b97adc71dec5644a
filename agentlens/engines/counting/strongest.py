"""Which traces pull a stretch of time to one side, asked where they are?"""

from typing import Any

import ibis

from agentlens.engines.counting.base import Base
from agentlens.engines.engine import Engine

__all__ = ["strongest"]


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
