"""How do the spans of each trace hang together, and which of them is its root?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["Tree", "tree_of"]

Ints = np.ndarray[tuple[int], np.dtype[np.int64]]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]
_DOUBLINGS = 24


@dataclass(frozen=True, eq=False)
class Tree:
    """The spans of many traces as one forest of positions.

    Attributes:
        trace: for each span the number of its trace.
        ids: the id of each trace, in the order of those numbers.
        parent: for each span the position of its parent, -1 where it has none here.
        root: for each trace the position of its root.
        rootless: for each trace whether its root is missing and another span stands in for it.
        several: for each trace whether further spans have no parent.
        cut: the positions of the spans at which a circle of parents was cut.
        orphan: for each span whether it names a parent that is not here.
        order: the positions sorted by trace, root first, then by start.
    """

    trace: Ints
    ids: pd.Index
    parent: Ints
    root: Ints
    rootless: Flags
    several: Flags
    cut: Ints
    orphan: Flags
    order: Ints

    def above(self, marked: Flags) -> Flags:
        """Return which spans have a marked one somewhere below them."""
        found = np.zeros(len(marked), dtype=bool)
        front = np.flatnonzero(marked)
        while len(front):
            up = self.parent[front]
            up = np.unique(up[up >= 0])
            front = up[~found[up]]
            found[front] = True
        return found

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Return the sum of each trace."""
        return np.bincount(self.trace, weights=values, minlength=len(self.ids))

    def any(self, marked: Flags) -> Flags:
        """Return which traces have a marked span."""
        found = np.zeros(len(self.ids), dtype=bool)
        found[self.trace[marked]] = True
        return found


def tree_of(spans: pd.DataFrame) -> Tree:
    """Return how spans hang together; there must be one row a trace and span.

    Args:
        spans: normalised spans: trace_id, span_id, start, and parent_id and is_root where known.
    """
    codes, ids = pd.factorize(spans["trace_id"])
    trace: Ints = codes.astype(np.int64)
    parent, named = _parents(spans, trace)
    orphan = named & (parent < 0)
    flagged = (
        spans["is_root"].fillna(value=False).to_numpy(dtype=bool)
        if "is_root" in spans
        else np.zeros(len(spans), dtype=bool)
    )
    start: Ints = np.asarray(spans["start"].astype("int64"), dtype=np.int64)
    tie: Ints = np.asarray(spans["span_id"].rank(method="dense"), dtype=np.int64)
    parent, cut = _without_circles(parent, start, tie)
    bare = ~named
    bare[cut] = False
    stands_in = np.zeros(len(spans), dtype=bool)
    stands_in[cut] = True
    rank = np.select(
        [flagged & bare, bare, (flagged & named) | stands_in, orphan], [0, 1, 2, 3], default=4
    ).astype(np.int64)
    first = np.lexsort((tie, start, rank, trace))
    begins = np.flatnonzero(np.r_[True, np.diff(trace[first]) != 0]) if len(first) else first
    root = first[begins]
    lower = np.ones(len(spans), dtype=bool)
    lower[root] = False
    several = np.bincount(trace[bare], minlength=len(ids)) > 1
    return Tree(
        trace=trace,
        ids=pd.Index(ids),
        parent=parent,
        root=root,
        rootless=rank[root] > 2,  # noqa: PLR2004 - neither bare nor flagged
        several=several,
        cut=cut,
        orphan=orphan,
        order=np.lexsort((tie, start, lower, trace)),
    )


def _parents(spans: pd.DataFrame, trace: Ints) -> tuple[Ints, Flags]:
    """Return the position of each span's parent within its trace, and which spans name one."""
    n = len(spans)
    if "parent_id" not in spans:
        return np.full(n, -1), np.zeros(n, dtype=bool)
    named = spans["parent_id"].notna().to_numpy()
    words = pd.concat([spans["span_id"], spans["parent_id"]], ignore_index=True)
    codes = pd.factorize(words)[0].astype(np.int64)
    width = codes.max(initial=0) + 2
    own = trace * width + codes[:n]
    wanted = np.where(named, trace * width + codes[n:], -1)
    place = np.argsort(own, kind="stable")
    at = np.searchsorted(own[place], wanted)
    at[at == n] = 0
    found = place[at] if n else at
    return np.where(named & (own[found] == wanted), found, -1), named


def _without_circles(parent: Ints, start: Ints, tie: Ints) -> tuple[Ints, Ints]:
    """Return parents with every circle cut at its earliest span, and where it was cut."""
    here = np.arange(len(parent))
    up = np.where(parent < 0, here, parent)
    for _ in range(_DOUBLINGS):
        up = up[up]
    endless = parent[up] >= 0
    if not endless.any():
        return parent, np.zeros(0, dtype=np.int64)
    circle = np.zeros(len(parent), dtype=bool)
    circle[up[endless]] = True
    front = np.flatnonzero(circle)
    while True:  # what the doubling reached lies on a circle; go round it once
        ahead = parent[front]
        fresh = np.unique(ahead[~circle[ahead]])
        if not len(fresh):
            break
        circle[fresh] = True
        front = fresh
    cut = _earliest(parent, np.flatnonzero(circle), start, tie)
    mended = parent.copy()
    mended[cut] = -1
    return mended, cut


def _earliest(parent: Ints, circling: Ints, start: Ints, tie: Ints) -> Ints:
    """Return the earliest span of each circle; circles are few, so each is walked."""
    seen: set[int] = set()
    found = []
    for begin in circling.tolist():
        if begin in seen:
            continue
        round_trip = [begin]
        seen.add(begin)
        at = int(parent[begin])
        while at != begin:
            round_trip.append(at)
            seen.add(at)
            at = int(parent[at])
        found.append(min(round_trip, key=lambda one: (start[one], tie[one])))
    return np.array(found, dtype=np.int64)
