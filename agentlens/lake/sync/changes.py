"""Into which tables of a lake do the rows of a source go?"""

from typing import Any

import pandas as pd

from agentlens.sources.intake.road import Gathered
from agentlens.sources.intake.verdicts import identified
from agentlens.tables.problems import WHERE

__all__ = ["NOWHERE", "ORIGIN", "rows_for"]

_TEXTS = ["input", "output"]
NOWHERE = ""
"""What stands for the trace of a score that judges no single trace."""
ORIGIN = "read_from"
"""The column with the name of the source that brought a row, where the source is watched."""


def rows_for(rows: Gathered, now: pd.Timestamp, *, origin: str = "") -> dict[str, pd.DataFrame]:
    """Return the rows by table, what was said apart from the rest.

    Args:
        rows: of a source or a slice of it, each once.
        now: the time of what has none.
        origin: the name that each row keeps of its source, if any.
    """
    facts = _dated(rows.facts, rows.spans, now)
    scores, _ = identified(rows.scores) if len(rows.scores) else (rows.scores, [])
    said = [_said(rows.spans), _said(facts.assign(span_id=_nothing(facts)))]
    texts = [one for one in said if one is not None]
    held = {
        "spans": rows.spans.drop(columns=[*_TEXTS, WHERE], errors="ignore"),
        "facts": facts.drop(columns=[*_TEXTS, WHERE], errors="ignore"),
        "scores": _placed(_timed(scores, now)).drop(columns=WHERE, errors="ignore"),
    }
    found = {name: _marked(frame, origin) for name, frame in held.items()}
    if texts:
        found["text"] = pd.concat(texts, ignore_index=True)
    return {name: frame for name, frame in found.items() if len(frame)}


def _marked(rows: pd.DataFrame, origin: str) -> pd.DataFrame:
    if not origin:
        return rows
    return rows.assign(**{ORIGIN: pd.Series(origin, index=rows.index, dtype="str")})


def _said(rows: pd.DataFrame) -> pd.DataFrame | None:
    """Return what was said in these rows; None if nothing was."""
    names = [name for name in _TEXTS if name in rows]
    if not names or not len(rows):
        return None
    keys = [name for name in ("trace_id", "span_id", "start", "updated_at") if name in rows]
    told = rows.loc[rows[names].notna().any(axis=1), [*keys, *names]]
    return told if len(told) else None


def _dated(facts: pd.DataFrame, spans: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    """Return facts that each have a time: their own, that of their first step, or now."""
    if not len(facts) or ("start" in facts and facts["start"].notna().all()):
        return facts
    first = facts["trace_id"].map(spans.groupby("trace_id")["start"].min()) if len(spans) else None
    return _filled(facts, "start", first, now)


def _timed(scores: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    if not len(scores) or ("time" in scores and scores["time"].notna().all()):
        return scores
    return _filled(scores, "time", scores.get("updated_at"), now)


def _placed(scores: pd.DataFrame) -> pd.DataFrame:
    """Return scores with a word where they belong to no trace but to a session or an experiment."""
    if not len(scores):
        return scores
    known = scores["trace_id"] if "trace_id" in scores else _nothing(scores)
    return scores.assign(trace_id=known.fillna(NOWHERE))


def _filled(
    frame: pd.DataFrame, name: str, other: pd.Series | None, now: pd.Timestamp
) -> pd.DataFrame:
    dtype: Any = "datetime64[us, UTC]"
    never = pd.Series(pd.NaT, index=frame.index, dtype=dtype)
    known = frame.get(name, never)
    known = known if other is None else known.fillna(other.astype(dtype))
    return frame.assign(**{name: known.fillna(now).astype(dtype)})


def _nothing(frame: pd.DataFrame) -> pd.Series:
    return pd.Series("", index=frame.index, dtype="str")
