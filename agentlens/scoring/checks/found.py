"""What did a check find, trace by trace?"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agentlens.stats.arrays import Flags, Floats, Ints

__all__ = ["FAIL", "NONE", "PASS", "Found", "Seen", "found_of", "nothing"]

PASS, FAIL, NONE = 1, 0, -1


class Seen(NamedTuple):
    """What is to be said of one text, or of any other case that several traces share.

    Attributes:
        verdict: PASS, FAIL or NONE where the check does not apply.
        kind: the sorts of fault, joined by ", "; where the check does not apply, why not.
        evidence: where and by which rule; never the words themselves.
        value: between 0 and 1 where there is more to say than pass and fail.
    """

    verdict: int
    kind: str = ""
    evidence: str = ""
    value: float = nan


@dataclass(frozen=True, eq=False)
class Found:
    """The verdict on each trace, in the order of the log.

    Attributes:
        verdict: PASS, FAIL or NONE.
        kind: sorts of fault, or why the check does not apply.
        evidence: where and by which rule.
        value: 1 and 0, or a share between them; missing where the check does not apply.
        absent: what the log lacks, so that nothing at all could be checked.
        notes: sentences for a careful reader.
    """

    verdict: Ints
    kind: NDArray[np.object_]
    evidence: NDArray[np.object_]
    value: Floats
    absent: str = ""
    notes: tuple[str, ...] = ()

    @property
    def applies(self) -> Flags:
        """Which traces were checked."""
        return np.asarray(self.verdict != NONE, dtype=bool)

    @property
    def failed(self) -> Flags:
        """Which traces failed."""
        return np.asarray(self.verdict == FAIL, dtype=bool)

    def tally(self, verdict: int) -> dict[str, int]:
        """Return the traces of one verdict by kind, the commonest first."""
        kinds = pd.Series(self.kind[self.verdict == verdict], dtype=object)
        each = kinds.str.split(", ").explode() if verdict == FAIL else kinds
        counts = each[each.fillna("") != ""].value_counts()
        ordered = counts.sort_index(kind="stable").sort_values(ascending=False, kind="stable")
        return {str(kind): int(n) for kind, n in ordered.items()}


def found_of(cases: Sequence[Seen], codes: Ints, *, notes: tuple[str, ...] = ()) -> Found:
    """Return what is found in traces that fall into cases.

    Args:
        cases: what is to be said of each case.
        codes: the case of each trace; -1 is the last one.
        notes: sentences for a careful reader.
    """
    table = np.array([tuple(one) for one in cases], dtype=object).reshape(len(cases), 4)
    rows = table[codes] if len(cases) else table[:0]
    verdict = rows[:, 0].astype(np.int64)
    value = rows[:, 3].astype(np.float64)
    plain = np.where(verdict == NONE, np.nan, verdict.astype(np.float64))
    return Found(
        verdict=verdict,
        kind=rows[:, 1],
        evidence=rows[:, 2],
        value=np.where(np.isnan(value), plain, value),
        notes=notes,
    )


def nothing(n: int, absent: str) -> Found:
    """Return that nothing could be checked, and what the log lacks.

    Args:
        n: how many traces there are.
        absent: such as "this log has no outputs".
    """
    blank: NDArray[np.object_] = np.full(n, "", dtype=object)
    none: Ints = np.full(n, NONE, dtype=np.int64)
    return Found(none, blank, blank, np.full(n, np.nan), absent=absent)
