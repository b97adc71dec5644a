"""Does a log on Spark answer as the same log does in memory?"""

from collections.abc import Iterator

import pandas as pd
import pytest

from agentlens.analysis.control.chart import control_chart
from agentlens.analysis.explain.explanation import explain
from agentlens.engines.log import EngineLog
from agentlens.measures.metric import Metric
from agentlens.measures.series import series
from agentlens.tables.log import Log
from tests.engines.stacks import Spark, spark
from tests.engines.worlds import OWN, ordered, same_series
from tests.logs import demo_log

pytestmark = [
    pytest.mark.engine,
    # Spark's own client leaves its sockets to be found open, and calls pandas by older words.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pyspark"),
]

_KINDS = (
    "strong_completion",  # a rate by Kleene's logic
    "satisfaction_implicit",  # a mean of a long formula
    "cost_per_success",  # a ratio
    "latency_p95",  # a quantile
    "ttft_p50",  # a quantile of steps
    "tool_success:search",  # a rate of steps
    "traffic",  # a count
    "score:goal_completion",  # a judge's verdicts
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spark]:
    with spark(tmp_path_factory.mktemp("spark")) as found:
        yield found


@pytest.fixture(scope="module")
def pair(engine: Spark) -> tuple[Log, EngineLog]:
    """The same days here and there, with weights, so that nothing counts alike."""
    few = ordered(demo_log().last("4D"))
    weight = few.traces["query_chars"].mod(3).add(1).astype("float64").mask(few.traces.index < 5)
    here = Log(traces=few.traces.assign(weight=weight), spans=few.spans, scores=few.scores)
    return here, engine.log(here)


@pytest.mark.parametrize("metric", _KINDS)
def test_a_metric_of_each_kind_is_the_same(pair: tuple[Log, EngineLog], metric: str) -> None:
    here, there = pair
    same_series(lambda one: series(one, metric, "12h", "device"), here, there)


@pytest.mark.parametrize("metric", OWN[:7], ids=lambda one: one.name)
def test_a_users_own_metric_is_the_same(pair: tuple[Log, EngineLog], metric: Metric) -> None:
    here, there = pair
    same_series(lambda one: series(one, metric, None), here, there)


def test_rows_come_back_as_they_are_in_memory(pair: tuple[Log, EngineLog]) -> None:
    here, there = pair
    day = there.stop - pd.Timedelta("1D"), there.stop
    part, mine = there.between(*day), here.between(*day)
    pd.testing.assert_frame_equal(
        part.columns("traces", mine.traces.columns)[[*mine.traces]], mine.traces
    )
    found = part.where(device="mobile", task_type=["refund", None])
    assert len(found) == len(mine.where(device="mobile", task_type=["refund", None]))


def test_the_same_traces_are_drawn_everywhere(pair: tuple[Log, EngineLog]) -> None:
    here, there = pair
    from tests.engines.test_duckdb import on_duckdb

    mine, theirs = on_duckdb(here).sample(100), there.sample(100)
    assert theirs.traces["trace_id"].tolist() == mine.traces["trace_id"].tolist()
    assert 60 < len(mine) < 140


def test_an_incident_is_told_alike(engine: Spark) -> None:
    here = ordered(demo_log())
    there = engine.log(here)
    mine, theirs = (control_chart(one, "strong_completion", every="6h") for one in (here, there))
    assert theirs.headline == mine.headline
    assert [one.trace_ids for one in theirs.signals()] == [one.trace_ids for one in mine.signals()]
    mine_too, theirs_too = (explain(one, "strong_completion") for one in (here, there))
    assert theirs_too.headline == mine_too.headline
