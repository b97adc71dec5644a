"""How do files that hold our own tables, or somebody's plain ones, become a log?"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from agentlens.errors import BadInputError
from agentlens.sources.files.containers.csv import read_csv
from agentlens.sources.files.containers.jsonl import read_jsonl
from agentlens.sources.files.containers.parquet import read_parquet
from agentlens.sources.files.containers.raw import Raw
from agentlens.sources.files.extras import typed
from agentlens.sources.files.tables import Mappings, mapping_of, table_of
from agentlens.sources.files.tally import refuse, refuse_traceless, tallied
from agentlens.tables.frames import assemble, mapped
from agentlens.tables.log import Log
from agentlens.tables.schema import TABLES

if TYPE_CHECKING:
    from agentlens.tables.problems import Problem

__all__ = ["CONTAINERS", "read_tables"]

_READERS: dict[str, Callable[[Path, str], Raw]] = {
    "parquet": read_parquet,
    "jsonl": read_jsonl,
    "csv": read_csv,
}
CONTAINERS = tuple(_READERS)
"""The words for `format=` that name how a table is written and not what it means."""


def read_tables(
    files: Sequence[tuple[Path, str]],
    *,
    wanted: str,
    mapping: Mappings | None,
    strict: bool | None,
) -> Log:
    """Return the log of tables under our names, or under names that a mapping explains.

    Args:
        files: paths and what they are called in the report.
        wanted: parquet, jsonl or csv; anything else looks at the name and the first bytes.
        mapping: our column to theirs.
        strict: as `read_files` was given it.
    """
    frames: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    problems: list[Problem] = []
    rejected: list[pd.DataFrame] = []
    held: dict[str, str] = {}
    stated = False
    for file, name in files:
        raw = _read(file, name, wanted)
        table, assumed = table_of(raw.table, file.name, raw.frame, mapping)
        frame = mapped(raw.frame, TABLES[table], mapping_of(mapping, table))
        if len(frame.columns) > 1 or len(frame):
            frames[table].append(typed(frame, TABLES[table], raw))
        held[name] = table
        stated |= table == "traces" and bool(raw.table or f".{table}." in file.name)
        problems += [
            *(replace(one, file=name) for one in assumed),
            *(replace(one, table=table) for one in raw.problems),
        ]
        rejected.append(raw.rejected.assign(table=table))
    whole = {name: _joined(parts) for name, parts in frames.items()}
    traces = whole["traces"]
    aside = pd.concat(rejected, ignore_index=True)
    if traces is None:
        refuse_traceless(held, problems, aside)
    log = assemble(
        traces,
        whole["spans"],
        whole["scores"],
        strict=False,
        problems=tuple(problems),
        rejected=aside,
    )
    counted = tallied(log, held)
    refuse(counted, strict=strict, may_be_empty=stated)
    return counted


def _read(file: Path, name: str, wanted: str) -> Raw:
    reader = _READERS[wanted if wanted in _READERS else _format(file)]
    try:
        return reader(file, name)
    except OSError as error:
        message = f"{name} cannot be read: {error.strerror or error}."
        raise BadInputError(message) from error


def _format(file: Path) -> str:
    """Return what a file is by its first bytes, then by its name."""
    with file.open("rb") as opened:
        head = opened.read(4)
    if head == b"PAR1":
        return "parquet"
    words = file.name.lower().split(".")
    if "csv" in words:
        return "csv"
    if "parquet" in words:
        return "parquet"
    if {"jsonl", "json", "ndjson"} & set(words):
        return "jsonl"
    message = (
        f"{file.name}: its name says neither .parquet, .jsonl nor .csv. Say format= which it is."
    )
    raise BadInputError(message)


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame | None:
    """Return the rows of all files of a table; columns that only some have are missing elsewhere."""
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    filled = [part for part in parts if len(part)] or parts[:1]
    return pd.concat(filled, ignore_index=True)
