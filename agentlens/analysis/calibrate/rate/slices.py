"""In which slices can the rate be corrected, and what is it there?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.calibrate.evidence.basis import Basis, Elsewhere
from agentlens.analysis.calibrate.evidence.evidence import Evidence
from agentlens.analysis.calibrate.evidence.gather import of_window, usable
from agentlens.analysis.calibrate.rate.estimates import (
    Assume,
    Estimate,
    carried_over,
    judge_alone,
    post_stratified,
)
from agentlens.errors import UnknownNameError
from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.corrected.homogeneity import homogeneity
from agentlens.tables.log import Log

__all__ = ["Sliced", "sliced"]

_ENOUGH = 10
_MOST = 24
_LEVEL = 0.05
_MISSING = "(missing)"


@dataclass(frozen=True, eq=False)
class Sliced:
    """One rate a slice, corrected where that can be done, and what to say of the search."""

    names: tuple[str, ...]
    estimates: tuple[Estimate, ...]
    notes: tuple[str, ...]


def sliced(
    basis: Basis, there: Elsewhere, log: Log, by: str | Sequence[str], assume: Assume
) -> Sliced:
    """Return the rate of each slice, the largest slices first.

    Args:
        basis: the calibration.
        there: the window.
        log: the traces of that window.
        by: trace columns.
        assume: "same_population" corrects a slice by its own labels; "stable_errors" by all of
            them, unless the judge is proved to err otherwise there.
    """
    code, names = _slices(log, there, by)
    shown = names[:_MOST]
    parts = [_part(basis, there, code, place) for place in range(len(shown))]
    if assume == "same_population":
        found = [_by_own(basis, part, name) for part, name in zip(parts, shown, strict=True)]
        notes = []
    else:
        p = _unlike(there, code, len(names), basis.question.split)
        found = [
            _by_all(basis, part, name, float(p[place]))
            for place, (part, name) in enumerate(zip(parts, shown, strict=True))
        ]
        notes = [_tested(p[: len(shown)])]
    if len(names) > _MOST:
        notes.append(f"Of {len(names)} slices the {_MOST} largest are shown.")
    notes.append(
        f"Each of {text.plural(len(shown), 'slice')} has an interval of its own: one in twenty is"
        " expected to miss."
    )
    return Sliced(tuple(shown), tuple(found), tuple(notes))


def _by_own(basis: Basis, part: Evidence, name: str) -> Estimate:
    """Return the rate of a slice by the labels in it, or the judge's own where they are few."""
    counts = [int((part.label_verdict == verdict).sum()) for verdict in (1, 0)]
    raw = judge_alone(part, basis.question.level)
    if min(counts) < _ENOUGH:
        short = "passes" if counts[0] < _ENOUGH else "fails"
        return _grey(raw, f"not corrected: {text.plural(min(counts), 'label')} on {short} here")
    if part.few_clusters:
        return _grey(raw, f"not corrected: labels of {part.few_clusters} sessions")
    return post_stratified(part, basis.question.level, basis.asking(f"slice {name}"))


def _by_all(basis: Basis, part: Evidence, name: str, p: float) -> Estimate:
    """Return the rate of a slice by the errors on all labels, if they can be those here."""
    raw = judge_alone(part, basis.question.level)
    if p < _LEVEL:
        return _grey(raw, f"not corrected: the judge errs otherwise here (p {p:.2g})")
    found = carried_over(basis, part, basis.question.level, basis.asking(f"slice {name}"))
    told = (
        "errors of all slices; no label here"
        if np.isnan(p)
        else f"errors of all slices (p {p:.2g})"
    )
    return Estimate(found.way, found.value, found.low, found.high, found.n, told)


def _grey(raw: Estimate, note: str) -> Estimate:
    return Estimate(raw.way, raw.value, raw.low, raw.high, raw.n, note)


def _unlike(there: Elsewhere, code: pd.Series, n: int, split: str) -> Floats:
    """Return p, by Holm over slices, that the judge errs in a slice as it does elsewhere."""
    rows = there.labelled[usable(there.labelled, split)]
    rows = rows[rows["verdict"] >= 0]
    part = _of_labels(there, code, rows)
    wrong = (rows["y"] != rows["verdict"]).to_numpy(dtype=bool)
    human = (rows["y"] == 1).to_numpy(dtype=bool)
    return homogeneity(wrong, human, part, n)[1]


def _tested(p: Floats) -> str:
    known = p[~np.isnan(p)]
    least = f"smallest p {known.min():.2g}" if known.size else "no slice had labels"
    return (
        f"Whether the judge errs alike in {text.plural(known.size, 'slice')} was tested (χ², Holm:"
        f" {least}); a test that finds nothing does not prove it."
    )


def _part(basis: Basis, there: Elsewhere, code: pd.Series, place: int) -> Evidence:
    mine = (code == place).to_numpy(dtype=bool)
    inside = _of_labels(there, code, there.labelled) == place
    judged, labelled = there.judged[mine], there.labelled[inside]
    return of_window(judged, labelled, basis.question.split)


def _of_labels(there: Elsewhere, code: pd.Series, labels: pd.DataFrame) -> Ints:
    """Return the slice of each label."""
    key = ["trace_id", "span"]
    place = pd.MultiIndex.from_frame(there.judged[key]).get_indexer(
        pd.MultiIndex.from_frame(labels[key])
    )
    return np.asarray(code.to_numpy()[place], dtype=np.int64)


def _slices(log: Log, there: Elsewhere, by: str | Sequence[str]) -> tuple[pd.Series, list[str]]:
    """Return the slice of each judged trace and the names of the slices, the largest first."""
    columns = [by] if isinstance(by, str) else list(by)
    for name in columns:
        if name not in log.traces:
            raise UnknownNameError("trace column", name, log.traces.columns)
    rows = log.traces.iloc[there.judged["position"].to_numpy()]
    parts = [rows[name].astype(object).where(rows[name].notna(), _MISSING) for name in columns]
    words = parts[0].astype(str)
    for part in parts[1:]:
        words = words + " · " + part.astype(str)
    counts = words.value_counts()
    names = sorted(counts.index, key=lambda name: (-int(counts[name]), str(name)))
    codes = pd.Series(pd.Index(names).get_indexer(words), index=there.judged.index)
    return codes, [str(name) for name in names]
