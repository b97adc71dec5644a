"""How do several notebooks share one file in which nothing gets lost?"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import uniform
from threading import Lock, Thread, current_thread, local
from time import monotonic, sleep
from types import TracebackType
from typing import Any, Self

from agentlens.drive import network_drive
from agentlens.errors import BadInputError
from agentlens.scoring.store.place import notes_of, slow_note
from agentlens.scoring.store.tables import LATER, TABLES, VERSION

__all__ = ["DEFAULT", "StoreFile", "opened_store"]

DEFAULT = Path(".agentlens") / "judge.sqlite"
"""In the working directory."""

_PATIENCE = 30.0
_PRIVATE = 0o600
_MOST_NAMES = 500


@dataclass(frozen=True, eq=False)
class StoreFile:
    """A file of judgments, opened; each thread has a connection of its own.

    Attributes:
        path: of the file.
        notes: what a user should know about its place, sentences.
    """

    path: Path
    notes: tuple[str, ...] = ()
    _own: local = field(default_factory=local, repr=False)
    _every: list[tuple[Thread, sqlite3.Connection]] = field(default_factory=list, repr=False)
    _guard: Any = field(default_factory=Lock, repr=False)

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection; a process that forks gets new ones."""
        held: tuple[int, sqlite3.Connection] | None = getattr(self._own, "held", None)
        if held is None or held[0] != os.getpid():
            made = _connected(self.path)
            held = self._own.held = (os.getpid(), made)
            with self._guard:
                self._every.append((current_thread(), made))
        return held[1]

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give a connection on which all or nothing is written, and nobody else writes meanwhile.

        Raises:
            BadInputError: the file cannot be written: a full disk, a file that is no store.
        """
        held = self.connection
        try:
            held.execute("begin immediate")
            try:
                yield held
            except BaseException:
                with suppress(sqlite3.Error):  # the first error is the one to tell
                    held.execute("rollback")
                raise
            held.execute("commit")
        except sqlite3.Error as error:
            raise _refusal(self.path, error) from error

    def rows(self, query: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        """Return what a query finds.

        Args:
            query: in SQL.
            values: for its question marks.
        """
        try:
            return self.connection.execute(query, tuple(values)).fetchall()
        except sqlite3.Error as error:
            raise _refusal(self.path, error) from error

    def rows_in(self, query: str, names: Sequence[str]) -> Iterator[sqlite3.Row]:
        """Yield what a query finds for many names, some hundred at a time.

        Args:
            query: with `{names}` where the list of them belongs.
            names: any number.
        """
        for first in range(0, len(names), _MOST_NAMES):
            some = names[first : first + _MOST_NAMES]
            marks = ",".join("?" * len(some))
            yield from self.rows(query.replace("{names}", f"({marks})"), some)

    def close(self) -> None:
        """Let go of the file, in every thread that is done with it.

        One still at work after a third interrupt keeps its own: closed in the middle of a
        statement, it would take the whole process with it.
        """
        with self._guard:
            for owner, one in self._every:
                if owner is current_thread() or not owner.is_alive():
                    one.close()
            self._every.clear()
        self._own.__dict__.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the file."""
        self.close()


def opened_store(path: str | Path = DEFAULT) -> StoreFile:
    """Return a file of judgments, made where there is none; only its owner can read a new one.

    Args:
        path: of the file.

    Raises:
        BadInputError: the file cannot be made, is no store, or was written by a later version.
    """
    whole = Path(path).expanduser()
    if whole.is_dir():
        message = f"The store {str(path)!r} is a folder; name a file in it, such as judge.sqlite."
        raise BadInputError(message)
    try:
        whole.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(whole, os.O_CREAT | os.O_RDWR, _PRIVATE))
    except OSError as error:
        message = f"The store {str(path)!r} cannot be made: {error.strerror}. Say another store=."
        raise BadInputError(message) from error
    notes = notes_of(whole)
    store = StoreFile(whole, notes)
    try:
        shared = _journal(store.connection, alone=bool(network_drive(whole)))
        with store.transaction() as held:
            _made(held, whole)
    except sqlite3.Error as error:
        store.close()
        raise _refusal(whole, error) from error
    except BaseException:
        store.close()
        raise
    return store if shared or notes else replace(store, notes=(slow_note(whole),))


def _connected(path: Path) -> sqlite3.Connection:
    """Return a connection that waits for others, keeps what it was told, and erases what it drops."""
    made = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    made.row_factory = sqlite3.Row
    for words in ("synchronous=full", "secure_delete=on", "foreign_keys=on"):
        made.execute(f"pragma {words}")
    return made


def _journal(held: sqlite3.Connection, *, alone: bool) -> bool:
    """Set how changes are written down, and return whether readers and a writer can go together.

    Changing it needs the file for a moment, and nobody waits for that on our behalf.
    """
    wanted = "delete" if alone else "wal"
    until = monotonic() + _PATIENCE
    while True:
        try:
            (mode,) = held.execute(f"pragma journal_mode={wanted}").fetchone()
        except sqlite3.OperationalError:
            if monotonic() > until:
                raise
            sleep(uniform(0.005, 0.05))  # noqa: S311 - not to meet again, no secret
        else:
            return str(mode) == "wal"


def _made(held: sqlite3.Connection, path: Path) -> None:
    (version,) = held.execute("pragma user_version").fetchone()
    if version > VERSION:
        message = (
            f"The store {str(path)!r} was written by a later AgentLens (tables {version}, ours are"
            f" {VERSION}). Upgrade AgentLens, or say another store=."
        )
        raise BadInputError(message)
    for words in (*(() if version else TABLES), *LATER, f"pragma user_version={VERSION}"):
        held.execute(words)


def _refusal(path: Path, error: sqlite3.Error) -> BadInputError:
    if "not a database" in str(error):
        return BadInputError(f"{str(path)!r} is no store of judgments; say another store=.")
    return BadInputError(
        f"The store {str(path)!r} could not be used: {error}. What was settled before is kept."
    )
