"""What does a verb answer while its knobs are turned, and where do they stand?"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from agentlens.errors import UnknownNameError
from agentlens.result import Result
from agentlens.widgets.tune.asked.code import written
from agentlens.widgets.tune.desk import Desk
from agentlens.widgets.tune.seen.pins import framed

if TYPE_CHECKING:
    import pandas as pd

    from agentlens.analysis.alerting.backtest import Backtest
    from agentlens.analysis.alerting.policy import Policy

__all__ = ["Tuner"]


class Tuner(Desk):
    """A verb with knobs: the chart and the card follow them, and all of it is given back.

    Made by `al.tune`. Where the knobs stand, and what that gives, is always that of the last
    setting which the verb accepted.

    Attributes:
        knobs: where each knob stands; None for what the verb finds itself.
    """

    view: ClassVar[str] = "tune"
    styled: ClassVar[bool] = True

    @property
    def knobs(self) -> Mapping[str, object]:
        """Where each knob stands; None for what the verb finds itself."""
        return MappingProxyType(dict(self._look.setting))

    @property
    def result(self) -> Result:
        """The verb's answer with the knobs where they stand."""
        return self.shown_result

    @property
    def policy(self) -> "Policy":
        """The policy by which a control chart calls, with the knobs that are its own."""
        return self._look.policy

    @property
    def backtest(self) -> "Backtest | None":
        """The calls on this chart, held against the incidents; None without a control chart."""
        return self._look.backtest

    @property
    def pins(self) -> "pd.DataFrame":
        """The settings put aside: knobs, band, signals and facts as shown, one row each."""
        return framed(self._pins)

    @property
    def code(self) -> str:
        """The cell that gives the same answer without the knobs."""
        return written(self._pieces, self._question, self._look.setting)

    def turn(self, **knobs: object) -> None:
        """Turn knobs from Python; every view follows.

        Args:
            knobs: by name, where each is to stand.
        """
        unknown = next((name for name in knobs if name not in self._question.knobs), None)
        if unknown is not None:
            raise UnknownNameError("knob", unknown, self._question.knobs)
        new = {name: self._question.knobs[name].taken(one) for name, one in knobs.items()}
        self._turn({**self._look.setting, **new})
