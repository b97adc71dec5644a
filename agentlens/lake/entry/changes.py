"""Into which tables of a lake do the three tables of a log go?"""

import pandas as pd

from agentlens.tables.log import Log

__all__ = ["changes_of"]

_TEXTS = ["input", "output"]


def changes_of(log: Log) -> dict[str, pd.DataFrame]:
    """Return the rows of a log as a lake keeps them, what was said apart from the rest.

    Args:
        log: any log; it is not changed.
    """
    traces, spans = log.traces, log.spans
    own = traces.assign(span_id=pd.Series("", index=traces.index, dtype="str"))
    parts = [one for one in (_said(own), _said(spans)) if one is not None]
    changes = {"traces": traces.drop(columns=_TEXTS, errors="ignore")}
    if len(spans):
        changes["spans"] = spans.drop(columns=_TEXTS, errors="ignore")
    if parts:
        changes["text"] = pd.concat(parts, ignore_index=True)
    if len(log.scores):
        changes["scores"] = _timed(log.scores, traces)
    return changes


def _said(rows: pd.DataFrame) -> pd.DataFrame | None:
    """Return what was said in these rows; None if nothing was."""
    names = [name for name in _TEXTS if name in rows]
    if not names or not len(rows):
        return None
    keys = [name for name in ("trace_id", "span_id", "start", "updated_at") if name in rows]
    texts = rows[[*keys, *names]].astype(dict.fromkeys(names, "str"))
    told = texts[texts[names].notna().any(axis=1)]
    return told if len(told) else None


def _timed(scores: pd.DataFrame, traces: pd.DataFrame) -> pd.DataFrame:
    """Return the scores with the trace's start where nobody noted when they were given."""
    starts = scores["trace_id"].map(traces.set_index("trace_id")["start"])
    if "time" not in scores:
        return scores.assign(time=starts)
    if scores["time"].notna().all():
        return scores
    return scores.assign(time=scores["time"].astype(starts.dtype).fillna(starts))
