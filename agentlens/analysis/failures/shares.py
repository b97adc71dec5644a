"""How common is each failure of an earlier answer in another log?"""

import pandas as pd

from agentlens.analysis.failures.catalogue import recognised
from agentlens.analysis.failures.events import events_of
from agentlens.analysis.failures.listing import listing
from agentlens.tables.log import Log

__all__ = ["shares"]


def shares(log: Log, known: pd.DataFrame) -> pd.Series:
    """Return the share of traces that show a failure, by its id; as `failures` gives it, but alone.

    Args:
        log: the traces.
        known: the `.catalogue` of an earlier answer, whose ids are used again.

    Example:
        >>> from agentlens.analysis.failures.failures import failures
        >>> import agentlens as al
        >>> log = al.demo(days=7, traces_per_day=100, seed=1)
        >>> found = failures(log.last("24h"))
        >>> bool(shares(log, found.catalogue).max() < 1)
        True
    """
    if not len(log):
        return pd.Series(dtype="float64", index=pd.Index([], dtype="str"))
    return listing(recognised(events_of(log), known), seed=0).set_index("id")["share"]
