"""What does a table of slices say in words?"""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.control.signals import is_bad
from agentlens.analysis.slices.amounts import amount, between, signed
from agentlens.analysis.slices.cells import FEW
from agentlens.measures.metric import Metric
from agentlens.result import Fact
from agentlens.theme import Band

__all__ = ["band_of", "caveats", "facts", "headline", "name_of", "said", "unknown", "unrecorded"]

_SEEN = 2.8 / 1.96
"""A change so many half-widths of the interval from zero is found four times in five."""


def name_of(row: pd.Series, by: Sequence[str]) -> str:
    """Return a cell as a phrase."""
    when = f", {row['time']:%Y-%m-%d %H:%M}" if "time" in row else ""
    return ", ".join(f"{name}={row[name]}" for name in by) + when


def said(frame: pd.DataFrame, unit: str) -> list[str]:
    """Return the drawn-in change of each cell as it stands in the picture; no number for few."""
    return [
        "" if few else signed(change, unit, n)
        for change, n, few in zip(frame["shrunk"], frame["n"], frame["few"], strict=True)
    ]


def band_of(frame: pd.DataFrame, metric: Metric) -> Band:
    """Return act where a cell that stands got worse, watch where one got better, else pass."""
    stands = frame[frame["stands"]]
    if stands.empty:
        return "pass"
    bad = any(is_bad(1 if change > 0 else -1, metric) for change in stands["change"])
    return "act" if bad else "watch"


def headline(frame: pd.DataFrame, by: Sequence[str], metric: Metric) -> str:
    """Return the answer in one sentence."""
    known = frame[~frame["few"]]
    name, stands = text.capital(metric.title), known[known["stands"]]
    if stands.empty:
        of = f"{text.plural(len(known), 'cell')} with enough rows {_were(len(known))} compared"
        return (
            f"No slice of {metric.title} changed clearly: {of}, and a change of"
            f" {amount(_visible(known), metric.unit)} would mostly have shown in the middle one."
        )
    first = _order(stands, metric).iloc[0]
    move = "rose" if first["change"] > 0 else "fell"
    n, before = int(first["n"]), int(first["n_baseline"])
    more = len(stands) - 1
    also = f"; {text.plural(more, 'more cell')} of {text.count(len(known))} changed" if more else ""
    return (
        f"{name} {move} from {text.number(first['baseline'], metric.unit, n=before)} to"
        f" {text.number(first['value'], metric.unit, n=n)} for {name_of(first, by)}"
        f" (n = {text.count(n)} against {text.count(before)}){also}."
    )


def _were(n: int) -> str:
    return "was" if n == 1 else "were"


def _order(stands: pd.DataFrame, metric: Metric) -> pd.DataFrame:
    """Return bad news first, the surest on top."""
    bad = [is_bad(1 if change > 0 else -1, metric) for change in stands["change"]]
    sure = np.lexsort((stands["p"].to_numpy(), ~np.array(bad, dtype=bool)))
    return stands.iloc[sure]


def _visible(known: pd.DataFrame) -> float:
    return float(((known["high"] - known["low"]) / 2 * _SEEN).median())


def unrecorded(metric: Metric, absent: Sequence[str]) -> str:
    """Return why a metric is unknown that needs columns which the log does not record."""
    return (
        f"{text.capital(metric.title)} is unknown: the log does not record {text.listed(absent)}."
    )


def unknown(metric: Metric, frame: pd.DataFrame) -> str:
    """Return why there is no answer and what would give one; empty where there can be one."""
    title = metric.title
    if not frame["few"].all():
        return ""
    return (
        f"Slices of {title} are unknown: no cell has {FEW} rows in both periods and enough for an"
        " interval; fewer columns, longer steps or longer periods would give some."
    )


def facts(frame: pd.DataFrame, by: Sequence[str], metric: Metric, common: float) -> dict[str, Fact]:
    """Return the numbers on the card, by name."""
    known = frame[~frame["few"]]
    told = {
        "cells compared": Fact(value=float(len(known))),
        "cells that stand": Fact(value=float(known["stands"].sum())),
        "cells with too few rows": Fact(value=float(frame["few"].sum())),
    }
    if math.isfinite(common):
        told["common change"] = Fact(value=signed(common, metric.unit) + _points(metric.unit))
    stands = known[known["stands"]]
    for _, row in (_order(stands, metric) if len(stands) else stands).head(3).iterrows():
        n = int(row["n"])
        low, high = row["shrunk_low"], row["shrunk_high"]
        told[name_of(row, by)] = Fact(
            value=f"{signed(row['shrunk'], metric.unit, n)}{_points(metric.unit)}"
            f" {between(low, high, metric.unit, n)}, n = {text.count(n)}"
        )
    return told


def _points(unit: str) -> str:
    return " points" if unit == "share" else ""


def caveats(
    noted: Sequence[str],
    frame: pd.DataFrame,
    *,
    said: str,
    sizes: tuple[int, int],
    left_out: list[str],
    level: float,
    fdr: float,
) -> tuple[str, ...]:
    """Return what a reader has to know before using the answer."""
    n_known = int((~frame["few"]).sum())
    now, before = (text.count(n) for n in sizes)
    n_few = int(frame["few"].sum())
    paid = (
        f"{text.plural(n_known, 'comparison')}: q is paid for on two levels, groups of cells and"
        f" the cells in them, so that at most {100 * fdr:g}% of those called are false."
    )
    drawn = (
        f"Colours and {100 * level:g}% intervals are changes drawn towards the common one, as the"
        " largest of many are partly luck; they hold on average over the cells."
    )
    notes = [
        f"{said}: {now} rows against {before}; each cell against its own baseline.",
        *noted,
        paid,
        drawn,
        "An hour that moves all slices alike moves all cells; find_slices asks for more than that.",
    ]
    if n_few:
        notes.append(
            f"{text.plural(n_few, 'cell')} with fewer than {FEW} rows in a period, or too few for"
            " an interval: counts only."
        )
    return (*notes, *left_out)
