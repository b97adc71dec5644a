"""Does every row that came in stand in the log or in the report, and is too much missing?"""

from dataclasses import replace

import pandas as pd

from agentlens.errors import BadInputError
from agentlens.tables.log import Log
from agentlens.tables.problems import WHERE, Problem, report_frame
from agentlens.tables.schema import TABLES

__all__ = ["refuse", "tallied"]

_FEW = 3
_SHARE = 0.01
_STRICT = {"dropped", "assumed", "truncated", "conflict"}


def tallied(log: Log) -> Log:
    """Return the log with one `read` row a file, and its losses by file and reason.

    For each file the rows read, dropped and duplicate add up to the rows that it held.
    """
    problems: list[Problem] = []
    frames = {}
    for name in TABLES:
        frame = getattr(log, name)
        places = frame[WHERE] if WHERE in frame else pd.Series(dtype="str")
        frames[name] = frame.drop(columns=WHERE, errors="ignore")
        lost = log.rejected[log.rejected["table"] == name]
        files = pd.concat([_file(places), _file(lost["where"])]).drop_duplicates()
        kept = _file(places).value_counts()
        for file in files:
            n = int(kept.get(file, 0))
            problems.append(Problem(action="read", n=n, table=name, file=str(file)))
            problems += _losses(lost[_file(lost["where"]) == file], name, str(file), n)
    told = log.report[~log.report["action"].isin(["dropped", "duplicate"])]
    report = (
        pd.concat([report_frame(problems), told], ignore_index=True)
        if len(told)
        else (report_frame(problems))
    )
    return replace(log, **frames, report=report)


def refuse(log: Log, *, strict: bool | None) -> None:
    """Raise where too much is missing to go on, with the report attached."""
    report = log.report
    dropped = report[report["action"] == "dropped"]
    n, read = int(dropped["n"].sum()), int(report.loc[report["action"] == "read", "n"].sum())
    if not len(log):
        _raise("No trace could be read", dropped, log)
    if strict is True:
        found = report[report["action"].isin(_STRICT)]
        if len(found):
            _raise(
                f"strict=True allows nothing to be {', '.join(sorted(set(found['action'])))}",
                found,
                log,
            )
    if strict is None and n > _FEW and n > _SHARE * (n + read):
        _raise(f"{n:,} of {n + read:,} rows cannot be used", dropped, log)


def _raise(what: str, rows: pd.DataFrame, log: Log) -> None:
    reasons = [f"{row.n:,} × {row.detail} ({row.examples})" for row in rows.head(3).itertuples()]
    why = f": {'; '.join(reasons)}" if reasons else ""
    message = f"{what}{why}. The report is in the error's .report; strict=False reads the rest."
    raise BadInputError(message, report=log.report)


def _losses(lost: pd.DataFrame, table: str, file: str, kept: int) -> list[Problem]:
    found = []
    for reason, rows in lost.groupby("reason", sort=False):
        found.append(
            Problem(
                action="duplicate" if str(reason).startswith("duplicate") else "dropped",
                n=len(rows),
                table=table,
                file=file,
                severity="warn",
                share=len(rows) / max(len(lost) + kept, 1),
                examples=tuple(rows["where"].iloc[:5]),
                detail=str(reason),
            )
        )
    return found


def _file(places: pd.Series) -> pd.Series:
    return places.astype("str").str.rsplit(":", n=1).str[0].astype("str")
