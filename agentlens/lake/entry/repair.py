"""How does a lake get rid of a broken file, so that its rows can be read again from the source?"""

from dataclasses import replace

import pandas as pd

from agentlens.lake.entry.coverage import from_json, to_json, without
from agentlens.lake.files.manifest import Part, Snapshot
from agentlens.lake.files.tables import Kept
from agentlens.lake.store.amend import amend, drop_files
from agentlens.lake.store.history import Store
from agentlens.lake.upkeep.ledger import record
from agentlens.lake.upkeep.verify import verify

__all__ = ["repair"]

_DAY = pd.Timedelta(1, "D")


def repair(store: Store) -> pd.DataFrame:
    """Return the broken files after they were taken out of every snapshot.

    Their days count as never read, for every source; a broken list or manifest is beyond this.
    """
    found = verify(store)
    broken = set(found["file"])
    if not broken:
        return found

    def change(_table: Kept, part: Part) -> list[Part]:
        return [] if broken & {part.path, part.ids_path} else [part]

    days = [pd.Timestamp(day, tz="UTC") for day in sorted({*found["day"]} - {""})]
    gone = amend(
        store,
        change,
        act="repair",
        edit=lambda snapshot, lost: _uncovered(snapshot, days) if lost else snapshot,
    )
    files = [{"table": table, "day": part.day, "path": part.path} for table, part in gone.parts]
    record(store, "repair", {"why": "not what was written", "files": files})
    drop_files(store, gone)
    return found


def _uncovered(snapshot: Snapshot, days: list[pd.Timestamp]) -> Snapshot:
    """Return the manifest that knows nothing of having read these days."""
    sources = {}
    for name, source in snapshot.sources.items():
        left = from_json(source)
        for day in days:
            left = without(left, day, day + _DAY)
        sources[name] = {**source, "intervals": to_json(left)}
    return replace(snapshot, sources=sources)
