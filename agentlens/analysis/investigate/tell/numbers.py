"""What are the numbers of a case, each with its interval and n?"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from agentlens.analysis.arms.periods import BASELINE, CURRENT
from agentlens.analysis.investigate.case import Case
from agentlens.analysis.investigate.question import Question
from agentlens.analysis.investigate.tell.brief import evidence, when
from agentlens.measures.estimate import estimate
from agentlens.result import Fact
from agentlens.stats.arrays import Flags
from agentlens.stats.intervals.difference import difference

__all__ = ["Levels", "evidence_of", "levels_of"]


class Levels(NamedTuple):
    """The metric now and before in one part of the traffic, and by how much it changed."""

    now: Fact
    before: Fact
    change: Fact
    shift: float


def levels_of(question: Question, case: Case, within: Flags) -> Levels:
    """Return the metric in both periods, and the change, in a part of the rows.

    Args:
        question: what is asked.
        case: its periods.
        within: which rows; all of them, where one period has none of these.
    """
    use = within & (case.arm >= BASELINE)
    if min((case.arm[use] == one).sum() for one in (BASELINE, CURRENT)) == 0:
        use = case.arm >= BASELINE
    table = estimate(question.rows.only(use), case.arm[use], 2)
    unit = question.metric.unit
    limits = {
        one: tuple(table.loc[[one], ["value", "low", "high"]].to_numpy(dtype=np.float64).T)
        for one in (CURRENT, BASELINE)
    }
    change = difference(limits[CURRENT], limits[BASELINE])  # type: ignore[arg-type]
    facts = []
    for place in (CURRENT, BASELINE):
        value, low, high = (float(one[0]) for one in limits[place])
        facts.append(
            Fact(value=value, unit=unit, low=low, high=high, n=int(table["n"].iloc[place]))
        )
    value, low, high = (float(one[0]) for one in change[:3])
    scale, said = (100.0, "points") if unit == "share" else (1.0, unit)
    change_of = Fact(value=scale * value, unit=said, low=scale * low, high=scale * high)
    return Levels(facts[0], facts[1], change_of, value)


def evidence_of(question: Question, case: Case, levels: Levels) -> pd.DataFrame:
    """Return every finding of a case as a row."""
    now, before, _, _ = levels
    low, high = _limits(levels)
    name = case.slices[0].name if case.slices else question.metric.title
    words = "now and before; limits of the change"
    rows: list[tuple[object, ...]] = [
        ("change", name, now.value, before.value, low, high, now.n, words)
    ]
    parts = case.explained.parts
    kinds = parts["kind"].astype(str) + ": " + parts["name"].astype(str)
    numbers = (parts[one] for one in ("value", "low", "high", "p"))
    n = case.explained.n[0]
    rows += [
        ("part", kind, value, np.nan, low, high, n, f"p = {p:.2g}")
        for kind, value, low, high, p in zip(kinds, *numbers, strict=True)
    ]
    for one in case.slices:
        own = levels_of(question, case, one.within)
        told = f"p = {one.confirmed.p:.2g} after the search; limits of the change"
        rows.append(
            ("slice", one.name, own.now.value, own.before.value, *_limits(own), own.now.n, told)
        )  # fmt: skip
    called = case.emerged.called
    columns = ("share_current", "share_baseline", "low_current", "high_current", "n_current")
    rows += [
        ("failure", f"{identity} {named}", *values, word)
        for identity, named, word, *values in zip(
            called["id"], called["name"], called["change"], *(called[one] for one in columns),
            strict=True,
        )
    ]  # fmt: skip
    rows += [
        ("metric", one.metric.name, one.value, one.baseline, one.low, one.high, one.n,
         f"q = {one.q:.2g}; limits of the change")
        for one in case.moved
    ]  # fmt: skip
    rows += [("deployed", one.label, *[np.nan] * 5, when(one.time)) for one in case.released]
    return evidence(rows)


def _limits(levels: Levels) -> tuple[float, float]:
    """Return the limits of a change in the unit of its metric, where the card has points."""
    scale = 0.01 if levels.change.unit == "points" else 1.0
    return scale * levels.change.low, scale * levels.change.high
