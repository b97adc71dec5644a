"""What did checks, users and judges object to?"""

import numpy as np
import pandas as pd

from agentlens.analysis.failures.columns import looked_up, texts_of
from agentlens.analysis.failures.kinds import CHECK, JUDGED, POLICY, USER, is_safety
from agentlens.analysis.failures.patterns import signs
from agentlens.analysis.failures.steps import COLUMNS
from agentlens.analysis.failures.texts import Group, alike
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.tables.log import Log

__all__ = ["ALL", "checks", "judged", "objections"]

ALL = "all"
"""What is seen in every trace."""

_FLAGGED = "safety flagged"


def checks(failed: pd.DataFrame) -> pd.DataFrame:
    """Return the failed checks as failures.

    Args:
        failed: failed verdicts of checks, with the position of each trace.
    """
    name = failed["name"].astype(object)
    kinds = {one: POLICY if is_safety(one) else CHECK for one in name.unique()}
    return _rows(
        failed["position"].to_numpy(dtype=np.int64),
        key="check|" + name,
        name="fails " + name,
        kind=name.map(kinds),
        seen_by="check:" + name,
    )


def objections(log: Log, told: Flags) -> tuple[pd.DataFrame, dict[str, Group]]:
    """Return what users and guardrails objected to, in traces of which nothing worse is known.

    Args:
        log: any log.
        told: the traces of which something worse is known.
    """
    marks = pd.Series(signs(log.traces), dtype=object)
    silent = _silent_errors(log)
    marks = marks.where((marks != "") | ~silent, "ended in an error").where(~told, "")
    flagged = np.flatnonzero((marks == _FLAGGED).to_numpy(dtype=bool))
    flags = _rows(flagged, key=f"flag|{_FLAGGED}", name=_FLAGGED, kind=POLICY, seen_by=ALL)
    at = np.flatnonzero(((marks != "") & (marks != _FLAGGED)).to_numpy(dtype=bool))
    said = _comments(log, ("human", "user"))
    rows, groups = _by_text(log, at, said, "users", marks.iloc[at].to_numpy(dtype=object))
    return pd.concat([flags, rows], ignore_index=True), groups


def judged(
    log: Log, failed: pd.DataFrame, told: Flags
) -> tuple[list[pd.DataFrame], dict[str, Group]]:
    """Return what judges objected to, judge by judge, in traces that nobody else objected to.

    Args:
        log: any log.
        failed: failed verdicts of judges, with the position of each trace.
        told: the traces of which something else is known.
    """
    parts: list[pd.DataFrame] = []
    words: dict[str, Group] = {}
    for name, own in failed.groupby("name", sort=True):
        at = np.unique(own["position"].to_numpy(dtype=np.int64))
        at = at[~told[at]]
        said = _comments(log, ("judge",), str(name))
        rows, groups = _by_text(log, at, said, f"judge:{name}", np.full(at.size, str(name), object))
        parts.append(rows)
        words |= groups
    return parts, words


def _by_text(
    log: Log,
    at: Ints,
    said: pd.Series,
    source: str,
    marks: "np.ndarray[tuple[int], np.dtype[np.object_]]",
) -> tuple[pd.DataFrame, dict[str, Group]]:
    """Return failures told apart by what was said of them; where nothing was, by what was asked."""
    ids = log.traces["trace_id"].iloc[at].reset_index(drop=True)
    comment = looked_up(ids, said)
    asked = (
        pd.Series(texts_of(log.traces[["input"]].iloc[at], "input"), dtype=object)
        if "input" in log.traces
        else pd.Series("", index=ids.index, dtype=object)
    )
    group, groups, typical = alike(comment.where(comment != "", asked).tolist())
    judge = source.startswith("judge:")
    who = f"{source.removeprefix('judge:')} fails" if judge else "users object"
    keys, names, says = [], [], []
    for one, mark in zip(group.tolist(), marks.tolist(), strict=True):
        shared = groups[one].says if one >= 0 else ""
        keys.append(f"text|{source}|{shared}" if shared else f"sign|{source}|{mark}")
        names.append(f"{who}: {shared}" if shared else f"{who}: {mark}" if not judge else who)
        says.append(shared)
    rows = _rows(
        at,
        key=pd.Series(keys, dtype=object),
        name=pd.Series(names, dtype=object),
        kind=JUDGED if judge else USER,
        seen_by=source if judge else ALL,
        says=pd.Series(says, dtype=object),
        typical=typical,
    )
    return rows, {f"text|{source}|{one.says}": one for one in groups}


def _rows(at: Ints, *, typical: Floats | float = 1.0, **columns: "str | pd.Series") -> pd.DataFrame:
    """Return failures of whole traces with these columns, the others empty."""
    plain = {
        name: value if isinstance(value, str) else value.to_numpy(dtype=object)
        for name, value in columns.items()
    }
    found = pd.DataFrame(
        {"position": at, "error": "", "tool": "", "says": "", "ended": True, "typical": typical}
        | plain
    )
    return found[[*COLUMNS, "typical", "seen_by"]].drop_duplicates(
        ["position", "key"], ignore_index=True
    )


def _comments(log: Log, sources: tuple[str, ...], name: str | None = None) -> pd.Series:
    """Return the first comment on each trace, by trace id."""
    scores = log.scores
    if "comment" not in scores or "source" not in scores or not scores["comment"].notna().any():
        return pd.Series(dtype=object)
    keep = scores["source"].isin(sources) & scores["comment"].notna()
    if name is not None:
        keep &= scores["name"] == name
    rows = scores[keep.fillna(value=False).to_numpy(dtype=bool)]
    told = pd.Series(texts_of(rows, "comment"), index=rows["trace_id"].astype(object))
    return told.groupby(level=0).min()


def _silent_errors(log: Log) -> pd.Series:
    """Return which traces ended in an error of which neither type nor message is known."""
    if "status" not in log.traces:
        return pd.Series(data=False, index=range(len(log)))
    ended = (log.traces["status"] == "error").fillna(value=False).to_numpy(dtype=bool)
    untyped = pd.Series(texts_of(log.traces, "error_type"), dtype=object) == ""
    return untyped & ended
