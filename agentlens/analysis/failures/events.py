"""What failed in which trace, and in which traces could it have been seen?"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import numpy as np
import pandas as pd

from agentlens.analysis.failures.columns import texts_of
from agentlens.analysis.failures.objections import ALL, checks, judged, objections
from agentlens.analysis.failures.steps import errors_of
from agentlens.analysis.failures.texts import Group
from agentlens.analysis.failures.verdicts import failing, verdict_columns
from agentlens.measures.rows import metric_rows
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.tables.log import Log
from agentlens.tables.weights import weighting

__all__ = ["Events", "events_of", "identity"]

_BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"
_ID = 7


@dataclass(frozen=True, eq=False)
class Events:
    """The failures of a log.

    Attributes:
        log: of which.
        rows: one a trace and failure: position (of the trace), failure (a place in `kinds`),
            ended (whether the trace ended in it), and how typical it is of its failure.
        kinds: one a failure: id, name, kind, error, tool, says, seen_by (a key of `seen`).
        seen: the weight of each trace for which such a failure would have been seen, else 0.
        cluster: an integer by trace, the same for traces of one user.
        said: by name and source, what each check and judge said.
        words: of the failures known by a text, by id.
        notes: sentences on weights.
    """

    log: Log
    rows: pd.DataFrame
    kinds: pd.DataFrame
    seen: dict[str, Floats]
    cluster: Ints
    said: dict[tuple[str, str], pd.DataFrame]
    words: dict[str, Group]
    notes: tuple[str, ...]

    def weight(self, failure: int) -> Floats:
        """Return the weight of each trace, 0 where this failure could not have been seen."""
        return self.seen[str(self.kinds["seen_by"].iloc[failure])]

    @cached_property
    def whole(self) -> pd.DataFrame:
        """The rows, each with the user, time, id, task and weight of its trace."""
        traces = self.log.traces
        at = self.rows["position"].to_numpy(dtype=np.int64)
        tasks = traces[[one for one in ("task_type",) if one in traces]].iloc[at]
        source = self.kinds["seen_by"].to_numpy()[self.rows["failure"]]
        weight = np.zeros(at.size)
        for name, own in self.seen.items():
            here = source == name
            weight[here] = own[at[here]]
        return self.rows.assign(
            user=self.cluster[at],
            time=pd.to_datetime(traces["start"].iloc[at].array, utc=True),
            trace_id=traces["trace_id"].iloc[at].to_numpy(dtype=object),
            task=pd.Series(texts_of(tasks, "task_type"), dtype=object).to_numpy(),
            weight=weight,
        )


def events_of(log: Log) -> Events:
    """Return every failure of every trace: errors of steps and traces, checks, users, judges.

    What users object to counts where the trace did not end in an error and no check failed, and
    what a judge objects to where nobody else did: one failure must not count twice because two
    saw it.

    Args:
        log: any log; an empty one has no failures.
    """
    base = metric_rows(log, "traffic")
    weight = np.zeros(len(log))
    weight[base.positions] = base.weight
    cluster = np.arange(len(log), dtype=np.int64)
    cluster[base.positions] = base.cluster
    said = verdict_columns(log)
    failed = failing(log, said)
    places = pd.Index(log.traces["trace_id"].astype(object))
    failed = failed.assign(position=_positions(places, failed["trace_id"]))
    failed = failed[failed["position"] >= 0]
    parts = [
        errors_of(log).assign(seen_by=ALL, typical=1.0),
        checks(failed[failed["source"] == "check"]),
    ]
    told = np.zeros(len(log), dtype=bool)
    told[parts[0].loc[parts[0]["ended"].astype(bool), "position"].to_numpy(dtype=np.int64)] = True
    told[parts[1]["position"].to_numpy(dtype=np.int64)] = True
    objected, words = objections(log, told)
    parts.append(objected)
    told[objected["position"].to_numpy(dtype=np.int64)] = True
    doubted, more = judged(log, failed[failed["source"] == "judge"], told)
    parts += doubted
    rows = pd.concat([one for one in parts if len(one)] or [parts[0]], ignore_index=True)
    seen = _seen(log, rows, weight, said, places)
    rows = rows[_exposed(rows, seen)]
    code, kinds = _identified(rows)
    return Events(
        log=log,
        rows=pd.DataFrame(
            {
                "position": rows["position"].to_numpy(dtype=np.int64),
                "failure": code,
                "ended": rows["ended"].to_numpy(dtype=bool),
                "typical": rows["typical"].to_numpy(dtype=np.float64),
            }
        ),
        kinds=kinds,
        seen=seen,
        cluster=cluster,
        said=said,
        words={identity(key): group for key, group in (words | more).items()},
        notes=base.notes,
    )


def identity(key: str) -> str:
    """Return the short name of a failure, the same wherever and whenever it occurs.

    >>> identity("error|timeout|search|no answer")
    'F-5kymwxb'
    """
    number = int.from_bytes(sha256(key.encode(errors="backslashreplace")).digest()[:8])
    return "F-" + "".join(_BASE32[number >> (5 * at) & 31] for at in range(_ID))


def _identified(rows: pd.DataFrame) -> tuple[Ints, pd.DataFrame]:
    """Return the place of each row's failure, and the failures in an order that nothing shakes."""
    kinds = rows.drop_duplicates("key").sort_values("key", ignore_index=True)
    code = pd.Index(kinds["key"]).get_indexer(rows["key"]).astype(np.int64)
    kinds = kinds.assign(id=[identity(one) for one in kinds["key"]])
    return code, kinds[["id", "name", "kind", "error", "tool", "says", "seen_by", "key"]]


def _seen(
    log: Log,
    rows: pd.DataFrame,
    weight: Floats,
    said: Mapping[tuple[str, str], pd.DataFrame],
    places: "pd.Index[str]",
) -> dict[str, Floats]:
    """Return by source of failures the weight of the traces that it looked at."""
    columns = {f"{source}:{name}": found for (name, source), found in said.items()}
    seen = {ALL: weight}
    for one in rows["seen_by"].unique():
        if one != ALL:
            found = columns[str(one)]
            at = _positions(places, found["trace_id"])
            held, at = found[at >= 0], at[at >= 0]
            p, judged = np.full(len(log), np.nan), np.zeros(len(log), dtype=bool)
            p[at] = held["inclusion_p"].to_numpy(dtype=np.float64, na_value=np.nan)
            judged[at] = held["value"].notna()
            own = weighting(log.traces, pd.Series(p)).of_row
            seen[str(one)] = np.where(judged, np.nan_to_num(own), 0.0)
    return seen


def _exposed(rows: pd.DataFrame, seen: dict[str, Floats]) -> Flags:
    """Return which rows have a weight: what nobody drew enters no rate."""
    keep = np.ones(len(rows), dtype=bool)
    for one, own in seen.items():
        here = (rows["seen_by"] == one).to_numpy(dtype=bool)
        keep[here] = own[rows["position"].to_numpy(dtype=np.int64)[here]] > 0
    return keep


def _positions(places: "pd.Index[str]", ids: pd.Series) -> Ints:
    return np.asarray(places.get_indexer(pd.Index(ids.astype(object))), dtype=np.int64)
