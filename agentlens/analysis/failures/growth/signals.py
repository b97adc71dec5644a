"""Which signals do emerging failures give?"""

import numpy as np
import pandas as pd

from agentlens.analysis.arms.periods import CURRENT
from agentlens.analysis.failures.growth.emerged import Emerged
from agentlens.analysis.failures.growth.watched import Watched
from agentlens.result import Signal

__all__ = ["signals"]

_MOST_IDS = 500


def signals(found: Emerged, never: Watched, frame: pd.DataFrame) -> tuple[Signal, ...]:
    """Return one signal for each event that must never happen and each failure that emerged.

    Args:
        found: the failures of both periods.
        never: what must never happen.
        frame: of the answer.
    """
    start, end = found.periods.current
    made = []
    for row in frame[frame["change"].isin(["never", "new", "grew"])].to_dict("records"):
        name = str(row["id"])
        ids = _who(found, never, name) if row["change"] == "never" else found.trace_ids(name)
        timed = not pd.isna(row["began"])
        signal = Signal(
            what=str(row["name"])
            if row["change"] == "never"
            else f"{row['change']}: {row['name']}",
            start=start,
            end=end,
            value=float(row["share_current"]),
            expected=float(np.nan_to_num(row["share_baseline"])),
            n=round(float(row["seen_current"])),
            trace_ids=ids,
            began=row["began"] if timed else None,
            began_between=(row["began_low"], row["began_high"]) if timed else None,
        )
        made.append(signal)
    return tuple(made)


def _who(found: Emerged, never: Watched, name: str) -> tuple[str, ...]:
    here = never.happened[name] & (found.periods.arm == CURRENT)
    rows = found.periods.log.traces.loc[here, ["trace_id", "start"]]
    return tuple(rows.sort_values(["start", "trace_id"])["trace_id"].astype(str).head(_MOST_IDS))
