"""What is the quantile of each group, and what are the values near it, where the rows are?

Exactly, by the definition of `stats.intervals.quantiles`: type 7 for the value, and order statistics
at k / (n + 1) for its limits. Engines' own quantiles are of other types, or only approximate.
"""

from typing import Any

import ibis

from agentlens.engines.functions import NO

__all__ = ["near", "ranked", "with_pulls"]


def ranked(rows: Any, keys: list[str]) -> Any:
    """Return the rows with `n`, `place` from 0 to 1 as type 7 has it, and `order` as k / (n + 1).

    Args:
        rows: with y and w.
        keys: the columns that make a group.
    """
    group = ibis.window(group_by=keys)
    so_far = ibis.window(group_by=keys, order_by=["y", "w"], preceding=None, following=0)
    rows = rows.mutate(
        n=rows.count().over(group).cast("float64"),
        sw=rows["w"].sum().over(group),
        middle=rows["w"].sum().over(so_far) - rows["w"] / 2.0,
    )
    rows = rows.mutate(
        first=rows["middle"].min().over(group), last=rows["middle"].max().over(group)
    )
    place = (rows["middle"] - rows["first"]) / (rows["last"] - rows["first"]).nullif(0.0)
    order = (rows["middle"] / rows["sw"].nullif(0.0) * rows["n"] + 0.5) / (rows["n"] + 1.0)
    return rows.mutate(place=ibis.coalesce(place, 0.5), order=order)


def with_pulls(rows: Any, keys: list[str], q: float) -> Any:
    """Return ranked rows with `value`, the quantile, and how far "above it" is from usual.

    `pull` says it of the share that lies above, `lean` of what ought to lie at or below.

    Args:
        rows: as `ranked` gives them.
        keys: the columns that make a group.
        q: which quantile.
    """
    group = ibis.window(group_by=keys)
    y, place = rows["y"], rows["place"]
    rows = rows.mutate(
        low=ibis.cases((place <= q, y)).max().over(group),
        high=ibis.cases((place >= q, y)).min().over(group),
        low_at=ibis.cases((place <= q, place)).max().over(group),
        high_at=ibis.cases((place >= q, place)).min().over(group),
    )
    part = (q - rows["low_at"]) / (rows["high_at"] - rows["low_at"]).nullif(0.0)
    between = rows["low"] + ibis.coalesce(part, 0.0) * (rows["high"] - rows["low"])
    rows = rows.mutate(value=ibis.coalesce(between, rows["low"], rows["high"]))
    rows = rows.mutate(above=(rows["y"] > rows["value"]).cast("float64"))
    share = (rows["w"] * rows["above"]).sum().over(group) / rows["sw"].nullif(0.0)
    rows = rows.mutate(share=share)
    lean = rows["w"] * ((rows["y"] <= rows["value"]).cast("float64") - q)
    return rows.mutate(pull=rows["w"] * (rows["above"] - rows["share"]), lean=lean)


def near(rows: Any, keys: list[str], q: float, reach: float) -> Any:
    """Return keys, `order` and y of the rows near the quantile, and of the first and the last.

    Args:
        rows: as `ranked` gives them.
        keys: the columns that make a group.
        q: which quantile.
        reach: how far, times the root of the rows of a group, its limits may lie from it.
    """
    follows = ibis.window(group_by=keys, order_by=["middle"])
    rows = rows.mutate(
        before=rows["order"].lag().over(follows), after=rows["order"].lead().over(follows)
    )
    far = reach / rows["n"].sqrt()
    ends = (rows["middle"] == rows["first"]) | (rows["middle"] == rows["last"])
    inside = (rows["after"] >= q - far) & (rows["before"] <= q + far)
    kept = rows.filter(ends | inside.fill_null(NO))
    return kept.select(*keys, "order", "y")
