"""Which files does an archive hold?"""

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from shutil import copyfileobj
from tempfile import TemporaryDirectory

from agentlens.errors import BadInputError
from agentlens.sources.files.containers.zstd import BadZipFile, ZipFile

__all__ = ["opened"]

_OWN = ("header.json", "_journal/start.json")
"""Members of a zip file that is itself a log of one dialect."""


@contextmanager
def opened(files: list[Path], names: list[str]) -> Iterator[list[tuple[Path, str]]]:
    """Yield the files to read, each with its name; those of archives are laid out for the while.

    Args:
        files: files, zip and tar archives among them.
        names: how each is called in a report.
    """
    with TemporaryDirectory(prefix="agentlens-") as folder:
        found: list[tuple[Path, str]] = []
        for number, (file, name) in enumerate(zip(files, names, strict=True)):
            kind = _kind(file)
            if not kind:
                found.append((file, name))
                continue
            place = Path(folder) / str(number)
            place.mkdir()
            laid = _laid(file, kind, place)
            found += [(path, f"{name}/{member}") for path, member in laid]
        yield found


def _kind(file: Path) -> str:
    """Return zip or tar for an archive, "" for every other file."""
    with file.open("rb") as stream:
        head = stream.read(4)
    if head == b"PK\x03\x04":
        try:
            with ZipFile(file) as archive:
                return "" if set(_OWN) & set(archive.namelist()) else "zip"
        except BadZipFile as error:
            message = f"{file.name} is packed with zip and damaged: {error}. Fetch it again."
            raise BadInputError(message) from error
    return "tar" if file.name.lower().endswith(_TARS) and tarfile.is_tarfile(file) else ""


_TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")


def _laid(file: Path, kind: str, place: Path) -> list[tuple[Path, str]]:
    """Lay the plain files of an archive out under names of ours, and return both names."""
    found = []
    try:
        if kind == "zip":
            with ZipFile(file) as archive:
                names = [one for one in archive.namelist() if not one.endswith("/")]
                for number, name in enumerate(names):
                    path = _path(place, number, name)
                    with archive.open(name) as packed, path.open("wb") as out:
                        copyfileobj(packed, out)
                    found.append((path, name))
        else:
            with tarfile.open(file) as bundle:
                members = [one for one in bundle.getmembers() if one.isfile()]
                for number, member in enumerate(members):
                    path = _path(place, number, member.name)
                    source = bundle.extractfile(member)
                    if source is not None:
                        with source, path.open("wb") as out:
                            copyfileobj(source, out)
                        found.append((path, member.name))
    except (BadZipFile, tarfile.TarError, EOFError, OSError) as error:
        message = f"{file.name} is packed with {kind} and damaged: {error}. Fetch it again."
        raise BadInputError(message) from error
    if not found:
        message = f"{file.name} holds no file."
        raise BadInputError(message)
    return found


def _path(place: Path, number: int, name: str) -> Path:
    """Return a path inside the folder, whatever the archive calls its member."""
    folder = place / str(number)
    folder.mkdir()
    return folder / (PurePosixPath(name.replace("\\", "/")).name or "file")
