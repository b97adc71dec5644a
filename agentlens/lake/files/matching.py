"""Which rows of a part hold a value in one column, without the others being unpacked?

DuckDB looks at that column first and unpacks of all others only what stands beside a hit. Arrow
unpacks whole columns, of which ids and texts take longest.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from agentlens.lake.files.manifest import Part
from agentlens.lake.files.sound import check

if TYPE_CHECKING:
    import duckdb

__all__ = ["matching", "scan"]


def scan() -> "duckdb.DuckDBPyConnection":
    """Return what scans parts, to be closed after it; each thread takes a cursor of it."""
    import duckdb  # noqa: PLC0415 - most questions to a lake do without it

    return duckdb.connect(config={"threads": 1})


def matching(
    base: "duckdb.DuckDBPyConnection",
    root: Path,
    table: str,
    part: Part,
    columns: Iterable[str],
    only: tuple[str, str],
) -> pa.Table:
    """Return the rows of a part whose column has a value, in their order.

    Args:
        base: as `scanner` gives it.
        root: the lake.
        table: the table it belongs to.
        part: which.
        columns: which columns, where it has them.
        only: the column and the value.
    """
    path = check(root, table, part)
    names = pq.read_schema(path).names
    chosen = [one for one in columns if one in names]
    if only[0] not in names:
        return pq.read_table(path, columns=chosen).slice(0, 0)
    said = ", ".join(map(_quoted, chosen))
    query = f"select {said} from read_parquet($path) where {_quoted(only[0])} = $value"  # noqa: S608
    with base.cursor() as cursor:
        found = cursor.sql(query, params={"path": str(path), "value": only[1]})
        return found.to_arrow_table()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
