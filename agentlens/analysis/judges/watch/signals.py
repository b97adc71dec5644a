"""Which traces show that a judge changed, agrees too little, or that the agent moved?"""

import numpy as np
import pandas as pd

from agentlens.analysis.judges.watch.attribute import Seen
from agentlens.result import Signal
from agentlens.stats.agreement.anchors import BASELINE_RUNS

__all__ = ["signals"]

_MOST = 500


def signals(seen: Seen, name: str, level: float) -> tuple[Signal, ...]:
    """Return a signal for each chart that alarms, and for a rate that moved.

    Args:
        seen: all that is known.
        name: of the judge.
        level: how often an interval must hold the truth.
    """
    found = []
    if seen.alarm:
        found.append(_anchors(seen, name))
    if seen.fresh.paged is not None:
        found.append(_fresh(seen, name, level))
    if seen.moved and not seen.alarm and seen.move is not None and seen.move.ids:
        found.append(
            Signal(
                what="the rate moved while the judge did not",
                start=seen.move.span[0],
                end=seen.move.span[1],
                value=seen.move.now,
                expected=seen.move.before,
                n=seen.move.n,
                trace_ids=seen.move.ids,
                bad=seen.move.value < 0,
            )
        )
    return tuple(one for one in found if one is not None)


def _anchors(seen: Seen, name: str) -> Signal | None:
    runs = seen.runs
    if runs is None or runs.agreement is None or runs.passes is None:
        return None
    first = int(runs.alarmed[0][0])
    fell = bool(runs.alarmed[1][0])
    since = runs.verdicts[BASELINE_RUNS + first :]
    held = runs.verdicts[:BASELINE_RUNS]
    apart = np.abs((since == 1).mean(axis=0) - (held == 1).mean(axis=0))
    order = np.argsort(-apart, kind="stable")
    chart = runs.agreement if fell else runs.passes
    what = (
        "agrees with its anchors less than it did" if fell else "passes other anchors than it did"
    )
    return Signal(
        what=f"{name} {what}",
        start=runs.times.iloc[BASELINE_RUNS + first],
        end=runs.times.iloc[-1],
        value=float(chart.means[first:].mean()),
        expected=chart.centre,
        n=int(since.size),
        trace_ids=tuple(runs.ids[place] for place in order[:_MOST].tolist()),
    )


def _fresh(seen: Seen, name: str, level: float) -> Signal | None:
    rows = seen.fresh.rows
    wrong = rows[~rows["agrees"]]
    paged = seen.fresh.paged
    if paged is None or wrong.empty:
        return None
    times = pd.to_datetime(rows["time"], utc=True)
    return Signal(
        what=f"{name} agrees with people less than promised",
        start=times.iloc[paged],
        end=times.iloc[-1],
        value=seen.fresh.agreement(level)[0],
        expected=seen.fresh.target,
        n=len(rows),
        trace_ids=tuple(wrong["trace_id"].iloc[::-1].head(_MOST)),
    )
