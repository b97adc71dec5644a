"""How do rows of one source come into the lake, with what is now known of the source?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from agentlens.lake.entry.coverage import Interval, from_json, merged, to_json
from agentlens.lake.entry.door import Door
from agentlens.lake.files.manifest import Snapshot
from agentlens.lake.files.tables import SOURCES
from agentlens.lake.store.compact import compact
from agentlens.lake.store.reader import Reader
from agentlens.lake.store.upsert import Rebuild, upsert
from agentlens.lake.upkeep.forget import forget
from agentlens.lake.upkeep.known_again import screen, unwanted

__all__ = ["Taken", "Taking", "take"]

_SWEPT = "swept"


@dataclass(frozen=True, kw_only=True)
class Taking:
    """What is said of a source beside its rows."""

    source: str
    coverage: tuple[Interval, ...] = ()
    state: Mapping[str, Any] = field(default_factory=dict)

    def on(self, snapshot: Snapshot) -> Snapshot:
        """Return the manifest that also says this."""
        if not self.coverage and not self.state:
            return snapshot
        before = snapshot.sources.get(self.source, {})
        read = to_json(merged(from_json(before), self.coverage))
        known = {**before, **self.state, "intervals": read}
        return replace(snapshot, sources={**snapshot.sources, self.source: known})


@dataclass(frozen=True, kw_only=True)
class Taken:
    """The snapshot after the rows came, and whether the day's clearing up is due."""

    snapshot: Snapshot
    due: bool


def take(
    door: Door,
    changes: Mapping[str, pd.DataFrame],
    said: Taking,
    *,
    aside: Mapping[str, pd.DataFrame],
    gone: Mapping[str, pd.DataFrame],
    rebuild: Rebuild | None,
    redacted: bool,
) -> Taken:
    """Return the snapshot that holds these rows; the present one where nothing is new.

    Args:
        door: of which lake.
        changes: table to rows.
        said: the source, and what is now known of it.
        aside: the load report and refused rows; kept only if something else is new.
        gone: table to the keys of rows that the source no longer has.
        rebuild: gives touched traces as they are now.
        redacted: whether the rows were redacted already.
    """
    opened = door.opened()
    store, salt = opened.store, opened.salt
    rows, beside = dict(changes), dict(aside)
    if not redacted:
        hidden = opened.redacted({**rows, **beside})
        rows, beside = ({name: hidden[name] for name in one} for one in (rows, beside))
    before = store.head()
    today = f"{store.clock():%Y-%m-%d}"
    snapshot = upsert(
        store,
        rows,
        rebuild=rebuild,
        gone=gone,
        aside=_unseen(beside, Reader(store, before)),
        edit=lambda new, head: _dated(said.on(new), head, today),
        screen=lambda head, came: screen(head, came, salt),
    )
    lost = unwanted(snapshot, rows, salt)
    if len(lost) and _there(Reader(store, snapshot), lost):
        forget(store, "trace_id", lost, salt=salt)
    if snapshot.n != before.n:
        snapshot = compact(store)
    due = snapshot.n != before.n and before.notes.get(_SWEPT) != today and before.n > 0
    return Taken(snapshot=snapshot, due=due)


def _dated(snapshot: Snapshot, head: Snapshot, today: str) -> Snapshot:
    """Return the manifest with the day of its clearing up, if it changes anyway."""
    if snapshot == head:
        return snapshot
    return replace(snapshot, notes={**snapshot.notes, _SWEPT: today})


def _unseen(aside: Mapping[str, pd.DataFrame], reader: Reader) -> dict[str, pd.DataFrame]:
    """Return what stands beside, without refused rows that are in the quarantine already."""
    known = reader.columns("rejected")
    if "rejected" not in aside or not known:
        return dict(aside)
    told = ["table", "key", "reason", "row"]
    seen = reader.read("rejected", columns=told).drop_duplicates().assign(seen=True)
    came = aside["rejected"].merge(seen, on=told, how="left")["seen"].notna().to_numpy()
    left = aside["rejected"][~came].reset_index(drop=True)
    return (
        {**aside, "rejected": left}
        if len(left)
        else {"report": aside["report"]}
        if "report" in aside
        else {}
    )


def _there(reader: Reader, ids: pd.Series) -> bool:
    names = [name for name in (*SOURCES, "traces") if reader.columns(name)]
    return any(len(reader.read(name, columns=["trace_id"], ids=ids)) for name in names)
