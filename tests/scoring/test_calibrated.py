"""Do fitted weights add up to the traffic that was there, and is every change told?"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.measures.series import series
from agentlens.scoring.sampling import sample
from agentlens.scoring.sampling.calibrated import _merged, calibrated
from agentlens.tables.log import Log
from agentlens.tables.weights import weighting
from tests.logs import demo_log
from tests.scoring.worlds import GOOD, answers, many_worlds


def _sums(part: Log, by: list[pd.Series]) -> pd.Series:
    w = pd.Series(weighting(part.traces).of_row)
    return w.groupby(by).sum()


def test_weights_add_up_to_the_known_counts_of_every_cell() -> None:
    log = many_worlds(4, 2000, 0)
    part = sample(log, rate=0.1, boost=0.5, triggers="tool_error", per_day=None)
    fitted = calibrated(part, log, by="day × tier", triggers="tool_error")
    by = [fitted.traces["start"].dt.floor("D"), fitted.traces["tool_errors"]]
    there = log.traces.groupby([log.traces["start"].dt.floor("D"), "tool_errors"]).size()
    assert _sums(fitted, by).to_numpy() == pytest.approx(there.to_numpy())
    raw = _sums(part, by)
    assert (raw - there.to_numpy()).abs().max() > 5
    assert series(fitted, "traffic", every=None)["value"].iloc[0] == pytest.approx(8000)
    said = fitted.report.iloc[-1]
    assert "8,000 known traces by day × tier: 8 cells, joined to 8" in said["detail"]
    factor = (_sums(fitted, by) / raw).agg(["min", "max"])
    assert f"× {factor['min']:.3g} and × {factor['max']:.3g}" in said["detail"]
    assert "Weights are fitted to counts" in fitted.facts()["weights"]


def test_hours_with_few_draws_are_joined_with_their_neighbours() -> None:
    log = demo_log().last("5D")
    part = sample(log, rate=0.1, per_day=None)
    fitted = calibrated(part, log, tiers="articles")
    assert _sums(fitted, [pd.Series(1, index=fitted.traces.index)]).iloc[0] == pytest.approx(
        len(log)
    )
    assert fitted.traces["weight"].min() > 0.2


def test_fitted_weights_take_chance_out_of_what_the_cells_explain() -> None:
    log = many_worlds(300, 1000, 6)
    part = sample(log, rate=0.2, triggers=(), per_day=None)
    fitted = calibrated(part, log, by=("world", "tier"), triggers="tool_error")
    was = log.traces.groupby("world")["good"].mean().to_numpy()
    raw, better = (np.std(answers(one)["value"] - was) for one in (part, fitted))
    assert better < 0.93 * raw
    assert abs(answers(fitted)["value"].mean() - was.mean()) < 0.003
    finite = answers(fitted, GOOD, finite=True)
    assert ((finite["low"] <= was) & (finite["high"] >= was)).mean() > 0.93


@settings(max_examples=100)
@given(
    cells=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3)), min_size=1, max_size=40).filter(
        lambda cells: sum(n for n, _ in cells) > 0
    )
)
def test_joined_cells_hold_enough_draws_and_lie_side_by_side(cells: list[tuple[int, int]]) -> None:
    ordered = sorted(cells, key=lambda cell: cell[1])
    draws = np.array([n for n, _ in ordered], dtype=np.int64)
    kinds = np.array([kind for _, kind in ordered], dtype=np.int64)
    joined = _merged(draws, kinds)
    held = np.bincount(joined, draws)
    assert (held >= 5).all() or len(held) == 1
    assert set(np.diff(joined)) <= {0, 1}
    enough = [kind for kind in set(kinds.tolist()) if draws[kinds == kind].sum() >= 5]
    if len(enough) == len(set(kinds.tolist())):
        assert all(len(set(kinds[joined == one].tolist())) == 1 for one in set(joined.tolist()))


def test_heavy_weights_are_listed_and_left_as_they_are() -> None:
    log = many_worlds(1, 4000, 0)
    part = sample(log, rate=0.01, boost=1.0, triggers={"most": "cost_usd < 2.5"}, per_day=None)
    fitted = calibrated(part, log, by="tier", triggers={"most": "cost_usd < 2.5"})
    heavy = fitted.report.iloc[-1]
    assert "times the median" in heavy["detail"]
    rare = fitted.traces["cost_usd"] >= 2.5
    assert heavy["n"] == rare.sum()
    assert heavy["examples"].split(", ")[0] in set(fitted.traces.loc[rare, "trace_id"])
    assert fitted.traces.loc[rare, "weight"].iloc[0] / 0.01 > 50


def test_another_population_and_an_unknown_cell_are_refused() -> None:
    log = many_worlds(2, 500, 0)
    part = sample(log, rate=0.5, per_day=None)
    with pytest.raises(BadInputError, match="are not in the population"):
        calibrated(part, log.where(world=0))
    with pytest.raises(UnknownNameError, match="Did you mean 'hour'"):
        calibrated(part, log, by="hours")
    unknown = Log(traces=part.traces.assign(inclusion_p=np.nan))
    assert calibrated(unknown, log) is unknown
