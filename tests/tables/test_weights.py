"""Is the one weight of a row right, whoever sampled it, and is it said where it comes from?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.tables.weights import chance, weighting


def _traces(**columns: Sequence[object]) -> pd.DataFrame:
    frame = pd.DataFrame(columns)
    texts = {name: "str" for name in ("sampled_by",) if name in frame}
    return frame.astype(texts)


def test_a_trace_weighs_one_over_both_probabilities_and_the_note_names_them() -> None:
    found = weighting(
        _traces(
            weight=[10.0, 1.0], inclusion_p=[0.5, 1.0], sampled_by=["otel th, base", "tool_error"]
        )
    )
    assert found.of_row.tolist() == [20.0, 1.0]
    assert "how traces reached us (otel th)" in found.note
    assert "sample() (base and tool_error)" in found.note


def test_upstream_sampling_alone_leaves_no_doubt_about_ours() -> None:
    """`sampled_by` then names what happened before us, and the missing probability is no riddle."""
    found = weighting(
        _traces(
            weight=[4.0, 4.0, 4.0],
            inclusion_p=[None, None, None],
            sampled_by=["otel th", "source rate", None],
        )
    )
    assert found.of_row.tolist() == [4.0, 4.0, 4.0]
    assert "unknown" not in found.note


def test_a_rule_of_ours_without_a_probability_is_unknown() -> None:
    by = ["base", "otel th, base", None]
    found = weighting(_traces(inclusion_p=[None, None, None], sampled_by=by))
    assert np.isnan(found.of_row).tolist() == [True, True, False]
    assert "2 of 3 rows are here with unknown probability" in found.note


def test_a_score_is_weighted_by_its_own_probability_and_never_by_both() -> None:
    traces = _traces(weight=[2.0, 2.0], inclusion_p=[0.5, 0.5], sampled_by=["base", "base"])
    found = weighting(traces, pd.Series([0.25, None]))
    assert found.of_row[0] == 8.0
    assert np.isnan(found.of_row[1])
    assert "how traces were scored" in found.note
    assert "sample()" not in found.note


def test_unweighted_traces_are_not_spoken_of() -> None:
    found = weighting(
        _traces(weight=[1.0, 1.0], inclusion_p=[1.0, None], sampled_by=["base", None])
    )
    assert found.of_row.tolist() == [1.0, 1.0]
    assert found.note == ""


@given(
    p=st.lists(st.one_of(st.none(), st.floats(0.01, 1.0)), min_size=1, max_size=10),
    weight=st.floats(0.5, 100.0),
)
def test_a_weight_is_known_exactly_where_its_probability_is(
    p: list[float | None], weight: float
) -> None:
    frame = pd.DataFrame({"inclusion_p": pd.Series(p, dtype="float64"), "weight": weight})
    found = weighting(frame).of_row
    assert found[~np.isnan(found)] == pytest.approx([weight / one for one in p if one is not None])
    assert (np.isnan(found) == np.isnan(chance(frame))).all()
