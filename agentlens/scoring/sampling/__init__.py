"""Which traces are worth reading, and with which probability was each chosen?"""

from collections.abc import Mapping
from dataclasses import replace

from agentlens.errors import BadInputError
from agentlens.scoring.sampling.notes import drawn_notes
from agentlens.scoring.sampling.outcome import added, chosen_log
from agentlens.scoring.sampling.plan import BOOST, BY, PER_DAY, Names, Plan, Rules, plan_of
from agentlens.scoring.sampling.rules import chances
from agentlens.scoring.sampling.selection import (
    Selection,
    Units,
    draw_fixed,
    draw_rates,
    drawn_before,
    units_of,
)
from agentlens.scoring.sampling.strata import fewer
from agentlens.scoring.sampling.tail import Tail, low_scores
from agentlens.scoring.sampling.triggers import DEFAULT
from agentlens.tables.log import Log
from agentlens.tables.problems import Problem

__all__ = ["sample"]


def sample(  # noqa: PLR0913 - each is one part of a plan, and all but the log have a default
    log: Log,
    *,
    rate: float | None = None,
    boost: float = BOOST,
    triggers: Rules = DEFAULT,
    tiers: Rules | None = None,
    tail: Mapping[str, float] | None = None,
    by: Names = BY,
    per_day: tuple[float | None, float | None] | None = PER_DAY,
    n: int | None = None,
    unit: str = "trace",
    salt: str = "agentlens",
) -> Log:
    """Return the chosen traces, each with the probability with which it was chosen.

    Every trace is drawn by the hash of its id, so that the same call gives the same traces in
    every process, and a higher rate keeps what a lower one kept. Where several rules apply, the
    largest probability counts. Metrics of the result weigh each trace by one over `inclusion_p`;
    what was done is in its report.

    Args:
        log: the traces.
        rate: probability of a trace that no rule speaks of; 0.05 if nothing else is said.
        boost: probability of a trace that a trigger applies to.
        triggers: names such as "tool_error", or your own as {"name": "expression over columns"}.
        tiers: traces to keep for certain: "articles" keeps failures, safety flags and first
            sessions, and a tenth of the successes, at least 20 a stratum; or like triggers.
        tail: score name to the value below which a trace is kept for certain; "*" is any other.
        by: columns whose values are strata, for `n` and for tiers="articles".
        per_day: the least and the most traces that a UTC day should give on average; None for no
            limits.
        n: draw this many instead, at random within strata, and use no rates.
        unit: "trace", or whole ones of "session" or "user".
        salt: names the draw; another salt is an independent one.

    Example:
        >>> import agentlens as al
        >>> log = al.demo(days=7, traces_per_day=200)
        >>> part = sample(log, rate=0.1, boost=1.0, triggers="tool_error", per_day=None)
        >>> sorted(part.traces["inclusion_p"].unique().tolist())
        [0.1, 1.0]
    """
    plan = plan_of(
        log,
        rate=rate,
        boost=boost,
        triggers=triggers,
        tiers=tiers,
        tail=tail,
        by=by,
        per_day=per_day,
        n=n,
        unit=unit,
        salt=salt,
    )
    units = units_of(log, plan)
    if plan.n is not None:
        fitting = plan if plan.by != BY else replace(plan, by=fewer(log, plan.by, plan.n))
        before = drawn_before(log, plan, units)
        selection = draw_fixed(log, fitting, units, before, plan.n)
        return _told(log, fitting, units, selection)
    given = chances(log, plan)
    tail_of = low_scores(log, plan.tail, units.lot[units.of_trace]) if plan.tail else None
    _refuse_parts(plan, tail_of)
    selection = draw_rates(log, plan, units, drawn_before(log, plan, units), given, tail_of)
    return _told(log, plan, units, selection, given.notes, tail_of)


def _told(
    log: Log,
    plan: Plan,
    units: Units,
    selection: Selection,
    notes: tuple[Problem, ...] = (),
    tail: Tail | None = None,
) -> Log:
    """Return the chosen traces, with what was done in their report."""
    part = chosen_log(log, plan, units, selection, tail.partial if tail else frozenset())
    said = [*drawn_notes(log, plan, selection), *notes]
    return replace(part, report=added(log.report, said))


def _refuse_parts(plan: Plan, tail: Tail | None) -> None:
    if tail is not None and tail.partial and plan.unit != "trace":
        names = " and ".join(sorted({name for name, _ in tail.partial}))
        message = (
            f"tail: {names} is known for some traces only, and a {plan.unit} of which one trace is"
            f" unjudged has no known probability. Use unit='trace', or judge every trace first."
        )
        raise BadInputError(message)
