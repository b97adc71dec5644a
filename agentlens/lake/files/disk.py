"""How does a file come to disk so that it is there whole, or not at all?

Everything that a commit does to the file system goes through these few steps; a test that stops
after each of them in turn has seen every crash.
"""

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path
from time import sleep
from uuid import uuid4

__all__ = ["Disk", "DiskStep"]

_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
_ABANDONED_S = 600
_LATE_S = 300
_PAUSE_S = 0.05


class DiskStep:
    """The single steps; each either happens or does not."""

    def write(self, path: Path, data: bytes) -> None:
        """Write a new file; not yet durable, and after a crash perhaps not whole."""
        with path.open("xb") as file:
            file.write(data)

    def sync(self, path: Path) -> None:
        """Make a file or a folder durable."""
        handle = os.open(path, os.O_RDONLY)
        try:
            if sys.platform == "darwin":  # there, fsync leaves data in the drive's own memory
                import fcntl  # noqa: PLC0415 - not on every platform

                fcntl.fcntl(handle, fcntl.F_FULLFSYNC)
            else:
                os.fsync(handle)
        finally:
            os.close(handle)

    def rename(self, source: Path, target: Path) -> None:
        """Give a file its name, in place of what had it."""
        source.replace(target)

    def link(self, source: Path, target: Path) -> None:
        """Give a file a second name; fails where that name is taken."""
        os.link(source, target)

    def claim(self, path: Path) -> None:
        """Create an empty file; fails where it exists."""
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))

    def remove(self, path: Path) -> None:
        """Take a name away; nothing happens where there is none."""
        path.unlink(missing_ok=True)

    def folder(self, path: Path) -> None:
        """Make a folder and its parents."""
        path.mkdir(parents=True, exist_ok=True)

    def touch(self, path: Path) -> None:
        """Say that a file is in use now."""
        os.utime(path)

    def wait(self) -> None:
        """Leave another writer the time to finish."""
        sleep(_PAUSE_S)


class Disk(DiskStep):
    """What a commit does with the steps."""

    def put(self, path: Path, data: bytes) -> None:
        """Put a file under its name, whole; its folder is made durable by `settle`."""
        self.folder(path.parent)
        draft = self._draft(path, data)
        self.rename(draft, path)

    def settle(self, *folders: Path) -> None:
        """Make the names in these folders durable, and the folders' own names."""
        for folder in sorted({one for path in folders for one in (path, path.parent)}):
            self.sync(folder)

    def create(self, path: Path, data: bytes) -> bool:
        """Put a file under a name that nobody has; return whether nobody had it.

        This is the compare-and-swap that all commits rest on.
        """
        self.folder(path.parent)
        draft = self._draft(path, data)
        try:
            self.link(draft, path)
        except FileExistsError:
            return False
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            return self._claimed(draft, path)
        finally:
            with suppress(OSError):  # a name too many is swept away later
                self.remove(draft)
        self.sync(path.parent)
        return True

    def _draft(self, path: Path, data: bytes) -> Path:
        draft = path.with_name(f"{path.name}.{uuid4().hex}.tmp")
        try:
            self.write(draft, data)
            self.sync(draft)
        except OSError:
            self.remove(draft)
            raise
        return draft

    def _claimed(self, draft: Path, path: Path) -> bool:
        """Do what `link` does where there are no links: the name belongs to who makes its claim.

        A claim whose maker died is taken over after ten minutes; a maker that took longer than
        five gives up, so that the two never meet.
        """
        claims = path.parent.with_name("claims")
        self.folder(claims)
        claim = claims / path.name
        try:
            self.claim(claim)
        except FileExistsError:
            now = draft.stat().st_mtime
            if path.exists() or not _older(claim, now, _ABANDONED_S):
                self.wait()
                return False
            self.touch(claim)
        if path.exists():
            return False
        self.touch(draft)
        if _older(claim, draft.stat().st_mtime, _LATE_S):
            return False
        self.rename(draft, path)
        self.sync(path.parent)
        return True


def _older(path: Path, now: float, seconds: float) -> bool:
    try:
        return now - path.stat().st_mtime > seconds
    except FileNotFoundError:
        return False
