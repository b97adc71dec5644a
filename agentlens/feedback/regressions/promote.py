"""How do labelled failures become regression cases, one for each pattern?"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from agentlens.errors import BadInputError
from agentlens.feedback.regressions.cases import Example, case_id, case_of
from agentlens.feedback.regressions.examples import examples
from agentlens.feedback.regressions.formats import FORMATS, formats_of
from agentlens.feedback.regressions.marks import marks_of
from agentlens.feedback.regressions.private import refuse_private
from agentlens.feedback.regressions.shelf import Shelf, Written, open_shelf
from agentlens.feedback.regressions.words import band, caveats, facts, headline
from agentlens.result import Result
from agentlens.tables.log import Log
from agentlens.tables.match import among
from agentlens.tables.redact.policy import Said, redaction_of

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Promotion", "promote"]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Promotion(Result):
    """Which cases were written, where, and what was left out.

    Attributes:
        dataset: the name of the set of cases.
        version: of the dataset, after this.
        cases: all cases that it holds now, the earlier ones first.
        files: what there is, and whether it is new, changed, the same, or left to its owner.
    """

    verb: ClassVar[str] = "promote"

    dataset: str
    version: int
    cases: tuple[dict[str, Any], ...]
    files: tuple[Written, ...]

    def figure(self) -> "go.Figure":
        """Return the picture: failed traces by pattern, and those of patterns that are new."""
        from agentlens.figures.worst import patterns_figure  # noqa: PLC0415 - on first use

        rows = self.frame.rename(columns={"n_alike": "n"})
        rows = rows.sort_values(["n", "pattern"], ascending=[False, True])
        rows["part"] = rows["n"].where(rows["state"] == "new", 0)
        return patterns_figure(rows[["pattern", "n", "part"]], title=self.title, part="new here")


def promote(
    log: Log,
    marks: Any,
    *,
    to: str | Path,
    dataset: str | None = None,
    formats: str | Sequence[str] = ("jsonl", "pytest"),
    redact: Said = "default",
) -> Promotion:
    """Return what was written: a regression case for each failure pattern among labelled traces.

    Of the traces with one pattern the clearest and newest becomes the case; the others are counted
    and named in it. Patterns that the case file in the folder knows already are not added again,
    its cases stay as they are, and its version goes up by one where cases are added. The same marks
    give the same bytes. Cases are outside of any lake: what a lake forgets must be removed here by
    hand.

    Args:
        log: the traces.
        marks: a frame with trace_id and label ("pass", "fail", "unsure"), and where known note,
            expected (the right answer), code (a name for the failure), rater, time, must_match and
            must_not_match (regular expressions for the answer); a mapping of trace id to label; or
            ids of failed traces.
        to: a folder, made if need be.
        dataset: what the set of cases is called; by default as the folder.
        formats: "jsonl", "pytest", "promptfoo", "inspect", "deepeval".
        redact: what is hidden before anything is written; None writes texts as they are.

    Example:
        >>> import tempfile
        >>> import agentlens as al
        >>> log = al.demo(days=7, traces_per_day=100, seed=1)
        >>> bad = log.where(status="error").traces["trace_id"]
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     done = promote(log, list(bad), to=folder, dataset="shop", redact=None)
        >>> done.headline
        '7 new cases from 9 failed traces; the dataset shop has 7 cases now, at version 1.'
    """
    if not isinstance(log, Log):
        message = f"promote takes a Log first, not {type(log).__name__}."
        raise BadInputError(message)
    names, policy = formats_of(formats), redaction_of(redact)
    shelf, name = open_shelf(to, dataset)
    settled = marks_of(marks)
    here = among(settled.fails["trace_id"], log.traces["trace_id"])
    found = tuple(examples(log, settled.fails[here], policy)) if here.any() else ()
    states = _states(found, shelf)
    new = [one for one, state in zip(found, states, strict=True) if state == "new"]
    version = shelf.version + 1 if new else shelf.version
    made = (case_of(one, dataset=name, version=version, created=log.stop) for one in new)
    cases = (*shelf.cases, *made)
    refuse_private(cases, policy, shelf.folder)
    files: tuple[Written, ...] = ()
    if found and cases:
        files = shelf.put([draft for one in names for draft in FORMATS[one](cases)])
    unknown = int((~here).sum())
    return Promotion(
        title=f"Regression cases: {name}",
        band=band(found, cases),
        headline=headline(found, states, cases, name, version),
        frame=_frame(found, states, cases, name),
        caveats=caveats(states, settled, unknown, hidden=policy is not None),
        known=MappingProxyType(facts(found, states, settled, unknown, files)),
        dataset=name,
        version=version,
        cases=cases,
        files=files,
    )


def _states(found: Sequence[Example], shelf: Shelf) -> list[str]:
    """Return for each pattern whether it is new, known, or cannot be run for want of an input."""
    known = {case["pattern"] for case in shelf.cases}
    states = []
    for one in found:
        said = one.trace.get("input")
        silent = said is None or pd.isna(said) or not str(said).strip()
        states.append("known" if one.pattern in known else "no input" if silent else "new")
    return states


def _frame(
    found: Sequence[Example], states: list[str], cases: Sequence[Any], name: str
) -> pd.DataFrame:
    ids = {case["pattern"]: case["id"] for case in cases}
    rows = [
        {
            "pattern": one.pattern,
            "state": state,
            "n_alike": 1 + len(one.alike),
            "case": ids.get(one.pattern, case_id(name, one.pattern, str(one.trace["trace_id"]))),
            "trace_id": str(one.trace["trace_id"]),
            "start": one.trace["start"],
        }
        for one, state in zip(found, states, strict=True)
    ]
    return pd.DataFrame(rows, columns=["pattern", "state", "n_alike", "case", "trace_id", "start"])
