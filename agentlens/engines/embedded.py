"""How does ClickHouse answer where it runs inside this process, with no server to connect to?

Ibis writes the SQL, chDB runs it, and Arrow brings back what it found.
"""

from collections.abc import Callable
from typing import Any

import ibis
import pyarrow as pa

__all__ = ["embedded"]

_DIALECT = "clickhouse"


def embedded(
    session: Any,
) -> tuple[Callable[[str | None, str], Any | None], Callable[[Any], pa.Table]]:
    """Return what gives a table, and what gives the answer to an expression.

    Args:
        session: of chDB.
    """

    def asked(sql: str) -> pa.Table:
        answer = session.query(sql, "Arrow").bytes()
        return pa.ipc.open_file(pa.BufferReader(answer)).read_all() if answer else pa.table({})

    def table(database: str | None, name: str) -> Any | None:
        whole = ".".join(_quoted(one) for one in (database, name) if one)
        if not asked(f"EXISTS TABLE {whole}")["result"][0].as_py():
            return None
        told = asked(f"DESCRIBE TABLE {whole}")
        kinds = zip(told["name"].to_pylist(), told["type"].to_pylist(), strict=True)
        schema = {_text(column): _type(_text(kind)) for column, kind in kinds}
        return ibis.table(schema, name=name, database=database)

    def arrow(expression: Any) -> pa.Table:
        return asked(str(ibis.to_sql(expression, dialect=_DIALECT, pretty=False)))

    return table, arrow


def _type(kind: str) -> Any:
    from ibis.backends.sql.datatypes import ClickHouseType  # noqa: PLC0415 - of this engine alone

    return ClickHouseType.from_string(kind)


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
