"""How does a file of any container become parsed records, a batch at a time?"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from agentlens.errors import BadInputError
from agentlens.sources.files.containers.csv import CsvRows
from agentlens.sources.files.containers.lines import Lines
from agentlens.sources.files.dialect import Record
from agentlens.sources.intake.rows import Bad
from agentlens.tables.problems import Problem

__all__ = ["Opened", "batches"]

_BATCH = 10_000
_ROWS = 2_000
_WEIGHT = 64_000_000
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)  # NaN and Infinity are missing
_SPACE = " \t\r\n,\ufeff"
_UNFINISHED = 64 << 20
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
        bad: rows that could not be parsed.
        problems: bytes mended, streams cut.
    """

    path: Path
    name: str
    container: str = ""
    columns: tuple[str, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)
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
            place = f"{self.name}:{number}"
            if isinstance(row, str):
                self.bad.append(Bad(place, text.rstrip("\r\n"), row))
            else:
                yield place, dict(zip(rows.header, row, strict=True))
        self.columns = tuple(rows.header)
        self.problems += lines.problems(self.name)

    def _json(self) -> Iterator[tuple[str, Record]]:
        lines = Lines(self.path)
        first = next((line for line in islice(lines, 1000) if line.strip(_SPACE)), "")
        begins = first.lstrip(_SPACE)[:1]
        values = (
            self._of_lines(lines)
            if begins != "[" and isinstance(_parsed(first), dict)
            else self._of_stream(lines)
        )
        for number, value in values:
            place = f"{self.name}:{number}"
            if isinstance(value, dict):
                yield place, value
            elif isinstance(value, _UnreadableError):
                self.bad.append(Bad(place, value.text, str(value)))
            else:
                self.bad.append(Bad(place, str(value)[:10_000], "not a JSON object"))
        if lines.torn:
            number, text = lines.torn
            place = f"{self.name}:{number}"
            self.bad.append(Bad(place, text, "the file ends in the middle of this row"))
        self.problems += lines.problems(self.name)

    def _of_lines(self, lines: Lines) -> Iterator[tuple[int, Any]]:
        self.container = "json"
        found = 0
        for number, line in enumerate(lines, 1):
            if line.strip(_SPACE):
                found += 1
                if found > 1:
                    self.container = "jsonl"
                yield number, _parsed(line)

    def _of_stream(self, lines: Lines) -> Iterator[tuple[int, Any]]:
        """Yield the elements of an array, or objects one after another, as the text arrives."""
        self.container = "array"
        text, number, begun, inside = "", 1, False, False
        chunks = lines.chunks()
        for piece in chunks:
            text += piece
            if not begun:
                start = text.lstrip(_SPACE)
                if not start:
                    continue
                begun, inside = True, start[:1] == "["
                self.container = "array" if inside else "jsonl"
                number += text.count("\n", 0, len(text) - len(start))
                text = start[1:] if inside else start
            place = 0
            while True:
                at = _skipped(text, place)
                number += text.count("\n", place, at)
                place = at
                if at >= len(text) or (inside and text[at] == "]"):
                    break
                try:
                    value, end = _DECODER.raw_decode(text, at)
                except (ValueError, RecursionError) as error:
                    if isinstance(error, RecursionError) or len(text) - at > _UNFINISHED:
                        yield number, _UnreadableError(error, text[at:])
                        return
                    break
                if end == len(text) and not text.endswith(("}", "]", '"')):
                    break  # a number or a word may go on in the next piece
                yield number, value
                number += text.count("\n", at, end)
                place = end
            text = text[place:]
        rest = text.strip(_SPACE)
        if rest and rest != "]":
            self._torn(rest, number)

    def _torn(self, rest: str, number: int) -> None:
        try:
            _DECODER.decode(rest)
        except (ValueError, RecursionError) as error:
            reason = str(_UnreadableError(error, rest))
            self.bad.append(Bad(f"{self.name}:{number}", rest[:10_000], reason))
            detail = "the text ends early; what followed is lost"
            self.problems.append(
                Problem(action="truncated", n=1, file=self.name, severity="warn", detail=detail)
            )


class _UnreadableError(ValueError):
    """What stands for a value that is no JSON, with its text."""

    def __init__(self, error: Exception, text: str) -> None:
        deep = isinstance(error, RecursionError)
        super().__init__("nested too deeply" if deep else f"not JSON: {error}")
        self.text = text[:10_000]


def batches(
    rows: Iterator[tuple[str, Record]], most: int | None = None
) -> Iterator[tuple[Sequence[Record], Sequence[str]]]:
    """Yield records and their places, some thousand at a time, fewer where they are large."""
    held: list[Record] = []
    places: list[str] = []
    weight = 0
    for place, record in rows:
        held.append(record)
        places.append(place)
        weight += sum(len(one) for one in record.values() if type(one) is str)
        if len(held) >= (most or _BATCH) or weight >= _WEIGHT:
            yield held, places
            held, places, weight = [], [], 0
    if held:
        yield held, places


def _parsed(text: str) -> Any:
    """Return a JSON value, or the error that stands for it."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass  # it may still hold what JSON's writers allow themselves: NaN, halves of characters
    try:
        return _DECODER.decode(text.strip(_SPACE))
    except (ValueError, RecursionError) as error:
        return _UnreadableError(error, text)


def _skipped(text: str, place: int) -> int:
    while place < len(text) and text[place] in _SPACE:
        place += 1
    return place
