"""Does every row that came in stand in the log or in the report, and is too much missing?"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NoReturn

import pandas as pd

from agentlens import text
from agentlens.errors import BadInputError
from agentlens.tables.log import Log
from agentlens.tables.problems import WHERE, Problem, report_frame

__all__ = ["refuse", "refuse_traceless", "tallied"]

_FEW = 3
_SHARE = 0.01
_GAPS = 0.2
_STRICT = {"dropped", "assumed", "truncated", "conflict"}


def tallied(log: Log, held: Mapping[str, str]) -> Log:
    """Return the log with one `read` row a file, and its losses by file and reason.

    For each file the rows read, dropped and duplicate add up to the rows that it held.

    Args:
        log: the log, its rows still with their places.
        held: each file's name, and the table that it holds.
    """
    problems: list[Problem] = []
    for name, frame in _frames(log).items():
        lost = log.rejected[log.rejected["table"] == name]
        came = _file(lost["where"])
        kept = _file(_places(frame)).value_counts()
        for file in (one for one, table in held.items() if table == name):
            n = int(kept.get(file, 0))
            problems.append(Problem(action="read", n=n, table=name, file=file))
            problems += _losses(lost[came == file], name, file, n)
    told = log.report[~log.report["action"].isin(["dropped", "duplicate"])]
    only = {table: file for file, table in held.items() if list(held.values()).count(table) == 1}
    files = [
        file or only.get(table, "") for file, table in zip(told["file"], told["table"], strict=True)
    ]
    told = told.assign(file=files)
    counted = report_frame(problems)
    return replace(
        log,
        **{
            name: frame.drop(columns=WHERE, errors="ignore") for name, frame in _frames(log).items()
        },
        report=pd.concat([counted, told], ignore_index=True) if len(told) else counted,
    )


def refuse_traceless(
    held: Mapping[str, str], problems: Sequence[Problem], rejected: pd.DataFrame
) -> NoReturn:
    """Raise because no file holds a table of traces; the message lists what they hold."""
    empty = pd.DataFrame()
    log = tallied(Log(traces=empty, report=report_frame(problems), rejected=rejected), held)
    listed = text.listed(f"{file} ({table})" for file, table in held.items())
    what = f"There are no traces in these files: {listed}"
    _raise(what, log.report[log.report["action"] == "dropped"], log)


def refuse(log: Log, *, strict: bool | None, may_be_empty: bool) -> None:
    """Raise where too much is missing to go on, with the report attached.

    Args:
        log: the log, counted.
        strict: as `read_files` was given it.
        may_be_empty: whether a file says itself that it is a table of traces, so that one without
            rows is an answer and not a mistake.
    """
    report = log.report
    dropped = report[report["action"] == "dropped"]
    n, read = int(dropped["n"].sum()), int(report.loc[report["action"] == "read", "n"].sum())
    if not len(log) and not (may_be_empty and not (dropped["table"] == "traces").any()):
        _raise("No trace could be read", dropped, log)
    if strict is True:
        found = report[report["action"].isin(_STRICT)]
        if len(found):
            _raise(
                f"strict=True allows nothing to be {', '.join(sorted(set(found['action'])))}",
                found,
                log,
            )
    if strict is not None:
        return
    if n > _FEW and n > _SHARE * (n + read):
        _raise(f"{n:,} of {n + read:,} rows cannot be used", dropped, log)
    for name, frame in _frames(log).items():
        gaps = dropped[(dropped["table"] == name) & dropped["detail"].str.startswith("no usable ")]
        rows = len(frame) + int(dropped.loc[dropped["table"] == name, "n"].sum())
        if gaps["n"].sum() > _GAPS * rows:
            _raise(f"{gaps['n'].sum():,} of {rows:,} {name} lack what a log needs", gaps, log)


def _raise(what: str, rows: pd.DataFrame, log: Log) -> NoReturn:
    reasons = [f"{row.n:,} × {row.detail} ({row.examples})" for row in rows.head(3).itertuples()]
    why = f": {'; '.join(reasons)}" if reasons else ""
    more = " strict=False reads the rest." if len(log) else ""
    message = f"{what}{why}. The report is in the error's .report.{more}"
    raise BadInputError(message, report=log.report)


def _frames(log: Log) -> dict[str, pd.DataFrame]:
    return {"traces": log.traces, "spans": log.spans, "scores": log.scores}


def _places(frame: pd.DataFrame) -> pd.Series:
    return frame[WHERE] if WHERE in frame else pd.Series(dtype="str")


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
