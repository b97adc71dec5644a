"""Which questions have a view of their own, where knobs alone would not do?"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from agentlens.analysis.calibrate.calibration import Calibration
from agentlens.analysis.drift.drift import drift

if TYPE_CHECKING:
    from agentlens.widgets.live.live import Live

__all__ = ["KINDS", "Kind"]


class Kind(NamedTuple):
    """A view of its own: when it is taken, and what makes it.

    Attributes:
        takes: a function of what is tuned and of the knobs by name: whether this view shows it.
        make: a function of what is tuned, of what follows it, and of the knobs, that returns the
            view; it imports what only a notebook has.
    """

    takes: Callable[[object, Mapping[str, object]], bool]
    make: "Callable[..., Live]"


def _calibration(what: object, knobs: Mapping[str, object]) -> bool:
    del knobs
    return isinstance(what, Calibration)


def _windows(what: object, knobs: Mapping[str, object]) -> bool:
    """Drift between windows; with knobs that turn, it is a verb like all others."""
    return what is drift and not any(_turns(name, one) for name, one in knobs.items())


def _turns(name: str, given: object) -> bool:
    """Return whether an abbreviation offers a choice; names of columns and two times do not."""
    plain = {"columns": (list, tuple), "current": (tuple,), "baseline": (tuple,)}.get(name, ())
    return isinstance(given, (dict, list, tuple)) and not isinstance(given, plain)


def _calibration_view(cal: Calibration, **knobs: object) -> "Live":
    from agentlens.widgets.calibrated.calibrated import (  # noqa: PLC0415 - a notebook's
        calibration_view,
    )

    return calibration_view(cal, **knobs)


def _drift_view(*given: object, **knobs: object) -> "Live":
    from agentlens.widgets.drifting.view import drift_view  # noqa: PLC0415 - only a notebook's

    made: Live = drift_view(*given, **knobs)  # type: ignore[arg-type]
    return made


KINDS: tuple[Kind, ...] = (
    Kind(_calibration, _calibration_view),
    Kind(_windows, _drift_view),
)
"""The first that takes a question shows it; all others are shown by the `Tuner`."""
