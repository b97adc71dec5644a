"""How do three frames in memory become a log?"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.tables.conform import Conformed, conform
from agentlens.tables.log import Log
from agentlens.tables.match import among
from agentlens.tables.problems import Problem, rejected_rows, report_frame
from agentlens.tables.schema import SCORES, SPANS, TABLES, TRACES, Table

__all__ = ["SCALES", "Source", "assemble", "from_frames", "mapped"]

Source = str | tuple[str, str] | Callable[[pd.DataFrame], pd.Series]
SCALES = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "min": 60.0, "USD": 1.0, "cents": 0.01}


def from_frames(
    traces: pd.DataFrame,
    spans: pd.DataFrame | None = None,
    scores: pd.DataFrame | None = None,
    *,
    mapping: Mapping[str, Source] | None = None,
    strict: bool | None = None,
) -> Log:
    """Return a log of these frames, checked once; what was changed is in its report.

    Args:
        traces: one row per run; `trace_id` (or `session_id`) and `start` are needed.
        spans: one row per step.
        scores: one row per judgement.
        mapping: our trace column to yours: a name, ("latency_ms", "ms"), a constant "=value",
            or a function of the frame.
        strict: None refuses when more than a fifth of a table's rows cannot be used; False
            keeps the rest.

    Example:
        >>> import pandas as pd
        >>> rows = pd.DataFrame({"id": ["a"], "began": ["2026-11-01T10:00:00Z"], "took_ms": [900]})
        >>> names = {"trace_id": "id", "start": "began", "latency_s": ("took_ms", "ms")}
        >>> from_frames(rows, mapping=names).traces["latency_s"].tolist()
        [0.9]
    """
    return assemble(
        mapped(traces, TRACES, mapping or {}), spans, scores, strict=strict, problems=()
    )


def assemble(
    traces: pd.DataFrame,
    spans: pd.DataFrame | None,
    scores: pd.DataFrame | None,
    *,
    strict: bool | None,
    problems: tuple[Problem, ...],
    rejected: pd.DataFrame | None = None,
) -> Log:
    """Return the log of frames whose columns have our names; readers end here."""
    whole = conform(traces, TRACES, strict=strict)
    parts = [whole]
    for frame, table in ((spans, SPANS), (scores, SCORES)):
        parts.append(_joined(frame, table, whole.frame["trace_id"], strict=strict))
    found = (*problems, *(one for part in parts for one in part.problems))
    refused = [part.rejected for part in parts]
    return Log(
        traces=parts[0].frame,
        spans=parts[1].frame,
        scores=parts[2].frame,
        report=report_frame(found),
        rejected=pd.concat(
            [one for one in (rejected, *refused) if one is not None], ignore_index=True
        ),
    )


def mapped(frame: pd.DataFrame, table: Table, mapping: Mapping[str, Source]) -> pd.DataFrame:
    """Return the frame with the columns that a mapping names put under our names."""
    if not mapping:
        return frame
    if not isinstance(frame, pd.DataFrame):
        return frame
    added: dict[str, Any] = {}
    used = set()
    for name, source in mapping.items():
        if name in TABLES and isinstance(source, Mapping):
            continue
        added[name] = _value(frame, table, name, source)
        if isinstance(source, str) and not source.startswith("="):
            used.add(source)
        if isinstance(source, tuple):
            used.add(source[0])
    rest = frame.drop(columns=[one for one in used if one not in added])
    return rest.assign(**added)


def _value(frame: pd.DataFrame, table: Table, name: str, source: Source) -> object:
    if callable(source):
        return source(frame)
    if isinstance(source, str) and source.startswith("="):
        return source[1:]
    column, unit = source if isinstance(source, tuple) else (source, None)
    if column not in frame:
        raise UnknownNameError(f"{table.name} column", column, frame.columns)
    if unit is None:
        return frame[column]
    if unit not in SCALES:
        raise UnknownNameError("unit", unit, SCALES)
    numbers = pd.to_numeric(frame[column], errors="coerce")
    if numbers.notna().sum() < frame[column].notna().sum():
        message = f"mapping {name!r}: the column {column!r} holds values that are no numbers."
        raise BadInputError(message)
    return numbers * SCALES[unit]


def _joined(
    frame: pd.DataFrame | None, table: Table, ids: pd.Series, *, strict: bool | None
) -> Conformed:
    """Return a table that only speaks of traces that are there; the others are set aside."""
    if frame is None:
        wanted = {one.name: pd.Series(dtype="str") for one in table.columns if one.required}
        frame = pd.DataFrame(wanted)
    part = conform(frame, table, strict=strict)
    lost = ~among(part.frame["trace_id"], ids)
    if not lost.any():
        return part
    reason = "no such trace"
    aside = rejected_rows(part.frame[lost], table.name, table.key, reason)
    problem = Problem(
        action="dropped",
        table=table.name,
        field="trace_id",
        severity="warn",
        n=int(lost.sum()),
        share=float(lost.mean()),
        examples=tuple(map(str, part.frame.loc[lost, "trace_id"].iloc[:5])),
        detail=reason,
    )
    return replace(
        part,
        frame=part.frame[~lost].reset_index(drop=True),
        problems=(*part.problems, problem),
        rejected=pd.concat([part.rejected, aside], ignore_index=True),
    )
