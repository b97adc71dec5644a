"""What did people do this week: what was labelled, and what became a regression case?"""

from pathlib import Path
from typing import Any

import pandas as pd

from agentlens import text
from agentlens.errors import AgentLensError
from agentlens.feedback.regressions.shelf import open_shelf
from agentlens.report.week.span import Span
from agentlens.tables.log import Log

__all__ = ["labelled", "promoted_cases"]

_MOST = 5


def labelled(log: Log, span: Span) -> str:
    """Return what people labelled within the week, as a sentence.

    Args:
        log: everything up to the end of the week.
        span: the week.
    """
    said = _labelled(log, span)
    return f"Among the traces drawn: {said[:1].lower()}{said[1:]}" if log.drawn else said


def _labelled(log: Log, span: Span) -> str:
    scores = log.scores
    if "source" not in scores or not (scores["source"] == "human").any():
        return "No trace of this log was labelled by a person."
    people = scores[scores["source"] == "human"]
    if "time" not in people or people["time"].isna().all():
        return "When people labelled is unknown: their labels have no time."
    now = people[(people["time"] >= span.start) & (people["time"] < span.end)]
    if now.empty:
        last = people["time"].max()
        return f"Nobody labelled a trace this week; the last label is of {last:%d %b %Y}."
    counts = now["name"].value_counts()
    each = [f"{text.count(n)} of {name}" for name, n in counts.head(_MOST).items()]
    raters = f" by {text.plural(now['rater'].nunique(), 'rater')}" if _known(now, "rater") else ""
    return f"People labelled {text.plural(now['trace_id'].nunique(), 'trace')}{raters}: {text.listed(each)}."


def promoted_cases(folder: str | Path | None, span: Span, *, quoted: bool = True) -> str:
    """Return which failures became regression cases within the week, as a sentence.

    Args:
        folder: where `promote` writes; None if nobody said.
        span: the week.
        quoted: whether patterns and places are named; a page that is shared tells numbers alone.
    """
    if folder is None:
        return "Which failures became regression cases is not known here: name their folder as promoted=."
    try:
        shelf, dataset = open_shelf(folder, None)
    except AgentLensError as error:
        return (
            f"The regression cases could not be read: {error if quoted else 'ask who made this.'}"
        )
    new = [case for case in shelf.cases if span.start <= _created(case) < span.end]
    if not new:
        return f"No failure was promoted this week; {dataset} holds {text.plural(len(shelf.cases), 'case')}."
    told = f"{text.plural(len(new), 'failure')} became {'a ' if len(new) == 1 else ''}regression"
    told += (
        f" case{'' if len(new) == 1 else 's'}; {dataset} now holds {text.count(len(shelf.cases))}"
    )
    if not quoted:
        return f"{told}."
    patterns = [f"“{case['pattern']}”" for case in new[:_MOST]]
    more = f" and {len(new) - _MOST} more" if len(new) > _MOST else ""
    return f"{told}: {text.listed(patterns)}{more}."


def _created(case: dict[str, Any]) -> pd.Timestamp:
    time = pd.to_datetime(str(case.get("created")), utc=True, errors="coerce")
    return pd.Timestamp(0, tz="UTC") if pd.isna(time) else time


def _known(rows: pd.DataFrame, column: str) -> bool:
    return column in rows and bool(rows[column].notna().any())
