"""What is known at one setting of the knobs?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agentlens.result import Fact, Result
from agentlens.widgets.tune.asked.again import answered
from agentlens.widgets.tune.knobs import same
from agentlens.widgets.tune.seen.calls import Cost, calls, held, priced

if TYPE_CHECKING:
    import pandas as pd

    from agentlens.analysis.alerting.backtest import Backtest
    from agentlens.analysis.alerting.policy import Policy
    from agentlens.analysis.control.ground import Ground
    from agentlens.widgets.tune.asked.question import Question

__all__ = ["Look", "looked"]


@dataclass(frozen=True, eq=False)
class Look:
    """A setting, the verb's answer there, and what the policy and the prices make of it.

    Attributes:
        setting: of the knobs.
        result: of the verb.
        policy: by which a chart calls.
        backtest: the chart held against what happened; None for what is no chart.
        more: the facts that these add to those of the result.
        ground: on which a chart stands, for the next setting; None for what is no chart.
    """

    setting: Mapping[str, object]
    result: Result
    policy: "Policy"
    backtest: "Backtest | None"
    more: Mapping[str, Fact]
    ground: "Ground | None" = None

    @property
    def facts(self) -> dict[str, Fact]:
        """All facts by name."""
        return {**self.result.facts(), **self.more}


def looked(
    question: "Question",
    values: Mapping[str, object],
    *,
    incidents: "pd.DataFrame | None",
    cost: Cost,
    last: Look | None = None,
) -> Look:
    """Return what is known at a setting.

    Args:
        question: what is asked.
        values: of the knobs.
        incidents: what is known to have happened.
        cost: what a setting costs.
        last: what was known before: its result stands if only the policy was turned.
    """
    turned = last is None or any(
        not same(values[name], last.setting[name]) for name in values if question.of_verb(name)
    )
    if last is None:
        result, ground = answered(question, values, None)
    elif turned:
        result, ground = answered(question, values, last.ground)
    else:
        result, ground = last.result, last.ground
    policy = question.policy_at(values)
    found = held(result, policy, incidents)
    more = {**calls(found, incidents=incidents is not None), **priced(result, found, cost)}
    return Look(values, result, policy, found, more, ground)
