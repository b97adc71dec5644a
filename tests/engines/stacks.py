"""Where do tests find the engines: a Spark in this machine's memory, a ClickHouse in this process?"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agentlens.engines.log import EngineLog
from agentlens.engines.read import read_table
from agentlens.tables.log import Log
from tests.engines.worlds import written

__all__ = ["ClickHouse", "Spark", "clickhouse", "spark"]

_QUIET = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}
"""Small data: what plans and compiles for large data would be most of the time."""


class Spark:
    """A Spark session in local mode, and logs on it."""

    def __init__(self, session: Any, folder: Path) -> None:
        self.session, self._folder, self._held = session, folder, 0

    def log(self, log: Log, **how: Any) -> EngineLog:
        """Return the same log on Spark."""
        self._held += 1
        folder = self._folder / f"s{self._held}"
        with written(log, folder) as files:
            for name, file in files.items():
                self.session.read.parquet(str(file)).cache().createOrReplaceTempView(name)
                self.session.table(name).count()  # read now: the file goes
        return read_table(self.session, **how)


@contextmanager
def spark(folder: Path) -> Iterator[Spark]:
    """Start Spark in local mode; it listens on the loopback alone."""
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").appName("agentlens tests")
    warehouse = str(folder / "warehouse")
    for name, value in {**_QUIET, "spark.sql.warehouse.dir": warehouse}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield Spark(session, folder)
    finally:
        session.stop()


class ClickHouse:
    """A ClickHouse inside this process, and logs on it."""

    def __init__(self, session: Any, folder: Path) -> None:
        self.session, self._folder = session, folder

    def log(self, log: Log, **how: Any) -> EngineLog:
        """Return the same log on ClickHouse."""
        with written(log, self._folder) as files:
            for name, file in files.items():
                self.session.query(f"DROP TABLE IF EXISTS {name}")
                self.session.query(
                    f"CREATE TABLE {name} ENGINE = Memory AS SELECT * FROM file('{file}', Parquet)"
                )
        return read_table(self.session, **how)


@contextmanager
def clickhouse(folder: Path) -> Iterator[ClickHouse]:
    """Open ClickHouse in this process."""
    from chdb.session import Session

    session: Any = Session()  # type: ignore[no-untyped-call]
    try:
        yield ClickHouse(session, folder)
    finally:
        session.close()
