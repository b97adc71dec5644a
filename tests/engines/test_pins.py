"""Are the things still needed that hold newer packages back?"""

from importlib.metadata import version

import duckdb
import ibis
import pytest


def test_the_newest_ibis_still_needs_an_older_sqlglot() -> None:
    """A newer Ibis may bear a newer sqlglot: try it, and take the bound out of the extra."""
    assert version("ibis-framework") == "12.0.0"
    assert tuple(map(int, version("sqlglot").split(".")[:2])) < (30, 18)


def test_ibis_still_calls_duckdb_by_an_older_name() -> None:
    """Once it does not, the warning need not be ignored in the tests' settings."""
    con = duckdb.connect()
    con.execute("CREATE TABLE few AS SELECT 1 AS one")
    with pytest.warns(DeprecationWarning, match="fetch_arrow_table"):
        ibis.duckdb.from_connection(con).table("few")
