"""What can the browser recompute of this result, and what does it need for that?"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from agentlens.analysis.control.chart import ControlChart
from agentlens.analysis.slos.check import Scorecard, check_slos
from agentlens.result import Result
from agentlens.widgets.tune.engines.control import control
from agentlens.widgets.tune.engines.prepared import MOST_POINTS, Prepared
from agentlens.widgets.tune.engines.slo import slo

if TYPE_CHECKING:
    from agentlens.analysis.control.ground import Ground
    from agentlens.widgets.tune.knobs import Knob

__all__ = ["prepared", "too_many"]


def prepared(
    verb: Callable[..., Result],
    result: Result,
    knobs: Mapping[str, "Knob"],
    call: Callable[[Mapping[str, object]], Result],
    ground: "Ground | None" = None,
) -> Prepared | None:
    """Return what the browser needs, or None where every knob must be asked from Python.

    Only the verbs themselves are known: of another function that returns a chart nobody can say
    what its arguments do to it.

    Args:
        verb: that made the result.
        result: where the knobs stand now.
        knobs: what may be turned.
        call: what returns the result of other values of some of the knobs.
        ground: on which a control chart stands.
    """
    if ground is not None and isinstance(result, ControlChart):
        return None if too_many(result) else control(result, knobs, ground)
    if verb is check_slos and isinstance(result, Scorecard):
        return slo(result, knobs, call)
    return None


def too_many(result: Result) -> str:
    """Return why a chart is not recomputed in the browser, "" if it has few enough bins.

    Args:
        result: of a verb.
    """
    if not isinstance(result, ControlChart) or len(result.frame) <= MOST_POINTS:
        return ""
    return (
        f"{len(result.frame):,} bins are more than the {MOST_POINTS:,} that a browser redraws while"
        " a knob is dragged: Python is asked instead. A longer `every` makes fewer."
    )
