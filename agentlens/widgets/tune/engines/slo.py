"""What does the browser need to judge a promise again at another objective?"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isclose
from typing import TYPE_CHECKING, cast

import numpy as np

from agentlens.analysis.slos.check import Scorecard
from agentlens.errors import BadInputError
from agentlens.page.plotlyjs import drawing
from agentlens.result import Result
from agentlens.tables.period import length
from agentlens.theme import BANDS
from agentlens.widgets.tune.engines.prepared import Part, Prepared
from agentlens.widgets.tune.engines.ticks import ticks_of

if TYPE_CHECKING:
    from agentlens.widgets.tune.knobs import Knob

__all__ = ["slo"]

_VERSION = 1
_KNOB = "objective"
_AT_ONCE = 3
_SEEN = ("share", "low", "high", "bound", "bad", "n", "n_eff")

Call = Callable[[Mapping[str, object]], Result]


def slo(result: Scorecard, knobs: Mapping[str, "Knob"], call: Call) -> Prepared | None:
    """Return what the browser needs, None where it is not one rate that is promised.

    Of a rate what was seen does not depend on what is promised. The objective of a quantile
    decides which rows are bad ones, and that is Python's to count.

    Args:
        result: of `check_slos`, where the knobs stand now.
        knobs: what may be turned.
        call: what returns the scorecard of another objective.
    """
    knob = knobs.get(_KNOB)
    if knob is None or knob.of != "slos" or len(result.slos) != 1:
        return None
    here = float(result.slos[0].objective)
    ticks = ticks_of({_KNOB: knob}, {_KNOB: here}).get(_KNOB)
    higher = _higher(ticks, here, call) if ticks else None
    if not ticks or higher is None:
        return None
    frame = result.frame
    arrays = {name: frame[name].to_numpy(np.float64) for name in _SEEN}
    arrays["bound"] = arrays["bound"] * frame["allowed"].to_numpy()  # as a share, like the others
    hours = [length(one).total_seconds() / 3600 for one in frame["window"]]
    return Prepared(
        name="slo",
        version=_VERSION,
        knobs=frozenset({_KNOB}),
        fixed={
            "higher": higher,
            "promise": result.slos[0].name,
            "colours": {band: colour for band, (colour, *_) in BANDS.items()},
        },
        arrays={**arrays, "span": np.array(hours)},
        ticks={_KNOB: ticks},
        grid=_Knots(ticks, here, call).part,
    )


def _higher(ticks: list[float], here: float, call: Call) -> bool | None:
    """Return whether the objective is a share of good rows; None if it is no rate that is promised.

    Asked from the verb, which alone knows: how much may be bad at two objectives tells.
    """
    kinds = set()
    for objective in (here, next((one for one in ticks if 0 < one < 1 and one != here), here)):
        try:
            found = cast("Scorecard", call({_KNOB: objective})).frame["allowed"].iloc[0]
        except BadInputError:
            return None
        either = {False: objective, True: 1 - objective}
        kinds.add(
            frozenset(side for side, one in either.items() if isclose(found, one, rel_tol=1e-12))
        )
    sure = frozenset.intersection(*kinds)
    return next(iter(sure)) if len(sure) == 1 else None


@dataclass(frozen=True)
class _Knots:
    """The scorecards of all objectives to which the knob snaps, the nearest first."""

    ticks: list[float]
    here: float
    call: Call

    def part(self, chunk: int) -> Part | None:
        """Return some of them; None after the last."""
        order = sorted(range(len(self.ticks)), key=lambda one: abs(self.ticks[one] - self.here))
        places = order[chunk * _AT_ONCE : (chunk + 1) * _AT_ONCE] if chunk >= 0 else []
        if not places:
            return None
        return {"chunk": chunk, "knots": [{"at": [one], **self._told(one)} for one in places]}

    def _told(self, place: int) -> Part:
        try:
            found = self.call({_KNOB: self.ticks[place]})
        except BadInputError as refused:
            return {"problem": str(refused)}
        return {
            "band": found.band,
            "headline": found.headline,
            "signals": len(found.signals()),
            "facts": [[name, str(fact)] for name, fact in found.facts().items()],
            "figure": json.loads(drawing(found.figure())),
        }
