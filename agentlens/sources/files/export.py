"""How is one file of an export read, batch by batch?"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentlens.errors import BadInputError
from agentlens.sources.files.containers.records import Opened, batches
from agentlens.sources.files.dialect import Dialect
from agentlens.sources.intake.rows import Rows
from agentlens.tables.problems import Problem

__all__ = ["Batch", "Export", "batches_of"]


@dataclass(frozen=True)
class Export:
    """One file, what it is called in the report, and the dialect that it is of."""

    path: Path
    name: str
    dialect: Dialect


@dataclass(frozen=True, eq=False)
class Batch:
    """A part of a file: its rows, and the records that they were made of.

    Attributes:
        export: the file.
        rows: what the records say.
        records: as they were parsed; none in the last batch, which speaks of the file as a whole.
        places: where each stands.
    """

    export: Export
    rows: Rows
    records: Sequence[Any] = ()
    places: Sequence[str] = ()


def batches_of(export: Export, seen: Callable[[int], None] = lambda _: None) -> Iterator[Batch]:
    """Yield the batches of a file, and one more with what concerns the file as a whole.

    Args:
        export: the file.
        seen: told after each batch how many records came so far.
    """
    dialect, opened = export.dialect, Opened(export.path, export.name)
    fields: dict[str, int] = {}
    n = 0
    try:
        records = dialect.records(export.path, export.name) if dialect.records else opened.records()
        for held, places in batches(records, read=lambda: opened.read):
            rows = dialect.rows(held, places)
            _count(fields, held, rows, dialect)
            n += len(held)
            seen(n)
            yield Batch(export, rows, held, places)
    except OSError as error:
        message = f"{export.name} cannot be read: {error.strerror or error}."
        raise BadInputError(message) from error
    yield Batch(
        export, Rows(bad=tuple(opened.bad), problems=(*opened.problems, *_told(export, fields)))
    )


def _count(fields: dict[str, int], records: Sequence[Any], rows: Rows, dialect: Dialect) -> None:
    """Count the fields that a dialect does not use; what it speaks of, it uses."""
    spoken = {problem.field for problem in rows.problems}
    for keys, n in Counter(map(tuple, records)).items():
        for key in {*keys} - dialect.fields:
            if key not in spoken and not (dialect.prefixes and key.startswith(dialect.prefixes)):
                fields[key] = fields.get(key, 0) + n


def _told(export: Export, fields: dict[str, int]) -> list[Problem]:
    """Return which fields were not used, and which columns the format cannot carry."""
    found = [
        Problem(
            action="ignored",
            n=n,
            file=export.name,
            field=key,
            detail="a field that the dialect does not use",
        )
        for key, n in sorted(fields.items())
    ]
    if export.dialect.cannot:
        detail = f"{export.dialect.name} files cannot carry {', '.join(export.dialect.cannot)}"
        found.append(Problem(action="missing", n=0, file=export.name, detail=detail))
    return found
