"""Do charts call as rarely as they promise, on histories of all kinds?

A small size of `benchmarks/promises.py`: charts with baselines of their own, two weeks of hours
each, solved for one false alarm in 370 bins and held against fresh futures of the same process.
"""

from dataclasses import replace

import numpy as np
import pytest

from agentlens.analysis.control.choices import Choices
from agentlens.stats.charts.arms import arms
from agentlens.stats.charts.false_alarms import rates
from agentlens.stats.normal.cycles import none
from agentlens.stats.normal.futures import deviations
from agentlens.stats.normal.in_control import Setting
from benchmarks.promises import AHEAD, FUTURES, TARGET, Regime, counted, judged, normal, taught

CHARTS, LEARNING = 24, 336
LEAST, MOST = 0.6, 1.6
TEXTBOOK = 2.701
CHOICES = Choices(
    every="1h",
    baseline=None,
    method="ewma",
    lam=0.1,
    allowance=0.5,
    width=None,
    arl=TARGET,
    seasonal="auto",
    head_start=0.0,
    rules=(),
    seed=0,
)
REGIMES = {
    "independent": normal(),
    "AR .5": normal(0.5),
    "daily and weekly cycle": normal(cycles_share=0.5),
    "Student's t, 4 degrees": normal(tails=4),
    "overdispersed rates, n 3 to 200": counted(0.8, 0.02, [3, 10, 40, 200]),
}

pytestmark = pytest.mark.simulation


def together(lengths: list[float]) -> float:
    """Return the bins that pass between false alarms over all charts: their rates add up."""
    return float(1 / np.mean(1 / np.array(lengths)))


def solved(regime: Regime, chart: int) -> float:
    """Return the run length of a chart whose limits are solved for the target."""
    rng = np.random.default_rng([chart, LEARNING])
    values, rows = regime.draw(rng, 1, np.arange(LEARNING + 1))
    learnt = taught(values[0], rows, regime.kind, CHOICES, LEARNING)
    return judged(learnt, CHOICES, regime, rng, LEARNING)[0]


def of_the_textbook(regime: Regime, chart: int, *, memory: bool) -> float:
    """Return the run length of a chart with the limits for a known, independent process."""
    rng = np.random.default_rng([chart, LEARNING])
    values, rows = regime.draw(rng, 1, np.arange(LEARNING + 1))
    # With limits that are given the futures tell a run length only, and few are enough.
    choices = replace(CHOICES, width=TEXTBOOK, seasonal="none", arl=20.0)
    learnt = taught(values[0], rows, regime.kind, choices, LEARNING)
    ahead, sizes = regime.draw(rng, FUTURES, LEARNING + np.arange(AHEAD))
    setting = Setting(sizes, none(AHEAD), learnt.setting.law, learnt.setting.unit)
    found = deviations(ahead, learnt.model, setting)
    if not memory:
        found = replace(found, memory=np.zeros_like(found.memory))
    return rates(arms(found, "ewma", lam=CHOICES.lam), TEXTBOOK, TEXTBOOK).run_length


@pytest.mark.parametrize("name", REGIMES)
def test_a_chart_calls_as_rarely_as_it_promises(name: str) -> None:
    achieved = together([solved(REGIMES[name], chart) for chart in range(CHARTS)])
    assert LEAST < achieved / TARGET < MOST


@pytest.mark.parametrize("name", ["AR .5", "daily and weekly cycle"])
def test_a_chart_of_the_textbook_does_not(name: str) -> None:
    regime = REGIMES[name]
    achieved = together([of_the_textbook(regime, one, memory=False) for one in range(CHARTS)])
    assert achieved / TARGET < LEAST / 2


def test_a_chart_that_takes_a_cycle_for_memory_hardly_ever_calls() -> None:
    regime = REGIMES["daily and weekly cycle"]
    achieved = together([of_the_textbook(regime, one, memory=True) for one in range(CHARTS)])
    assert achieved / TARGET > MOST
