"""How does a file of any container become parsed records, a batch at a time?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from agentlens.errors import BadInputError
from agentlens.sources.files.containers.csv import CsvRows
from agentlens.sources.files.containers.lines import Lines
from agentlens.sources.files.containers.values import (
    SPACE,
    TornError,
    UnreadableError,
    parsed,
    streamed,
)
from agentlens.sources.files.dialect import Record
from agentlens.sources.intake.rows import Bad
from agentlens.tables.problems import Problem

__all__ = ["Opened", "batches"]

_BATCH = 10_000
_ROWS = 2_000
_HEAD = 1_000
_WEIGHT = 64_000_000
_EXCERPT = 10_000
_PARQUET = b"PAR1"


@dataclass
class Opened:
    """A file on its way into records; what could not be read is noted while reading.

    Attributes:
        path: the file.
        name: how it is called in the report.
        container: jsonl, array, json, csv or parquet; known once reading has begun.
        columns: of a CSV or Parquet file, its columns.
        metadata: of a Parquet file, what it says of itself.
        read: how many characters of text, or bytes of columns, were read so far.
        bad: rows that could not be parsed.
        problems: bytes mended, streams cut.
    """

    path: Path
    name: str
    container: str = ""
    columns: tuple[str, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)
    read: int = 0
    bad: list[Bad] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def records(self) -> Iterator[tuple[str, Record]]:
        """Yield each record with its place."""
        with self.path.open("rb") as plain:
            head = plain.read(4)
        if head == _PARQUET:
            return self._parquet()
        if "csv" in self.name.lower().split("."):
            return self._csv()
        return self._json()

    def _parquet(self) -> Iterator[tuple[str, Record]]:
        import pyarrow as pa  # noqa: PLC0415 - only Parquet files need it
        import pyarrow.parquet as pq  # noqa: PLC0415 - likewise

        self.container = "parquet"
        try:
            with pq.ParquetFile(self.path) as file:
                self.columns = tuple(file.schema_arrow.names)
                said = file.schema_arrow.metadata or {}
                self.metadata = {
                    key.decode("utf-8", "replace"): value.decode("utf-8", "replace")
                    for key, value in said.items()
                    if key != b"ARROW:schema"
                }
                number = 0
                for batch in file.iter_batches(_ROWS):
                    self.read += batch.nbytes
                    for row in batch.to_pylist():
                        number += 1
                        yield f"{self.name}:{number}", row
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            first = str(error).splitlines()[0]
            message = f"{self.name} cannot be read as Parquet: {first} Write or fetch it again."
            raise BadInputError(message) from error

    def _csv(self) -> Iterator[tuple[str, Record]]:
        self.container = "csv"
        lines = Lines(self.path)
        rows = CsvRows(lines, self.name)
        for number, row, text in rows:
            self.read += len(text)
            place = f"{self.name}:{number}"
            if isinstance(row, str):
                self.bad.append(Bad(place, text.rstrip("\r\n"), row))
            else:
                yield place, dict(zip(rows.header, row, strict=True))
        self.columns = tuple(rows.header)
        self.problems += lines.problems(self.name)

    def _json(self) -> Iterator[tuple[str, Record]]:
        lines = Lines(self.path)
        first = next((line for line in islice(lines, _HEAD) if line.strip(SPACE)), "")
        begins = first.lstrip(SPACE)[:1]
        by_line = begins != "[" and isinstance(parsed(first), dict)
        if not by_line:
            self.container = "jsonl" if begins not in {"", "["} else "array"
        values = self._of_lines(lines) if by_line else streamed(self._pieces(lines))
        for number, value in values:
            place = f"{self.name}:{number}"
            if isinstance(value, dict):
                yield place, value
            elif isinstance(value, UnreadableError):
                self.bad.append(Bad(place, value.text, str(value)))
                self.problems += [_ends_early(self.name)] if isinstance(value, TornError) else []
            else:
                self.bad.append(Bad(place, str(value)[:_EXCERPT], "not a JSON object"))
        if lines.torn:
            number, text = lines.torn
            place = f"{self.name}:{number}"
            self.bad.append(Bad(place, text, "the file ends in the middle of this row"))
        self.problems += lines.problems(self.name)

    def _of_lines(self, lines: Lines) -> Iterator[tuple[int, Any]]:
        self.container = "json"
        found = 0
        for number, line in enumerate(lines, 1):
            self.read += len(line)
            if line[0] not in SPACE or line.strip(SPACE):
                found += 1
                if found > 1:
                    self.container = "jsonl"
                yield number, parsed(line)

    def _pieces(self, lines: Lines) -> Iterator[str]:
        for piece in lines.chunks():
            self.read += len(piece)
            yield piece


def _ends_early(name: str) -> Problem:
    detail = "the text ends early; what followed is lost"
    return Problem(action="truncated", n=1, file=name, severity="warn", detail=detail)


def batches(
    rows: Iterator[tuple[str, Record]],
    most: int | None = None,
    read: Callable[[], int] = lambda: 0,
) -> Iterator[tuple[Sequence[Record], Sequence[str]]]:
    """Yield records and their places, some thousand at a time, fewer where they are large.

    Args:
        rows: places and records.
        most: how many at a time, by default some thousand.
        read: tells how much text has been read for them so far.
    """
    held: list[Record] = []
    places: list[str] = []
    begun = read()
    for place, record in rows:
        held.append(record)
        places.append(place)
        if len(held) >= (most or _BATCH) or read() - begun >= _WEIGHT:
            yield held, places
            held, places, begun = [], [], read()
    if held:
        yield held, places
