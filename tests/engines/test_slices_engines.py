"""Do ClickHouse and Spark give the same tables of slices, without their rows?"""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentlens.analysis.slices.slices import slices
from tests.engines.returning import returning
from tests.engines.same_tables import KINDS, ask_both, same_slices, weighted
from tests.engines.stacks import ClickHouse, clickhouse, spark
from tests.engines.test_log import here

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClickHouse]:
    with clickhouse(tmp_path_factory.mktemp("clickhouse")) as found:
        yield found


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10_000), data=st.data())
def test_clickhouse_gives_the_same_sums(server: ClickHouse, seed: int, data: st.DataObject) -> None:
    mine = returning(seed)
    ask_both(server.log(mine), mine, data)


@pytest.mark.parametrize("metric", [*KINDS, "tool_success"])
def test_a_table_on_clickhouse_says_the_same(server: ClickHouse, metric: str) -> None:
    by = "tool" if metric == "tool_success" else ["task_type", "device"]
    theirs = server.log(here(), most=10)
    tables = (slices(one, metric, by, current="7D", least_users=9) for one in (here(), theirs))
    same_slices(*tables)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::DeprecationWarning:pyspark")
def test_a_table_on_spark_says_the_same(tmp_path_factory: pytest.TempPathFactory) -> None:
    knobs: dict[str, Any] = {"current": "7D", "over": "1D"}
    with spark(tmp_path_factory.mktemp("spark")) as engine:
        theirs = engine.log(weighted(), most=10)
        tables = (
            slices(one, "strong_completion", "task_type", **knobs) for one in (weighted(), theirs)
        )
        same_slices(*tables)
