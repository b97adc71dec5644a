"""What is told where no chart called: a burst of rare events, a judge that changed, or nothing?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.investigate.around import released_before
from agentlens.analysis.investigate.find.rare import Burst, bad_rows
from agentlens.analysis.investigate.find.watch import FALSE, Course
from agentlens.analysis.investigate.question import Question
from agentlens.analysis.investigate.tell.brief import Brief, evidence, when
from agentlens.analysis.investigate.tell.reading import first_of, reasons
from agentlens.result import Fact, Signal
from agentlens.stats.events.rare import share_interval
from agentlens.tables.period import microseconds

__all__ = ["told_burst", "told_nothing", "told_unknown"]

_PER = 10_000
_EXACT = (
    "Too rare for a chart: the chance is exact, one event counts of each user, and it is adjusted"
    " for all stretches looked at."
)


def told_burst(question: Question, burst: Burst) -> Brief:
    """Return the brief of rare events that came together."""
    rows, log = question.rows, question.log
    inside = question.inside((burst.began, burst.end + pd.Timedelta("1us")))
    n, events = int(inside.sum()), int(burst.rows.size)
    before = int(bad_rows(rows)[rows.time < microseconds(burst.began)].sum())
    seen = int((rows.time < microseconds(burst.began)).sum())
    low, high = (
        float(one[0]) for one in share_interval(np.array([float(events)]), np.array([float(n)]))
    )
    why = reasons(question, rows, burst.rows)
    none = np.full(events, "", dtype=object)
    reading = first_of(rows, burst.rows, np.ones(events), why, none)
    released = released_before(log, rows.metric, burst.between)
    name = text.capital(rows.metric.title)
    return Brief(
        band="act",
        headline=(
            f"{name}: {text.plural(events, 'rare event')} within {text.count(n)} traces since about"
            f" {when(burst.began)}, {text.count(before)} in the {text.count(seen)} before."
        ),
        cause="burst",
        lines=(
            (
                "began",
                _between(burst),
            ),
            ("why", f"so many so close together have a chance of {text.significant(burst.p, 2)}"),
            (
                "population rate",
                _rate(events / n, low, high),
            ),
            (
                "deployed about then",
                text.listed(f"{one.label} on {when(one.time)}" for one in released)
                + ": near, not proven"
                if released
                else "nothing within twelve hours",
            ),
        ),
        numbers={"events": Fact(value=float(events), n=n)},
        evidence=evidence(
            [("burst", name, events / n, before / max(seen, 1), low, high, n, f"p = {burst.p:.2g}")]
        ),
        began=burst.began,
        between=burst.between,
        end=burst.end,
        reading=reading,
        undecided=("Whether more will come: few events say little of their rate.",),
        found=(
            Signal(
                what=f"{rows.metric.title}, a burst of rare events",
                start=burst.began,
                end=burst.end,
                value=events / n,
                expected=before / max(seen, 1),
                n=n,
                trace_ids=tuple(reading["trace_id"]),
                bad=True,
                began=burst.began,
                began_between=burst.between,
            ),
        ),
        caveats=(
            *rows.notes,
            _EXACT,
        ),
    )


def _between(burst: Burst) -> str:
    low, high = burst.between
    return f"between {when(low)} and {when(high)} UTC, last seen {when(burst.end)}"


def _rate(value: float, low: float, high: float) -> str:
    limits = f"{text.significant(_PER * low)} – {text.significant(_PER * high)}"
    return f"{text.significant(_PER * value)} in {_PER:,} traces [{limits}]"


def told_nothing(question: Question, courses: Sequence[Course], *, rare: bool) -> Brief:
    """Return the brief of a log in which nothing was found, with what would have been."""
    metric, log = question.metric, question.log
    near = f" near {when(question.at)}" if question.at is not None else ""
    shown = courses[0] if courses else None
    blind = not rare and (shown is None or np.isnan(shown.visible))
    if rare:
        n, events = question.rows.positions.size, int(bad_rows(question.rows).sum())
        _, high = share_interval(np.array([float(events)]), np.array([float(n)]))
        seen = (
            f"{text.plural(events, 'event')} in {text.plural(n, 'trace')}, at most"
            f" {text.significant(_PER * float(high[0]))} in {_PER:,}"
        )
    elif shown is None or np.isnan(shown.visible):
        seen = "its chart would not have seen even a large one in time; more traffic would help"
    else:
        seen = f"a lasting one of {_size(shown, metric.unit)} would have been seen"
    others = _elsewhere(courses) if question.at is not None else []
    lines = [("looked at", f"{when(log.start)} to {when(log.stop)} UTC")]
    if others:
        lines.append(("at other times", "; ".join(others)))
    return Brief(
        band="unknown" if blind else "pass",
        headline=f"No change found of {metric.title}{near}: {seen}.",
        cause="none",
        lines=tuple(lines),
        evidence=evidence(
            [
                (
                    "none",
                    metric.title,
                    np.nan,
                    np.nan,
                    np.nan,
                    np.nan,
                    question.rows.positions.size,
                    seen,
                )
            ]
        ),
        caveats=(
            *question.rows.notes,
            f"Each chart had a chance of {text.share(FALSE)} to call if nothing changed.",
        ),
    )


def _size(shown: Course, unit: str) -> str:
    """Return the least change that is seen; a share of the level is not one in points."""
    if shown.relative:
        return f"{text.share(float(np.expm1(shown.visible)))} of the level"
    if unit == "share":
        return f"{100 * shown.visible:.1f} points"
    return text.number(shown.visible, unit)


def _elsewhere(courses: Sequence[Course]) -> list[str]:
    return [
        f"{'the metric' if one.source == 'metric' else 'its mix'} was off from about"
        f" {when(one.began)} to {when(one.end)}"
        for course in courses
        for one in course.alarms
    ]


def told_unknown(question: Question, why: str) -> Brief:
    """Return the brief of a question that the log cannot answer."""
    rows = question.rows
    row = ("unknown", rows.metric.title, *[np.nan] * 4, rows.positions.size, why)
    return Brief(
        band="unknown", headline=why, cause=None, evidence=evidence([row]), caveats=rows.notes
    )
