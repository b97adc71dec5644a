"""What did people say of each trace, and how did the trace come to be labelled?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.scoring.reading.chosen import asked, places, rows_of
from agentlens.scoring.reading.said import numbers, words
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.tables.log import Log

__all__ = ["DRAWN", "Labels", "labels_of"]

DRAWN = ("uniform", "stratum")
"""The ways of picking a trace that may enter a rate."""
_STAGES = (*DRAWN, "targeted", "unknown")
_HALF = 0.5
_FIRSTS = ("position", "stage", "stratum", "split", "plan", "p", "time", "reference")
_WORDS = ("stage", "stratum", "split", "reference", "plan", "note", "code", "rater")


@dataclass(frozen=True, eq=False)
class Labels:
    """One label for each trace or step that people judged, and every single label behind it.

    Attributes:
        name: of the score.
        rubric: name and version.
        frame: position (row of `log.traces`), trace_id, span, y (1 pass, 0 fail, missing where
            nobody is sure), stage, stratum, split, p (probability of being labelled), order (in
            which they were made), raters, agreed, reference, time.
        every: each single label: trace_id, span, rater, y, time, round, repeat, blind, seconds,
            note and code; the ones made after the judge's verdict was seen, too.
        notes: what was left out, and why.
    """

    name: str
    rubric: str
    frame: pd.DataFrame
    every: pd.DataFrame
    notes: tuple[str, ...]

    def __len__(self) -> int:
        """Return how many traces or steps have a label."""
        return len(self.frame)


def labels_of(log: Log, rubric: Rubric | str) -> Labels:
    """Return people's labels by one rubric; several raters of one trace are brought to one label.

    An adjudicated label decides; else the majority, and a tie leaves it open. Of each rater the
    first blind label counts: repeats tell how steady raters are, and what was changed after the
    judge's verdict was shown is no longer independent of it.

    Args:
        log: traces and scores; a log without labels gives none.
        rubric: the rubric, or "name" or "name@version"; without a version the newest.
    """
    rows, found, notes = rows_of(log, asked(rubric), "human")
    every = _single(log, rows)
    notes = (*notes, *_barred(every, rubric))
    if isinstance(rubric, Rubric) and rubric.examples:
        every = every[~every["trace_id"].isin(rubric.examples)].reset_index(drop=True)
    seen = every["blind"] == False  # noqa: E712 - missing means that nobody said
    if seen.any():
        n = text.plural(int(seen.sum()), "label")
        notes += (f"{n} made after the judge's verdict was shown are not used.",)
    counted = every[~seen & (every["repeat"].fillna(1) <= 1)]
    return Labels(found.name, found.label, _resolved(counted), every, notes)


def _single(log: Log, rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row a label, in order of time."""
    single = pd.DataFrame(
        {
            "position": places(log, rows),
            "trace_id": rows["trace_id"].astype("str"),
            "span": words(rows, "span_id"),
            "y": numbers(rows, "value", np.nan),
            **{name: words(rows, name) for name in _WORDS},
            "p": numbers(rows, "inclusion_p", np.nan),
            **{name: numbers(rows, name, np.nan) for name in ("round", "repeat", "seconds")},
            "blind": rows["blind"].astype(object) if "blind" in rows else None,
            "time": rows.get("time", pd.Series(pd.NaT, index=rows.index)),
        },
        index=rows.index,
    )
    single["y"] = single["y"].where(single["y"].isin([0.0, 1.0]))
    single["stage"] = single["stage"].where(single["stage"].isin(_STAGES), "unknown")
    kept = single[single["position"] >= 0]
    return kept.sort_values(["time", "trace_id", "rater"], kind="stable").reset_index(drop=True)


def _resolved(single: pd.DataFrame) -> pd.DataFrame:
    """Return one row a trace and step; a label drawn by design goes before one picked by hand."""
    drawn = single["stage"].isin(DRAWN).to_numpy()
    keys = pd.MultiIndex.from_frame(single[["trace_id", "span"]])
    single = single[drawn | ~keys.isin(keys[drawn])]
    firsts = single.drop_duplicates(["trace_id", "span", "rater"], keep="first")
    final = firsts[firsts["reference"] == "adjudicated"]
    settled = pd.MultiIndex.from_frame(final[["trace_id", "span"]])
    others = pd.MultiIndex.from_frame(firsts[["trace_id", "span"]])
    voting = firsts[(firsts["reference"] == "adjudicated") | ~others.isin(settled)]
    names = ["trace_id", "span"]
    found = voting.drop_duplicates(names, keep="first")[[*names, *_FIRSTS]].set_index(names)
    mean = voting.groupby(names, sort=False)["y"].mean().reindex(found.index)
    raters = firsts.groupby(names, sort=False)["y"].agg(["size", "nunique"]).reindex(found.index)
    found["y"] = np.where(mean > _HALF, 1.0, np.where(mean < _HALF, 0.0, np.nan))
    found["raters"] = raters["size"]
    found["agreed"] = raters["nunique"] <= 1
    found["order"] = np.arange(len(found))
    return found.reset_index()


def _barred(every: pd.DataFrame, rubric: Rubric | str) -> tuple[str, ...]:
    if not isinstance(rubric, Rubric) or not rubric.examples:
        return ()
    n = int(every.loc[every["trace_id"].isin(rubric.examples), "trace_id"].nunique())
    if not n:
        return ()
    which = text.plural(n, "labelled trace")
    told = "is an example" if n == 1 else "are examples"
    return (f"{which} {told} inside the rubric; {'it is' if n == 1 else 'they are'} left out.",)
