"""Does every row of an export stand in the log or in the report, and is too much missing?"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn

import pandas as pd

from agentlens.errors import BadInputError
from agentlens.sources.intake.road import Gathered
from agentlens.tables.log import Log
from agentlens.tables.problems import WHERE, Problem, report_frame
from agentlens.tables.schema import TABLES

__all__ = ["accounted", "refuse_export"]

_FEW, _SHARE = 3, 0.01
_STRICT = ("dropped", "assumed", "truncated", "conflict")
_ROWS = ("read", "dropped", "duplicate")
_STRAY = "no such trace"


def accounted(log: Log, rows: Gathered, files: Sequence[str]) -> Log:
    """Return the log with one `read` line a file and table, and its losses by file and reason.

    For each file the rows read, dropped and duplicate add up to the rows that it held.

    Args:
        log: the log, its rows still with their places.
        rows: the rows that it was built from.
        files: the names of the files, in their order.
    """
    came = {"spans": rows.spans, "traces": rows.facts, "scores": rows.scores}
    kept_of = {table: _file(_places(frame)).value_counts() for table, frame in came.items()}
    lost = log.rejected.assign(file=_file(log.rejected["where"]))
    strays = lost[(lost["reason"] == _STRAY) | (lost["table"] == "traces")]
    problems: list[Problem] = []
    for file in files:
        for table, of_file in kept_of.items():
            kept = int(of_file.get(file, 0))
            gone = lost[(lost["file"] == file) & (lost["table"] == table)]
            kept -= len(gone.index.intersection(strays.index)) if table == "scores" else 0
            if kept or len(gone):
                problems.append(Problem(action="read", n=kept, table=table, file=file))
                problems += _losses(gone, table, file, kept)
        unread = lost[(lost["file"] == file) & (lost["table"] == "")]
        problems += _losses(unread, "", file, 0)
        if not any(one.file == file for one in problems):
            problems.append(Problem(action="read", n=0, file=file))
    told = log.report[~log.report["action"].isin(["dropped", "duplicate"])]
    counted = report_frame(problems)
    return replace(
        log,
        traces=log.traces.drop(columns=WHERE, errors="ignore"),
        spans=log.spans.drop(columns=WHERE, errors="ignore"),
        scores=log.scores.drop(columns=WHERE, errors="ignore"),
        report=pd.concat([counted, _merged(told)], ignore_index=True) if len(told) else counted,
    )


def refuse_export(log: Log, *, strict: bool | None) -> None:
    """Raise where too much is missing to go on, with the report attached."""
    report = log.report
    dropped = report[(report["action"] == "dropped") & (report["detail"] != _STRAY)]
    n, read = int(dropped["n"].sum()), int(report.loc[report["action"] == "read", "n"].sum())
    if not len(log) and (report["action"] == "dropped").any():
        _raise("No trace could be read", report[report["action"] == "dropped"], log)
    ours = report["table"].isin(["", *TABLES])
    other = report[~ours & (report["n"] > 0)]
    held = ours & report["action"].isin(_ROWS)
    if not len(log) and len(other) and not report.loc[held, "n"].sum():
        _raise("There is no trace in these files", other, log)
    if strict is True:
        found = report[report["action"].isin(_STRICT) & (report["file"] != "")]
        if len(found):
            words = ", ".join(sorted(set(found["action"])))
            _raise(f"strict=True allows nothing to be {words}", found, log)
    if strict is None and n > _FEW and n > _SHARE * (n + read):
        _raise(f"{n:,} of {n + read:,} rows cannot be used", dropped, log)


def _raise(what: str, rows: pd.DataFrame, log: Log) -> NoReturn:
    reasons = [f"{row.n:,} × {row.detail} ({row.examples})" for row in rows.head(3).itertuples()]
    why = f": {'; '.join(reasons)}" if reasons else ""
    more = " strict=False reads the rest." if len(log) else ""
    message = f"{what}{why}. The report is in the error's .report.{more}"
    raise BadInputError(message, report=log.report)


def _merged(told: pd.DataFrame) -> pd.DataFrame:
    """Return the report with the lines that batches of one file repeat put together."""
    keys = ["source", "table", "file", "field", "action", "severity", "detail"]
    grouped = told.groupby(keys, sort=False, as_index=False)
    return grouped.agg(n=("n", "sum"), share=("share", "mean"), examples=("examples", "first"))[
        list(told.columns)
    ]


def _losses(lost: pd.DataFrame, table: str, file: str, kept: int) -> list[Problem]:
    return [
        Problem(
            action="duplicate" if str(reason).startswith("duplicate") else "dropped",
            n=len(rows),
            table=table,
            file=file,
            severity="info" if str(reason).startswith("duplicate") else "warn",
            share=len(rows) / max(len(lost) + kept, 1),
            examples=tuple(rows["where"].iloc[:5]),
            detail=str(reason),
        )
        for reason, rows in lost.groupby("reason", sort=False)
    ]


def _places(frame: pd.DataFrame) -> pd.Series:
    return frame[WHERE] if WHERE in frame else pd.Series(dtype="str")


def _file(places: pd.Series) -> pd.Series:
    """Return the file of each place; the page, line or step behind the colon goes."""
    return places.astype("str").str.replace(r":[^:]*$", "", regex=True)
