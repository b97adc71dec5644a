"""Are the files of a Langfuse blob export those, and as long, as its manifests say?"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from agentlens.errors import BadInputError
from agentlens.sources.files.dialect import Dialect, Head
from agentlens.sources.intake.rows import Bad, Rows
from agentlens.tables.problems import Problem

__all__ = ["MANIFEST", "FileRead", "Listed", "Manifest", "checked", "manifests_of"]

_MARKS = frozenset({"exportSource", "window", "files"})
_EXAMPLES, _EXCERPT = 5, 10_000


@dataclass(frozen=True)
class Listed:
    """A file as a manifest lists it; the number of rows is unknown for Parquet."""

    key: str
    size: int | None
    rows: int | None


@dataclass(frozen=True)
class Manifest:
    """What one run of the export says that it wrote.

    Attributes:
        place: where the manifest stands.
        project: the project's id.
        begins: the first start time that the run looked for, as it is written.
        ends: the last one.
        files: the files that it wrote.
    """

    place: str
    project: str
    begins: str
    ends: str
    files: tuple[Listed, ...]


@dataclass(frozen=True)
class FileRead:
    """A file that was read: its name with its folders, its size, and its records."""

    name: str
    size: int | None
    rows: int


def manifests_of(records: Sequence[Any], places: Sequence[str]) -> tuple[Manifest, ...]:
    """Return the manifests among records; whatever is odd in them counts as not said.

    Args:
        records: the objects of manifest files.
        places: where each stands.
    """
    return tuple(
        _manifest(one, place)
        for one, place in zip(records, places, strict=True)
        if isinstance(one, dict) and isinstance(one.get("files"), list)
    )


def checked(
    manifests: Sequence[Manifest], files: Sequence[FileRead], *, strict: bool | None = None
) -> tuple[Problem, ...]:
    """Return where files and manifests differ.

    Files that no manifest lists were left by a run that failed; they are read all the same.

    Args:
        manifests: the manifests of one call; without any, nothing is said.
        files: the export files of the same call.
        strict: False reads on where listed files are missing or short.

    Raises:
        BadInputError: listed files are missing or short.
    """
    if not manifests:
        return ()
    listed = [one for manifest in manifests for one in manifest.files]
    problems = []
    lost = []
    found: set[str] = set()
    for one in listed:
        held = _of(one, files, listed)
        found |= {held.name} if held else set()
        wrong = _short(one, held) if held else f"{one.key} is missing"
        if wrong:
            lost.append((one.key, wrong))
    if lost:
        told = "; ".join(why for _, why in lost[:_EXAMPLES])
        if strict is not False:
            message = (
                f"{len(lost)} of {len(listed)} files that the export's manifest lists are missing"
                f" or short: {told}. Fetch them again, or read the rest with strict=False."
            )
            raise BadInputError(message)
        problems.append(_problem("missing", [key for key, _ in lost], f"listed, and {told}"))
    strange = [one.name for one in files if one.name not in found]
    if strange:
        detail = "in no manifest: left by a run that failed, or of one whose manifest is not here"
        problems.append(_problem("assumed", strange, detail))
    return tuple(problems)


def _problem(action: Any, names: Sequence[str], detail: str) -> Problem:
    return Problem(
        action=action,
        n=len(names),
        table="files",
        field="files",
        severity="warn",
        examples=tuple(names[:_EXAMPLES]),
        detail=detail,
    )


def _manifest(record: dict[str, Any], place: str) -> Manifest:
    window = record.get("window")
    told = window if isinstance(window, dict) else {}
    return Manifest(
        place,
        _text(record.get("projectId")),
        _text(told.get("minTimestamp")),
        _text(told.get("maxTimestamp")),
        tuple(
            Listed(one["key"], _count(one.get("sizeBytes")), _count(one.get("rowCount")))
            for one in record["files"]
            if isinstance(one, dict) and isinstance(one.get("key"), str) and one["key"]
        ),
    )


def _of(one: Listed, files: Sequence[FileRead], listed: Sequence[Listed]) -> FileRead | None:
    """Return the file that a manifest lists: by table and name, or by a name that is unique."""
    tail = _tail(one.key)
    for held in files:
        if _tail(held.name) == tail:
            return held
    if sum(_tail(other.key)[-1:] == tail[-1:] for other in listed) > 1:
        return None
    alike = [held for held in files if _tail(held.name)[-1:] == tail[-1:]]
    return alike[0] if len(alike) == 1 else None


def _tail(name: str) -> tuple[str, ...]:
    """Return folder and name of a file, unpacked or not."""
    return PurePosixPath(name.replace("\\", "/").removesuffix(".gz")).parts[-2:]


def _short(one: Listed, held: FileRead) -> str:
    packed = one.key.endswith(".gz") == held.name.endswith(".gz")
    if packed and one.size is not None and held.size is not None and one.size != held.size:
        return f"{one.key} has {held.size:,} bytes instead of {one.size:,}"
    if one.rows is not None and one.rows != held.rows:
        return f"{one.key} has {held.rows:,} rows instead of {one.rows:,}"
    return ""


def _count(value: Any) -> int | None:
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    return value if type(value) is int and value >= 0 else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _fits(head: Head) -> str:
    return ", ".join(sorted(_MARKS)) if head.columns >= _MARKS else ""


def _rows(records: Sequence[Any], places: Sequence[str]) -> Rows:
    """Return no rows: what a manifest says is about files."""
    good = {one.place for one in manifests_of(records, places)}
    bad = tuple(
        Bad(place, str(one)[:_EXCERPT], "no list of files")
        for one, place in zip(records, places, strict=True)
        if place not in good
    )
    told = Problem(action="read", n=len(good), table="manifests", detail="manifests of the export")
    return Rows(bad=bad, problems=(told,) if good else ())


MANIFEST = Dialect(
    name="langfuse_manifest",
    fits=_fits,
    rows=_rows,
    fields=_MARKS | {"projectId", "version", "maxTimestamp", "createdAt", "tables"},
    nearest=_MARKS,
)
"""The manifest that a run of the blob export writes last."""
