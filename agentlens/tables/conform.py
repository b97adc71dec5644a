"""Is this frame one of our tables? Checked once, at the door."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError, near
from agentlens.tables.convert import convert
from agentlens.tables.problems import Problem, rejected_rows
from agentlens.tables.schema import Table

__all__ = ["Conformed", "conform"]

_RUIN = 0.2
_EARLIEST = pd.Timestamp("2015-01-01", tz="UTC")
_UNITLESS = {"latency": ("latency_s", "ms"), "duration": ("latency_s", "ms")}
_UNITLESS |= {"cost": ("cost_usd", "USD"), "ttft": ("ttft_s", "ms")}


@dataclass(frozen=True)
class Conformed:
    """A table as the schema wants it, what had to be changed, and the rows that it could not take."""

    frame: pd.DataFrame
    problems: tuple[Problem, ...]
    rejected: pd.DataFrame


def conform(frame: pd.DataFrame, table: Table, *, strict: bool | None = None) -> Conformed:
    """Return the frame in the schema's columns and types, with every change written down.

    Args:
        frame: the rows; it is not changed, and what already fits is not copied.
        table: the schema's table.
        strict: None refuses when a required column is missing or more than a fifth of its rows
            is unusable; False refuses only when a column is missing.

    Raises:
        BadInputError: the rows cannot be this table.
    """
    _refuse_foreign(frame, table)
    frame, problems = _keyed(frame.reset_index(drop=True), table)
    _refuse_missing(frame, table)
    columns: dict[str, pd.Series] = {}
    for column in table.columns:
        if column.name in frame:
            columns[column.name], found = convert(frame[column.name], column)
            problems += found
    extra = [name for name in frame.columns if name not in columns]
    columns |= {name: frame[name] for name in extra}
    whole = pd.DataFrame(columns, index=frame.index, copy=False)
    whole, late = _ordered(whole)
    problems += late
    kept, rejected, dropped = _usable(whole, frame, table)
    problems += dropped
    if strict is not False:
        _refuse_ruin(dropped, table, len(frame))
    named = tuple(replace(problem, table=table.name) for problem in problems)
    return Conformed(kept, named, rejected)


def _refuse_foreign(frame: object, table: Table) -> None:
    if not isinstance(frame, pd.DataFrame):
        message = f"{table.name} must be a pandas DataFrame, not {type(frame).__name__}."
        raise BadInputError(message)
    doubled = frame.columns[frame.columns.duplicated()].unique()
    if len(doubled):
        message = f"{table.name} has two columns called {doubled[0]!r}; rename one of them."
        raise BadInputError(message)
    for name, (target, unit) in _UNITLESS.items():
        if name in frame and target in table.names and target not in frame:
            question = "in which currency" if unit == "USD" else "seconds or milliseconds"
            message = (
                f"{table.name}.{name}: {question}? "
                f"Say mapping={{{target!r}: ({name!r}, {unit!r})}} or rename the column."
            )
            raise BadInputError(message)


def _keyed(frame: pd.DataFrame, table: Table) -> tuple[pd.DataFrame, list[Problem]]:
    if table.key in frame:
        return frame, []
    if table.name != "traces":
        numbers = pd.Series(range(len(frame)), index=frame.index).astype("str")
        made = (f"{table.name[:-1]}-" + numbers).astype("str")
        detail = "no ids given; rows are numbered"
    elif "session_id" in frame:
        made, detail = frame["session_id"], "no trace_id column; a session is taken as one trace"
    else:
        return frame, []
    problem = Problem(action="assumed", field=table.key, n=len(frame), detail=detail)
    return frame.assign(**{table.key: made}), [problem]


def _refuse_missing(frame: pd.DataFrame, table: Table) -> None:
    for column in table.columns:
        if column.required and column.name not in frame:
            names = [str(name) for name in frame.columns]
            hint = near(column.name, names)
            message = (
                f"{table.name} has no column {column.name!r} ({column.meaning}).{hint} "
                f"Rename the column or say mapping={{{column.name!r}: 'your column'}}."
            )
            raise BadInputError(message)


def _ordered(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Take back ends that precede starts, and fill in durations from the two times."""
    if "end" not in frame or "start" not in frame:
        return frame, []
    problems = []
    backwards = (frame["end"] < frame["start"]).to_numpy()
    if backwards.any():
        frame = frame.assign(end=frame["end"].mask(backwards))
        if "latency_s" in frame:
            frame = frame.assign(latency_s=frame["latency_s"].mask(backwards))
        problems.append(_counted("missing", "end", backwards, "end before start; taken as missing"))
    spent = (frame["end"] - frame["start"]).dt.total_seconds()
    if "latency_s" not in frame:
        return frame.assign(latency_s=spent), problems
    gaps = (frame["latency_s"].isna() & spent.notna()).to_numpy()
    if gaps.any():
        frame = frame.assign(latency_s=frame["latency_s"].where(~gaps, spent))
        problems.append(_counted("repaired", "latency_s", gaps, "taken from start and end"))
    return frame, problems


def _usable(
    whole: pd.DataFrame, before: pd.DataFrame, table: Table
) -> tuple[pd.DataFrame, pd.DataFrame, list[Problem]]:
    """Return the rows that can be used, those that cannot (as they came), and how many."""
    out = np.zeros(len(whole), dtype=bool)
    rejected: list[pd.DataFrame] = []
    problems: list[Problem] = []

    def reject(rows: np.ndarray, field: str, reason: str) -> None:
        rows = rows & ~out
        if rows.any():
            out[rows] = True
            rejected.append(rejected_rows(before[rows], table.name, table.key, reason))
            action = "duplicate" if reason.startswith("duplicate") else "dropped"
            problems.append(_counted(action, field, rows, reason))

    for column in table.columns:
        if column.required:
            reject(whole[column.name].isna().to_numpy(), column.name, f"no usable {column.name}")
    if "start" in whole:
        early = (whole["start"] < _EARLIEST).to_numpy()
        reject(early, "start", "start before 2015")
    keys = ["trace_id", table.key] if table.name == "spans" else [table.key]
    again = np.zeros(len(whole), dtype=bool)
    again[~out] = whole.loc[~out, keys].duplicated(keep="last").to_numpy()
    reject(again, table.key, "duplicate id; the last row with it was kept")
    empty = rejected_rows(before.iloc[:0], table.name, table.key, "")
    kept = whole if not out.any() else whole[~out].reset_index(drop=True)
    return kept, pd.concat([empty, *rejected], ignore_index=True), problems


def _refuse_ruin(problems: list[Problem], table: Table, n: int) -> None:
    dropped = [problem for problem in problems if problem.action == "dropped"]
    lost = sum(problem.n for problem in dropped)
    if lost > _RUIN * n:
        reasons = [f"{one.n:,} × {one.detail} ({', '.join(one.examples)})" for one in dropped]
        message = (
            f"{table.name}: {lost:,} of {n:,} rows cannot be used: {'; '.join(reasons)}."
            " Mend those columns, or pass strict=False to keep the rest."
        )
        raise BadInputError(message)


def _counted(action: str, field: str, rows: np.ndarray, detail: str) -> Problem:
    n = int(rows.sum())
    places = tuple(f"row {place}" for place in np.flatnonzero(rows)[:5])
    return Problem(
        action=action,  # type: ignore[arg-type]
        field=field,
        severity="warn",
        n=n,
        share=n / max(len(rows), 1),
        examples=places,
        detail=detail,
    )
