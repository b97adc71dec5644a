"""What does each trace score, one column per score name?"""

from collections.abc import Mapping
from urllib.parse import parse_qsl

import numpy as np
import pandas as pd

from agentlens.errors import UnknownNameError

__all__ = ["SCORE_COLUMNS", "newest_version", "score_column", "score_names", "wide"]

SCORE_COLUMNS = (
    *("trace_id", "span_id", "name", "source", "value", "inclusion_p"),
    *("rubric_version", "judge_id", "judge_model", "time"),
)
"""What is read of the scores to put one beside the traces: nothing that was written in words."""

_ORDER = ("judge", "check", "api", "user", "human")


def score_names(scores: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Return column name to (score name, source).

    A name that only one source gives is `score:<name>`. Human labels are `score:<name>@human`
    wherever something else gives the name too, and so are further sources.
    """
    if not len(scores):
        return {}
    sources = scores["source"] if "source" in scores else pd.Series("api", index=scores.index)
    pairs = pd.DataFrame({"name": scores["name"].astype(str), "source": sources.astype(str)})
    found: dict[str, tuple[str, str]] = {}
    for name, group in pairs.drop_duplicates().groupby("name", sort=True)["source"]:
        ranked = sorted(group, key=lambda one: _ORDER.index(one) if one in _ORDER else 9)
        for place, source in enumerate(ranked):
            found[f"score:{name}" + (f"@{source}" if place else "")] = (str(name), source)
    return found


def score_column(
    scores: pd.DataFrame, column: str, names: Mapping[str, tuple[str, str]] | None = None
) -> pd.DataFrame:
    """Return one score by trace: trace_id, value, inclusion_p and the rubric version used.

    `.attrs["source"]` says who gave it.

    Only the newest rubric version counts, and where two judges judged one step, the one that judged
    most. Repeats on one step are averaged before steps are, so that judging a step twice does not
    make it heavier.

    Args:
        scores: the scores table.
        column: `score:<name>` or `score:<name>@<source>`; `?judge=…&version=…` after it takes the
            verdicts of one judge, by id or model, or of one rubric version, and no others.
        names: what `score_names` gives, where it is known already.
    """
    plain, _, only = column.partition("?")
    names = score_names(scores) if names is None else names
    if plain not in names:
        raise UnknownNameError("score", plain, names)
    name, source = names[plain]
    rows = _given(scores, name, source)
    wanted = dict(parse_qsl(only))
    if "judge" in wanted:
        rows = rows[_by_judge(rows, wanted["judge"])]
    version = wanted.get("version", newest_version(rows))
    if version is not None:
        of_version = rows.get("rubric_version", pd.Series("", index=rows.index))
        rows = rows[of_version.astype(str) == version]
    rows = _one_judge(rows)
    by = ["trace_id"]
    if "span_id" in rows and rows["span_id"].notna().any():
        by.append("span_id")
    p = rows["inclusion_p"] if "inclusion_p" in rows else pd.Series(np.nan, index=rows.index)
    held = pd.DataFrame({"value": rows["value"], "inclusion_p": p}, index=rows.index)
    if "inclusion_p" not in rows:
        held["inclusion_p"] = 1.0
    if len(by) == 1 and rows["trace_id"].is_unique:  # one verdict a trace: nothing to average
        out = held.assign(trace_id=rows["trace_id"])[["trace_id", *held]].reset_index(drop=True)
    else:
        keys = [rows[key].astype(object).where(rows[key].notna(), "") for key in by]
        by_trace = held.groupby(keys, sort=False).mean().groupby(level=0, sort=False).mean()
        out = by_trace.rename_axis("trace_id").reset_index()
    out["trace_id"] = out["trace_id"].astype("str")
    out = out.assign(rubric_version=version or "")
    out.attrs["source"] = source
    return out


def _given(scores: pd.DataFrame, name: str, source: str) -> pd.DataFrame:
    """Return the rows of a score that have a value, without the columns that nobody asks for."""
    asked = [one for one in SCORE_COLUMNS if one in scores]
    if "value" not in scores:
        return scores[asked].iloc[:0]
    named = (scores["name"] == name).fillna(value=False).to_numpy(dtype=bool)
    wanted = named & scores["value"].notna().to_numpy()
    if "source" in scores:
        wanted = wanted & (scores["source"].astype(str) == source).to_numpy(dtype=bool)
    return scores[asked][wanted]


def wide(traces: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Return the traces with a column per score, and in `.attrs["rubrics"]` which version it is."""
    rubrics = {}
    columns = {}
    names = score_names(scores)
    for column in names:
        found = score_column(scores, column, names)
        by_id = found.set_index("trace_id")["value"]
        columns[column] = traces["trace_id"].map(by_id).astype("float64")
        rubrics[column] = str(found["rubric_version"].iloc[0]) if len(found) else ""
    joined = traces.assign(**columns)
    joined.attrs["rubrics"] = rubrics
    return joined


def _by_judge(rows: pd.DataFrame, judge: str) -> pd.Series:
    """Return which rows one judge gave, known by its id or by its model."""
    found = pd.Series(data=False, index=rows.index)
    for name in ("judge_id", "judge_model"):
        if name in rows:
            found |= rows[name].astype(object) == judge
    return found


def _one_judge(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows without second opinions: two judges of one step are never averaged."""
    if "judge_id" not in rows or rows["judge_id"].nunique() < 2:  # noqa: PLR2004 - one judge
        return rows
    judge = rows["judge_id"].astype(object).where(rows["judge_id"].notna(), "")
    counts = judge.value_counts()
    order = sorted(counts.index, key=lambda one: (-counts[one], one))
    place = judge.map({one: at for at, one in enumerate(order)})
    spans = rows["span_id"].fillna("").astype(str) if "span_id" in rows else ""
    first = place.groupby([rows["trace_id"], pd.Series(spans, index=rows.index)]).transform("min")
    return rows[place == first]


def newest_version(rows: pd.DataFrame) -> str | None:
    """Return the rubric version that came into use last; an old one may still be judged by."""
    if "rubric_version" not in rows or not rows["rubric_version"].notna().any():
        return None
    known = rows[rows["rubric_version"].notna()]
    versions = known["rubric_version"].astype(str)
    if (versions == versions.iloc[0]).all():
        return str(versions.iloc[0])
    if "time" in known and known["time"].notna().any():
        first = known["time"].groupby(versions).min()
        best = first[first == first.max()].index
    else:
        best = versions.unique()
    return str(max(best, key=_version_key))


def _version_key(version: str) -> tuple[tuple[int, str], ...]:
    parts = version.replace("-", ".").split(".")
    return tuple((int(part) if part.isdigit() else -1, part) for part in parts)
