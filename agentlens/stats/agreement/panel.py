"""How many judges is a panel really worth, where its members err together?"""

from typing import NamedTuple

import numpy as np

from agentlens.stats.arrays import Flags, Floats, Ints

__all__ = ["Together", "error_correlation", "majority", "minority_veto"]


class Together(NamedTuple):
    """Correlation of each pair's errors, their mean, and the independent judges it is worth."""

    pairs: Floats
    mean: float
    n_eff: float


def error_correlation(wrong: Flags) -> Together:
    """Return how far judges err on the same traces.

    Judges that never err, or always do, have no correlation; their pairs are left out of the mean.

    Args:
        wrong: a row for each judge, a column for each labelled trace.

    >>> two = np.array([[True, False, False, True], [True, False, False, False]])
    >>> round(error_correlation(two).mean, 3), round(error_correlation(two).n_eff, 3)
    (0.577, 1.268)
    """
    k = len(wrong)
    centred = wrong - wrong.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred**2).sum(axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        pairs = centred @ centred.T / np.outer(spread, spread)
    off = pairs[np.triu_indices(k, 1)]
    known = off[~np.isnan(off)]
    mean = float(known.mean()) if known.size else float("nan")
    n_eff = k / (1 + (k - 1) * max(mean, 0.0)) if known.size else float("nan")
    return Together(pairs, mean, float(n_eff))


def majority(verdicts: Ints) -> Ints:
    """Return what more than half of those who answered say; -1 without a majority.

    Args:
        verdicts: 1 pass, 0 fail, -1 none; a row for each judge, a column for each trace.

    >>> majority(np.array([[1, 0, 1], [1, 0, 0], [0, -1, -1]])).tolist()
    [1, 0, -1]
    """
    passed, failed = (verdicts == 1).sum(axis=0), (verdicts == 0).sum(axis=0)
    return np.where(passed > failed, 1, np.where(failed > passed, 0, -1)).astype(np.int64)


def minority_veto(verdicts: Ints) -> Ints:
    """Return fail where at least one judge fails, pass where all that answered pass.

    >>> minority_veto(np.array([[1, 0, -1], [1, 1, -1]])).tolist()
    [1, 0, -1]
    """
    answered = (verdicts >= 0).any(axis=0)
    failed = (verdicts == 0).any(axis=0)
    return np.where(failed, 0, np.where(answered, 1, -1)).astype(np.int64)
