"""Where do labels lie while a view is open?"""

from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from weakref import finalize

from agentlens.scoring.store.file import StoreFile, opened_store

__all__ = ["Shelf"]


class Shelf:
    """A store that is opened when it is first needed, and closed when nobody holds this any more.

    Args:
        path: of the file; None for one that goes with this.
    """

    def __init__(self, path: str | Path | None) -> None:
        self._held: list[StoreFile] = []
        folder = None if path is not None else Path(mkdtemp(prefix="agentlens-"))
        self.path = Path(path) if path is not None else Path(str(folder)) / "labels.sqlite"
        self._end = finalize(self, _ended, self._held, folder)

    def open(self) -> StoreFile:
        """Return the store, opened."""
        if not self._held:
            self._held.append(opened_store(self.path))
        return self._held[0]

    def close(self) -> None:
        """Let go of the file; one without a path is gone then."""
        self._end()


def _ended(held: list[StoreFile], folder: Path | None) -> None:
    while held:
        held.pop().close()
    if folder is not None:
        rmtree(folder, ignore_errors=True)
