"""How is a log written, so that reading it gives the same log back?"""

import csv
import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from agentlens.errors import BadInputError

__all__ = ["ENDINGS", "FORMAT", "save_log"]

ENDINGS = (".parquet", ".jsonl.gz", ".jsonl", ".csv.gz", ".csv")
FORMAT = 1
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


def save_log(tables: Mapping[str, pd.DataFrame], path: str | Path) -> list[Path]:
    """Write each table to `<stem>.<table><ending>` and return the files; each is whole or absent.

    Args:
        tables: name to frame.
        path: where to; its ending names the format.
    """
    target = Path(path)
    ending = next((one for one in ENDINGS if target.name.endswith(one)), None)
    if ending is None:
        message = f"save({str(path)!r}): the name must end in {', '.join(ENDINGS)}."
        raise BadInputError(message)
    target.parent.mkdir(parents=True, exist_ok=True)
    stem = target.name.removesuffix(ending)
    written = []
    for name, frame in tables.items():
        file = target.with_name(f"{stem}.{name}{ending}")
        part = file.with_name(f".{file.name}.part")
        _WRITERS[ending.split(".")[1]](frame, name, part, packed=ending.endswith(".gz"))
        part.replace(file)
        written.append(file)
    return written


def _parquet(frame: pd.DataFrame, name: str, file: Path, *, packed: bool) -> None:
    del packed
    table = pa.Table.from_pandas(frame, preserve_index=False)
    said = {b"agentlens.format": str(FORMAT).encode(), b"agentlens.table": name.encode()}
    labelled = table.replace_schema_metadata({**(table.schema.metadata or {}), **said})
    pq.write_table(labelled, file, compression="zstd")


def _jsonl(frame: pd.DataFrame, name: str, file: Path, *, packed: bool) -> None:
    header = json.dumps({"agentlens": {"format": FORMAT, "table": name}})
    columns = [_spoken(frame[column]) for column in frame.columns]
    names = [str(column) for column in frame.columns]
    with _opened(file, packed=packed) as out:
        out.write(f"{header}\n".encode())
        for row in zip(*columns, strict=True):
            held = {key: value for key, value in zip(names, row, strict=True) if value is not None}
            out.write(f"{json.dumps(held, ensure_ascii=False)}\n".encode("utf-8", "replace"))


def _csv(frame: pd.DataFrame, name: str, file: Path, *, packed: bool) -> None:
    del name
    with _opened(file, packed=packed) as out:
        # All text is quoted: a bare carriage return inside a field would end its row elsewhere.
        quoted: Any = csv.QUOTE_NONNUMERIC
        frame.to_csv(out, index=False, date_format=_TIME, lineterminator="\n", quoting=quoted)


@contextmanager
def _opened(file: Path, *, packed: bool) -> Iterator[IO[bytes]]:
    """Open for bytes; a gzip file carries no time of its own, so that equal logs are equal files."""
    with file.open("wb") as plain:
        if packed:
            with gzip.GzipFile(filename="", fileobj=plain, mode="wb", mtime=0) as out:
                yield out  # type: ignore[misc]
        else:
            yield plain


def _spoken(values: pd.Series) -> list[object]:
    """Return a column as values that JSON can say; missing ones are None."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.strftime(_TIME)
    missing = values.isna().to_numpy()
    plain = [None if gone else one for one, gone in zip(values.tolist(), missing, strict=True)]
    if values.dtype == object:
        return [
            one if one is None or isinstance(one, (str, int, float)) else str(one) for one in plain
        ]
    return [one.item() if isinstance(one, np.generic) else one for one in plain]


_WRITERS: dict[str, Callable[..., None]] = {"parquet": _parquet, "jsonl": _jsonl, "csv": _csv}
