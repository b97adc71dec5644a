"""How do files become a log?"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.sources.files.csv import read_csv
from agentlens.sources.files.extras import typed
from agentlens.sources.files.jsonl import read_jsonl
from agentlens.sources.files.parquet import read_parquet
from agentlens.sources.files.paths import Where, files_of, names_of
from agentlens.sources.files.raw import Raw
from agentlens.sources.files.tables import Mappings, mapping_of, table_of
from agentlens.sources.files.tally import refuse, refuse_traceless, tallied
from agentlens.tables.frames import assemble, mapped
from agentlens.tables.log import Log
from agentlens.tables.schema import TABLES

if TYPE_CHECKING:
    from agentlens.tables.problems import Problem

__all__ = ["read_files"]

_READERS: dict[str, Callable[[Path, str], Raw]] = {
    "parquet": read_parquet,
    "jsonl": read_jsonl,
    "csv": read_csv,
}


def read_files(
    path: Where,
    *,
    format: str = "auto",  # noqa: A002 - the word that users know
    mapping: Mappings | None = None,
    strict: bool | None = None,
) -> Log:
    """Return the log that files hold; what could not be read is in its report, row by row.

    Args:
        path: a file, a pattern, a folder, or a list of those; the name that `Log.save` was given
            stands for the files that it wrote.
        format: "parquet", "jsonl" or "csv"; "auto" looks at the name and the first bytes.
        mapping: our column to yours: a name, ("took_ms", "ms"), a constant "=value", or a function
            of the frame; for several tables {"traces": {…}, "spans": {…}}.
        strict: None refuses when more than one row in a hundred is dropped, True when anything is
            dropped or assumed, False only when no trace is left. It never changes values.

    Example:
        >>> import tempfile
        >>> import agentlens as al
        >>> log = al.demo(days=7, traces_per_day=20)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     written = log.save(f"{folder}/week.jsonl.gz")
        ...     len(al.read_files(f"{folder}/week.jsonl.gz")) == len(log)
        True
    """
    frames: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    problems: list[Problem] = []
    rejected: list[pd.DataFrame] = []
    held: dict[str, str] = {}
    stated = False
    files = files_of(path)
    for file, name in zip(files, names_of(files), strict=True):
        raw = _read(file, name, format)
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
    if wanted != "auto" and wanted not in _READERS:
        raise UnknownNameError("format", wanted, ["auto", *_READERS])
    try:
        return _READERS[_format(file) if wanted == "auto" else wanted](file, name)
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
