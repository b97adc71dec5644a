"""How is a calibration put under one's hand?"""

from typing import TYPE_CHECKING, Any

from agentlens.analysis.calibrate.calibration import Calibration
from agentlens.errors import UnknownNameError
from agentlens.widgets.calibrated.edges import Promise

if TYPE_CHECKING:
    from agentlens.widgets.calibrated.view import CalibrationView

__all__ = ["calibration_view"]

_STARTS = ("threshold", "cost_fp", "cost_fn")
_KNOBS = (*_STARTS, "start")


def calibration_view(cal: Calibration, **knobs: Any) -> "CalibrationView":
    """Return a calibration under one's hand: threshold, prices and bands.

    Args:
        cal: what `calibrate` returned.
        knobs: threshold, a start or a pair to stay between; cost_fp and cost_fn, a price or a pair;
            auto_pass_error, page_error and delta of the bands; start, a dictionary.

    Example:
        >>> import agentlens as al
        >>> view = calibration_view(al.calibrate(al.demo(days=7, seed=3), "goal_completion"))
        >>> view.knobs["cost_fp"]
        1.0
    """
    from agentlens.widgets.calibrated.view import CalibrationView  # noqa: PLC0415 - a notebook's

    promises = tuple(vars(Promise()))
    for asked, known in ((knobs, (*_KNOBS, *promises)), (knobs.get("start") or {}, _STARTS)):
        for name in asked:
            if name not in known:
                raise UnknownNameError("knob of a calibration", name, known)
    promised = {name: knobs.pop(name) for name in tuple(knobs) if name in promises}
    return CalibrationView(cal, promise=Promise(**promised), **knobs)
