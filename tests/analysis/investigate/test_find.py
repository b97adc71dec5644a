"""Is an onset held by its interval, a burst told from chance, and a mix from a rate?"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import agentlens as al
from agentlens.analysis.arms.dimensions import dimensions
from agentlens.analysis.investigate.find.levels import Episode
from agentlens.analysis.investigate.find.mixture import added_up, expected_by_mix
from agentlens.analysis.investigate.find.onset import began_in, lasted_until
from agentlens.analysis.investigate.find.rare import burst_of, is_rare
from agentlens.analysis.investigate.find.watch import Course, bin_length, chosen, course_of
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows, metric_rows
from agentlens.measures.series import binned
from tests.logs import demo_log

HOUR = 3_600_000_000
START = pd.Timestamp("2026-11-01", tz="UTC")


def _rows(y: np.ndarray, hours: np.ndarray, users: np.ndarray | None = None) -> Rows:
    n = y.size
    time = (START.value // 1000 + hours * HOUR).astype(np.int64)
    return Rows(
        metric=Metric("bad", "rate", "lower", "share", "escalated"),
        positions=np.arange(n),
        at=np.arange(n),
        time=time,
        numerator=y.astype(np.float64),
        denominator=np.ones(n),
        weight=np.ones(n),
        cluster=np.arange(n) if users is None else users,
        ids=pd.Series([f"t{one}" for one in range(n)]),
        notes=(),
        absent=(),
    )


def _at(hour: float) -> pd.Timestamp:
    return START + pd.Timedelta(hours=hour)


@pytest.mark.parametrize("before, after", [(0.05, 0.25), (0.2, 0.6), (0.8, 0.5)])
def test_the_interval_holds_the_onset(before: float, after: float) -> None:
    rng = np.random.default_rng(1)
    held, everything = 0, np.ones(1200, dtype=bool)
    for _ in range(300):
        hours = np.sort(rng.uniform(0, 240, 1200))
        rows = _rows(rng.random(1200) < np.where(hours < 150, before, after), hours)
        found = began_in(rows, everything, hours < 100, (_at(140), _at(160)), _at(240))
        assert found is not None
        held += found[1][0] <= _at(150) <= found[1][1]
    assert held / 300 >= 0.94


def test_a_daily_cycle_is_not_taken_for_an_onset() -> None:
    rng = np.random.default_rng(2)
    errors = []
    for _ in range(40):
        hours = np.sort(rng.uniform(0, 480, 6000))
        cycle = 0.25 + 0.2 * np.sin(2 * np.pi * hours / 24)
        rows = _rows(rng.random(6000) < cycle + np.where(hours >= 340, 0.15, 0.0), hours)
        found = began_in(
            rows, np.ones(6000, dtype=bool), hours < 300, (_at(330), _at(354)), _at(480)
        )
        assert found is not None
        errors.append(abs(found[0] - _at(340)) / pd.Timedelta("1h"))
    assert np.median(errors) < 4


def test_the_end_is_found_from_behind() -> None:
    rng = np.random.default_rng(6)
    late = []
    for until in (180.0, 1000.0):  # the second one is still on when the log ends
        hours = np.sort(rng.uniform(0, 240, 2400))
        off = (hours >= 150) & (hours < until)
        rows = _rows(rng.random(2400) < np.where(off, 0.5, 0.1), hours)
        before = hours < 100
        everything = np.ones(2400, dtype=bool)
        end = lasted_until(rows, everything, before, _at(150), normal=before)
        assert end is not None
        late.append((end - _at(min(until, 240.0))) / pd.Timedelta("1h"))
    assert max(abs(one) for one in late) < 5


def test_nothing_before_the_earliest_is_looked_at() -> None:
    rng = np.random.default_rng(7)
    hours = np.sort(rng.uniform(0, 240, 2400))
    rows = _rows(rng.random(2400) < np.where(hours < 60, 0.1, 0.4), hours)
    found = began_in(
        rows,
        np.ones(2400, dtype=bool),
        hours < 50,
        (_at(100), _at(200)),
        _at(240),
        earliest=_at(90),
    )
    assert found is not None
    assert found[1][0] >= _at(90)


def test_too_few_rows_date_nothing() -> None:
    rows = _rows(np.ones(10), np.arange(10.0))
    everything = np.ones(10, dtype=bool)
    assert began_in(rows, everything, everything, (_at(3), _at(4)), _at(4.5)) is None


def test_a_burst_is_told_from_scattered_events() -> None:
    hours = np.linspace(0, 500, 5000)
    bad = np.zeros(5000)
    bad[[4000, 4010, 4030]] = 1
    rows = _rows(bad, hours)
    assert is_rare(rows)
    found = burst_of(rows)
    assert found is not None
    assert found.rows.tolist() == [4000, 4010, 4030]
    assert found.between[1] == found.began
    scattered = np.zeros(5000)
    scattered[[500, 2500, 4500]] = 1
    assert burst_of(_rows(scattered, hours)) is None


def test_one_user_makes_no_burst() -> None:
    hours, bad, users = np.linspace(0, 500, 5000), np.zeros(5000), np.arange(5000)
    bad[4000:4005] = 1
    users[4000:4005] = 7777
    assert burst_of(_rows(bad, hours, users)) is None


def test_a_burst_far_from_the_moment_asked_about_is_not_meant() -> None:
    hours, bad = np.linspace(0, 500, 5000), np.zeros(5000)
    bad[[4000, 4010, 4030]] = 1
    assert burst_of(_rows(bad, hours), at=_at(100)) is None
    assert burst_of(_rows(bad, hours), at=_at(401)) is not None


def test_bursts_are_called_as_rarely_as_said() -> None:
    rng = np.random.default_rng(5)
    hours, called = np.linspace(0, 500, 4000), 0
    for _ in range(800):
        bad = np.zeros(4000)
        bad[rng.choice(4000, rng.integers(2, 12), replace=False)] = 1
        called += burst_of(_rows(bad, hours)) is not None
    assert called <= 12  # half a percent of 800 is 4; 12 has a chance of one in a thousand


def test_what_the_mix_lets_one_expect_moves_with_the_mix_and_not_with_the_rate() -> None:
    log = demo_log()
    rows = metric_rows(log, "strong_completion")
    dims, _ = dimensions(log, rows)
    normal = rows.time < np.median(rows.time)
    expected = expected_by_mix(rows, dims, normal)
    assert expected is not None
    worse = replace(rows, numerator=np.where(normal, rows.numerator, 0.0))
    same = expected_by_mix(worse, dims, normal)
    assert same is not None
    assert same.numerator == pytest.approx(expected.numerator)
    assert np.average(expected.numerator[normal]) == pytest.approx(
        np.average(rows.numerator[normal]), abs=1e-3
    )
    task = next(one for one in dims if one.name == "task_type")
    hard = task.codes == task.labels.index("complaint")
    assert expected.numerator[hard].mean() < expected.numerator[~hard].mean() - 0.05


def test_without_circumstances_there_is_no_mix() -> None:
    rows = metric_rows(demo_log(), "strong_completion")
    assert expected_by_mix(rows, [], np.ones(rows.time.size, dtype=bool)) is None


def test_numbers_add_up_to_the_metric() -> None:
    log = demo_log()
    for name in ("strong_completion", "cost_per_success", "cost_per_trace", "latency_p95"):
        rows = metric_rows(log, name)
        everything = np.ones(rows.time.size, dtype=bool)
        mean = np.average(added_up(rows, everything), weights=rows.weight)
        value = float(al.series(log, name, every=None)["value"].iloc[0])
        assert mean == pytest.approx(0.05 if name == "latency_p95" else value, rel=0.02)


def test_a_level_inside_an_alarm_is_an_episode_of_its_own() -> None:
    log = al.demo(seed=1)
    course = course_of(
        log, metric_rows(log, "tool_success"), "metric", every="6h", baseline=None, seed=0
    )
    assert len(course.alarms) == 1
    assert len(course.levels) == 3
    middle = course.levels[1]
    assert middle.since == course.alarms[0].began
    assert abs(middle.shift) > 2 * abs(course.levels[0].shift)
    assert course.alarms[0].end == course.levels[-1].end


def _course(source: str, *levels: tuple[int, int, float]) -> Course:
    episodes = tuple(
        Episode(source, _at(a), (_at(a - 5), _at(a + 5)), _at(b), shift)  # type: ignore[arg-type]
        for a, b, shift in levels
    )
    bins = binned(demo_log(), "1h")
    return Course(source, bins, pd.DataFrame(), episodes, episodes, None, 0.1)  # type: ignore[arg-type]


def test_the_moment_chooses_the_shortest_level_that_holds_it() -> None:
    metric = _course("metric", (10, 20, -0.1), (40, 50, 0.2))
    mix = _course("mix", (12, 60, -0.1))
    both = [metric, mix]
    assert chosen(both, _at(15), "higher") == metric.levels[0]
    assert chosen(both, _at(30), "higher") == mix.levels[0]
    assert chosen(both, _at(100), "higher") is None
    assert chosen(both, None, "higher") == mix.alarms[0]
    assert chosen(both, _at(61), "higher") == mix.levels[0]
    assert chosen([metric], None, "higher") == metric.alarms[0]
    assert chosen([metric], None, "lower") == metric.alarms[1]
    assert chosen([], None, "lower") is None


def test_bins_hold_a_hundred_rows_or_leave_enough_of_them() -> None:
    log = demo_log()
    rows = metric_rows(log, "strong_completion")
    every = pd.Timedelta(bin_length(rows, log))
    bins = (log.stop - log.start) / every
    assert rows.positions.size / bins >= 100 or bins >= 80
