"""What is wanted of a run, and can it be?"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Literal, get_args

import pandas as pd

from agentlens import text
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.judging.asked import Repeats, repeats_of
from agentlens.scoring.judging.money.costs import Costs
from agentlens.scoring.judging.money.forecast import Forecast
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.store.file import DEFAULT
from agentlens.scoring.store.sent.runs import OnUnknown

__all__ = ["NO_VERDICT", "Mode", "Prices", "Wish", "refuse_without_money", "refuse_wrong_kinds"]

Mode = Literal["sync", "batch"]
Prices = pd.DataFrame | str | Path | None
NO_VERDICT = (
    "abstained",
    "refused",
    "truncated",
    "empty",
    "unparsable",
    "invalid",
    "rejected",
)
"""Why a stored answer may hold no verdict."""

_MOST_WORKERS = 64


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What `judge` was asked for; the attributes are its arguments."""

    budget_usd: float | None = None
    mode: Mode = "sync"
    repeats: Repeats = 1
    on_unknown: OnUnknown = "retry"
    max_calls: int | None = None
    workers: int = 8
    again: Sequence[str] = ()
    settled_by: str | None = None
    prices: Prices = None
    store: str | Path = DEFAULT

    def __post_init__(self) -> None:
        """Refuse what cannot be, before anything is opened or sent."""
        if self.mode not in get_args(Mode):
            raise UnknownNameError("mode", self.mode, get_args(Mode))
        if self.on_unknown not in get_args(OnUnknown):
            raise UnknownNameError("on_unknown", self.on_unknown, get_args(OnUnknown))
        if isinstance(self.again, str):
            message = f"again is a tuple of statuses, such as ({self.again!r},)."
            raise BadInputError(message)
        for status in self.again:
            if status not in NO_VERDICT:
                raise UnknownNameError("status", status, NO_VERDICT)
        _check_count("workers", self.workers, most=_MOST_WORKERS)
        if self.max_calls is not None:
            _check_count("max_calls", self.max_calls)
        repeats_of(self.repeats)
        budget: object = self.budget_usd
        if budget is None:
            return
        number = isinstance(budget, (int, float)) and not isinstance(budget, bool)
        if not number or not isfinite(self.budget_usd or 0.0) or (self.budget_usd or 0.0) <= 0:
            message = f"budget_usd is an amount above 0 in USD, not {budget!r}."
            raise BadInputError(message)


def refuse_wrong_kinds(rubric: object, judge: object) -> None:
    """Raise where a rubric or a judge is only named: whoever sends has to know the words."""
    if not isinstance(rubric, Rubric):
        message = f"Judging takes a Rubric, since its words are sent, not {rubric!r}."
        raise BadInputError(message)
    if not isinstance(judge, Judge):
        message = f"Judging takes a Judge, such as Judge('claude-haiku-5-5'), not {judge!r}."
        raise BadInputError(message)


def refuse_without_money(wish: Wish, judge: Judge, costs: Costs, ahead: Forecast) -> None:
    """Raise where something would be sent that costs, and nobody said how much it may.

    Args:
        wish: what was asked for.
        judge: who would be asked.
        costs: of the judge.
        ahead: what it will cost.
    """
    if costs.free:
        return
    calls = f"{text.plural(ahead.calls, 'call')} to {judge.model}"
    if not costs.known:
        if wish.max_calls is None:
            message = (
                f"{calls}, and no price is known for it. Pass max_calls=, or prices= with a row for"
                " it; without a price no budget can be kept."
            )
            raise BadInputError(message)
        return
    if wish.budget_usd is None:
        known = ahead.expected == ahead.expected
        expected = f"expected {text.number(ahead.expected, 'USD')}, " if known else ""
        most = text.number(ahead.worst, "USD")
        message = f"{calls}, {expected}at most {most}. Pass budget_usd=."
        raise BadInputError(message)


def _check_count(name: str, value: object, most: int | None = None) -> None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or value < 1 or (most is not None and value > most):  # type: ignore[operator]  # a whole number, as asked before
        upto = f" to {most}" if most else ""
        message = f"{name} is a whole number from 1{upto}, not {value!r}."
        raise BadInputError(message)
