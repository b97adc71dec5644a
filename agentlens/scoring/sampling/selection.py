"""Which traces are drawn, and with which probability did each come in?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.scoring.sampling.daily import hourly_factors
from agentlens.scoring.sampling.draw import Lots, chosen, lots
from agentlens.scoring.sampling.plan import Plan
from agentlens.scoring.sampling.rules import Chances
from agentlens.scoring.sampling.stack import both, same_draw
from agentlens.scoring.sampling.strata import fixed, strata
from agentlens.scoring.sampling.tail import Tail
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.tables.log import Log
from agentlens.tables.weights import chance

__all__ = [
    "AND",
    "WITH",
    "Drawn",
    "Selection",
    "Units",
    "draw_fixed",
    "draw_rates",
    "drawn_before",
    "units_of",
]

WITH = "sampled_with"
AND = " & "
_HOUR = 3_600_000_000


@dataclass(frozen=True, eq=False)
class Units:
    """What is drawn as a whole: the unit of each trace, and each unit's lot, start and size."""

    of_trace: Ints
    lot: Lots
    first: Ints
    size: Floats

    def most(self, values: Floats) -> Floats:
        """Return the largest value in each unit."""
        if self.size.size == values.size:
            return values[self.first]
        order = np.argsort(self.of_trace, kind="stable")
        starts = np.cumsum(self.size).astype(np.int64) - self.size.astype(np.int64)
        return np.maximum.reduceat(values[order], starts)


@dataclass(frozen=True, eq=False)
class Drawn:
    """What earlier draws did to each trace: its probability, and whether they used our lots."""

    p: Floats
    same: Flags


@dataclass(frozen=True, eq=False)
class Selection:
    """The outcome of a draw.

    Attributes:
        kept: which traces are chosen.
        p: the probability of each trace to be here, earlier draws included; NaN is unknown.
        own_p: the probability that this draw gave it.
        rules: rule name to the traces that it applies to.
        factors: by hour since 1970, what rates were multiplied with.
        before: what earlier draws did.
    """

    kept: Flags
    p: Floats
    own_p: Floats
    rules: Mapping[str, Flags]
    factors: Mapping[int, float]
    before: Drawn


def units_of(log: Log, plan: Plan) -> Units:
    """Return the units of a log; a trace without session or user is a unit of its own."""
    keys = log.traces[plan.key].astype("str")
    if plan.unit != "trace":
        keys = keys.where(log.traces[plan.key].notna(), log.traces["trace_id"].astype("str"))
    code, found = pd.factorize(keys)
    order = np.argsort(log.traces["start"].to_numpy(dtype="datetime64[us]"), kind="stable")
    first = order[np.unique(code[order], return_index=True)[1]]
    size = np.bincount(code, minlength=len(found)).astype(np.float64)
    return Units(code.astype(np.int64), lots(pd.Series(found), plan.salt), first, size)


def drawn_before(log: Log, plan: Plan, units: Units) -> Drawn:
    """Return what earlier draws did to the log, by what its rows say or their lots show."""
    p = chance(log.traces)
    named = (
        log.traces[WITH]
        if WITH in log.traces
        else pd.Series(None, index=log.traces.index, dtype="str")
    )
    draws = named.dropna().unique()
    for text in draws:
        earlier = str(text).split(AND)
        if len(earlier) > 1 and plan.draw in earlier:
            message = (
                f"This log was drawn with {' and then '.join(earlier)}; a draw with"
                f" {plan.draw} again would have no known probability. Sample the whole log, or say"
                " another salt=."
            )
            raise BadInputError(message)
    same = (named == plan.draw).fillna(value=False).to_numpy(dtype=bool)
    silent = named.isna().to_numpy() & (p < 1.0)
    _, one_each = np.unique(units.of_trace, return_index=True)
    asked = one_each[silent[one_each]]
    if same_draw(p[asked], units.lot[units.of_trace[asked]]):
        return Drawn(p, same | silent)
    return Drawn(p, same)


def draw_fixed(log: Log, plan: Plan, units: Units, before: Drawn, n: int) -> Selection:
    """Return n units, drawn at random within strata.

    Among traces that these lots chose before, the lot over its probability is what is even.
    """
    held = np.where(before.same & (before.p < 1.0), before.p, 1.0)[units.first]
    order = units.lot if (held == 1.0).all() else units.lot / held
    stratum = strata(log, plan.by)[units.first]
    present = np.unique(stratum, return_inverse=True)[1].astype(np.int64)
    kept, p = fixed(present, order, n)
    own = p[units.of_trace]
    everyone = {"fixed number": np.ones(len(log), dtype=bool)}
    return Selection(kept[units.of_trace], before.p * own, own, everyone, {}, before)


def draw_rates(
    log: Log, plan: Plan, units: Units, before: Drawn, given: Chances, tail: Tail | None
) -> Selection:
    """Return the traces whose lots lie below the rates that rules and daily limits give them."""
    rules = {**given.rules, **(tail.low if tail else {})}
    low = np.logical_or.reduce([*tail.low.values()]) if tail and tail.low else np.zeros(len(log))
    by_rule = units.most(given.p)
    rates = units.most(np.maximum(given.p, low))
    hour = (log.traces["start"].to_numpy(dtype="datetime64[us]").astype(np.int64) // _HOUR)[
        units.first
    ]
    scale: Floats = np.ones(rates.size)
    factors: dict[int, float] = {}
    if plan.per_day is not None and rates.size:
        held = np.where(before.same & (before.p < 1.0), before.p, 1.0)[units.first]
        factors = hourly_factors(hour, rates / held, units.size, plan.per_day)
        known, place = np.unique(hour, return_inverse=True)
        scale = np.array([factors[one] for one in known.tolist()])[place]
    own = np.minimum(1.0, scale * rates)
    certain = (scale * by_rule >= 1.0)[units.of_trace]
    kept = chosen(units.lot, own)[units.of_trace]
    own = own[units.of_trace]
    selection = Selection(kept, both(before.p, own, before.same), own, rules, factors, before)
    return selection if tail is None else _judged(selection, tail, certain)


def _judged(selection: Selection, tail: Tail, certain: Flags) -> Selection:
    """Return the selection with the probabilities that scores of a sample leave.

    A trace counts if it was judged and then drawn. One that was not judged might have scored low
    and so have been certain: nobody knows its probability, unless another rule makes it certain.
    """
    if not tail.partial:
        return selection
    own = selection.own_p
    through = both(tail.judged_p, own, np.full(own.size, tail.by_our_lots))
    return replace(selection, p=np.where(certain, selection.p, through))
