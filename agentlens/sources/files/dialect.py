"""What must a file dialect tell us of itself?"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentlens.sources.intake.rows import Rows

__all__ = ["Dialect", "Head", "Record"]

Record = dict[str, Any]
"""One parsed object of a file; for CSV every value is text, for Parquet a Python value."""


@dataclass(frozen=True, eq=False)
class Head:
    """The beginning of a file, by which its dialect is known.

    Attributes:
        name: the file's name.
        records: the first parsed objects, at most a few; of a JSON array its first elements.
        columns: the keys of the first record, or the columns of a CSV or Parquet file.
        container: "json" (one object), "array", "jsonl" (also objects one after another), "csv",
            "parquet" or "zip".
        members: the names in a zip file.
        metadata: what a Parquet file says of itself.
    """

    name: str
    records: tuple[Record, ...]
    columns: frozenset[str]
    container: str
    members: tuple[str, ...] = ()
    metadata: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Dialect:
    """One file format: how it is known, and how its records become rows.

    Attributes:
        name: the word for `format=`.
        fits: why a file is of this dialect (a phrase such as "run_type and dotted_order"), or ""
            where it is not.
        rows: records and their places to rows; called once for every batch of a file.
        fields: the record fields that are used; others are told in the report as ignored.
        prefixes: beginnings of further fields that are used, such as those of a frame's columns.
        cannot: columns or tables that the format cannot carry, for the report.
        records: how such a file is opened, where it is no JSON, CSV or Parquet file: yields place
            and record.
        states: what the report would call an assumption elsewhere and is a rule of this format,
            such as the unit of its times.
        environment: what traces without one get, such as "eval" for evaluation logs.
        nearest: the fields that make a file look like this dialect, for the refusal's hint.
    """

    name: str
    fits: Callable[[Head], str]
    rows: Callable[[Sequence[Record], Sequence[str]], Rows]
    fields: frozenset[str]
    prefixes: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()
    records: Callable[[Path, str], Iterator[tuple[str, Record]]] | None = None
    states: tuple[str, ...] = ()
    environment: str = ""
    nearest: frozenset[str] = frozenset()
