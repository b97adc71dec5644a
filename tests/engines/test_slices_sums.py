"""Are the sums of all cells the same wherever the rows are, those of few rows too?"""

import re
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.analysis.arms.periods import periods_of
from agentlens.analysis.arms.stretches import stretches_of
from agentlens.errors import BadInputError
from agentlens.tables.log import Log
from tests.engines.returning import returning
from tests.engines.same_tables import ask_both
from tests.engines.test_duckdb import on_duckdb
from tests.engines.worlds import worlds


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), data=st.data())
def test_the_sums_of_all_cells_are_the_same(seed: int, data: st.DataObject) -> None:
    mine = returning(seed)
    ask_both(on_duckdb(mine), mine, data)


def _moments_of(log: Log) -> st.SearchStrategy[pd.Timestamp]:
    covered = int((log.stop - log.start) / pd.Timedelta(1, "us"))
    return st.integers(-5, covered + 5).map(lambda us: log.start + pd.Timedelta(us, "us"))


def _periods(log: Log) -> st.SearchStrategy[Any]:
    pairs = st.tuples(_moments_of(log), _moments_of(log))
    return st.one_of(st.none(), st.sampled_from(["1h", "20h", "3D"]), pairs)


@settings(max_examples=50, deadline=None)
@given(log=worlds(), data=st.data())
def test_periods_are_the_same_where_no_trace_is_brought(log: Log, data: st.DataObject) -> None:
    there = on_duckdb(log, most=1)
    current, baseline = (data.draw(_periods(log)) for _ in range(2))

    try:
        whole = periods_of(log, current, baseline)
    except BadInputError as error:
        with pytest.raises(BadInputError, match=re.escape(str(error))):
            stretches_of(there, current, baseline)
        return
    few = stretches_of(there, current, baseline)
    assert (few.current, few.baseline, few.said) == (whole.current, whole.baseline, whole.said)
