"""What is shown of labels where nothing can be labelled?"""

from typing import Any

import pandas as pd

from agentlens.scoring.labels.asking.desk import LONGEST
from agentlens.widgets.label.bench import Bench
from agentlens.widgets.label.said import word
from agentlens.widgets.live.rows import told

__all__ = ["table_of"]


def table_of(bench: Bench) -> dict[str, Any]:
    """Return this rater's labels as a table that does not tell which traces came twice.

    Args:
        bench: of the rater.
    """
    marks = bench.marks()
    keys = zip(marks["trace_id"], marks["span_id"], marks["repeat"], strict=True)
    seconds = [
        "" if pd.isna(one) else f"{one:.0f} or more" if one >= LONGEST else f"{one:.1f}"
        for one in marks["seconds"]
    ]
    rows = pd.DataFrame(
        {
            "no.": [bench.place((str(a), str(b), int(c))) for a, b, c in keys],
            "label": [word(float(y)) for y in marks["y"]],
            "code": marks["code"],
            "note": marks["note"],
            "seconds": seconds,
            "blind": ["yes" if one else "no" for one in marks["blind"]],
        }
    )
    return told(rows, f"Labels by {bench.desk.rater}")
