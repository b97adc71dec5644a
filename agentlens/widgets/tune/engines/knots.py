"""What does simulation say of a chart at each setting to which its knobs snap?"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from agentlens.analysis.control.chart import ControlChart
from agentlens.analysis.control.choices import Choices
from agentlens.analysis.control.design import Design
from agentlens.analysis.control.draw import draw
from agentlens.analysis.control.learn import Learnt, learn
from agentlens.analysis.control.tried import tried
from agentlens.analysis.control.words import facts
from agentlens.errors import BadInputError
from agentlens.stats.charts.ewma import episodes
from agentlens.tables.period import length
from agentlens.widgets.tune.engines.prepared import Part
from agentlens.widgets.tune.engines.told import is_turned, said

__all__ = ["Knots"]

_AT_ONCE = {"ewma": 6, "cusum": 5, "shewhart": 2}
_SOLVED = -1

Place = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Knots:
    """All settings of a chart that are computed beforehand.

    Attributes:
        result: the chart where its knobs stand now.
        learnt: what its baseline taught.
        ticks: by knob, its values.
        solved: whether limits that are solved for are a setting, too.
    """

    result: ControlChart
    learnt: Learnt
    ticks: Mapping[str, list[float]]
    solved: bool

    def part(self, chunk: int) -> Part | None:
        """Return some settings with what they achieve, the nearest to the present one first.

        Args:
            chunk: which part; None is returned after the last.
        """
        chunks = self._chunks()
        if not 0 <= chunk < len(chunks):
            return None
        others, widths = chunks[chunk]
        return {
            "chunk": chunk,
            "of": len(chunks),
            "knots": [
                {"at": list(self._at(others, width)), **found}
                for width, found in zip(widths, self._found(others, widths), strict=True)
            ],
        }

    def _chunks(self) -> list[tuple[dict[str, int], list[int | None]]]:
        """Return what is computed together: settings that differ in their limits alone."""
        most = _AT_ONCE[self.result.method]
        names = [name for name in self.ticks if name != "width"]
        places = sorted(
            product(*(range(len(self.ticks[name])) for name in names)), key=self._distance(names)
        )
        widths: list[int | None] = [None]
        if "width" in self.ticks:
            widths = [*([_SOLVED] * self.solved), *range(len(self.ticks["width"]))]
        return [
            (dict(zip(names, place, strict=True)), widths[first : first + most])
            for place in places
            for first in range(0, len(widths), most)
        ]

    def _distance(self, names: list[str]) -> Any:
        here = {name: getattr(self._choices, name) for name in names}
        near = [int(np.argmin(np.abs(np.array(self.ticks[name]) - here[name]))) for name in names]
        return lambda place: sum(abs(a - b) for a, b in zip(place, near, strict=True))

    @property
    def _choices(self) -> Choices:
        if self.result.design is None:
            message = "A chart that learnt nothing has no design."
            raise BadInputError(message)
        return self.result.design.choices

    def _at(self, others: Mapping[str, int], width: int | None) -> Place:
        return tuple(width if name == "width" else others[name] for name in self.ticks)  # type: ignore[misc]

    def _found(self, others: Mapping[str, int], widths: list[int | None]) -> list[dict[str, Any]]:
        """Return what each setting achieves, or the sentence with which the verb refuses it."""
        values: dict[str, Any] = {name: self.ticks[name][place] for name, place in others.items()}
        known = self._choices.width if "width" not in self.ticks else None
        limits = [
            known if one is None else None if one == _SOLVED else self.ticks["width"][one]
            for one in widths
        ]
        try:
            choices = replace(self._choices, width=None, **values)
            learnt = self._learnt(choices)
            designs = tried(learnt, choices, self.result.metric, limits)
        except BadInputError as refused:
            return [{"problem": str(refused)} for _ in widths]
        return [self._told(learnt, one) for one in designs]

    def _learnt(self, choices: Choices) -> Learnt:
        """Return what the baseline teaches; which histories are drawn depends on the run length."""
        if choices.arl == self._choices.arl:
            return self.learnt
        frame = self.result.frame
        found = learn(frame, frame["baseline"].to_numpy(), self.result.metric, choices)
        if isinstance(found, str):
            raise BadInputError(found)
        return found

    def _told(self, learnt: Learnt, design: Design) -> dict[str, Any]:
        """Return limits, facts and the number of episodes, as the verb itself would say them."""
        frame, every = self.result.frame, pd.Timedelta(length(self.result.every))
        drawn = draw(frame, learnt, design)
        told = facts(drawn, learnt, self.result.metric, design, every, ())
        sides = drawn["episode"].to_numpy()
        exact = ("upper", "lower") if learnt.found.tails is not None else ()
        return {
            "limits": [design.upper, design.lower],
            "facts": [
                *([name, str(fact)] for name, fact in told.items() if is_turned(name)),
                *said(design, every),
            ],
            "signals": sum(len(episodes(sides == side)) for side in (-1, 1)),
            **{name: _bytes(drawn[name]) for name in exact},
        }


def _bytes(line: "pd.Series[float]") -> str:
    """Return a line as text that loses nothing: float64, little end first."""
    return b64encode(line.to_numpy("<f8").tobytes()).decode()
