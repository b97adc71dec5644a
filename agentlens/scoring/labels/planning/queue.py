"""In which order are drawn traces shown, in which split do they count, and which come twice?"""

from collections.abc import Mapping, Sequence
from hashlib import sha256

import numpy as np
import pandas as pd

from agentlens.stats.arrays import Ints

__all__ = ["APART", "shown_twice", "splits_of"]

APART = 20
"""How many places a trace that is shown again is at least behind its first showing."""


def splits_of(
    sessions: Sequence[str],
    groups: Ints,
    splits: Mapping[str, float],
    fixed: Mapping[str, str],
) -> list[str]:
    """Return the split of each trace; a session is never in two.

    Inside each group, traces go by the hash of their session to the split that is most behind its
    share, so that each group is shared as wished, as far as whole sessions allow.

    Args:
        sessions: of each trace.
        groups: whatever must be shared evenly: the cells.
        splits: name to share.
        fixed: session to split, where earlier labels decided it.

    >>> splits_of("abcde", np.zeros(5, int), {"dev": 0.4, "test": 0.6}, {"a": "dev"})
    ['dev', 'dev', 'test', 'test', 'test']
    """
    names, shares = list(splits), np.array([*splits.values()])
    lots = [sha256(f"split:{one}".encode(errors="backslashreplace")).digest() for one in sessions]
    order = sorted(range(len(sessions)), key=lambda place: (groups[place], lots[place]))
    given = dict(fixed)
    counts = np.zeros(len(names))
    found = [""] * len(sessions)
    for place in order:
        session = sessions[place]
        if given.get(session) not in splits:
            behind = shares * (counts.sum() + 1) - counts
            given[session] = names[int(behind.argmax())]
        found[place] = given[session]
        counts[names.index(found[place])] += 1
    return found


def shown_twice(n: int, share: float, rng: np.random.Generator) -> pd.DataFrame:
    """Return places in a queue of n and, unmarked among them, some of its traces a second time.

    Args:
        n: traces in the queue, in the order in which they are shown.
        share: of them that come again.
        rng: the lots.

    >>> rows = shown_twice(50, 0.1, np.random.default_rng(0))
    >>> len(rows), rows["repeat"].value_counts().tolist()
    (55, [50, 5])
    """
    near = n - APART + 1
    again = min(round(share * n), max(near, 0))
    chosen = np.sort(rng.choice(near, again, replace=False)) if again else np.zeros(0, np.int64)
    after = np.array([rng.integers(one + APART - 1, n) for one in chosen], dtype=np.int64)
    first = pd.DataFrame({"item": np.arange(n), "repeat": 1, "after": np.arange(n) - 0.5})
    second = pd.DataFrame({"item": chosen, "repeat": 2, "after": after.astype(np.float64)})
    rows = pd.concat([first, second], ignore_index=True).sort_values("after", kind="stable")
    return rows[["item", "repeat"]].reset_index(drop=True)
