"""Which traces break a rule that needs no model to be applied?"""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from agentlens.errors import BadInputError
from agentlens.result import Result
from agentlens.scoring.checks.catalogue import usual
from agentlens.scoring.checks.check import Check
from agentlens.scoring.checks.frame import frame_of
from agentlens.scoring.checks.rows import with_scores
from agentlens.scoring.checks.words import band_of, caveats, facts, headline, signals
from agentlens.tables.log import Log

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Checks", "check"]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Checks(Result):
    """How many traces fail each check, which ones, and the log with every verdict in its scores.

    Attributes:
        log: the log that was given, with the verdicts among its scores.
        checks: what was asked.
    """

    verb: ClassVar[str] = "check"

    log: Log
    checks: tuple[Check, ...]

    def figure(self) -> "go.Figure":
        """Return the picture: the share of traces that fail each check, with its interval."""
        from agentlens.figures.judging.checks import checks_figure  # noqa: PLC0415 - on first use

        return checks_figure(self.frame, title=self.title)


def check(
    log: Log,
    checks: Check | Iterable[Check] | None = None,
    *,
    level: float = 0.95,
    now: pd.Timestamp | None = None,
) -> Checks:
    """Return how many traces fail each check; the verdicts are scores of the result's log.

    Every trace is checked, without a model and for nothing. A check that does not apply to a trace
    says so and why; it never passes for lack of data. Run again, a check replaces its own scores.

    Args:
        log: the traces.
        checks: one or several of `al.checks`, or `Check.of(…)`; by default those that need nothing
            to be said.
        level: how often the intervals hold the truth.
        now: the time that the scores carry.

    Example:
        >>> import agentlens as al
        >>> log = al.demo(days=7, traces_per_day=100, seed=1)
        >>> found = check(log, [al.checks.shape(20), al.checks.tool_loop()])
        >>> found.frame[["check", "n", "failed"]].to_numpy().tolist()
        [['shape', 625, 0], ['tool_loop', 522, 0]]
    """
    asked = _asked(checks)
    if not 0 < level < 1:
        message = f"level lies between 0 and 1, not {level!r}."
        raise BadInputError(message)
    answers = [(one, one.run(log)) for one in asked]
    frame, notes = frame_of(log, answers, level)
    when = pd.Timestamp.now(tz="UTC").floor("us") if now is None else now
    band = band_of(frame)
    return Checks(
        title=f"Checks: {', '.join(one.name for one in asked)}",
        band=band,
        headline=headline(log, answers, frame),
        frame=frame,
        caveats=caveats(answers, frame, notes, level),
        known=MappingProxyType(facts(frame)),
        found=signals(log, answers, frame),
        log=with_scores(log, answers, when),
        checks=asked,
    )


def _asked(checks: Check | Iterable[Check] | None) -> tuple[Check, ...]:
    """Return the checks, each under a name of its own."""
    given: object = usual() if checks is None else checks
    if isinstance(given, str):
        message = f"checks is a Check or several, not the text {given!r}; al.checks lists them all."
        raise BadInputError(message)
    listed = (given,) if isinstance(given, Check) or not isinstance(given, Iterable) else (*given,)
    for one in listed:
        if not isinstance(one, Check):
            hint = " Call it: al.checks.pii(), with parentheses." if callable(one) else ""
            message = f"checks holds {type(one).__name__}, and each must be a Check.{hint}"
            raise BadInputError(message)
    names = [one.name for one in listed if isinstance(one, Check)]
    if not names:
        message = "check(log, []) asks nothing; leave checks out for the usual ones."
        raise BadInputError(message)
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        message = f"Two checks are called {twice[0]!r}; give one of them another name with name=."
        raise BadInputError(message)
    return tuple(one for one in listed if isinstance(one, Check))
