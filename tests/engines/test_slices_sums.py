"""Are the sums of all cells the same wherever the rows are, those of few rows too?"""

import re
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.analysis.arms.periods import periods_of
from agentlens.analysis.slices.elsewhere.stretches import stretches
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
def test_periods_are_told_by_a_few_starts_as_by_all(log: Log, data: st.DataObject) -> None:
    current, baseline = (data.draw(_periods(log)) for _ in range(2))

    try:
        whole = periods_of(log, current, baseline)
    except BadInputError as error:
        with pytest.raises(BadInputError, match=re.escape(str(error))):
            stretches(log, current, baseline)
        return
    few = stretches(log, current, baseline)
    assert few is not None
    assert (few.current, few.baseline, few.said) == (whole.current, whole.baseline, whole.said)
