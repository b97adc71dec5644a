"""Are p-values adjusted as published, and does a missing one cost nothing?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from agentlens.stats.multiple import benjamini_hochberg, benjamini_yekutieli, holm

METHODS = {"fdr_bh": benjamini_hochberg, "fdr_by": benjamini_yekutieli, "holm": holm}
P = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@pytest.mark.parametrize("name", METHODS)
@given(p=P)
def test_adjusted_p_values_are_those_of_statsmodels(name: str, p: list[float]) -> None:
    values = np.array(p)
    theirs = multipletests(values, method=name)[1]
    assert METHODS[name](values) == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize("name", METHODS)
@given(p=P)
def test_a_missing_p_value_stays_missing_and_is_no_comparison(name: str, p: list[float]) -> None:
    values = np.array([*p, np.nan])
    adjusted = METHODS[name](values)
    assert np.isnan(adjusted[-1])
    assert adjusted[:-1] == pytest.approx(METHODS[name](values[:-1]))


@pytest.mark.parametrize("name", METHODS)
def test_nothing_in_gives_nothing_out(name: str) -> None:
    assert METHODS[name](np.array([])).size == 0
