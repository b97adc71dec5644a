"""Which files does a path mean?"""

from collections.abc import Sequence
from glob import glob, has_magic
from pathlib import Path

from agentlens.errors import BadInputError, near
from agentlens.tables.save import ENDINGS
from agentlens.tables.schema import TABLES

__all__ = ["Where", "files_of", "names_of"]

_ENDINGS = ("parquet", "jsonl", "ndjson", "json", "csv", "eval", "zip", "tar", "tgz")
_PACKED = frozenset({"gz", "zst", "bz2", "xz"})
_ASIDE = frozenset({"project.json"})
"""Files that exports carry beside their data."""

Where = str | Path | Sequence[str | Path]


def files_of(where: Where) -> list[Path]:
    """Return the files of a path, a pattern, a folder, or a list of those, each once, in order.

    A name that `Log.save` was given stands for the files that it wrote.
    """
    if isinstance(where, (str, Path)):
        found = _expanded(where)
    else:
        found = [file for one in where for file in _expanded(one)]
    unique = list(dict.fromkeys(found))
    if not unique:
        message = "read_files was given no file."
        raise BadInputError(message)
    return unique


def names_of(files: Sequence[Path]) -> list[str]:
    """Return how each file is called in a report: by its name where no other has the same."""
    short = [file.name for file in files]
    return [
        str(file) if short.count(name) > 1 else name
        for file, name in zip(files, short, strict=True)
    ]


def _expanded(where: str | Path) -> list[Path]:
    path = Path(where).expanduser()
    if path.is_file():
        return [path]
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.is_file() and _readable(file))
        if not found:
            endings = ", ".join(f".{one}" for one in _ENDINGS)
            message = (
                f"The folder {str(where)!r} holds no file that ends in {endings}, packed or not."
            )
            raise BadInputError(message)
        return found
    siblings = _saved(path)
    if siblings:
        return siblings
    if has_magic(str(path)):
        matched = sorted(Path(one) for one in glob(str(path), recursive=True))  # noqa: PTH207 - an absolute pattern is allowed
        if matched:
            return [file for file in matched if file.is_file()]
        message = f"No file matches {str(where)!r}."
        raise BadInputError(message)
    beside = [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []
    hint = near(path.name, beside) if beside else f" The folder {str(path.parent)!r} is not there."
    message = f"There is no file {str(where)!r}.{hint}"
    raise BadInputError(message)


def _readable(file: Path) -> bool:
    """Return whether a folder's file is one to read, by its name."""
    words = file.name.lower().split(".")[1:]
    last = words[-2:] if words and words[-1] in _PACKED else words[-1:]
    return bool(last) and last[0] in _ENDINGS and file.name not in _ASIDE


def _saved(path: Path) -> list[Path]:
    ending = next((one for one in ENDINGS if path.name.endswith(one)), "")
    stem = path.name.removesuffix(ending)
    tables = (path.with_name(f"{stem}.{table}{ending}") for table in TABLES)
    return [file for file in tables if ending and file.is_file()]
