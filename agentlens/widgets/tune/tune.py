"""What changes when this knob is turned?"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from agentlens.errors import BadInputError
from agentlens.widgets.tune.kinds import KINDS

if TYPE_CHECKING:
    import pandas as pd

    from agentlens.analysis.alerting.policy import Policy
    from agentlens.result import Result
    from agentlens.widgets.live.live import Live
    from agentlens.widgets.tune.tuner import Tuner

__all__ = ["tune"]


def tune(
    verb: "Callable[..., Result] | object",
    *given: object,
    start: Mapping[str, object] | None = None,
    cost: "Callable[[Result], float] | Mapping[str, float] | None" = None,
    incidents: "pd.DataFrame | None" = None,
    policy: "Policy | None" = None,
    height: int | None = None,
    **knobs: object,
) -> "Tuner | Live | Any":
    """Return knobs for a verb, with its chart and its card, which follow while they are turned.

    A pair of numbers is a slider, a list or a dictionary a choice, True or False a switch, a word
    or a number a field. Everything else, such as a pair of times, is handed to the verb as it is;
    so is what the verb cannot do without. Knobs may also be the fields of a value that is given,
    such as the objective of an SLO, and for a control chart those of a `Policy`.

    Args:
        verb: what is asked, such as `al.control_chart`, or bound, such as `calibration.bands`.
        given: what it is asked of: the log, the metric, and whatever else the verb takes in order.
        start: by knob, where it stands at first and where a reset returns to. Default: the verb's
            own default.
        cost: what a setting costs: a function of the Result, or for control charts the price of a
            "call" and of a "bad_session" before it.
        incidents: what is known to have happened, with start and end: the calls on a control chart
            are held against it, as in `backtest`.
        policy: by which a control chart calls. Default: `Policy()`.
        height: of the chart in pixels.
        knobs: by the name of a parameter, what it may be.

    Example:
        >>> import agentlens as al
        >>> t = al.tune(
        ...     al.control_chart, al.demo(), "strong_completion", lam=(0.05, 0.5), every=["1h", "6h"]
        ... )
        >>> dict(t.knobs)
        {'lam': 0.1, 'every': '1h'}
    """
    more: dict[str, Any] = {
        "start": start,
        "cost": cost,
        "incidents": incidents,
        "policy": policy,
        "height": height,
    }
    for kind in KINDS:
        if kind.takes(verb, knobs):
            asked = {name: value for name, value in more.items() if value is not None}
            return kind.make(verb, *given, **asked, **knobs)
    if not callable(verb):
        message = (
            f"tune takes a verb, such as al.control_chart or calibration.bands, not {verb!r:.80}."
        )
        raise BadInputError(message)
    from agentlens.widgets.tune.tuner import Tuner  # noqa: PLC0415 - only a notebook has it

    return Tuner(verb, given, knobs, **more)
