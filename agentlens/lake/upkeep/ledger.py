"""What was removed from the lake, why, when and by whom?

One file an act. It names files, counts and keyed hashes, and nothing of any user.
"""

from collections.abc import Mapping
from typing import Any

import orjson
import pandas as pd

from agentlens.lake.files.manifest import BrokenFileError, digest, sealed, unsealed
from agentlens.lake.store.commit import writer
from agentlens.lake.store.history import Store

__all__ = ["acts", "record"]

_FOLDER = "ledger"


def record(store: Store, act: str, facts: Mapping[str, Any]) -> None:
    """Write one act down before it is done."""
    now = store.clock()
    content = {"act": act, "at": now.isoformat(), "by": writer(), **facts}
    data = sealed(content)
    path = store.root / _FOLDER / f"{now:%Y%m%dT%H%M%S}-{act}-{digest(data)[:12]}.json"
    store.disk.put(path, data)
    store.disk.settle(path.parent)


def acts(store: Store) -> pd.DataFrame:
    """Return all acts: what, when, by whom, and the facts of each as text."""
    rows = []
    for path in sorted((store.root / _FOLDER).glob("*.json")):
        try:
            content = unsealed(path.read_bytes(), f"{_FOLDER}/{path.name}")
        except BrokenFileError as error:
            content = {"act": "unreadable", "at": None, "by": {}, "reason": error.reason}
        by = content.pop("by")
        row = {"act": content.pop("act"), "at": content.pop("at"), "by": by.get("host", "")}
        rows.append(row | {"facts": orjson.dumps(content).decode()})
    frame = pd.DataFrame(rows, columns=["act", "at", "by", "facts"])
    return frame.assign(at=pd.to_datetime(frame["at"], utc=True, format="ISO8601"))
