"""How far is each part of a plan?"""

import pandas as pd

from agentlens.widgets.label.bench import Bench

__all__ = ["spread"]


def spread(bench: Bench) -> pd.DataFrame:
    """Return how many of each stratum and split have a label; it would tell a rater too much.

    Args:
        bench: of the rater.
    """
    queue = bench.desk.work.queue
    done = {*bench.said()}
    keys = zip(queue["trace_id"], queue["span_id"], queue["repeat"], strict=True)
    own = [(str(a), str(b), int(c)) in done for a, b, c in keys]
    rows = queue[["stratum", "split"]].assign(labelled=own, planned=1)
    found = rows.groupby(["stratum", "split"], as_index=False)[["labelled", "planned"]].sum()
    return found.astype({"labelled": "int64", "planned": "int64"})
