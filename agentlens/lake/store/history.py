"""Which snapshots are there, which is the newest, and which was the newest then?"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.lake.files import manifest
from agentlens.lake.files.disk import Disk
from agentlens.lake.files.manifest import BrokenFileError, ListRef, Part, Snapshot
from agentlens.lake.files.parts import Limits

__all__ = ["Clock", "Store", "utc_now"]

Clock = Callable[[], pd.Timestamp]
_FOLDER = "snapshots"
_EMPTY = Snapshot(n=0, parent=0, committed_at=pd.Timestamp(0, tz="UTC"))


def utc_now() -> pd.Timestamp:
    """Return the time now."""
    return pd.Timestamp.now(tz="UTC").floor("us")


@dataclass(frozen=True)
class Store:
    """A folder of snapshots; what it holds is read anew each time it is asked.

    Attributes:
        root: the folder.
        clock: gives the time now.
        disk: does what must be done to the file system.
        limits: how large a part may grow.
    """

    root: Path
    clock: Clock = utc_now
    disk: Disk = field(default_factory=Disk)
    limits: Limits = field(default_factory=Limits)

    def numbers(self) -> list[int]:
        """Return the numbers of all snapshots, in order."""
        folder = self.root / _FOLDER
        if not folder.exists():
            return []
        return sorted(int(one.stem) for one in folder.glob("*.json") if one.stem.isdigit())

    def path(self, n: int) -> Path:
        """Return where the snapshot of this number is."""
        return self.root / _FOLDER / f"{n:08d}.json"

    def snapshot(self, n: int) -> Snapshot:
        """Return the snapshot of this number."""
        path = self.path(n)
        try:
            data = path.read_bytes()
        except FileNotFoundError as error:
            raise BrokenFileError(f"{_FOLDER}/{path.name}", "is gone") from error
        found = manifest.from_bytes(data, f"{_FOLDER}/{path.name}")
        if found.n != n:
            raise BrokenFileError(f"{_FOLDER}/{path.name}", f"is snapshot {found.n}, misnamed")
        return found

    def head(self) -> Snapshot:
        """Return the newest snapshot that is whole; a broken one is passed over with a warning."""
        for n in reversed(self.numbers()):
            try:
                return self.snapshot(n)
            except BrokenFileError as error:
                if not self.path(n).exists():
                    continue  # thinned since the folder was listed
                message = f"Snapshot {n} is passed over: {error}"
                warnings.warn(message, stacklevel=2)
        return _EMPTY

    def at(self, moment: pd.Timestamp) -> Snapshot:
        """Return the snapshot that was the newest at this moment."""
        numbers = self.numbers()
        low, high = 0, len(numbers)
        while low < high:  # the times of commits rise with their numbers
            middle = (low + high) // 2
            if self.snapshot(numbers[middle]).committed_at <= moment:
                low = middle + 1
            else:
                high = middle
        if low:
            return self.snapshot(numbers[low - 1])
        oldest = (
            f"the oldest snapshot is of {self.snapshot(numbers[0]).committed_at}"
            if numbers
            else "it holds no snapshot"
        )
        message = f"as_of={str(moment)!r} is before anything this lake remembers: {oldest}."
        raise BadInputError(message)

    def listed(self, ref: ListRef) -> tuple[Part, ...]:
        """Return the parts of one table and month."""
        return tuple(Part(**one) for one in self._rows(ref))

    def paths(self, ref: ListRef) -> list[str]:
        """Return where the parts of one table and month are."""
        return [one["path"] for one in self._rows(ref)]

    def _rows(self, ref: ListRef) -> list[dict[str, Any]]:
        try:
            data = (self.root / ref.path).read_bytes()
        except FileNotFoundError as error:
            raise BrokenFileError(ref.path, "is gone") from error
        if manifest.digest(data) != ref.sha256:
            raise BrokenFileError(ref.path, "is changed: its check sum is not the one of its name")
        found: list[dict[str, Any]] = orjson.loads(data)
        return found

    def parts(
        self,
        snapshot: Snapshot,
        table: str,
        first: str = "",
        last: str = "9999",
        *,
        asked: Callable[[ListRef], bool] = lambda _ref: True,
    ) -> list[Part]:
        """Return the parts of a table with a day from `first` to `last`, in order of day.

        Args:
            snapshot: of which snapshot.
            table: of which table.
            first: the first day.
            last: the last day.
            asked: which months are looked into at all.
        """
        found = [
            part
            for ref in snapshot.lists
            if ref.table == table and first[:7] <= ref.month <= last[:7] and asked(ref)
            for part in self.listed(ref)
            if first <= part.day <= last
        ]
        return sorted(found, key=lambda one: (one.day, not one.base, one.first, one.path))
