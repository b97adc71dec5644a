"""What can a Langfuse blob export not have, however whole its files are?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from agentlens.sources.files.dialects.langfuse.join import Part
from agentlens.sources.files.dialects.langfuse.manifest import Manifest
from agentlens.stats.arrays import Flags
from agentlens.tables.problems import WHERE, Problem

__all__ = ["late_rows", "stale_rows"]

_BEHIND = pd.Timedelta("20min")
_EXAMPLES = 5


def late_rows(parts: Sequence[Part], manifests: Sequence[Manifest] = ()) -> tuple[Problem, ...]:
    """Return how many traces lack their root, or steps their parent, near the end of a window.

    The export runs 20 minutes behind and never goes back, so rows that arrive later, and steps
    that last longer, are in none of its files.

    Args:
        parts: the batches of one call.
        manifests: the manifests of the same call; without one, the last step ends the window.
    """
    held = [one.normal.spans for one in parts if one.dialect == "langfuse_blob"]
    frames = [one for one in held if len(one)]
    if not frames:
        return ()
    names = ["trace_id", "span_id", "parent_id", "start", WHERE]
    spans = pd.concat([one.reindex(columns=names) for one in frames], ignore_index=True)
    last = spans.groupby("trace_id")["start"].max()
    rooted = spans.loc[spans["parent_id"].isna(), "trace_id"]
    rootless = last[~last.index.isin(rooted)]
    ends = _ends(manifests) or [last.max()]
    near = pd.Series(data=False, index=rootless.index)
    for end in ends:
        near |= (rootless > end - _BEHIND) & (rootless <= end)
    lost = rootless.index[near]
    orphans = _orphans(spans)
    detail = (
        "late_rows_impossible: rows that came after the export of their window, and steps of more"
        f" than 20 minutes, are in none of its files; {len(rootless):,} traces lack their root"
        f" ({len(lost):,} of them near the end of a window), {int(orphans.sum()):,} steps their"
        " parent. The API or ClickHouse has them."
    )
    return (
        Problem(
            action="missing",
            n=len(rootless),
            table="traces",
            field="root",
            severity="warn" if len(rootless) or orphans.any() else "info",
            share=len(rootless) / len(last),
            examples=tuple(map(str, (lost if len(lost) else rootless.index)[:_EXAMPLES])),
            detail=detail,
        ),
    )


def _orphans(spans: pd.DataFrame) -> Flags:
    """Return which steps have a parent that is no step of their trace."""
    trace = pd.factorize(spans["trace_id"])[0].astype(np.int64)
    steps, distinct = pd.factorize(pd.concat([spans["span_id"], spans["parent_id"]]))
    own, up = (trace * len(distinct) + one for one in np.split(steps.astype(np.int64), 2))
    return spans["parent_id"].notna().to_numpy() & ~np.isin(up, own)


def stale_rows(parts: Sequence[Part], manifests: Sequence[Manifest]) -> tuple[Problem, ...]:
    """Return how many rows were last changed before their own window begins.

    The export keeps one version of a row, whichever comes first, so these are likely old ones.

    Args:
        parts: the batches of one call.
        manifests: the manifests of the same call.
    """
    begins = [
        pd.to_datetime(one.begins, utc=True, errors="coerce", format="ISO8601") for one in manifests
    ]
    known = [one for one in begins if not pd.isna(one)]
    frames = [one.normal.spans for one in parts if one.dialect == "langfuse_blob"]
    held = [one[["updated_at", WHERE]] for one in frames if len(one) and "updated_at" in one]
    if not known or not held:
        return ()
    rows = pd.concat(held, ignore_index=True)
    old = rows["updated_at"] < min(known)
    if not old.any():
        return ()
    return (
        Problem(
            action="assumed",
            n=int(old.sum()),
            table="spans",
            field="updated_at",
            severity="warn",
            share=float(old.mean()),
            examples=tuple(rows.loc[old, WHERE].iloc[:_EXAMPLES]),
            detail="last changed before the export's window begins: an old version may have been"
            " exported, which files cannot mend",
        ),
    )


def _ends(manifests: Sequence[Manifest]) -> list[pd.Timestamp]:
    read = [
        pd.to_datetime(one.ends, utc=True, errors="coerce", format="ISO8601") for one in manifests
    ]
    return [one for one in read if not pd.isna(one)]
