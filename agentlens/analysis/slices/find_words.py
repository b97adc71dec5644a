"""What does a search for slices say in words?"""

import math
from typing import Any

import pandas as pd

from agentlens import text
from agentlens.analysis.control.signals import is_bad
from agentlens.analysis.slices.amounts import amount, between
from agentlens.analysis.slices.found import Found
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows
from agentlens.result import Fact
from agentlens.theme import Band

__all__ = ["band_of", "caveats", "facts", "headline", "unknown"]

_SHARED = (
    "The excess is the change beyond that of the rest, had all moved alike in points, in proportion"
    " or, for a rate, in odds, whichever comes nearest; a slice that moved less than the rest is"
    " none."
)


def band_of(frame: pd.DataFrame, metric: Metric) -> Band:
    """Return act where a slice got worse, watch where one got better or everything changed."""
    signs = [1 if change > 0 else -1 for change in frame["excess"].iloc[1:]]
    if any(is_bad(sign, metric) for sign in signs):
        return "act"
    return "watch" if signs or _everywhere(frame) else "pass"


def headline(frame: pd.DataFrame, found: Found, metric: Metric) -> str:
    """Return the answer in one sentence."""
    name, whole = text.capital(metric.title), frame.iloc[0]
    n_slices, were = text.count(found.n_slices), "was" if found.n_slices == 1 else "were"
    if len(frame) == 1:
        if _everywhere(frame):
            return (
                f"{name} {_moved(whole, metric)}, everywhere alike: none of {n_slices} slices"
                " moved beyond the rest."
            )
        now, before = (
            text.number(whole[part], metric.unit, n=int(whole[n]))
            for part, n in (("value", "n"), ("baseline", "n_baseline"))
        )
        return (
            f"No slice of {metric.title} moved beyond the rest: {n_slices} {were} looked at, and"
            f" all rows together are at {now} (n = {text.count(whole['n'])}) against {before}"
            f" (n = {text.count(whole['n_baseline'])})."
        )
    first, more = frame.iloc[1], frame["slice"].iloc[2:].tolist()
    also = f"; so did {text.listed(more, most=2)}" if more else ""
    return f"{name} {_moved(first, metric)} for {first['slice']}, beyond the rest{also}."


def _moved(row: pd.Series, metric: Metric) -> str:
    move = "rose" if row["change"] > 0 else "fell"
    n, before = int(row["n"]), int(row["n_baseline"])
    return (
        f"{move} from {text.number(row['baseline'], metric.unit, n=before)} to"
        f" {text.number(row['value'], metric.unit, n=n)} (n = {text.count(n)} against"
        f" {text.count(before)})"
    )


def _everywhere(frame: pd.DataFrame) -> bool:
    whole = frame.iloc[0]
    return bool(whole["low"] > 0 or whole["high"] < 0)


def unknown(rows: Rows, sizes: tuple[int, int], found: Found | None) -> str:
    """Return why there is no answer and what would give one; empty where there can be one.

    Args:
        rows: what the metric counts.
        sizes: how many of them are current and how many in the baseline.
        found: the outcome of the search; None before it.
    """
    name = text.capital(rows.metric.title)
    if rows.absent:
        return f"{name} is unknown: the log does not record {text.listed(rows.absent)}."
    if found is None or found.n_slices:
        return ""
    now, before = (text.count(n) for n in sizes)
    return (
        f"Slices of {rows.metric.title} are unknown: in {now} current rows and {before} of the"
        f" baseline no slice has {found.least} rows in both; more traffic or longer periods would"
        " give some."
    )


def facts(frame: pd.DataFrame, found: Found, metric: Metric) -> dict[str, Fact]:
    """Return the numbers on the card, by name."""
    whole = frame.iloc[0]
    unit = metric.unit
    known = {
        "all rows": Fact(value=whole["value"], unit=unit, n=int(whole["n"])),
        "all rows, baseline": Fact(value=whole["baseline"], unit=unit, n=int(whole["n_baseline"])),
        "slices looked at": Fact(value=float(found.n_slices)),
        "slices that stand": Fact(value=float(len(frame) - 1)),
    }
    if math.isfinite(found.visible):
        scale = "share" if metric.kind == "quantile" else unit
        known["a tenth of all rows is found from"] = Fact(value=amount(found.visible, scale))
    row: Any
    for row in frame.iloc[1:].itertuples():
        said = amount(row.change, unit, row.n)
        told = (
            f" {between(row.low, row.high, unit, row.n)}"
            if math.isfinite(row.low) and math.isfinite(row.high)
            else ""
        )
        way = "up" if row.change > 0 else "down"
        known[f"{row.slice}"] = Fact(value=f"{way} {said}{told}, n = {text.count(row.n)}")
    return {name: fact for name, fact in known.items() if _is_known(fact)}


def _is_known(fact: Fact) -> bool:
    return isinstance(fact.value, str) or math.isfinite(fact.value)


def caveats(
    rows: Rows,
    found: Found,
    *,
    said: str,
    sizes: tuple[int, int],
    left_out: list[str],
    off: tuple[str, ...],
    level: float,
    alpha: float,
) -> tuple[str, ...]:
    """Return what a reader has to know before using the answer."""
    metric = rows.metric
    now, before = (text.count(n) for n in sizes)
    searched = (
        f"{text.plural(found.n_slices, 'slice')} with at least {found.least} rows in both periods"
        f" were looked at, and q pays for each look: on a log without change, at most"
        f" {100 * alpha:g}% of searches list anything."
    )
    intervals = (
        f"The {100 * level:g}% intervals allow for the search: near the size from"
        " which a slice is listed, part of its change is luck, and they reach further to zero."
    )
    notes = [
        f"{said}: {now} rows against {before}.",
        *rows.notes,
        searched,
        intervals,
        _SHARED,
        "Rows of one user count together; a change of the mix of traffic is no change of a slice.",
    ]
    if not found.all_counted:
        notes.append("Some sets of columns were left out of the search; name columns= to choose.")
    if metric.kind == "quantile":
        notes.append(
            f"Slices were searched by the share of rows above the baseline's {metric.title};"
            " excess is in that share."
        )
    if off:
        notes.append(f"Off before already, and so left out: {text.listed(off)}.")
    return (*notes, *left_out)
