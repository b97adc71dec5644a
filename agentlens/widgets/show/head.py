"""What stands above a trace: what it cost, how it was judged, what came before and after it?"""

from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

import pandas as pd

from agentlens import text
from agentlens.html import cell
from agentlens.tables.log import Log
from agentlens.tables.schema import SPANS, TRACES
from agentlens.tables.trace import Trace

__all__ = ["about", "facts", "judgements", "neighbours"]

_CUT = 300
_MOST_SCORES = 60
_COMMENT = 500
_HEAD = ("status", "error_type", "start", "latency_s", "cost_usd", "model", "release")
_TOKENS = ("input_tokens", "output_tokens", "cached_tokens")
_ELSEWHERE = {*_HEAD, *_TOKENS, "trace_id", "session_id", "input", "output", "end"}
_OF_A_STEP = {"span_id", "trace_id", "parent_id", "kind", "name", "start", "end", "status"}
_OF_A_STEP |= {"input", "output", "error_message"}
_UNITS = {one.name: one.unit for table in (TRACES, SPANS) for one in table.columns}


def facts(row: Mapping[Any, Any]) -> list[list[str]]:
    """Return what everybody first wants to know of a trace, as pairs of name and text.

    Args:
        row: of the trace.
    """
    told = {"status": _told(row, "status") or "unknown"}
    if error := _told(row, "error_type"):
        told["status"] += f" ({error})"
    told["start"] = f"{row['start']:%Y-%m-%d %H:%M:%S} UTC"
    for name, word in (("latency_s", "duration"), ("cost_usd", "cost")):
        told[word] = _told(row, name) or "unknown"
    told["tokens"] = _tokens(row) or "unknown"
    for name in ("model", "release"):
        if known := _told(row, name):
            told[name] = known
    return [[name, said] for name, said in told.items()]


def about(row: Mapping[Any, Any], *, step: bool = False) -> list[list[str]]:
    """Return all other columns that are known, as pairs of name and text.

    Args:
        row: of a trace, or of a step.
        step: which of the two.
    """
    skipped = _OF_A_STEP if step else _ELSEWHERE
    pairs = ((str(name), _told(row, str(name))) for name in row if name not in skipped)
    return [[name, said] for name, said in pairs if said]


def judgements(trace: Trace) -> list[dict[str, Any]]:
    """Return the verdicts on a trace, the newest of each name first among its kind.

    Args:
        trace: whole.
    """
    rows = trace.scores
    if "time" in rows:
        rows = rows.sort_values("time", ascending=False, kind="stable")
    if "span_id" in rows:
        rows = rows.iloc[rows["span_id"].notna().to_numpy().argsort(kind="stable")]
    return [_judgement(row) for row in rows.head(_MOST_SCORES).to_dict("records")]


def neighbours(log: Log, trace: Trace) -> dict[str, Any] | None:
    """Return which trace of its session this is, and the ids of those beside it.

    Args:
        log: where it is from.
        trace: the one in question.
    """
    session = trace.row.get("session_id")
    if session is None or pd.isna(session):
        return None
    # A lake reads only this session; a log in memory need not copy its steps for it.
    held = vars(log).get("traces")
    rows = log.where(session_id=session).traces if held is None else held
    rows = rows.loc[rows["session_id"] == session, ["trace_id", "start"]]
    ids = rows.sort_values("start", kind="stable")["trace_id"].astype(str).tolist()
    own = str(trace.row["trace_id"])
    if own not in ids:
        return None
    at = ids.index(own)
    return {
        "id": str(session)[:_CUT],
        "nth": at + 1,
        "of": len(ids),
        "previous": ids[at - 1] if at else None,
        "next": ids[at + 1] if at + 1 < len(ids) else None,
    }


def _judgement(row: Mapping[Any, Any]) -> dict[str, Any]:
    value = _told(row, "value")
    label = _told(row, "label")
    version = " ".join(filter(None, (_told(row, "rubric"), _told(row, "rubric_version"))))
    said: dict[str, str] = {
        "name": _told(row, "name"),
        "verdict": label or value or _told(row, "status") or "no verdict",
        "value": value if label else "",
        "source": _told(row, "source") or "unknown source",
        "by": _told(row, "rater") or _told(row, "judge_model"),
        "version": version,
        "when": _told(row, "time"),
        "span": _told(row, "span_id"),
        "comment": _told(row, "comment", _COMMENT) or _told(row, "note", _COMMENT),
    }
    return {name: one for name, one in said.items() if one}


def _tokens(row: Mapping[Any, Any]) -> str:
    words = (("input_tokens", "in"), ("output_tokens", "out"), ("cached_tokens", "cached"))
    known = [(row.get(name), word) for name, word in words]
    return ", ".join(
        f"{text.count(float(n))} {word}" for n, word in known if n is not None and not pd.isna(n)
    )


def _told(row: Mapping[Any, Any], name: str, most: int = _CUT) -> str:
    """Return a value in its unit, "" where it is missing or empty."""
    value = row.get(name)
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return ""
    unit = _UNITS.get(name, "")
    if unit in {"s", "USD"} and isinstance(value, Real):
        return text.number(float(value), unit)
    if pd.api.types.is_bool(value):
        return "yes" if value else "no"
    said = f"{value:,}" if isinstance(value, Integral) else cell(value)
    return said if len(said) <= most else f"{said[: most - 1]}…"
