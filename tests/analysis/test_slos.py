"""Are broken promises called, kept ones left alone, and unknowable ones said to be unknown?"""

import re
from collections.abc import Callable
from dataclasses import replace
from math import ceil, log
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta, binom
from statsmodels.stats.proportion import proportion_confint

from agentlens.analysis.slos.check import Scorecard, check_slos
from agentlens.analysis.slos.slo import SLO, judge_agreement
from agentlens.errors import AgentLensError, BadInputError, UnknownNameError
from agentlens.measures.metric import Metric
from agentlens.stats.promises.budget import gone_after, needed, pace
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log
from tests.logs import START, demo_log, plain_log

WRONG = Metric("corrected", "rate", "lower", "share", "user_corrected")
FLAGS = Metric("flags", "rate", "lower", "share", "safety_flagged")
PROMISE = SLO("corrections", WRONG, 0.1)
HOURS = 24 * 28
END = START + pd.Timedelta(HOURS, "h")


def _log(p: np.ndarray | float, *, per_hour: int = 30, seed: int = 0, hours: int = HOURS) -> Log:
    """Return hours with these shares of corrected traces; each trace has a user of its own."""
    rng = np.random.default_rng(seed)
    n = hours * per_hour
    at = np.repeat(np.arange(hours), per_hour) * 3600.0 + rng.uniform(0, 3599, n)
    share = np.repeat(np.broadcast_to(p, hours), per_hour)
    return Log(
        traces=pd.DataFrame(
            {
                "trace_id": pd.Series(np.arange(n)).astype("str"),
                "start": (START + pd.to_timedelta(at, unit="s")).as_unit("us"),
                "user_corrected": pd.array(rng.random(n) < share, dtype="boolean"),
                "latency_s": rng.lognormal(1, 0.5, n),
                "device": rng.choice(["mobile", "desktop"], n),
            }
        )
    )


def _flagged(n: int, bad: int, *, hours: float = 24.0) -> Log:
    """Return n traces evenly over some hours, the last of which are flagged."""
    start = END - pd.to_timedelta(np.linspace(hours, 0.01, n), unit="h")
    frame = pd.DataFrame({"trace_id": [f"t{i}" for i in range(n)], "start": start})
    return from_frames(frame.assign(safety_flagged=np.arange(n) >= n - bad))


def _broken_from(hour: int, share: float, *, calm: float = 0.05, seed: int = 0) -> Log:
    return _log(np.where(np.arange(HOURS) >= hour, share, calm), seed=seed)


def _row(found: Scorecard, slo: str, window: str = "28D") -> Any:
    frame = found.frame
    return frame[(frame["slo"] == slo) & (frame["window"] == window)].iloc[0]


CALM = _log(0.05)
OUTAGE = 24 * 27
BROKEN = _broken_from(OUTAGE, 0.9)


def test_a_kept_promise_passes_and_says_what_is_left_of_its_budget() -> None:
    found = check_slos(CALM, PROMISE)
    row, share = _row(found, "corrections"), CALM.traces["user_corrected"].mean()
    assert found.band == "pass"
    assert row["value"] == row["share"] == pytest.approx(share)
    assert row["burn"] == pytest.approx(share / 0.1)
    assert row["budget"] == pytest.approx(0.1 * len(CALM))
    assert found.signals() == ()
    assert f"n = {len(CALM):,}" in found.headline
    assert found.facts()["corrections"].value == pytest.approx(share)
    assert "left" in str(found.facts()["corrections: promised"])


@pytest.mark.parametrize("window", ["28D", "3D", "6h"])
@pytest.mark.parametrize("level", [0.95, 0.8])
def test_the_bounds_are_the_exact_ones_of_two_other_libraries(window: str, level: float) -> None:
    row = _row(check_slos(CALM, PROMISE, at=END, level=level), "corrections", window)
    starts = CALM.traces["start"]
    rows = CALM.traces[starts >= END - pd.Timedelta(window)]
    bad, n = int(rows["user_corrected"].sum()), len(rows)
    assert (row["bad"], row["n"]) == (bad, n)
    found = (row["low"], row["high"])
    assert found == pytest.approx(proportion_confint(bad, n, 1 - level, method="beta"), abs=1e-9)
    scaled = (row["burn_low"] * 0.1, row["burn_high"] * 0.1)
    assert scaled == pytest.approx(found)
    # three rules share what is allowed; the bound that may call is one-sided
    third = beta.ppf((1 - level) / 3, bad, n - bad + 1)
    assert row["bound"] * 0.1 == pytest.approx(third, abs=1e-9)


def test_no_bad_event_at_all_still_has_its_exact_upper_bound() -> None:
    row = _row(check_slos(_flagged(1000, 0), SLO("safe", FLAGS, 0.005)), "safe")
    assert (row["low"], row["share"]) == (0.0, 0.0)
    assert row["high"] == pytest.approx(1 - 0.025 ** (1 / 1000), abs=1e-12)


def test_a_higher_metric_is_counted_by_its_bad_events() -> None:
    right = Metric("right", "rate", "higher", "share", "not user_corrected")
    up, down = (
        check_slos(BROKEN, SLO("a", metric, objective), at=END)
        for metric, objective in ((right, 0.9), (WRONG, 0.1))
    )
    for name in ("bad", "burn", "burn_low", "burn_high", "band", "state"):
        assert up.frame[name].tolist() == pytest.approx(down.frame[name].tolist())
    for name, other in (("value", "value"), ("value_low", "value_high")):
        assert up.frame[name].tolist() == pytest.approx((1 - down.frame[other]).tolist())
    assert up.signals()[0].expected == 0.9


def test_an_outage_acts_and_names_its_newest_bad_traces() -> None:
    found = check_slos(BROKEN, PROMISE, at=END)
    assert found.band == "act"
    (signal,) = found.signals()
    assert "burning fast over 1h and 6h" in signal.what
    behind = BROKEN.traces.set_index("trace_id").loc[list(signal.trace_ids)]
    assert behind["user_corrected"].all()
    assert behind["start"].is_monotonic_decreasing
    assert behind["start"].between(signal.start, signal.end).all()
    assert signal.value == pytest.approx(0.9, abs=0.05)
    assert signal.expected == 0.1
    assert len(check_slos(_log(0.9), PROMISE, windows=()).signals()[0].trace_ids) == 500


@pytest.mark.parametrize("share, allowed, most", [(0.9, 0.1, 5), (0.4, 0.02, 3), (0.2, 0.1, 56)])
def test_a_broken_stretch_acts_within_hours(share: float, allowed: float, most: int) -> None:
    """Half of the allowed share before; thirty traces an hour."""
    for seed in range(3):
        log_ = _broken_from(24 * 24, share, calm=allowed / 2, seed=seed)
        slo = replace(PROMISE, objective=allowed)
        onset = START + pd.Timedelta("24D")
        assert check_slos(log_, slo, at=onset).band != "act"
        assert check_slos(log_, slo, at=onset + pd.Timedelta(most, "h")).band == "act"


def test_what_is_over_is_watched_and_no_longer_acted_on() -> None:
    p = np.full(HOURS, 0.02)
    p[HOURS - 22 : HOURS - 8] = 0.6
    during, after = (
        check_slos(_log(p, seed=3), PROMISE, at=START + pd.Timedelta(hour, "h"))
        for hour in (HOURS - 9, HOURS)
    )
    assert during.band == "act"
    assert after.band == "watch"
    states = after.frame.set_index("window")["state"]
    assert states.to_dict() == {"28D": "calm", "1h": "calm", "6h": "calm", "3D": "fast"}
    assert "burning over 3D" in after.signals()[0].what


def test_a_budget_that_is_surely_spent_acts_even_where_nothing_burns_now() -> None:
    p = np.where(np.arange(HOURS) < 24 * 14, 0.3, 0.01)
    found = check_slos(_log(p), PROMISE)
    assert found.band == "act"
    assert "broken" in found.headline
    assert (found.frame["state"][1:] == "calm").all()
    assert "overspent" in str(found.facts()["corrections: promised"])


def test_a_budget_that_is_likely_spent_is_watched() -> None:
    found = check_slos(_flagged(1000, 7, hours=600), SLO("safe", FLAGS, 0.005), windows=())
    row = _row(found, "safe")
    assert row["burn_low"] < 1 < row["burn"]
    assert found.band == "watch"
    assert found.signals()[0].n == 1000


@pytest.mark.parametrize("bad", [1, 2, 3, 4])
@pytest.mark.parametrize("n", [1, 2, 50, 400])
def test_rare_events_act_exactly_where_the_binomial_test_does_and_never_alone(
    n: int, bad: int
) -> None:
    if bad > n:
        return
    slo = SLO("safe", FLAGS, 0.005, kind="failure_mode")
    found = check_slos(_flagged(n, bad, hours=600), slo, windows=())
    refuted = binom.sf(bad - 1, n, 0.005) < 0.05 and bad > 1
    assert (found.band == "act") == refuted
    if bad == 1:
        assert found.band == "unknown"


def test_one_rare_event_gives_the_rate_that_it_implies_with_its_exact_interval() -> None:
    slo = SLO("safe", FLAGS, 0.005, kind="failure_mode")
    found = check_slos(_flagged(50, 1), slo, at=END)
    row = _row(found, "safe")
    assert row["value"] == pytest.approx(0.02)
    assert (row["low"], row["high"]) == pytest.approx(proportion_confint(1, 50, method="beta"))
    assert found.band == "unknown"


def test_too_few_rows_are_unknown_with_the_number_that_would_do() -> None:
    assert needed(0.005) == ceil(log(0.05) / log(0.995)) == 598
    slo = SLO("safe", FLAGS, 0.005, kind="failure_mode")
    few, enough = (check_slos(_flagged(n, 0), slo) for n in (597, 598))
    assert few.band == "unknown"
    assert "it takes 598 to show" in few.headline
    assert few.signals() == ()
    assert enough.band == "pass"


def test_a_column_that_is_not_there_and_a_window_without_rows_are_unknown() -> None:
    absent = check_slos(CALM, SLO("tools", "escalation", 0.1))
    assert absent.band == "unknown"
    assert "needs escalated, which this log does not record" in absent.headline
    never = CALM.where(device="none")
    for log_, at in ((CALM, "2027-06-01"), (CALM, CALM.start), (never, None), (never, END)):
        empty = check_slos(log_, [PROMISE, SLO("fast", "latency_p95", 9.0)], at=at)
        assert empty.band == "unknown"
        assert "no row in its 28D" in empty.headline
        assert empty.figure().to_plotly_json()
        assert "nan" not in empty.card()


def test_a_quantile_is_the_count_of_what_lies_beyond() -> None:
    found = check_slos(CALM, SLO("fast", "latency_p95", 7.0))
    row = _row(found, "fast")
    slow = CALM.traces["latency_s"] > 7.0
    assert row["bad"] == slow.sum()
    assert row["burn"] == pytest.approx(slow.mean() / 0.05)
    assert row["value"] == pytest.approx(1 - slow.mean())
    assert found.frame["promise"].iloc[0] == "95% within 7.00 s"
    assert any("5% may lie beyond" in note for note in found.caveats)


@pytest.mark.parametrize(
    "objective, band", [(2.9, "act"), (4.5, "pass"), (3.08, "watch"), (3.0, "act")]
)
def test_a_mean_has_no_budget_and_is_held_by_its_interval(objective: float, band: str) -> None:
    mean = Metric("mean_latency", "mean", "lower", "s", "latency_s")
    found = check_slos(CALM, SLO("mean", mean, objective))
    assert found.band == band
    assert "has no budget" in str(found.facts()["mean: promised"])
    assert np.isnan(_row(found, "mean")["burn"])
    assert len(found.signals()) == (band != "pass")
    few = check_slos(Log(traces=CALM.traces.tail(12)), SLO("mean", mean, objective))
    assert few.band == "unknown"


def test_weights_count_and_few_effective_rows_of_unequal_weight_say_nothing() -> None:
    heavy = np.where(CALM.traces["user_corrected"], 3.0, 1.0)
    weighted = replace(CALM, traces=CALM.traces.assign(weight=heavy))
    row = _row(check_slos(weighted, PROMISE), "corrections")
    assert row["share"] == pytest.approx(
        float(np.average(CALM.traces["user_corrected"], weights=heavy))
    )
    assert row["n_eff"] == pytest.approx(heavy.sum() ** 2 / (heavy**2).sum())
    thin = Log(traces=weighted.traces.tail(25))
    found = check_slos(thin, PROMISE)
    assert found.band == "unknown"
    assert "unequal weight need 30" in found.headline


def test_traces_of_one_user_are_not_independent() -> None:
    grouped = plain_log(2000, hours=600, seed=2, per_user=40)
    same = np.repeat(np.random.default_rng(1).random(50) < 0.2, 40)
    log_ = replace(grouped, traces=grouped.traces.assign(user_corrected=same))
    row = _row(check_slos(log_, SLO("c", WRONG, 0.15)), "c")
    assert row["n_eff"] < 0.1 * row["n"]
    assert row["high"] - row["low"] > 0.15
    assert row["band"] == "watch"


def test_a_promise_may_speak_of_a_part_of_the_log() -> None:
    part = check_slos(CALM, replace(PROMISE, where={"device": "mobile"}), at=END)
    cut = check_slos(CALM.where(device="mobile"), PROMISE, at=END)
    pd.testing.assert_frame_equal(part.frame, cut.frame)


def test_nothing_after_the_asked_time_matters() -> None:
    at = START + pd.Timedelta("20D")
    later = BROKEN.traces["start"] >= at
    worse = BROKEN.traces.assign(
        user_corrected=BROKEN.traces["user_corrected"] | later,
        latency_s=BROKEN.traces["latency_s"] + 100.0 * later,
    )
    slos = [PROMISE, SLO("fast", "latency_p95", 9.0), SLO("mean", _mean_latency(), 4.0)]
    one, two = (check_slos(log_, slos, at=at) for log_ in (BROKEN, replace(BROKEN, traces=worse)))
    assert one.to_json() == two.to_json()
    exact = BROKEN.traces["start"].iloc[100]
    assert _row(check_slos(BROKEN, PROMISE, at=exact), "corrections")["n"] == int(
        (BROKEN.traces["start"] < exact).sum()
    )


def _mean_latency() -> Metric:
    return Metric("mean_latency", "mean", "lower", "s", "latency_s")


def test_a_label_given_after_the_asked_time_is_not_known_yet() -> None:
    log_, at = demo_log(), pd.Timestamp("2026-11-05", tz="UTC")
    slo = SLO("judge", judge_agreement("goal_completion"), 0.6, kind="judge")
    row = _row(check_slos(log_, slo, at=at), "judge")
    human = log_.scores[log_.scores["source"] == "human"]
    starts = log_.traces.set_index("trace_id")["start"]
    early = human[(human["time"] < at) & (human["trace_id"].map(starts) < at)]
    late = human[human["trace_id"].map(starts) < at]
    assert row["n"] == len(early) < len(late)


def test_a_judge_is_held_to_what_people_say_with_labels_weighted_by_how_they_were_drawn() -> None:
    log_ = demo_log()
    found = check_slos(log_, SLO("judge", judge_agreement("goal_completion"), 0.6, kind="judge"))
    wide = log_.wide()
    human = wide["score:goal_completion@human"]
    same = (wide["score:goal_completion"] == human)[human.notna()]
    labels = log_.scores[log_.scores["source"] == "human"].set_index("trace_id")
    weight = 1 / labels["inclusion_p"].loc[wide["trace_id"][human.notna()]].to_numpy()
    row = _row(found, "judge")
    assert row["value"] == pytest.approx(float(np.average(same, weights=weight)))
    assert row["value"] != pytest.approx(same.mean(), abs=1e-3)
    assert row["n_eff"] < row["n"] == len(labels)
    assert any("judged and labelled" in note for note in found.caveats)


def test_a_label_counts_for_both_draws_that_chose_it() -> None:
    """Half of the traces are always judged, half seldom; the judge errs only on the latter."""
    seldom = np.arange(400) >= 200
    traces = _log(0.0, hours=40, per_hour=10).traces
    said = {"name": "met", "rubric_version": "1", "trace_id": traces["trace_id"]}
    judge = pd.DataFrame({**said, "source": "judge", "value": np.where(seldom, 1.0, 0.0)})
    human = pd.DataFrame({**said, "source": "human", "value": 0.0, "inclusion_p": 0.3})
    scores = pd.concat([judge.assign(inclusion_p=np.where(seldom, 0.25, 1.0)), human])
    scores = scores.assign(score_id=[f"s{i}" for i in range(len(scores))])
    log_ = Log(traces=traces, scores=scores.reset_index(drop=True))
    found = check_slos(log_, SLO("judge", judge_agreement("met"), 0.5, kind="judge"))
    assert _row(found, "judge")["value"] == pytest.approx(0.2)


def test_a_judge_that_turns_lenient_agrees_less() -> None:
    """The demo's judge drifts in its last week; labels are few, so the interval is wide."""
    log_ = demo_log()
    assert log_.truth is not None
    drift = pd.Timestamp(str(log_.truth.set_index("incident").loc["lenient_judge", "start"]))
    slo = SLO("judge", judge_agreement("goal_completion"), 0.8, kind="judge")
    before = check_slos(log_, slo, at=drift)
    after = check_slos(log_.between(drift, log_.stop), replace(slo, window="7D"))
    assert _row(after, "judge", "7D")["value"] < _row(before, "judge")["value"]


def test_the_worst_band_is_the_scorecards_and_the_headline_counts() -> None:
    kept, unknown = SLO("kept", "latency_p95", 30.0), SLO("odd", "escalation", 0.1)
    found = check_slos(BROKEN, [kept, PROMISE, unknown], at=END)
    assert (found.band, dict(found.bands)) == (
        "act",
        {"kept": "pass", "corrections": "act", "odd": "unknown"},
    )
    assert found.headline.startswith("1 of 3 promises is broken or burning: corrections (")
    assert found.headline.endswith("; 1 unknown.")
    assert check_slos(BROKEN, [kept, unknown]).band == "unknown"
    assert check_slos(BROKEN, [kept]).band == "pass"
    watched = check_slos(_flagged(1000, 7), [SLO("safe", FLAGS, 0.005), unknown], windows=())
    assert watched.band == "watch"
    assert "No promise is broken" in watched.headline


def test_paces_follow_from_what_is_spent_in_the_long_window() -> None:
    frame = check_slos(CALM, SLO("c", WRONG, 0.02), at=END).frame.set_index("window")
    assert frame["threshold"].to_dict() == pytest.approx({"28D": 1, "1h": 1, "6h": 5.6, "3D": 1})
    assert pace(0.05, 28 * 24, 6, 0.5) == 1.0
    week = check_slos(CALM, SLO("c", WRONG, 0.02, window="7D"), at=END).frame.set_index("window")
    assert week["threshold"]["6h"] == pytest.approx(1.4)
    day = check_slos(CALM, SLO("c", WRONG, 0.02, window="1D"), at=END).frame
    assert day["window"].tolist() == ["1D", "1h", "6h"]


def test_a_burn_below_the_pace_of_its_window_is_watched_though_both_windows_agree() -> None:
    p = np.where(np.arange(HOURS) >= HOURS - 6, 0.09, 0.002)
    found = check_slos(_log(p, per_hour=100), replace(PROMISE, objective=0.02), at=END)
    states = found.frame.set_index("window")["state"].to_dict()
    assert states == {"28D": "calm", "1h": "fast", "6h": "proved", "3D": "calm"}
    assert found.band == "watch"
    assert "too fast" not in f"{found.headline} {found.facts()} {found.signals()}"


def test_a_window_of_quiet_traffic_reaches_back_to_the_last_rows() -> None:
    quiet = _log(0.05, per_hour=2)
    frame = check_slos(quiet, PROMISE, at=END).frame.set_index("window")
    assert frame["n"].to_dict() == {"28D": 1344, "1h": 20, "6h": 40, "3D": 144}
    assert frame["reached"].to_dict() == {"28D": False, "1h": True, "6h": True, "3D": False}
    assert any("reaches back" in note for note in check_slos(quiet, PROMISE).caveats)


def test_when_the_budget_is_gone_is_said_only_where_it_surely_shrinks() -> None:
    log_ = _broken_from(HOURS - 30, 0.35, calm=0.03)
    found = check_slos(log_, PROMISE, at=END)
    said = str(found.facts()["corrections: promised"])
    match = re.search(r"gone in about ([\d.]+) days \[.*\] at the rate of the last 1h", said)
    assert match
    end, burn = 24 * float(match[1]), _row(found, "corrections", "1h")["burn"]
    bad = log_.traces["user_corrected"].to_numpy()
    hour = (log_.traces["start"] - START) / pd.Timedelta("1h")
    before, after = (
        (bad[hour > gone].sum() + 30 * 0.1 * burn * gone) / (0.1 * len(log_))
        for gone in (0.97 * end, 1.03 * end)
    )
    assert before < 1 < after
    assert "gone" not in str(check_slos(CALM, PROMISE).facts()["corrections: promised"])


def test_the_forecast_equals_a_window_that_is_moved_by_hand() -> None:
    rng = np.random.default_rng(7)
    bad = (rng.random(400) < 0.06).astype(float)
    bad[:40] = 0
    found = gone_after(np.arange(1.0, 401.0), bad, np.ones(400), allowed=0.1, burn=3.0, traffic=1.0)
    left = [bad[step:].sum() + 0.3 * step - 0.1 * 400 for step in range(401)]
    by_hand = next(step for step, over in enumerate(left) if over >= 0)
    assert by_hand - 1 - 1e-9 <= found <= by_hand + 1e-9
    calm = gone_after(np.arange(1.0, 401.0), bad, np.ones(400), allowed=0.1, burn=1, traffic=1)
    assert calm == np.inf
    spent = gone_after(np.arange(3.0), np.ones(3), np.ones(3), allowed=0.1, burn=2, traffic=1)
    assert spent == 0.0


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: SLO("", WRONG, 0.1), "An SLO has a name"),
        (lambda: SLO("a", 3, 0.1), "metric is a name or a Metric, not int"),  # type: ignore[arg-type]
        (lambda: SLO("a", WRONG, float("nan")), "objective is a number"),
        (lambda: SLO("a", WRONG, objective=True), "objective is a number"),
        (lambda: SLO("a", WRONG, 0.0), "leaves no budget"),
        (lambda: SLO("a", "error_rate", 2), "did you mean 0.02, that is 2%?"),
        (lambda: SLO("a", WRONG, 0.1, kind="systm"), "Did you mean 'system'"),  # type: ignore[arg-type]
        (lambda: SLO("a", WRONG, 0.1, window="soon"), "not a length of time"),
        (lambda: SLO("a", WRONG, 0.1, where={}), "where is a dict of trace columns"),
        (lambda: SLO("a", "latency_p95", 3, kind="judge"), "counts events, but 'latency_p95'"),
        (lambda: SLO("a", "traffic", 9), "a count has no good share"),
        (lambda: SLO("a", replace(WRONG, better="neither"), 0.1), "neither side is good"),
        (lambda: judge_agreement("it's"), "without quotes"),
        (lambda: check_slos(CALM, []), "nothing to check"),
        (lambda: check_slos(CALM, ["errors"]), "Only an SLO can be checked"),  # type: ignore[list-item]
        (lambda: check_slos(CALM, [PROMISE, PROMISE]), "Two SLOs are called 'corrections'"),
        (lambda: check_slos(CALM, PROMISE, level=2.0), "from 0.5 to below 1"),
        (lambda: check_slos(CALM, PROMISE, windows="6h"), "several lengths of time"),
        (lambda: check_slos(CALM, PROMISE, windows=["soon"]), "not a length of time"),
        (lambda: check_slos(CALM, PROMISE, at="noonish"), "is not a time"),
    ],
)
def test_a_promise_that_makes_no_sense_is_refused(make: Callable[[], object], says: str) -> None:
    with pytest.raises(BadInputError, match=re.escape(says)):
        make()


def test_a_name_that_nobody_knows_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'latency_p95'"):
        check_slos(CALM, SLO("a", "latncy_p95", 1.0))
    with pytest.raises(UnknownNameError, match="Did you mean 'device'"):
        check_slos(CALM, replace(PROMISE, where={"devcie": "mobile"}))
    # a score is known only with its log, and its objective is checked then
    with pytest.raises(AgentLensError, match="lies between 0 and 1"):
        check_slos(demo_log(), SLO("a", "score:goal_completion", 70))


def test_a_promise_is_a_value() -> None:
    slo = SLO("errors", "error_rate", 0.02, where={"device": "mobile"})
    assert slo == replace(slo)
    assert len({slo, replace(slo)}) == 1
    assert repr(slo) == "SLO('errors', error_rate at most 2% over 28D)"


def test_names_from_outside_are_shown_as_they_are() -> None:
    slo = SLO("<b>x</b>" * 9, WRONG, 0.1, runbook="<script>")
    found = check_slos(BROKEN, slo, at=END)
    assert "<script" not in found.card()
    (words,) = (one.text for one in found.figure().layout.annotations if one.name == slo.name)
    assert words.startswith("<b>▲ act · &lt;b>x&lt;/b>")
    assert "<b>x" not in words


def test_the_figure_draws_each_promise_once_and_marks_what_is_proved() -> None:
    slos = [PROMISE, SLO("mean", _mean_latency(), 4.0)]
    figure = check_slos(BROKEN, slos, at=END).figure()
    bars, cells = (
        next(one for one in figure.data if one.type == kind) for kind in ("bar", "heatmap")
    )
    assert len(bars.x) == 2
    words = [one for one in figure.layout.annotations if one.name]
    assert [one.name for one in words] == [one.name for one in slos]
    assert [one.y for one in words] == list(bars.y) == list(cells.y)
    margins = figure.layout.margin.t + figure.layout.margin.b
    cell = (figure.layout.height - margins) / len(slos) - cells.ygap
    assert all(one.yanchor == "bottom" and one.yshift >= cell / 2 for one in words)
    assert cells.text[0][1].startswith("▲ ")
    assert cells.text[1].tolist() == ["", "", "", ""]
    assert any("no budget" in one.text for one in figure.layout.annotations)


@pytest.mark.simulation
def test_hourly_checks_of_a_calm_service_act_in_less_than_one_in_a_hundred() -> None:
    """At half of the allowed share, 672 looks each at three promises, one of them of quiet traffic."""
    shares = {"often": 0.1, "seldom": 0.02, "rare": 0.005}
    busy = _log(0.0)
    rng = np.random.default_rng(1)
    flags = {name: rng.random(len(busy)) < share / 2 for name, share in shares.items()}
    quiet = np.where(np.arange(len(busy)) % 10 == 0, "quiet", "busy")
    log_ = Log(traces=busy.traces.assign(device=quiet, **flags))
    metrics = {name: Metric(name, "rate", "lower", "share", name) for name in shares}
    promises = [
        SLO("often", metrics["often"], 0.1),
        SLO("seldom, quiet", metrics["seldom"], 0.02, where={"device": "quiet"}),
        SLO("rare", metrics["rare"], 0.005, kind="failure_mode"),
    ]
    acted = dict.fromkeys((one.name for one in promises), 0)
    for hour in range(1, HOURS + 1):
        found = check_slos(log_, promises, at=START + pd.Timedelta(hour, "h"))
        for name, band in found.bands.items():
            acted[name] += band == "act"
    assert max(acted.values()) / HOURS < 0.01, acted
