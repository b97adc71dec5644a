"""How is a log written, so that reading it gives the same log back?"""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from agentlens.errors import BadInputError
from agentlens.tables.characters import whole_texts

__all__ = ["ENDINGS", "FORMAT", "save_log"]

ENDINGS = (".parquet", ".jsonl.gz", ".jsonl", ".csv.gz", ".csv")
FORMAT = 1
_ENCODER = json.JSONEncoder(ensure_ascii=False)


def save_log(tables: Mapping[str, pd.DataFrame], path: str | Path) -> list[Path]:
    """Write each table to `<stem>.<table><ending>` and return the files; each is whole or absent.

    A column of objects is written as text, in JSON where it is none. CSV says nothing of types: a
    column of your own comes back as numbers, flags or text by what it looks like.

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
        try:
            write = _WRITERS[ending.split(".")[1]]
            write(_writable(frame), name, part, packed=ending.endswith(".gz"))
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
        written.append(file)
    return written


def _writable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with text where a column holds objects that no format knows."""
    columns = {str(name): _plain(frame[name]) for name in frame.columns}
    return pd.DataFrame(columns, index=frame.index, copy=False)


def _plain(values: pd.Series) -> pd.Series:
    kind = values.dtype
    held = kind.categories.dtype if isinstance(kind, pd.CategoricalDtype) else kind
    if isinstance(held, pd.StringDtype):
        return values
    timed = isinstance(kind, pd.DatetimeTZDtype)
    return (
        values
        if timed or (held is kind and kind.kind in "iufbmM")
        else whole_texts(values, _told)[0]
    )


def _told(value: object) -> str:
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _parquet(frame: pd.DataFrame, name: str, file: Path, *, packed: bool) -> None:
    del packed
    table = pa.Table.from_pandas(frame, preserve_index=False)
    said = {b"agentlens.format": str(FORMAT).encode(), b"agentlens.table": name.encode()}
    labelled = table.replace_schema_metadata({**(table.schema.metadata or {}), **said})
    pq.write_table(labelled, file, compression="zstd")


def _jsonl(frame: pd.DataFrame, name: str, file: Path, *, packed: bool) -> None:
    dtypes = {column: _dtype(frame[column]) for column in frame.columns}
    header = {"agentlens": {"format": FORMAT, "table": name, "columns": dtypes}}
    columns = [_spoken(frame[column]) for column in frame.columns]
    names = list(frame.columns)
    with _opened(file, packed=packed) as out:
        out.write(f"{_ENCODER.encode(header)}\n".encode())
        for row in zip(*columns, strict=True):
            held = {key: value for key, value in zip(names, row, strict=True) if value is not None}
            out.write(f"{_ENCODER.encode(held)}\n".encode())


def _csv(frame: pd.DataFrame, name: str, file: Path, *, packed: bool) -> None:
    del name
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    for place, held in enumerate(table.schema):
        kind = held.type
        if pa.types.is_dictionary(kind) or pa.types.is_duration(kind):
            texts = pa.array(frame[held.name].astype("str"), pa.large_string())
            table = table.set_column(place, held.name, texts)
    # All text is quoted: `""` is an empty text and nothing is a missing one, and a bare carriage
    # return inside a field would end its row elsewhere.
    with _opened(file, packed=packed) as out:
        pc.write_csv(table, out, pc.WriteOptions(quoting_style="needed"))


@contextmanager
def _opened(file: Path, *, packed: bool) -> Iterator[IO[bytes]]:
    """Open for bytes; a gzip file carries no time of its own, so that equal logs are equal files."""
    with file.open("wb") as plain:
        if packed:
            with gzip.GzipFile(filename="", fileobj=plain, mode="wb", mtime=0) as out:
                yield out  # type: ignore[misc]
        else:
            yield plain


def _dtype(values: pd.Series) -> str:
    kind = values.dtype
    return str(kind.categories.dtype if isinstance(kind, pd.CategoricalDtype) else kind)


def _spoken(values: pd.Series) -> list[Any]:
    """Return a column as values that JSON can say; missing ones are None."""
    missing = values.isna().to_numpy()
    if values.dtype.kind == "M":
        aware = isinstance(values.dtype, pd.DatetimeTZDtype)
        bare = values.dt.tz_convert("UTC").dt.tz_localize(None) if aware else values
        told = np.datetime_as_string(bare.to_numpy()).astype(object)
        plain = (told + "Z" if aware else told).tolist()
    elif values.dtype.kind == "m":
        plain = values.astype("int64").tolist()
    else:
        plain = values.tolist()
    if values.dtype.kind == "f":  # JSON has no word for an infinite number
        words = {np.inf: "Infinity", -np.inf: "-Infinity"}
        plain = [words.get(one, one) for one in plain]
    return [None if gone else one for one, gone in zip(plain, missing, strict=True)]


_WRITERS: dict[str, Callable[..., None]] = {"parquet": _parquet, "jsonl": _jsonl, "csv": _csv}
