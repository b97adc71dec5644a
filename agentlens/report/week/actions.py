"""What should be done next, in at most five sentences, each with its evidence?"""

from collections.abc import Iterator
from itertools import islice

from agentlens import text
from agentlens.report.parts.points import Point
from agentlens.report.week.answers import Answers
from agentlens.report.week.causes import Cause
from agentlens.report.week.refusal import Refusal
from agentlens.result import Result

__all__ = ["MOST", "actions_of"]

MOST = 5
"""Actions that a week can carry; a longer list is not read."""

_NEW = 2
_CUT = 90


def actions_of(answers: Answers) -> tuple[Point, ...]:
    """Return what to do, the most urgent first; nothing where nothing calls for it.

    Harm that may never happen comes first, then broken promises, then what changed most, then new
    failures, then a judge that cannot be believed.

    Args:
        answers: to all that the week was asked.
    """
    return tuple(islice(_all(answers), MOST))


def _all(answers: Answers) -> Iterator[Point]:
    yield from _never(answers)
    yield from _promises(answers)
    yield from _causes(answers)
    yield from _new(answers)
    yield from _judges(answers)


def _never(answers: Answers) -> Iterator[Point]:
    """Yield one action for all that one event is too many of."""
    emerged = answers.emerging
    if isinstance(emerged, Refusal):
        return
    rows = emerged.frame[emerged.frame["change"] == "never"]
    if rows.empty:
        return
    n = int(rows["n_current"].sum())
    names = text.listed(_short(str(name).split(":")[0]) for name in rows["name"])
    ids = [
        one
        for signal in emerged.signals()
        if "must never" in signal.what
        for one in signal.trace_ids
    ]
    first = f" Begin with {ids[0]}." if ids else ""
    which = "the trace" if n == 1 else f"all {text.count(n)} traces"
    yield Point(f"Read {which} of {names}: one is too many.{first}", (emerged,))


def _promises(answers: Answers) -> Iterator[Point]:
    promised = answers.promises
    if promised is None or isinstance(promised, Refusal) or promised.band != "act":
        return
    yield Point(f"Keep the promise: {_down(promised.headline)}", (promised,))


def _causes(answers: Answers) -> Iterator[Point]:
    """Yield one action for each place in which something got worse, with all that it moved."""
    by_place: dict[str, list[Cause]] = {}
    for cause in answers.causes:
        if cause.row["verdict"] == "worse":
            by_place.setdefault(cause.where, []).append(cause)
    for place, causes in by_place.items():
        moved = text.listed(_moved(one) for one in causes)
        told = [one.story or one.why for one in causes]
        evidence: tuple[Result, ...] = tuple(one for one in told if isinstance(one, Result))
        where = (
            f"Find out what happened to {place}" if place else "Find out what happened everywhere"
        )
        yield Point(f"{where}: {moved}.{_deployed(causes[0])}{_begin(causes[0])}", evidence)


def _new(answers: Answers) -> Iterator[Point]:
    """Yield one action for each of the commonest new failures."""
    emerged = answers.emerging
    if isinstance(emerged, Refusal):
        return
    rows = emerged.frame[emerged.frame["change"] == "new"].head(_NEW)
    for row in rows.to_dict("records"):
        ends = text.interval(row["low_current"], row["high_current"], "share")
        share = f"{text.share(row['share_current'])} {ends}"
        yield Point(
            f"Mend “{_short(row['name'])}”: new this week in"
            f" {text.plural(row['n_current'], 'trace')}, {share},"
            f" since {row['first_seen']:%d %b %H:%M}.",
            (emerged,),
        )


def _judges(answers: Answers) -> Iterator[Point]:
    for judge in answers.judges:
        found = judge.calibration
        if isinstance(found, Refusal):
            yield Point(
                f"Label traces that the judge of {judge.rubric} saw: until then its rate is"
                " uncorrected."
            )
        elif found.band != "pass":
            yield Point(
                f"Label more for the judge of {judge.rubric}: {_down(found.headline)}", (found,)
            )


def _moved(cause: Cause) -> str:
    row, unit = cause.row, cause.metric.unit
    return (
        f"{cause.metric.title} {text.number(row['before'], unit, n=_n(row['n_before']))} →"
        f" {text.number(row['now'], unit, n=_n(row['n_now']))}"
    )


def _deployed(cause: Cause) -> str:
    """Return what was deployed about then, which is near and not proven."""
    if cause.story is None or isinstance(cause.story, Refusal):
        return ""
    known = cause.story.facts().get("deployed about then")
    return f" Deployed about then: {known}." if known else ""


def _begin(cause: Cause) -> str:
    return f" Begin with {cause.read[0]}." if cause.read else ""


def _n(value: float) -> int | None:
    return None if value != value else int(value)  # noqa: PLR0124 - only a missing number differs


def _down(sentence: str) -> str:
    """Return a sentence that goes on after a colon; names and acronyms keep their letters."""
    first = sentence.split(" ", 1)[0]
    return sentence[:1].lower() + sentence[1:] if first.istitle() else sentence


def _short(words: str) -> str:
    return words if len(words) <= _CUT else words[: _CUT - 1] + "…"
