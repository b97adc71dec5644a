"""How was the traffic split between the arms, and who was in both?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.arms.periods import BASELINE, CURRENT
from agentlens.analysis.compare.arms import Arms
from agentlens.stats.arrays import Ints
from agentlens.stats.trials.split import split

__all__ = ["Traffic", "traffic_of"]

_ODD = 0.001
_NEAR_HALF = (0.4, 0.6)


@dataclass(frozen=True)
class Traffic:
    """The sizes of the arms and their split in words, and what is odd about it."""

    sizes: str
    split: str
    notes: tuple[str, ...]


def traffic_of(arms: Arms, *, paired: bool = False) -> Traffic:
    """Return how many traces and users each arm has and, in a canary, whether the split holds.

    Args:
        arms: what is compared.
        paired: whether every input went to both.
    """
    column, owner = _owners(arms)
    kept = np.flatnonzero(arms.arm >= 0)
    arm = np.where(arms.arm[kept] == CURRENT, 1, 0)
    owner = owner[kept]
    pairs = np.unique(np.stack([owner, arm]), axis=1)
    many = [int((pairs[1] == side).sum()) for side in (1, 0)]
    both = int((np.bincount(pairs[0]) > 1).sum())
    traces = [int((arms.arm == side).sum()) for side in (CURRENT, BASELINE)]
    sides = [text.plural(n, "trace") for n in traces]
    if column != "trace":
        sides = [f"{side} of {text.plural(n, column)}" for side, n in zip(sides, many, strict=True)]
    sizes = " against ".join(sides)
    notes = []
    if both and column != "trace":
        notes.append(
            f"{text.plural(both, column)} {'is' if both == 1 else 'are'} in both arms; what they"
            " share is taken out of the uncertainty, but what they saw in one may colour the other."
        )
    if paired or not arms.together:
        return Traffic(sizes, "", tuple(notes))
    said, odd = _split(arms, kept, owner, arm, column)
    return Traffic(sizes, said, (*notes, *odd))


def _split(arms: Arms, kept: Ints, owner: Ints, arm: Ints, column: str) -> tuple[str, list[str]]:
    """Return the split of those who came, by the arm in which each came first."""
    start = arms.log.traces["start"].iloc[kept].to_numpy(dtype="datetime64[us]").astype(np.int64)
    order = np.argsort(start, kind="stable")
    first = np.unique(owner[order], return_index=True)[1]
    found = split(arm[order][np.sort(first)])
    said = f"{text.share(found.share)} of {column}s in the current arm"
    odd = []
    if np.isfinite(found.steady):
        said += f"; the split holds over time (p = {found.steady:.2g})"
        if found.steady < _ODD:
            said = said.replace("holds over time", "changes over time")
            odd.append(
                f"The split between the arms changed on the way (p = {found.steady:.1g}): the arms"
                " may hold different users, and a difference between them need not be the release."
            )
    if _NEAR_HALF[0] <= found.share <= _NEAR_HALF[1]:
        said += f"; against an even split p = {found.even:.2g}"
        if found.even < _ODD:
            odd.append(
                f"If the split was meant to be even, it is not (p = {found.even:.1g}): something"
                " sends users to one arm or loses them from the other."
            )
    return said, odd


def _owners(arms: Arms) -> tuple[str, Ints]:
    traces = arms.log.traces
    for column in ("user_id", "session_id"):
        if column in traces and traces[column].notna().any():
            codes = pd.factorize(traces[column])[0].astype(np.int64)
            alone = np.arange(codes.size) + int(codes.max()) + 1
            return column.removesuffix("_id"), np.where(codes < 0, alone, codes)
    return "trace", np.arange(len(traces))
