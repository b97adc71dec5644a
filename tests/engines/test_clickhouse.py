"""Does a log on ClickHouse answer as the same log does in memory?"""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentlens.analysis.control.chart import control_chart
from agentlens.measures.builtin import BUILTIN
from agentlens.measures.series import series
from agentlens.tables.log import Log
from tests.engines.stacks import ClickHouse, clickhouse
from tests.engines.worlds import OWN, ordered, same_series, worlds
from tests.logs import demo_log

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClickHouse]:
    with clickhouse(tmp_path_factory.mktemp("clickhouse")) as found:
        yield found


_FITS = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@_FITS
@given(log=worlds(), data=st.data())
def test_metrics_are_the_same_in_every_bin_of_every_slice(
    server: ClickHouse, log: Log, data: st.DataObject
) -> None:
    there = server.log(log)
    known: list[Any] = [*BUILTIN, *OWN, "score:tone", "score:safe@human", "error_rate:it's"]
    metric = data.draw(st.sampled_from(known))
    by: tuple[str, ...] = data.draw(st.sampled_from([(), ("task_type",), ("segment", "completed")]))
    same_series(lambda one: series(one, metric, "7h", by), log, there)


@pytest.mark.parametrize("metric", [*BUILTIN])
def test_every_built_in_metric_of_the_demo_is_the_same(server: ClickHouse, metric: str) -> None:
    here = demo_log().last("3D")
    there = server.log(here)
    same_series(lambda one: series(one, metric, "6h", "task_type"), here, there)


def test_rows_come_back_as_they_are_in_memory(server: ClickHouse) -> None:
    here = ordered(demo_log().last("1D"))
    there = server.log(here)
    for name in ("traces", "spans", "scores"):
        mine = getattr(here, name)
        theirs = there.columns(name, mine.columns)
        pd.testing.assert_frame_equal(theirs[[*mine]], mine)


def test_a_chart_is_the_same_to_the_last_sentence(server: ClickHouse) -> None:
    here = demo_log()
    there = server.log(here)
    mine, theirs = (control_chart(one, "strong_completion", every="6h") for one in (here, there))
    assert theirs.headline == mine.headline
    assert theirs.caveats == mine.caveats
    assert [one.trace_ids for one in theirs.signals()] == [one.trace_ids for one in mine.signals()]
