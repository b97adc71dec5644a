"""Which step of a trace is asked about?"""

from typing import Any

import pandas as pd

from agentlens.scoring.labels.asking.desk import Key
from agentlens.tables.log import Log

__all__ = ["step_of"]

_SHOWN = ("kind", "name", "error_message", "input", "output")
_MOST = 4_000


def step_of(log: Log, key: Key) -> dict[str, Any]:
    """Return what the page shows of a step; a long text is cut in its middle.

    Args:
        log: where it is.
        key: of the showing.
    """
    spans = log.spans
    own = spans[(spans["trace_id"] == key[0]) & (spans["span_id"] == key[1])].head(1)
    known = [name for name in _SHOWN if name in own and len(own) and pd.notna(own[name].iloc[0])]
    return {"span_id": key[1]} | {name: _cut(str(own[name].iloc[0])) for name in known}


def _cut(words: str) -> str:
    lost = len(words) - _MOST
    half = _MOST // 2
    return words if lost <= 0 else f"{words[:half]}[… {lost:,} characters …]{words[-half:]}"
