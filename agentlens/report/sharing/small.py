"""Which values of a column have so few users that they must not be told apart?"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.errors import UnknownNameError
from agentlens.stats.arrays import Flags, Ints
from agentlens.tables.clusters import clusters_of

__all__ = ["MISSING", "Crowd", "Times", "crowd_of", "small_values"]

Times = tuple[pd.Timestamp, pd.Timestamp]

MISSING = ""
"""Stands for the rows in which a column says nothing: they are a slice, too."""


@dataclass(frozen=True, eq=False)
class Crowd:
    """Whose each trace is, in all of the log and in each time that is looked at by itself.

    Attributes:
        of_trace: an integer that the traces of one user share, by time; -1 outside of that time.
        ids: of the traces.
        what: what was counted: users, or what else the column holds.
    """

    of_trace: Ints
    ids: "pd.Index[str]"
    what: str = "user"

    @property
    def size(self) -> int:
        """How many there are."""
        return int(np.unique(self.of_trace[0]).size)

    def of(self, trace_ids: pd.Series) -> Ints:
        """Return whose each row is, by time and by its trace; -1 where the trace is unknown."""
        place = self.ids.get_indexer(pd.Index(trace_ids.astype(object)))
        return np.where(place >= 0, self.of_trace[:, place], -1)


def crowd_of(traces: pd.DataFrame, per: str, within: Sequence[Times] = ()) -> Crowd:
    """Return whose each trace is: what the column says, else its user, session, or itself.

    Args:
        traces: the rows.
        per: the column; "user_id" need not be there.
        within: times that are looked at by themselves, each from and until when.
    """
    if per not in traces and per != "user_id":
        raise UnknownNameError("trace column", per, traces.columns)
    own = clusters_of(traces)
    known = pd.factorize(traces[per])[0] if per in traces else np.full(len(traces), -1)
    codes = np.where(known >= 0, known, own + int(known.max(initial=-1)) + 1)
    named = (known >= 0).any()
    what = per.removesuffix("_id").replace("_", " ") if named else "session"
    if not named and ("session_id" not in traces or not traces["session_id"].notna().any()):
        what = "trace"
    times = [(traces["start"] >= one) & (traces["start"] < end) for one, end in within]
    layers = [codes, *(np.where(time.to_numpy(dtype=bool), codes, -1) for time in times)]
    return Crowd(
        np.stack(layers).astype(np.int64), pd.Index(traces["trace_id"].astype(object)), what
    )


def small_values(
    words: pd.Series, users: Ints, least: int, forced: AbstractSet[str] = frozenset()
) -> tuple[set[str], set[str]]:
    """Return the values of too few users, and the others that must go with them.

    The group of all of them must be of several values and of enough users: else what is left of a
    total tells of the one value that was to be hidden. Nobody is not too few.

    Args:
        words: the values as texts; MISSING where there is none.
        users: whose each row is, by time; -1 where it is not in that time.
        least: the fewest users of a value at any of these times.
        forced: values that are to be hidden in any case.
    """
    codes, values = pd.factorize(words, sort=True)
    layers = [_pairs(codes, one) for one in users]
    sizes = np.stack([np.bincount(one["value"], minlength=len(values)) for one in layers])
    named = np.array([str(one) in forced for one in values], dtype=bool)
    few: Flags = ((sizes > 0) & (sizes < least)).any(axis=0) | named
    if not few.any():
        return set(), set()
    gone = few.copy()
    for at in np.argsort(np.where(few, -1, sizes[0]), kind="stable")[int(few.sum()) :]:
        if gone.sum() > 1 and all(_is_crowd(one, gone, least) for one in layers):
            break
        gone[at] = True
    told = np.array([str(one) for one in values], dtype=object)
    return set(told[few]), set(told[gone & ~few])


def _pairs(codes: Ints, users: Ints) -> pd.DataFrame:
    """Return each value and each user of it, once."""
    known = users >= 0
    return pd.DataFrame({"value": codes[known], "user": users[known]}).drop_duplicates()


def _is_crowd(pairs: pd.DataFrame, gone: Flags, least: int) -> bool:
    n = int(pairs.loc[gone[pairs["value"].to_numpy()], "user"].nunique())
    return n == 0 or n >= least
