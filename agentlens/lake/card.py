"""What does a lake show of itself?"""

import pandas as pd

from agentlens import html, text
from agentlens.lake.entry.coverage import from_json, settled_until
from agentlens.lake.files.manifest import Part, Snapshot
from agentlens.lake.store.history import Store

__all__ = ["card", "facts"]


def facts(store: Store) -> dict[str, str]:
    """Return what a person first wants to know of a lake, name to text; no row is read."""
    head = store.head()
    if not head.n:
        return {"snapshot": "none yet"}
    parts = {name: store.parts(head, name) for name in ("traces", "spans", "scores", "text")}
    found = {"snapshot": f"{head.n}, of {head.committed_at:%Y-%m-%d %H:%M} UTC"}
    found |= _period(parts["traces"])
    found |= {name: _rows(parts[name]) for name in ("traces", "spans", "scores") if parts[name]}
    size = sum(part.size for every in parts.values() for part in every)
    return found | {"size": f"{text.significant(size / 1e6)} MB"} | _coverage(head)


def card(store: Store) -> str:
    """Return the lake as a card."""
    return html.card("Lake", facts={"folder": str(store.root), **facts(store)})


def _period(parts: list[Part]) -> dict[str, str]:
    if not parts:
        return {}
    first = min(pd.Timestamp(part.first) for part in parts)
    last = max(pd.Timestamp(part.last) for part in parts)
    return {"period": f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"}


def _rows(parts: list[Part]) -> str:
    """Return how many rows there are: exactly, or at most where some have newer versions."""
    n = sum(part.rows for part in parts)
    return text.count(n) if all(part.base for part in parts) else f"at most {text.count(n)}"


def _coverage(head: Snapshot) -> dict[str, str]:
    told = []
    for name, source in head.sources.items():
        intervals = from_json(source)
        if not intervals:
            continue
        settled = settled_until(intervals)
        until = "not settled yet" if settled is None else f"settled until {settled:%Y-%m-%d %H:%M}"
        first, last = intervals[0].start, intervals[-1].end
        told.append(f"{name}: {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC, {until}")
    return {"coverage": "; ".join(told)} if told else {}
