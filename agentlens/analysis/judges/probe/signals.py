"""Which traces show that a judge is biased?"""

import numpy as np
import pandas as pd

from agentlens.analysis.judges.probe.observed import Observed
from agentlens.result import Signal
from agentlens.tables.log import Log

__all__ = ["observed_signal", "signal_of"]

_MOST = 500


def observed_signal(seen: Observed, log: Log, what: str) -> tuple[Signal, ...]:
    """Return the traces on which the judge errs the way the bias goes, the plainest first."""
    up = seen.effect.value > 0
    rows = seen.rows.sort_values("x", ascending=False, kind="stable")
    wrong = rows[(rows["verdict"] == int(up)) & (rows["y"] != int(up))]
    chosen = wrong if len(wrong) else rows
    return (
        signal_of(
            log,
            what,
            chosen["trace_id"],
            float(np.exp(seen.effect.value)),
            len(rows),
            expected=1.0,
        ),
    )


def signal_of(
    log: Log, what: str, ids: pd.Series, value: float, n: int, expected: float = 0.0
) -> Signal:
    """Return a signal over the whole log.

    Args:
        log: the traces.
        what: a phrase.
        ids: the traces behind it, the plainest first.
        value: how large it is.
        n: rows behind the value.
        expected: what it would be without a bias.
    """
    return Signal(
        what=what,
        start=log.start,
        end=log.stop,
        value=value,
        expected=expected,
        n=n,
        trace_ids=tuple(str(one) for one in ids.drop_duplicates().head(_MOST)),
    )
