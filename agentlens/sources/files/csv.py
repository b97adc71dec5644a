"""How is a CSV file read?"""

import csv
import sys
from pathlib import Path

from agentlens.errors import BadInputError
from agentlens.sources.files.lines import Lines
from agentlens.sources.files.raw import Bad, Raw, raw_of

__all__ = ["read_csv"]


def read_csv(path: Path, name: str) -> Raw:
    """Return the rows of a CSV file as text; a row with the wrong number of fields is set aside.

    An empty field is a missing value: CSV cannot tell it from an empty text.

    Args:
        path: the file, gzipped or not.
        name: how it is called in the report.
    """
    csv.field_size_limit(sys.maxsize)
    lines = Lines(path)
    reader = csv.reader(lines)
    header = next(reader, [])
    if len(set(header)) < len(header):
        doubled = next(one for one in header if header.count(one) > 1)
        message = f"{name} has two columns called {doubled!r}; rename one of them."
        raise BadInputError(message)
    values: list[list[object]] = [[] for _ in header]
    places: list[int] = []
    bad: list[Bad] = []
    begun = reader.line_num + 1
    for row in reader:
        place, begun = begun, reader.line_num + 1
        if len(row) == len(header):
            places.append(place)
            for column, value in zip(values, row, strict=True):
                column.append(value or None)
        elif row:
            reason = f"{len(row)} fields where the header has {len(header)}"
            bad.append(Bad(f"{name}:{place}", ",".join(row), reason))
    columns = dict(zip(header, values, strict=True))
    return raw_of(name, columns, places, bad, problems=lines.problems(name))
