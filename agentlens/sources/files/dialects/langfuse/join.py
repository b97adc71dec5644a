"""What do several Langfuse export files of one call say of each other?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from agentlens.sources.files.dialects.langfuse.ui_cells import COLUMN_SCORE
from agentlens.sources.intake.normalise import Normal
from agentlens.tables.problems import WHERE, Problem, rejected_rows

__all__ = ["Part", "joined"]

_MOST = 1_500_000
_V2 = "observations_v2"
_KEYS = ["trace_id", "span_id"]


@dataclass(frozen=True, eq=False)
class Part:
    """One batch of one file.

    Attributes:
        file: what the file is called in the report, with as much of its folders as is known.
        dialect: the dialect's word.
        normal: its rows in typed columns.
    """

    file: str
    dialect: str
    normal: Normal


def joined(
    parts: Sequence[Part], users: Mapping[str, str] | None = None
) -> tuple[tuple[Part, ...], tuple[Problem, ...]]:
    """Return the batches of one call with what its files say twice taken out, and what was odd.

    Of observations that stand in an older table as well, those of observations_v2 are kept; a
    scores file replaces the scores that stand in columns; the others of those get their trace's
    end as their time. Batches of other dialects come back as they are.

    Args:
        parts: every batch of every file of the call.
        users: the user of each session, as sessions files say it.
    """
    kept = _timed(_from_score_files(_newer_tables(list(parts))))
    if users:
        kept = [_with_users(one, users) for one in kept]
    return tuple(kept), _cut(kept)


def _newer_tables(parts: list[Part]) -> list[Part]:
    """Return the parts without older observations that observations_v2 has as well."""
    steps = [one for one in parts if one.dialect == "langfuse_blob" and len(one.normal.spans)]
    newer = [one for one in steps if _is_v2(one)]
    older = {id(one) for one in steps} - {id(one) for one in newer}
    if not newer or not older:
        return parts
    known = pd.MultiIndex.from_frame(pd.concat([one.normal.spans[_KEYS] for one in newer]))
    reason = f"duplicate of a row of {_V2}, which says more"
    found = []
    for one in parts:
        if id(one) not in older:
            found.append(one)
            continue
        spans = one.normal.spans
        double = np.asarray(pd.MultiIndex.from_frame(spans[_KEYS]).isin(known))
        found.append(_without(one, "spans", "span_id", double, reason))
    return found


def _is_v2(part: Part) -> bool:
    return _V2 in part.file or (
        "observations" not in part.file.split("/") and "is_root" in part.normal.spans
    )


def _from_score_files(parts: list[Part]) -> list[Part]:
    """Return the parts without scores from columns where a file has the scores themselves."""
    flags = [_from_columns(one) for one in parts]
    if not any(len(flag) and not flag.all() for flag in flags):
        return parts
    reason = "duplicate of what the scores file says"
    return [
        _without(one, "scores", "score_id", flag, reason) if flag.any() else one
        for one, flag in zip(parts, flags, strict=True)
    ]


def _from_columns(part: Part) -> np.ndarray:
    scores = part.normal.scores
    if part.dialect != "langfuse_ui" or "score_id" not in scores:
        return np.zeros(0, dtype=bool)
    return scores["score_id"].str.startswith(COLUMN_SCORE).fillna(value=False).to_numpy(dtype=bool)


def _without(part: Part, table: str, key: str, out: np.ndarray, reason: str) -> Part:
    frame: pd.DataFrame = getattr(part.normal, table)
    if not out.any():
        return part
    aside = rejected_rows(frame[out], table, key, reason)
    lost = pd.concat([part.normal.rejected, aside], ignore_index=True)
    rest = frame[~out].reset_index(drop=True)
    spans = rest if table == "spans" else part.normal.spans
    scores = rest if table == "scores" else part.normal.scores
    return replace(part, normal=replace(part.normal, spans=spans, scores=scores, rejected=lost))


def _timed(parts: list[Part]) -> list[Part]:
    """Return the parts with a time for scores from columns: the end of their trace."""
    flags = [_from_columns(one) for one in parts]
    if not any(flag.any() for flag in flags):
        return parts
    ends = _ends([one.normal for one in parts])
    found = []
    for one, flag in zip(parts, flags, strict=True):
        if not flag.any():
            found.append(one)
            continue
        scores = one.normal.scores
        filled = scores["trace_id"].map(ends).astype("datetime64[us, UTC]").where(flag)
        known = scores["time"].fillna(filled) if "time" in scores else filled
        found.append(replace(one, normal=replace(one.normal, scores=scores.assign(time=known))))
    return found


def _ends(parts: Sequence[Normal]) -> pd.Series:
    """Return when each trace ended: its root, else its last step, else when it began."""
    frames = [
        pd.DataFrame(
            {
                "trace_id": one.spans["trace_id"],
                "root": one.spans["parent_id"].isna() if "parent_id" in one.spans else True,
                "end": one.spans["end"] if "end" in one.spans else one.spans["start"],
            }
        )
        for one in parts
        if len(one.spans)
    ]
    frames += [
        pd.DataFrame(
            {"trace_id": one.traces["trace_id"], "root": False, "end": one.traces["start"]}
        )
        for one in parts
        if len(one.traces) and "start" in one.traces
    ]
    if not frames:
        return pd.Series(dtype="datetime64[us, UTC]")
    known = pd.concat(frames, ignore_index=True).dropna(subset=["trace_id", "end"])
    ordered = known.sort_values(["root", "end"], kind="stable")
    return ordered.drop_duplicates("trace_id", keep="last").set_index("trace_id")["end"]


def _with_users(part: Part, users: Mapping[str, str]) -> Part:
    def filled(frame: pd.DataFrame) -> pd.DataFrame:
        if not len(frame) or "session_id" not in frame:
            return frame
        told = frame["session_id"].map(users).astype("str")
        own = frame["user_id"].fillna(told) if "user_id" in frame else told
        return frame.assign(user_id=own)

    if part.dialect != "langfuse_ui":
        return part
    normal = part.normal
    return replace(
        part, normal=replace(normal, spans=filled(normal.spans), traces=filled(normal.traces))
    )


def _cut(parts: Sequence[Part]) -> tuple[Problem, ...]:
    """Return which files of the user interface have as many rows as an export may have."""
    counts: dict[str, int] = {}
    for one in parts:
        if one.dialect == "langfuse_ui":
            normal = one.normal
            own = len(normal.scores) - int(_from_columns(one).sum())
            lost = normal.rejected["where"].notna() & (normal.rejected["table"] != "scores")
            n = len(normal.spans) + len(normal.traces) + own + int(lost.sum())
            counts[one.file] = counts.get(one.file, 0) + n
    detail = f"exactly {_MOST:,} rows, the most that an export has: the rest is probably cut off"
    return tuple(
        Problem(
            action="limit", n=n, file=file, field=WHERE.strip("_"), severity="warn", detail=detail
        )
        for file, n in counts.items()
        if n == _MOST
    )
