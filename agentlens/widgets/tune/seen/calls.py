"""What would a policy have made of this chart, and what would that have cost?"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from agentlens.analysis.alerting.backtest import Backtest, backtest
from agentlens.analysis.control.chart import ControlChart
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.result import Fact, Result
from agentlens.text import number

if TYPE_CHECKING:
    import pandas as pd

    from agentlens.analysis.alerting.policy import Policy

__all__ = ["Cost", "calls", "held", "priced"]

Cost = Callable[[Result], float] | Mapping[str, float] | None
_PRICES = ("call", "bad_session")


def held(result: Result, policy: "Policy", incidents: "pd.DataFrame | None") -> Backtest | None:
    """Return a control chart held against what happened; None for what cannot be replayed."""
    if not isinstance(result, ControlChart) or result.band == "unknown":
        return None
    return backtest(policy, result, incidents=incidents)


def calls(found: Backtest | None, *, incidents: bool) -> dict[str, Fact]:
    """Return what stands of a backtest among the facts of a tuner.

    Args:
        found: the backtest.
        incidents: whether anything is known to have happened, so that a call may be right.
    """
    if found is None:
        return {}
    known = found.facts()
    if incidents:
        return {name: known[name] for name in known if name != "precision"}
    return {"calls a week": known["calls a week"]}


def priced(result: Result, found: Backtest | None, cost: Cost) -> dict[str, Fact]:
    """Return what a setting costs, where that was asked."""
    if cost is None:
        return {}
    if callable(cost):
        return {"cost": Fact(value=float(cost(result)))}
    wrong = next((name for name in cost if name not in _PRICES), None)
    if wrong is not None:
        raise UnknownNameError("price", wrong, _PRICES)
    if not isinstance(result, ControlChart):
        message = (
            "cost is a function of the Result here; prices of a call and of a bad session are for"
            " control charts."
        )
        raise BadInputError(message)
    if found is None:
        return {"cost": Fact(value="unknown: nothing could be learnt")}
    known = found.facts()
    bad = known.get("bad sessions before the call")
    if bad is None and "bad_session" in cost:
        return {"cost": Fact(value="unknown: no incident is known")}
    made = float(cost.get("call", 0.0)) * len(found.pages)
    lost = float(cost.get("bad_session", 0.0)) * float(bad.value) if bad is not None else 0.0
    return {"cost on this history": Fact(value=number(made + lost))}
