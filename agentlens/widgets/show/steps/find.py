"""In which steps of a trace do some words stand?"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from agentlens.widgets.show.steps.rows import Rows
from agentlens.widgets.show.steps.tree import Steps

__all__ = ["find"]

_WHERE = ("name", "kind", "error_type", "error_message", "input", "output", "model")


def find(steps: Steps, rows: Rows, words: str) -> Mapping[str, Any]:
    """Return the rows and steps that hold some words, in whole texts, however letters are cased.

    Args:
        steps: of a trace.
        rows: of its tree; a step in a row marked × is found as that row.
        words: looked for as they stand.
    """
    if not words.strip():
        return {"rows": [], "spans": [], "fields": 0, "words": words}
    wanted = words.lower()
    hits = np.zeros(len(steps.ids), dtype=int)
    for name in _WHERE:
        if name in steps.frame:
            # Text by text: a column of Arrow's refuses halves of characters.
            hits += [isinstance(text, str) and wanted in text.lower() for text in steps.frame[name]]
    places = np.flatnonzero(hits)
    drawn = {rows.row_of[int(at)] for at in places if int(at) in rows.row_of}
    return {
        "rows": sorted(drawn),
        "spans": [steps.ids[int(at)] for at in places[:500]],
        "fields": int(hits.sum()),
        "words": words,
    }
