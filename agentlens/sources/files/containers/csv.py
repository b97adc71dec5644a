"""How is a CSV file read?"""

import csv
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agentlens.errors import BadInputError
from agentlens.sources.files.containers.lines import Lines
from agentlens.sources.files.containers.raw import Raw, raw_of
from agentlens.sources.intake.rows import Bad
from agentlens.tables.problems import Problem
from agentlens.tables.schema import TABLES

__all__ = ["CsvRows", "read_csv"]

_PAYLOAD = {
    column.name
    for table in TABLES.values()
    for column in table.columns
    if column.dtype == "payload"
}
_FIELD = re.compile(r'("(?:[^"]|"")*"|[^,;\t]*)(?:[,;\t]|\r?\n?$)')
_LONGEST = 2**31 - 1


def read_csv(path: Path, name: str) -> Raw:
    """Return the rows of a CSV file as text; a row that does not fit the header is set aside.

    An empty field is a missing value. Only where a payload was written as `""` it is empty text,
    which is how `Log.save` tells the two apart. A quote that never closes costs its own line, not
    all that follow.

    Args:
        path: the file, gzipped or not.
        name: how it is called in the report.
    """
    lines = Lines(path)
    found = CsvRows(lines, name)
    rows = _Rows(name)
    for number, row, text in found:
        if isinstance(row, str):
            rows.refuse(number, text, row)
        else:
            rows.add(number, row, text, found.header)
    problems = lines.problems(name)
    if found.split != ",":
        detail = f"fields are split at {found.split!r}"
        problems.append(Problem(action="assumed", n=len(rows.places), file=name, detail=detail))
    values = rows.values or [[] for _ in found.header]
    columns = dict(zip(found.header, values, strict=True))
    return raw_of(name, columns, rows.places, rows.bad, problems=problems, texts=True)


class CsvRows:
    """The rows of a CSV file, one by one.

    Attributes:
        header: the names in its first line; known once reading has begun.
        split: what separates two fields.
    """

    def __init__(self, lines: Lines, name: str) -> None:
        self._lines = lines
        self._name = name
        self.header: list[str] = []
        self.split = ","

    def __iter__(self) -> Iterator[tuple[int, list[str] | str, str]]:
        """Yield line number, the fields or the reason why there are none, and the text."""
        record = _Record(self._lines)
        with _fields_of_any_length():
            self.header, self.split = _header(record, self._name)
            reader = csv.reader(record, strict=True, delimiter=self.split)
            while True:
                record.held.clear()
                try:
                    row = next(reader)
                except StopIteration:
                    break
                except csv.Error as error:
                    number, text = record.held[0]
                    record.back(record.held[1:])
                    yield number, f"not CSV: {error}", text
                    continue
                number, text = record.held[0][0], record.text
                if len(row) == len(self.header):
                    yield number, row, text
                elif row:
                    yield number, f"{len(row)} fields where the header has {len(self.header)}", text
        if self._lines.torn:
            number, text = self._lines.torn
            yield number, "the file ends in the middle of this row", text


class _Rows:
    """Rows on their way into columns."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._payloads: list[int] = []
        self.values: list[list[object]] = []
        self.places: list[int] = []
        self.bad: list[Bad] = []

    def add(self, number: int, row: list[str], text: str, header: list[str]) -> None:
        if not self.values:
            self.values = [[] for _ in header]
            self._payloads = [place for place, one in enumerate(header) if one in _PAYLOAD]
        self.places.append(number)
        for column, value in zip(self.values, row, strict=True):
            column.append(value or None)
        for place in self._payloads:
            if not row[place] and _is_empty_text(text, place):
                self.values[place][-1] = ""

    def refuse(self, number: int, text: str, reason: str) -> None:
        self.bad.append(Bad(f"{self._file}:{number}", text.rstrip("\r\n"), reason))


class _Record:
    """Numbered lines, held since the last row so that an unreadable row can be given back."""

    def __init__(self, lines: Lines) -> None:
        self._lines = enumerate(lines, 1)
        self._again: deque[tuple[int, str]] = deque()
        self.held: list[tuple[int, str]] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        one = self._again.popleft() if self._again else next(self._lines)
        self.held.append(one)
        return one[1]

    @property
    def text(self) -> str:
        """The lines held, as they stand in the file."""
        return "".join(line for _, line in self.held)

    def back(self, lines: list[tuple[int, str]]) -> None:
        """Give lines back, to be read again."""
        self._again.extendleft(reversed(lines))


def _header(record: _Record, name: str) -> tuple[list[str], str]:
    first = next((line for line in record if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    split = max((",", ";", "\t"), key=bare.count)
    record.back(record.held[-1:] if first else [])
    try:
        header = next(csv.reader(record, strict=True, delimiter=split), [])
    except csv.Error as error:
        message = f"{name}: its first line cannot be read as CSV ({error}): {first[:200]!r}."
        raise BadInputError(message) from error
    named = [one.strip() or f"column_{place}" for place, one in enumerate(header, 1)]
    if len(set(named)) < len(named):
        doubled = next(one for one in named if named.count(one) > 1)
        message = f"{name} has two columns called {doubled!r}; rename one of them."
        raise BadInputError(message)
    return named, split


def _is_empty_text(row: str, place: int) -> bool:
    """Return whether the field at a place is written as two quotes rather than as nothing."""
    if '""' not in row:
        return False
    found = (match[1] for match in _FIELD.finditer(row))
    return next((one for at, one in enumerate(found) if at == place), "") == '""'


@contextmanager
def _fields_of_any_length() -> Iterator[None]:
    """Lift csv's limit of 131,072 characters a field, which is the process's, for the while."""
    before = csv.field_size_limit(_LONGEST)
    try:
        yield
    finally:
        csv.field_size_limit(before)
