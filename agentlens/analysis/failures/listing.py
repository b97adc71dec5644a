"""How often does each failure occur, when, to whom, and which traces show it best?"""

import numpy as np
import pandas as pd

from agentlens.analysis.failures.events import Events
from agentlens.analysis.failures.kinds import JUDGED, POLICY, USER
from agentlens.stats.arrays import Floats
from agentlens.stats.events.rare import share_interval
from agentlens.stats.groups import cluster, sums
from agentlens.text import listed

__all__ = ["chosen", "listing", "over_time", "taxonomy"]

_TYPICAL = 5
_MOST_TASKS = 3
_LONG = pd.Timedelta("28D")


def listing(events: Events, seed: int) -> pd.DataFrame:
    """Return one row a failure, the commonest first.

    Args:
        events: the failures.
        seed: decides between traces that are equally typical.
    """
    rows = events.whole
    frame = events.kinds[["id", "name", "kind", "error", "tool", "says"]].copy()
    by = rows.groupby("failure", sort=True)
    frame["n"] = by.size()
    frame["ended"] = by["ended"].sum().astype("int64")
    frame["users"] = by["user"].nunique()
    seen = [events.weight(one) for one in range(len(frame))]
    counts = _numbers(rows["failure"], rows, seen)
    frame = frame.assign(**counts)
    frame["first_seen"], frame["last_seen"] = by["time"].min(), by["time"].max()
    frame["tasks"] = _tasks(rows, len(frame))
    frame["examples"] = _examples(rows, len(frame), seed)
    return frame.sort_values(["n", "id"], ascending=[False, True], ignore_index=True)


def chosen(every: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return the failures to list, the commonest first.

    What says its cause must not be lost behind what users and judges objected to, which is more
    frequent nearly always: it gets half of the places, and rare harm a place of its own.

    Args:
        every: all failures, the commonest first.
        most: how many to choose.
    """
    caused = ~every["kind"].isin([USER, JUDGED])
    turn = caused.groupby(caused).cumcount()
    first = (every["kind"] == POLICY) | (caused & (turn < most // 2))
    order = np.argsort(~first.to_numpy(dtype=bool), kind="stable")[:most]
    return every.iloc[np.sort(order)].reset_index(drop=True)


def over_time(events: Events, frame: pd.DataFrame) -> pd.DataFrame:
    """Return how often each listed failure occurred on each day, or week of a long log.

    Args:
        events: the failures.
        frame: those that are listed.
    """
    rows = events.whole
    traces = events.log.traces
    if not len(traces) or not len(frame):
        return pd.DataFrame({"id": [], "name": [], "kind": [], "time": [], "n": []})
    first, last = traces["start"].min().normalize(), traces["start"].max()
    every = "7D" if last - first > _LONG else "1D"
    times = pd.date_range(first, last, freq=every)
    bins = ((rows["time"] - first) // pd.Timedelta(every)).to_numpy(dtype=np.int64)
    place = pd.Index(frame["id"]).get_indexer(events.kinds["id"].iloc[rows["failure"]])
    keep = place >= 0
    flat = np.bincount(place[keep] * len(times) + bins[keep], minlength=len(frame) * len(times))
    many = len(times)
    return pd.DataFrame(
        {
            **{name: np.repeat(frame[name].to_numpy(), many) for name in ("id", "name", "kind")},
            "time": np.tile(times, len(frame)),
            "n": flat.astype(np.int64),
        }
    )


def taxonomy(events: Events) -> pd.DataFrame:
    """Return one row a kind: in how many traces, of how many users, and how many failures it has.

    Args:
        events: the failures.
    """
    kind_of = events.kinds["kind"].to_numpy()[events.rows["failure"]]
    rows = events.whole.assign(kind=kind_of)
    kept = rows.drop_duplicates(["kind", "position"]).reset_index(drop=True)
    codes, kinds = pd.factorize(kept["kind"], sort=True)
    frame = pd.DataFrame({"kind": kinds})
    by = kept.groupby(codes)
    frame["n"], frame["users"] = by.size(), by["user"].nunique()
    seen = [_widest(events, str(kind)) for kind in kinds]
    frame = frame.assign(**_numbers(pd.Series(codes), kept, seen))
    own = events.kinds.drop_duplicates("id").groupby("kind")["id"].size()
    frame["failures"] = frame["kind"].map(own).astype("int64")
    return frame.sort_values(["n", "kind"], ascending=[False, True], ignore_index=True)


def _widest(events: Events, kind: str) -> Floats:
    """Return the weights of the traces in which failures of a kind could have been seen."""
    sources = events.kinds.loc[events.kinds["kind"] == kind, "seen_by"].unique()
    widest: Floats = np.vstack([events.seen[str(one)] for one in sources]).max(axis=0)
    return widest


def _numbers(group: pd.Series, rows: pd.DataFrame, seen: list[Floats]) -> dict[str, Floats]:
    """Return among how many traces each group could be seen, and its share with limits."""
    codes = group.to_numpy(dtype=np.int64)
    weight = rows["weight"].to_numpy(dtype=np.float64)
    bursts = cluster(codes, rows["user"].to_numpy(dtype=np.int64), len(seen))
    total = sums(codes, weight, len(seen))
    looked = np.array([one.sum() for one in seen])
    worth = np.divide(bursts.squares(weight), total, out=np.ones(len(seen)), where=total > 0)
    low, high = share_interval(total / worth, np.maximum(looked, total) / worth)
    return {
        "seen": np.array([float((one > 0).sum()) for one in seen]),
        "share": np.divide(total, looked, out=np.zeros(len(seen)), where=looked > 0),
        "low": low,
        "high": high,
    }


def _tasks(rows: pd.DataFrame, n: int) -> list[str]:
    """Return the tasks in which each failure occurs, the commonest first."""
    counts = rows[rows["task"] != ""].groupby(["failure", "task"]).size().rename("n").reset_index()
    counts = counts.sort_values(["failure", "n", "task"], ascending=[True, False, True])
    found = counts.groupby("failure")["task"].agg(list)
    return [listed(found[one], most=_MOST_TASKS) if one in found else "" for one in range(n)]


def _examples(rows: pd.DataFrame, n: int, seed: int) -> list[tuple[str, ...]]:
    """Return the most typical traces of each failure, of as many users as there are.

    Chance decides between equals by the trace id, so that the order of the rows does not matter.
    """
    drawn = pd.util.hash_array(
        rows["trace_id"].to_numpy(dtype=object), hash_key=f"{seed % 10**16:016d}"
    )
    order = rows.assign(drawn=drawn).sort_values(
        ["failure", "ended", "typical", "drawn"], ascending=[True, False, False, True]
    )
    order["turn"] = order.groupby(["failure", "user"]).cumcount()
    order = order.sort_values(["failure", "turn"], kind="stable")
    found = order.groupby("failure").head(_TYPICAL).groupby("failure")["trace_id"].agg(tuple)
    return [tuple(map(str, found[one])) if one in found else () for one in range(n)]
