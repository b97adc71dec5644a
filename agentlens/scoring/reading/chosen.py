"""Which rows of the scores does a rubric mean?"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.errors import AgentLensError, BadInputError, UnknownNameError
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.tables.log import Log
from agentlens.tables.wide import newest_version

__all__ = ["Asked", "asked", "first_of_each", "places", "refuse_unknown", "rows_of"]


class Asked(NamedTuple):
    """A rubric as a caller names it: the score, the version (None for the newest), its words' hash."""

    name: str
    version: str | None
    hash: str | None

    @property
    def label(self) -> str:
        """Name and version, as cards show them."""
        return self.name if self.version is None else f"{self.name}@{self.version}"


def asked(rubric: Rubric | str) -> Asked:
    """Return what a rubric, "name" or "name@version" means.

    >>> asked("goal_completion@3")
    Asked(name='goal_completion', version='3', hash=None)
    """
    if isinstance(rubric, Rubric):
        return Asked(rubric.name, str(rubric.version), rubric.hash)
    given: object = rubric
    if not isinstance(given, str) or not given.strip("@ "):
        message = f"rubric is a Rubric, or text such as 'goal_completion@3', not {rubric!r}."
        raise BadInputError(message)
    name, _, version = given.removeprefix("score:").partition("@")
    return Asked(name, version or None, None)


def rows_of(log: Log, wanted: Asked, source: str) -> tuple[pd.DataFrame, Asked, tuple[str, ...]]:
    """Return the rows of one source by one rubric, the rubric with its version, and notes.

    Args:
        log: its scores.
        wanted: the rubric; without a version, the newest of this source is meant.
        source: judge, check or human.

    Raises:
        UnknownNameError: nothing has that name, or not in that version.
    """
    scores = log.scores
    origin = scores["source"] if "source" in scores else pd.Series("api", index=scores.index)
    of_source = (origin.astype("str") == source).to_numpy()
    kept = (scores["name"].astype("str") == wanted.name).to_numpy() & of_source
    notes: list[str] = []
    version = wanted.version
    told = [name for name in ("rubric_version", "time") if name in scores]
    if "rubric_version" in scores and (given := scores["rubric_version"][kept]).notna().any():
        version = wanted.version or newest_version(scores.loc[kept, told])
        other = (given.notna() & (given.astype("str") != version)).to_numpy()
        if other.any() and wanted.version is None:  # who names one knows that there are others
            what = "a judge" if source == "judge" else f"a {source}"
            notes.append(
                f"{text.plural(int(other.sum()), 'score')} that {what} gave by other versions of"
                f" {wanted.name} than {version} are left out."
            )
        kept[kept] = ~other
    if wanted.hash is not None and "rubric_hash" in scores:
        given = scores["rubric_hash"][kept]
        strange = (given.notna() & (given != wanted.hash)).to_numpy(dtype=bool, na_value=False)
        if strange.any():
            notes.append(
                f"{text.plural(int(strange.sum()), 'score')} by other words under the name"
                f" {wanted.label} are left out."
            )
        kept[kept] = ~strange
    return scores[kept], wanted._replace(version=version), tuple(notes)


def refuse_unknown(log: Log, wanted: Asked, source: str) -> AgentLensError:
    """Return the error that says which scores of a source there are, or that words were changed."""
    scores = log.scores
    if wanted.hash is not None and not rows_of(log, wanted._replace(hash=None), source)[0].empty:
        message = (
            f"{wanted.label} was asked in other words in this log (these have the hash"
            f" {wanted.hash[:4]}…). Give these words a new version, or the rubric its old words."
        )
        return BadInputError(message)
    known: list[str] = []
    if len(scores) and "source" in scores:
        mine = scores[scores["source"].astype("str") == source]
        known = sorted({str(one) for one in mine["name"].unique()})
    how = {"judge": " Run judge(log, rubric, judge) first.", "check": " Run check(log) first."}
    hint = f"This log has no scores of a {source} at all.{how.get(source, '')}" if not known else ""
    return UnknownNameError(f"score of a {source} called", wanted.label, known, hint=hint)


def first_of_each(rows: pd.DataFrame, *, repeats: bool = False) -> pd.DataFrame:
    """Return one row a trace and step: the first asking, and of that the newest.

    Args:
        rows: of one judge or rater.
        repeats: one row a trace, step and asking instead.
    """
    order = pd.DataFrame(
        {
            "trace_id": rows["trace_id"],
            "_span": _spans(rows),
            "_repeat": rows["repeat"].fillna(1).astype("float64") if "repeat" in rows else 1.0,
            "_time": rows.get("time", pd.Series(pd.NaT, index=rows.index)),
            "_row": np.arange(len(rows)),
        }
    ).sort_values(["_repeat", "_time"], ascending=[True, False], kind="stable")
    each = ["trace_id", "_span", "_repeat"] if repeats else ["trace_id", "_span"]
    kept = order.drop_duplicates(each, keep="first")
    return rows.iloc[kept["_row"].to_numpy()].assign(_span=kept["_span"].to_numpy())


def _spans(rows: pd.DataFrame) -> pd.Series:
    if "span_id" not in rows:
        return pd.Series("", index=rows.index, dtype=object)
    return rows["span_id"].astype(object).where(rows["span_id"].notna(), "")


def places(log: Log, rows: pd.DataFrame) -> np.ndarray:
    """Return the row of `log.traces` that each score speaks of."""
    return np.asarray(pd.Index(log.traces["trace_id"]).get_indexer(rows["trace_id"]), np.int64)
