"""With which probability should each trace be chosen, and by which rules?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.scoring.sampling.plan import Plan
from agentlens.scoring.sampling.strata import strata
from agentlens.scoring.sampling.triggers import Trigger, matches
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.tables.log import Log
from agentlens.tables.problems import Problem

__all__ = ["Chances", "chances", "rule_names"]

_SUCCESS = 0.10
_REPRESENTED = 20
_CLOSED = Trigger("not coalesce(status == 'open', False)")


@dataclass(frozen=True, eq=False)
class Chances:
    """The probability of each trace, the rules that apply to it, and what they could not see."""

    p: Floats
    rules: Mapping[str, Flags]
    notes: tuple[Problem, ...]


def chances(log: Log, plan: Plan) -> Chances:
    """Return the probability of each trace: the largest that a rule gives it.

    Args:
        log: the traces.
        plan: the rules.
    """
    n = len(log)
    p = np.full(n, plan.rate)
    rules = {"base": np.ones(n, dtype=bool)}
    notes: tuple[Problem, ...] = ()
    for group, rate in ((plan.triggers, plan.boost), (plan.tiers, 1.0)):
        found, said = _matched(log, group)
        notes += said
        for name, rows in found.items():
            rules[name] = rules.get(name, False) | rows
            p = np.maximum(p, np.where(rows, rate, 0.0))
    if plan.articles:
        closed, _ = matches(log, "success", _CLOSED)
        good = closed & ~np.logical_or.reduce([rules[name] for name in plan.tiers])
        rules["success"] = good
        p = np.maximum(p, _represented(strata(log, plan.by), good))
    return Chances(p, rules, notes)


def rule_names(rules: Mapping[str, Flags], n: int) -> pd.Series:
    """Return the names of the rules that apply to each row, joined by commas.

    >>> applies = {"base": np.array([True, True]), "slow": np.array([False, True])}
    >>> rule_names(applies, 2).tolist()
    ['base', 'base, slow']
    """
    code: Ints = np.zeros(n, dtype=np.int64)
    for rows in rules.values():
        code = code * 2 + rows
    found, place = np.unique(code, return_inverse=True)
    last = len(rules) - 1
    words = [
        ", ".join(name for bit, name in enumerate(rules) if one >> (last - bit) & 1)
        for one in found.tolist()
    ]
    return pd.Series(pd.array(words, dtype="str").take(place))


def _matched(
    log: Log, triggers: Mapping[str, Trigger]
) -> tuple[dict[str, Flags], tuple[Problem, ...]]:
    found: dict[str, Flags] = {}
    notes: tuple[Problem, ...] = ()
    for name, trigger in triggers.items():
        found[name], said = matches(log, name, trigger)
        notes += said
    return found, notes


def _represented(stratum: Ints, good: Flags) -> Floats:
    """Return the probability of successes: a tenth, or more where a stratum has few of them."""
    sizes = np.bincount(stratum[good], minlength=int(stratum.max(initial=0)) + 1)
    enough = np.minimum(1.0, np.maximum(_SUCCESS, _REPRESENTED / np.maximum(sizes, 1)))
    return np.where(good, enough[stratum], 0.0)
