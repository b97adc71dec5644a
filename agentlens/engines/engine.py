"""Which engine holds the tables, and how is an expression run on it?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import ibis
import pyarrow as pa

from agentlens.engines.embedded import embedded
from agentlens.errors import BadInputError

__all__ = ["Engine", "engine_of"]


@dataclass(frozen=True, eq=False)
class Engine:
    """Where tables are.

    Attributes:
        name: what Ibis calls it, such as "duckdb" or "pyspark".
        found: gives a table by its database, if it is told, and its name; None where there is none.
        run: runs an expression and gives what comes back.
        instead: parts of expressions, to what is asked in their place.
    """

    name: str
    found: Callable[[str | None, str], Any | None]
    run: Callable[[Any], pa.Table]
    instead: Mapping[Any, Any] = field(default_factory=dict)

    def table(self, name: str) -> Any:
        """Return a table as an expression.

        Args:
            name: of the table, with its database before a dot where there is one.
        """
        found = self.found(*_parted(name))
        if found is None:
            message = (
                f"{self.name} has no table {name!r}. Name another with traces=, spans=, scores=."
            )
            raise BadInputError(message)
        return found

    def perhaps(self, name: str) -> Any | None:
        """Return a table as an expression; None where there is none of this name.

        Args:
            name: as in `table`.
        """
        return self.found(*_parted(name))

    def arrow(self, expression: Any) -> pa.Table:
        """Return what comes back for an expression.

        Args:
            expression: over tables of this engine.
        """
        if not self.instead:
            return self.run(expression)
        return self.run(expression.op().replace(self.instead).to_expr())


def engine_of(source: object) -> Engine:
    """Return the engine behind a connection or a table.

    Args:
        source: an Ibis table or connection, a Spark session, a DuckDB connection or a session of
            chDB.
    """
    home = type(source).__module__
    if home.startswith("chdb"):
        return Engine("clickhouse", *embedded(source))
    if home.startswith("pyspark"):
        return _of_spark(ibis.pyspark.connect(source), source)
    backend = source.get_backend() if isinstance(source, ibis.Table) else source
    if isinstance(backend, ibis.BaseBackend):
        spark = getattr(backend, "_session", None) if backend.name == "pyspark" else None
        return _of_ibis(backend) if spark is None else _of_spark(backend, spark)
    if type(source).__name__ == "DuckDBPyConnection":
        return _of_ibis(ibis.duckdb.from_connection(source))
    message = (
        f"read_table takes an Ibis table or connection, a Spark session, a DuckDB connection or a"
        f" chDB session, not {type(source).__name__}. Files are read by al.read_files, frames by"
        " al.from_frames."
    )
    raise BadInputError(message)


def _of_spark(backend: Any, session: Any) -> Engine:
    """Return Spark, asked for Arrow itself: Ibis would bring its answers through pandas.

    There whole numbers of which one is missing lose their last digits.
    """

    def run(expression: Any) -> pa.Table:
        return session.sql(str(ibis.to_sql(expression, dialect="pyspark", pretty=False))).toArrow()

    return replace(_of_ibis(backend), run=run)


def _of_ibis(backend: Any) -> Engine:
    def found(database: str | None, name: str) -> Any | None:
        try:
            return backend.table(name, database=database)
        except ibis.common.exceptions.TableNotFound:
            return None

    return Engine(backend.name, found, backend.to_pyarrow)


def _parted(name: str) -> tuple[str | None, str]:
    database, _, plain = name.rpartition(".")
    return database or None, plain
