"""Is what changed told from what moves anyway, and is the worst of it told first?"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from agentlens.analysis.changes.changes import Changes, changes
from agentlens.analysis.changes.one.change import Change, change_of
from agentlens.analysis.changes.order import Ranked, band_of, ranked
from agentlens.analysis.changes.together import together
from agentlens.errors import AgentLensError, BadInputError, UnknownNameError
from agentlens.measures.correction import Correction
from agentlens.measures.metric import Metric
from agentlens.measures.series import series
from agentlens.stats.multiple import benjamini_hochberg
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log
from tests.analysis.changes_worlds import METRICS, World, drawn, spans_of_weeks
from tests.logs import START, demo_log, plain_log, planted_log, tiny_log

WRONG = Metric("wrong", "rate", "lower", "share", "user_corrected")
COST = Metric("cost", "mean", "lower", "USD", "cost_usd")
MOOD = Metric("mood", "mean", "higher", "", "mood")
SLOW = Metric("slow", "quantile", "lower", "s", "latency_s", q=0.9)
SLOWEST = Metric("slowest", "quantile", "lower", "s", "latency_s", q=0.99)


def _weeks(
    n: int,
    *,
    per_day: int = 80,
    seed: int = 0,
    worse: float = 0.0,
    slower: float = 1.0,
    weekend: float = 0.0,
) -> Log:
    """Return so many weeks of traces, of which only the last may differ."""
    rng = np.random.default_rng(seed)
    day = np.repeat(np.arange(7 * n), per_day)
    last = day >= 7 * (n - 1)
    off = np.isin(day % 7, (5, 6)) * weekend
    frame = pd.DataFrame(
        {
            "trace_id": [f"t{i}" for i in range(day.size)],
            "user_id": [f"u{i // 3}" for i in range(day.size)],
            "start": START + pd.to_timedelta(np.sort(day + rng.random(day.size)), unit="D"),
            "user_corrected": rng.random(day.size) < 0.1 + worse * last + off,
            "latency_s": rng.lognormal(1, 0.5, day.size) * np.where(last, slower, 1.0),
            "cost_usd": rng.lognormal(-5, 0.5, day.size),
            "mood": rng.normal(0.01, 1.0, day.size) - 0.05 * last,
            "status": "ok",
        }
    )
    return from_frames(frame)


def _judged(log: Log, *, version: str = "1", judge: str = "j", since: int = 21) -> Log:
    """Return the log with a score of every trace, by another judge or rubric since a day."""
    start = log.traces["start"]
    new = (start - START) / pd.Timedelta(1, "D") >= since
    scores = pd.DataFrame(
        {
            "score_id": [f"s{i}" for i in range(len(log))],
            "trace_id": log.traces["trace_id"],
            "name": "goal",
            "value": 1.0 - log.traces["user_corrected"].astype(float),
            "source": "judge",
            "rubric": "goal",
            "rubric_version": np.where(new, version, "1"),
            "judge_model": np.where(new, judge, "j"),
            "time": start + pd.Timedelta(1, "min"),
            "inclusion_p": 1.0,
        }
    )
    return from_frames(log.traces, scores=scores)


def _of(found: Changes, metric: str) -> dict[str, Any]:
    return cast("dict[str, Any]", found.frame.set_index("metric").loc[metric].to_dict())


def test_the_demo_tells_what_broke_in_its_last_week_and_shows_traces_of_that_week() -> None:
    found = changes(demo_log())
    assert found.band == "act"
    assert [metric.name for metric in found.top(2)] == ["tool_success", "strong_completion"]
    assert len(found.signals()) == 3
    for signal in found.signals():
        assert signal.bad
        assert len(signal.trace_ids) == 5
        for one in signal.trace_ids:
            assert signal.start <= demo_log().trace(one).row["start"] < signal.end
    worst = demo_log().trace(found.signals()[0].trace_ids[0])
    tools = worst.spans[worst.spans["kind"] == "tool"]
    assert (tools["status"] == "error").any()
    assert "tool success fell to 90.9% from 98.0%" in found.headline.lower()


def test_nothing_is_called_in_a_demo_without_incidents() -> None:
    found = changes(planted_log())
    assert found.band == "pass"
    assert not found.signals()
    assert not found.top()
    assert "surely changed" in found.headline


def test_a_slower_week_is_told_as_a_ratio_that_holds_the_truth() -> None:
    found = changes(_weeks(5, slower=1.3), [SLOW, COST, WRONG])
    row = _of(found, "slow")
    assert (row["verdict"], found.band) == ("worse", "act")
    assert row["relative_low"] < 0.3 < row["relative_high"]
    assert row["low"] == pytest.approx(row["before"] * row["relative_low"])
    assert _of(found, "wrong")["verdict"] in {"same", "open"}
    assert np.isnan(_of(found, "wrong")["relative"])
    slowest = found.signals()[0].trace_ids[0]
    last = found.signals()[0].start
    own = _weeks(5, slower=1.3).traces
    assert (
        own.loc[own["start"] >= last, "latency_s"].max()
        == own.set_index("trace_id").loc[slowest, "latency_s"]
    )


def test_a_better_week_is_watched_and_is_no_bad_news() -> None:
    found = changes(_weeks(4, worse=-0.08, per_day=150), [WRONG, COST])
    assert (_of(found, "wrong")["verdict"], found.band) == ("better", "watch")
    assert not found.signals()[0].bad
    assert found.top() == (WRONG,)


def test_values_are_those_of_the_series_and_weeks_reach_back_to_the_start() -> None:
    log = _weeks(6)
    found = changes(log, [WRONG, SLOW], weeks=4)
    assert found.weeks["start"].nunique() == 5
    own = found.weeks[found.weeks["metric"] == "wrong"].reset_index(drop=True)
    assert own["start"].diff().dropna().eq(pd.Timedelta(7, "D")).all()
    for start, value, n in zip(own["start"], own["value"], own["n"], strict=True):
        whole = series(log.between(start, start + pd.Timedelta(7, "D")), WRONG, every=None)
        assert value == pytest.approx(whole["value"].iloc[0])
        assert n == whole["n"].iloc[0]
    row = _of(found, "wrong")
    assert [row["before"], row["now"]] == pytest.approx(own["value"].iloc[-2:].tolist())
    assert row["change"] == pytest.approx(row["now"] - row["before"])
    alone = changes(log, SLOW, weeks=4)
    assert _of(alone, "slow")["low"] == _of(found, "slow")["low"]


def test_weekends_are_no_change_of_a_week_and_part_of_one_of_a_day() -> None:
    log = _weeks(4, weekend=0.3, per_day=200)
    week = _of(changes(log, WRONG), "wrong")
    assert week["low"] < 0 < week["high"]
    assert week["high"] - week["low"] < 0.08  # of weekends alone a third more are wrong
    saturday = START + pd.Timedelta(26, "D")
    day = changes(log, WRONG, current=(saturday, saturday + pd.Timedelta(1, "D")))
    assert any("no whole weeks" in note for note in day.caveats)
    assert not any("no whole weeks" in note for note in changes(log, WRONG).caveats)


def test_a_year_of_weeks_tells_how_far_a_metric_usually_moves() -> None:
    few, many = changes(_weeks(8, per_day=30), WRONG), changes(_weeks(9, per_day=30), WRONG)
    assert np.isnan(_of(few, "wrong")["usual_high"])
    row = _of(many, "wrong")
    assert -0.2 < row["usual_low"] == -row["usual_high"] < 0
    worse = changes(_weeks(9, worse=0.3, per_day=30), WRONG)
    assert worse.band == "act"
    assert "usual weeks move it by up to" in worse.headline


def test_what_is_usual_is_watched_and_what_is_not_is_acted_on() -> None:
    rng = np.random.default_rng(0)
    rows, _ = drawn(rng, "rate", 2, World())
    base = Change(metric=WRONG, rows=rows, weeks=pd.DataFrame(), before=(0.1, 0.1, 0.1), p=1e-9)
    bad = replace(base, change=(0.05, 0.04, 0.06))
    for usual, band in (((-0.08, 0.08), "watch"), ((-0.03, 0.03), "act"), ((np.nan,) * 2, "act")):
        assert band_of(ranked([("wrong", replace(bad, usual=usual))], 0.05)) == band
    small = replace(base, change=(0.005, 0.004, 0.006))
    assert _verdicts(small) == ["small"]
    assert band_of(ranked([("wrong", small)], 0.05)) == "pass"
    good = replace(base, change=(-0.05, -0.06, -0.04))
    neither = replace(
        base, metric=METRICS["count"], change=(400.0, 300.0, 500.0), before=(900.0,) * 3
    )
    late = replace(bad, p=1e-4, metric=replace(WRONG, name="late"))
    order = ranked([("d", good), ("n", neither), ("l", late), ("w", bad)], 0.05)
    assert [one.title for one in order] == ["w", "l", "n", "d"]
    assert [one.verdict for one in order] == ["worse", "worse", "changed", "better"]


def _verdicts(*found: Change) -> list[str]:
    return [one.verdict for one in ranked([(one.metric.name, one) for one in found], 0.05)]


def test_many_metrics_are_paid_for() -> None:
    rows, _ = drawn(np.random.default_rng(0), "rate", 2, World())
    one = Change(metric=WRONG, rows=rows, weeks=pd.DataFrame(), before=(0.1, 0.1, 0.1))
    found = [replace(one, p=p, change=(0.05, 0.01, 0.09)) for p in (0.03, 0.5, 0.6, 0.7)]
    assert _verdicts(found[0]) == ["worse"]
    assert "worse" not in _verdicts(*found)
    named = [(f"m{at}", change) for at, change in enumerate(found)]
    paid: list[Ranked] = sorted(ranked(named, 0.05), key=lambda one: one.title)
    expected = benjamini_hochberg(np.array([0.03, 0.5, 0.6, 0.7]))
    assert [one.q for one in paid] == pytest.approx(expected.tolist())


def test_numbers_on_both_sides_of_zero_matter_by_their_spread() -> None:
    found = changes(_weeks(4, per_day=300), MOOD)
    row = _of(found, "mood")
    assert row["margin"] == pytest.approx(0.1, rel=0.05)
    assert row["verdict"] != "worse"


def test_metrics_of_the_same_columns_are_told_once() -> None:
    found = changes(_weeks(5, slower=1.5, per_day=300), [SLOWEST, SLOW, WRONG])
    assert (found.frame["verdict"] == "worse").sum() == 2
    assert len(found.top()) == len(found.signals()) == 1


def test_a_new_rubric_or_judge_is_a_break_and_never_a_change() -> None:
    log = _weeks(5, worse=0.3)
    called = changes(_judged(log), "score:goal")
    assert _of(called, "score:goal")["verdict"] == "worse"
    for change, word in (({"judge": "k"}, "judge k"), ({"version": "2"}, "rubric 2")):
        found = changes(_judged(log, **change, since=29), ["score:goal", WRONG])
        assert _of(found, "score:goal")["verdict"] == "redefined"
        assert word in _of(found, "score:goal")["why"]
        assert not any("goal" in signal.what for signal in found.signals())
        assert any(word in note for note in found.caveats)
    alone = changes(_judged(log, judge="k", since=29), "score:goal")
    assert (alone.band, alone.signals()) == ("unknown", ())
    assert "judge k" in alone.headline


def test_a_break_before_both_weeks_only_shortens_the_past() -> None:
    whole = changes(_judged(_weeks(9)), "score:goal")
    later = changes(_judged(_weeks(9), judge="k", since=40), "score:goal")
    assert np.isfinite(_of(whole, "score:goal")["usual_high"])
    assert np.isnan(_of(later, "score:goal")["usual_high"])
    assert _of(later, "score:goal")["verdict"] in {"same", "open"}


def test_a_judge_that_nobody_corrected_is_called_so_in_words() -> None:
    found = changes(_judged(_weeks(4)), ["score:goal", WRONG])
    assert set(found.frame["title"]) == {"goal (uncorrected judge)", "wrong"}
    every = changes(_judged(_weeks(4)))
    assert "goal (uncorrected judge)" in set(every.frame["title"])


def test_the_errors_of_a_corrected_judge_widen_both_weeks_and_hardly_their_difference() -> None:
    log = _judged(_weeks(4, worse=0.1, per_day=300))
    known, unsure = (
        Metric("met", "mean", "higher", "share", taken.numerator("goal"), correction=taken)
        for taken in (Correction(0.95, 0.9, (v, v, 0.0)) for v in (0.0, 0.001))
    )
    sure, open_ = _of(changes(log, known), "met"), _of(changes(log, unsure), "met")
    assert open_["now_high"] - open_["now_low"] > 1.5 * (sure["now_high"] - sure["now_low"])
    wider = (open_["high"] - open_["low"]) / (sure["high"] - sure["low"])
    assert 1.0 < wider < 1.1
    assert sure["margin"] == 0.02


def test_a_log_too_short_or_a_metric_too_thin_is_unknown_and_says_what_it_takes() -> None:
    short = changes(plain_log(300, hours=24 * 9), "correction")
    assert (short.band, short.signals()) == ("unknown", ())
    assert "covers 29% of the baseline" in short.headline
    thin = changes(_weeks(3, per_day=20), [SLOWEST, WRONG])
    assert _of(thin, "slowest")["verdict"] == "unknown"
    assert "needs 368 independent ones" in _of(thin, "slowest")["why"]
    assert thin.band != "unknown"
    late = _weeks(4)
    late.traces.loc[late.traces["start"] < START + pd.Timedelta(20, "D"), "cost_usd"] = np.nan
    assert "in 1 of the baseline" in _of(changes(late, COST), "cost")["why"]
    rare = _weeks(4)
    rare.traces.loc[rare.traces["start"].dt.day_of_week > 1, "cost_usd"] = np.nan
    assert "in 2 of the current one and in 2" in _of(changes(rare, COST), "cost")["why"]
    assert "does not record user_rating" in changes(late, "satisfaction_explicit").headline


def test_only_what_the_log_records_is_asked_unless_it_is_named() -> None:
    found = changes(_weeks(3))
    assert "ttft_p50" not in set(found.frame["metric"])
    assert {"latency_p95", "correction", "traffic"} <= set(found.frame["metric"])
    named = changes(_weeks(3), ["ttft_p50", "correction"])
    assert _of(named, "ttft_p50")["verdict"] == "unknown"


def test_another_baseline_may_lie_further_back_and_be_of_another_length() -> None:
    log = _weeks(8, worse=0.2)
    back = (START + pd.Timedelta(14, "D"), START + pd.Timedelta(28, "D"))
    found = changes(log, [WRONG, "traffic"], baseline=back)
    assert _of(found, "wrong")["verdict"] == "worse"
    assert _of(found, "wrong")["n_before"] == 2 * _of(found, "wrong")["n_now"]
    assert _of(found, "traffic")["before"] == _of(found, "traffic")["now"] == 560
    same = changes(log, WRONG, current=log.last("7D"), baseline="14D")
    assert _of(same, "wrong")["verdict"] == "worse"
    oldest = changes(log, WRONG, baseline=(START, START + pd.Timedelta(7, "D")), weeks=2)
    assert _of(oldest, "wrong")["verdict"] == "worse"


@pytest.mark.parametrize(
    "ask, error, words",
    [
        (lambda log: changes(log, []), BadInputError, "metrics= is empty"),
        (lambda log: changes(log, [WRONG, WRONG]), BadInputError, "'wrong' twice"),
        (lambda log: changes(log, "correctoin"), UnknownNameError, "'correctoin'"),
        (lambda log: changes(log, weeks=0), BadInputError, "weeks= is a whole number"),
        (lambda log: changes(log, most=True), BadInputError, "most= is a whole number"),
        (lambda log: changes(log, level=95), BadInputError, "level= lies between 0 and 1"),
        (lambda log: changes(log, fdr=0.0), BadInputError, "fdr= lies between 0 and 1"),
        (lambda log: changes(log, current="soon"), BadInputError, "'soon'"),
        (lambda log: changes(log.between("2020-01-01", "2020-01-02")), BadInputError, "no traces"),
        (
            lambda log: changes(log, baseline=("2026-11-01", "2026-11-22")),
            BadInputError,
            "after the current period begins",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_reason(
    ask: Callable[[Log], Changes], error: type[AgentLensError], words: str
) -> None:
    with pytest.raises(error, match=words.replace("(", r"\(")):
        ask(_weeks(3))


def test_the_figure_names_every_metric_and_what_is_left_out() -> None:
    drawn_ = changes(demo_log()).figure()
    notes = [one.text for one in drawn_.layout.annotations]
    assert "<b>Tool success</b>" in notes
    assert "<b>98.0% → 90.9%, -7.1 pts</b>" in notes
    assert "Escalation" in notes
    assert "more not drawn" in drawn_.layout.xaxis.title.text
    names = {trace.name for trace in drawn_.data}
    assert {"▲ worse", "◇ open"} <= names
    assert "usual" not in names
    year = changes(_weeks(9, per_day=30), [WRONG, SLOWEST]).figure()
    assert "usual" in {trace.name for trace in year.data}
    assert "? unknown" in {one.text for one in year.layout.annotations}
    assert changes(tiny_log()).figure().layout.annotations


def _hits(kind: Any, weeks: int, world: World, runs: int) -> tuple[float, float]:
    rng = np.random.default_rng(weeks)
    held, p = [], []
    for _ in range(runs):
        rows, true = drawn(rng, kind, weeks, world)
        found = change_of(tiny_log(), rows, spans_of_weeks(weeks), 0.95)
        _, low, high = found.relative if np.isfinite(found.relative[0]) else found.change
        held.append(low <= true <= high)
        p.append(found.p)
    return float(np.mean(held)), float(np.mean(np.array(p) < 0.05))


@pytest.mark.simulation
@pytest.mark.parametrize("kind", ["rate", "mean", "quantile", "ratio"])
@pytest.mark.parametrize(
    "weeks, world, least",
    [
        (2, World(shift=3.0), 0.92),
        (2, World(luck=1.0, memory=0.5), 0.84),
        (4, World(users=3, weighted=True), 0.92),
        (4, World(luck=2.0, memory=0.8), 0.90),
        (12, World(luck=1.0, memory=0.5, cycle=True, growth=3.0, users=3, shift=2.0), 0.90),
    ],
)
def test_intervals_hold_the_true_change(kind: Any, weeks: int, world: World, least: float) -> None:
    held, _ = _hits(kind, weeks, world, 240)
    assert held >= least


@pytest.mark.simulation
@pytest.mark.parametrize("weeks, most", [(2, 5), (4, 3)])
def test_a_report_of_twenty_metrics_seldom_calls_where_days_have_luck(
    weeks: int, most: int
) -> None:
    rng = np.random.default_rng(weeks)
    world, spans = World(luck=1.0, memory=0.5, per_day=30), spans_of_weeks(weeks)
    calls, alone = 0, 0
    for _ in range(20):
        rows = [drawn(rng, "rate", weeks, world)[0] for _ in range(20)]
        own = [change_of(tiny_log(), one, spans, 0.95) for one in rows]
        for found, kept in ((own, False), (together(own, 0.95), True)):
            paid = benjamini_hochberg(np.array([one.p for one in found]))
            calls += kept and bool((paid <= 0.05).any())
            alone += not kept and bool((paid <= 0.05).any())
    assert calls <= most
    assert alone >= calls


def test_what_all_metrics_show_of_days_is_drawn_on_only_where_there_are_enough() -> None:
    rng = np.random.default_rng(3)
    spans = spans_of_weeks(4)
    rows = [drawn(rng, "rate", 4, World())[0] for _ in range(12)]
    own = [change_of(tiny_log(), one, spans, 0.95) for one in rows]
    assert together(own[:4], 0.95) == tuple(own[:4])
    found = together(own, 0.95)
    assert [one.change[0] for one in found] == [one.change[0] for one in own]
    wide = [[one.change[2] - one.change[1] for one in each] for each in (own, found)]
    assert np.std(wide[1]) < 0.5 * np.std(wide[0])
    unknown = replace(own[0], step=None, p=np.nan)
    assert together([unknown, *own[1:]], 0.95)[0] is unknown


@pytest.mark.simulation
def test_rows_alone_would_take_the_luck_of_days_for_a_change() -> None:
    world = World(luck=2.0, memory=0.5)
    assert _hits("rate", 12, world, 100)[1] <= 0.11
    rng = np.random.default_rng(0)
    naive = []
    for _ in range(100):
        rows, _ = drawn(rng, "rate", 2, world)
        found = change_of(tiny_log(), rows, spans_of_weeks(2), 0.95)
        naive.append(found.now[1] > found.before[2] or found.now[2] < found.before[1])
    assert np.mean(naive) > 0.3
