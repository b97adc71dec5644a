"""Which many small worlds are there to sample from, all in one log?"""

import numpy as np
import pandas as pd

from agentlens.measures.metric import Metric
from agentlens.measures.series import series
from agentlens.tables.log import Log

__all__ = ["GOOD", "TRUE", "answers", "many_worlds"]

GOOD = Metric("good", "rate", numerator="good")
_BAD = np.array([0.10, 0.15, 0.25])
TRUE = float(1 - _BAD.mean())
_DAY = 24 * 3600.0


def many_worlds(worlds: int, n: int, seed: int, *, per_session: int = 1) -> Log:
    """Return a log of worlds that last a day each; a failed trace more often has a tool error.

    Args:
        worlds: how many.
        n: traces in each.
        seed: of the random numbers.
        per_session: traces that share a session, and with it some of their luck.
    """
    rng = np.random.default_rng(seed)
    rows = worlds * n
    world, session = np.arange(rows) // n, np.arange(rows) // per_session
    task = rng.integers(0, 3, rows // per_session)[session]
    own, shared = rng.random(rows), rng.random(rows // per_session)[session]
    luck = np.where((rng.random(rows) < 0.4) & (per_session > 1), shared, own)
    bad = luck < _BAD[task]
    flagged = rng.random(rows) < np.where(bad, 0.4, 0.05)
    seconds = world * _DAY + np.repeat(rng.uniform(0, _DAY, rows // per_session), per_session)
    traces = pd.DataFrame(
        {
            "trace_id": (f"{seed}-" + pd.Series(np.arange(rows)).astype("str")).astype("str"),
            "session_id": pd.Series(session).astype("str"),
            "start": (
                pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(seconds, unit="s")
            ).astype("datetime64[us, UTC]"),
            "world": world,
            "task_type": pd.Series(pd.array(["a", "b", "c"], dtype="str").take(task)),
            "good": ~bad,
            "completed": ~bad,
            "status": "ok",
            "tool_errors": flagged.astype(np.int64),
            "cost_usd": rng.lognormal(0, 0.7, rows) * np.where(bad, 2.0, 1.0),
        }
    )
    return Log(traces=traces if per_session > 1 else traces.drop(columns="session_id"))


def answers(log: Log, metric: Metric = GOOD, *, finite: bool = False) -> pd.DataFrame:
    """Return the metric of each world."""
    return series(log, metric, every=None, by="world", finite=finite)
