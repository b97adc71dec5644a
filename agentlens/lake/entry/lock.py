"""Who else is at work here?

A lock saves work; that nothing is lost rests on the commit. It is freed by the end of its process.
"""

import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

__all__ = ["Holder", "lock", "waiting"]


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who holds a lock: process, host, and since when."""

    pid: int
    host: str
    since: str

    def __str__(self) -> str:
        """Return it as a phrase."""
        time = pd.Timestamp(self.since)
        return f"since {time:%Y-%m-%d %H:%M} UTC (pid {self.pid} on {self.host})"


@contextmanager
def lock(folder: Path, name: str, now: pd.Timestamp) -> Iterator[Holder | None]:
    """Hold the lock of a name, or say who holds it; what is given is None where we hold it.

    Args:
        folder: where locks are.
        name: of what; anything.
        now: the time now.
    """
    with _opened(folder, name) as handle:
        if not _locked(handle, wait=False):
            yield _read(handle)
            return
        _sign(handle, now)
        yield None


@contextmanager
def waiting(folder: Path, name: str, now: pd.Timestamp) -> Iterator[None]:
    """Hold the lock of a name, after whoever holds it now."""
    with _opened(folder, name) as handle:
        _locked(handle, wait=True)
        _sign(handle, now)
        yield


@contextmanager
def _opened(folder: Path, name: str) -> Iterator[int]:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{sha256(name.encode()).hexdigest()[:16]}.lock"
    handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _locked(handle: int, *, wait: bool) -> bool:
    if find_spec("fcntl") is None:  # a platform without it goes on without politeness
        return True
    import fcntl  # noqa: PLC0415 - not on every platform

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def _sign(handle: int, now: pd.Timestamp) -> None:
    mine = {"pid": os.getpid(), "host": platform.node(), "since": now.isoformat()}
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps(mine).encode(), 0)


def _read(handle: int) -> Holder:
    try:
        return Holder(**json.loads(os.pread(handle, 10_000, 0)))
    except (ValueError, TypeError):  # its owner has not signed yet
        return Holder(pid=0, host="an unknown host", since="NaT")
