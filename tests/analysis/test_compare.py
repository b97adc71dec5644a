"""Is the better arm told from the worse, and neither told where nothing differs?"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from agentlens.analysis.compare.by_metric.margins import margin_of
from agentlens.analysis.compare.by_metric.outcome import Outcome, days_for, verdict_of
from agentlens.analysis.compare.chosen import arms_of
from agentlens.analysis.compare.compare import Comparison, compare
from agentlens.analysis.compare.whole import whole_of
from agentlens.errors import AgentLensError, BadInputError, UnknownNameError
from agentlens.measures.metric import Metric
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log
from tests.logs import START, demo_log, plain_log, planted_log, tiny_log

WRONG = Metric("corrected", "rate", "lower", "share", "user_corrected")
SLOW = Metric("slow", "quantile", "lower", "s", "latency_s", q=0.9)
COST = Metric("cost", "mean", "lower", "USD", "cost_usd")


def _canary(
    n: int = 3000,
    *,
    worse: float = 0.0,
    seed: int = 0,
    share: float = 0.5,
    slower: float = 1.0,
    per_user: int = 3,
    mobile: float = 0.5,
) -> Log:
    """Return two releases side by side; users keep theirs; phones do worse in both."""
    rng = np.random.default_rng(seed)
    users = n // per_user + 1
    user = np.arange(n) // per_user
    new = (rng.random(users) < share)[user]
    phone = rng.random(n) < np.where(new, mobile, 1 - mobile)
    wrong = rng.random(n) < 0.1 + 0.2 * phone + worse * new
    frame = pd.DataFrame(
        {
            "trace_id": [f"t{i}" for i in range(n)],
            "user_id": [f"u{i}" for i in user],
            "start": START + pd.to_timedelta(np.sort(rng.uniform(0, 10 * 86400, n)), unit="s"),
            "release": np.where(new, "b", "a"),
            "device": np.where(phone, "mobile", "desktop"),
            "user_corrected": wrong,
            "latency_s": rng.lognormal(1, 0.6, n) * np.where(new, slower, 1.0),
            "cost_usd": rng.lognormal(-5, 0.7, n),
            "status": "ok",
            "plan": rng.integers(0, 100_000, n).astype(str),
        }
    )
    return from_frames(frame)


def _shadow(n: int = 300, *, better: float = 0.0, seed: int = 0) -> Log:
    """Return the same inputs answered by both releases, of a difficulty of their own."""
    rng = np.random.default_rng(seed)
    hard = rng.random(n)
    rows = []
    for release, easier in (("a", 0.0), ("b", better)):
        rows.append(
            pd.DataFrame(
                {
                    "trace_id": [f"{release}{i}" for i in range(n)],
                    "start": START + pd.to_timedelta(np.arange(n) * 60.0, unit="s"),
                    "release": release,
                    "shadow": [f"case {i}" for i in range(n)],
                    "user_corrected": (hard + 0.1 * rng.normal(size=n)) > 0.7 + easier,
                    "latency_s": np.exp(hard * 2 + 0.1 * rng.normal(size=n)) * (1 - easier),
                    "cost_usd": np.exp(hard) + 0.1 * rng.random(n),
                    "status": "ok",
                }
            )
        )
    return from_frames(pd.concat(rows, ignore_index=True))


def _of(found: Comparison, metric: str = "corrected") -> dict[str, Any]:
    row = found.frame.set_index("metric").loc[metric]
    return cast("dict[str, Any]", row.to_dict())


def test_a_broken_release_of_the_demo_is_rolled_back_and_says_in_which_traces() -> None:
    found = compare(demo_log(), by="release")
    assert (found.verdict, found.band) == ("roll back", "act")
    assert "release 2026.11.1 against release 2026.11.0 and 2026.10.3" in found.title
    assert "release 2026.11.0 alone has 833 traces, too few" in found.caveats[0]
    worst = found.signals()[0]
    assert worst.bad
    first = demo_log().trace(worst.trace_ids[0])
    assert first.row["release"] == "2026.11.1"
    assert "one after the other" in str(found.facts()["ran"])
    assert any("did not run at the same time" in note for note in found.caveats)


@pytest.mark.simulation
def test_a_neutral_release_of_the_demo_is_seldom_rolled_back() -> None:
    names = ["strong_completion", "error_rate", "escalation", "latency_p95"]
    logs = [planted_log(seed=seed) for seed in range(1, 7)]
    found = [compare(log, names, by="release").verdict for log in logs]
    assert found.count("roll back") <= 1  # at a level of 5 %, two of six are rarer than 1 in 30


def test_a_worse_canary_is_rolled_back_and_an_equal_one_ships() -> None:
    worse = compare(_canary(worse=0.1), WRONG, by="release", margin=0.05)
    assert (worse.verdict, _of(worse)["verdict"]) == ("roll back", "worse")
    assert str(worse.facts()["ran"]) == "at the same time"
    same = compare(_canary(6000), WRONG, by="release", margin=0.05)
    assert (same.verdict, same.band) == ("ship", "pass")
    better = compare(_canary(worse=-0.09), WRONG, by="release", margin=0.05)
    assert (better.verdict, _of(better)["verdict"]) == ("ship", "better")
    assert not better.signals()[0].bad


def test_another_mix_of_devices_is_no_difference_between_the_arms() -> None:
    log = _canary(6000, mobile=0.8, seed=3)
    fair = _of(compare(log, WRONG, by="release"))
    assert "device" in fair["adjusted"]
    assert fair["raw"] > 0.08
    assert abs(fair["difference"]) < 0.03
    plain = compare(log, WRONG, by="release", adjust=())
    assert _of(plain)["verdict"] == "worse"
    assert _of(plain)["difference"] == _of(plain)["raw"]
    assert any("Nothing is adjusted" in note for note in plain.caveats)
    named = _of(compare(log, WRONG, by="release", adjust="device"))
    assert named["adjusted"] == "device"
    assert abs(named["difference"]) < 0.03


def test_the_adjusted_difference_is_that_of_the_table_by_hand() -> None:
    log = _canary(2000, mobile=0.8, seed=4)
    now, then = log.where(release="b"), log.where(release="a")
    found = _of(compare(log, WRONG, current=now, baseline=then, adjust="device"))
    frame = log.traces
    table = frame.astype({"user_corrected": float}).pivot_table(
        index="device", columns="release", values="user_corrected"
    )
    mix = frame["device"].value_counts(normalize=True)
    assert found["current"] == pytest.approx(float((table["b"] * mix).sum()))
    assert found["baseline"] == pytest.approx(float((table["a"] * mix).sum()))


def test_a_value_that_only_one_arm_has_is_named_and_left_out() -> None:
    log = _canary(2000, seed=5)
    only = (log.traces["release"] == "b") & (np.arange(2000) % 5 == 0)
    log = replace(log, traces=log.traces.assign(device=log.traces["device"].mask(only, "watch")))
    found = compare(log, WRONG, by="release", adjust="device")
    said = " ".join(found.caveats)
    assert "device watch" in said
    assert re.search(r"[12]\d% of the current and 0% of the baseline", said)
    assert _of(found)["n"] < 900


def test_two_logs_of_the_same_time_are_a_canary_too() -> None:
    log = _canary(3000, seed=6)
    now, then = log.where(release="b"), log.where(release="a")
    two = compare(log, WRONG, current=now, baseline=then)
    one = compare(log, WRONG, by="release")
    assert str(two.facts()["ran"]) == "at the same time"
    assert _of(two)["difference"] == pytest.approx(_of(one)["difference"], abs=0.01)
    apart = compare(now, WRONG, current=now, baseline=then)
    assert _of(apart)["difference"] == pytest.approx(_of(two)["difference"])


def test_periods_are_compared_at_the_same_times_of_the_week() -> None:
    log = plain_log(20_000, hours=24 * 21, seed=7)
    late = log.traces["start"].dt.day_of_week >= 5
    wrong = np.random.default_rng(0).random(len(log)) < np.where(late, 0.4, 0.1)
    log = replace(log, traces=log.traces.assign(user_corrected=pd.array(wrong, dtype="boolean")))
    weekend = ("2026-11-14", "2026-11-16")
    found = compare(log, WRONG, current=weekend, baseline=("2026-11-01", "2026-11-14"))
    row = _of(found)
    assert row["raw"] > 0.1
    assert abs(row["difference"]) < 0.06
    assert "time of week" in row["adjusted"]
    monday = compare(log, WRONG, current=("2026-11-16", "2026-11-17"), baseline=weekend)
    assert any("different days of the week" in note for note in monday.caveats)


def test_the_newest_value_is_the_one_first_seen_last_and_of_equals_the_higher_number() -> None:
    log = plain_log(400, hours=24, seed=8)
    late = np.arange(400) >= 100
    for names, wanted in ((("r9", "r10"), "r10"), (("r10", "r9"), "r9")):
        release = np.where(late, names[1], names[0])
        found = compare(from_frames(log.traces.assign(release=release)), WRONG, by="release")
        assert f"release {wanted} against" in found.title
    both = np.where(np.arange(400) % 2, "r9", "r10")
    found = compare(from_frames(log.traces.assign(release=both)), WRONG, by="release")
    assert "release r10 against release r9" in found.title


def _releases(*parts: tuple[str, int, float, float]) -> Log:
    """Return releases of so many traces each, from one day of November 2026 to another."""
    rng = np.random.default_rng(0)
    frames = [
        pd.DataFrame(
            {
                "start": START + pd.to_timedelta(np.linspace(first, last, n, endpoint=False), "D"),
                "release": name,
                "input": [f"case {i}" for i in range(n)],
                "user_corrected": rng.random(n) < 0.3,
                "status": "ok",
            }
        )
        for name, n, first, last in parts
    ]
    whole = pd.concat(frames, ignore_index=True)
    return from_frames(whole.assign(trace_id=[f"t{i}" for i in range(len(whole))]))


@pytest.mark.parametrize(
    "parts, wanted, why",
    [
        ([("a", 700, 0, 7), ("b", 700, 7, 14), ("c", 700, 14, 21)], ["b"], ""),
        ([("a", 700, 0, 7), ("b", 349, 7, 14), ("c", 700, 14, 21)], ["b", "a"], "349 traces, too"),
        ([("a", 700, 0, 7), ("b", 350, 7, 14), ("c", 700, 14, 21)], ["b"], ""),
        ([("a", 70, 0, 7), ("b", 70, 7, 14), ("c", 700, 14, 21)], ["b", "a"], "1 value before"),
        (
            [("a", 700, 0, 5), ("b", 700, 5, 7), ("c", 700, 7, 14)],
            ["b", "a"],
            "did not run at the same times of the week",
        ),
        (
            [("z", 500, 0, 7), ("a", 700, 7, 12), ("b", 700, 12, 14), ("c", 700, 14, 21)],
            ["b", "a"],
            "did not run at the same times of the week",
        ),
        ([("a", 700, 0, 12), ("b", 700, 12, 15), ("c", 700, 12.1, 15)], ["b"], ""),
        ([("a", 700, 0, 12), ("b", 700, 12, 13.1), ("c", 700, 12, 14)], ["b"], ""),
        ([("a", 700, 0, 7), ("b", 700, 7, 13.5), ("c", 700, 14, 21)], ["b"], ""),
        ([("a", 700, 0, 7), ("b", 700, 7, 13), ("c", 700, 14, 21)], ["b", "a"], "same times"),
        ([("a", 400, 0, 7), ("b", 5000, 7, 14), ("c", 20_000, 14, 21)], ["b"], ""),
    ],
)
def test_the_baseline_by_default_are_the_values_just_before_as_many_as_it_takes(
    parts: list[tuple[str, int, float, float]], wanted: list[str], why: str
) -> None:
    found = arms_of(_releases(*parts), None, None, "release")
    assert found.names == ("release c", f"release {' and '.join(wanted)}")
    kept = found.log.traces["release"][found.arm == 0]
    assert set(kept) == set(wanted)
    assert [why in note for note in found.notes if "No baseline was named" in note] == (
        [True] if why else []
    )


def test_pairs_are_taken_from_the_value_before_however_few_it_has() -> None:
    log = _releases(("a", 700, 0, 7), ("b", 50, 7, 8), ("c", 700, 14, 21))
    found = compare(log, WRONG, by="release", pair="input")
    assert "release c against release b," in found.title
    assert _of(found)["n"] == 50


def test_users_in_both_arms_are_counted_and_the_split_is_reported() -> None:
    log = _canary(2000, per_user=1, seed=8)
    users = [f"u{i % 300}" for i in range(2000)]
    log = replace(log, traces=log.traces.assign(user_id=pd.Series(users, dtype="str")))
    found = compare(log, WRONG, by="release")
    assert any("users are in both arms" in note for note in found.caveats)
    assert "against an even split" in str(found.facts()["split"])
    skewed = compare(_canary(3000, share=0.44, per_user=1), WRONG, by="release")
    assert any("If the split was meant to be even, it is not" in note for note in skewed.caveats)


def test_pairs_are_matched_counted_and_tested_exactly() -> None:
    log = _shadow(better=0.1)
    found = compare(log, [WRONG, SLOW, COST], by="release", pair="shadow")
    row = _of(found)
    assert (row["n"], row["verdict"]) == (300, "better")
    wide = log.traces.pivot_table(
        index="shadow", columns="release", values="user_corrected", aggfunc="first"
    )
    gained = int((wide["b"].astype(bool) & ~wide["a"].astype(bool)).sum())
    lost = int((~wide["b"].astype(bool) & wide["a"].astype(bool)).sum())
    assert row["p"] == pytest.approx(stats.binomtest(gained, gained + lost).pvalue)
    costs = log.traces.pivot_table(index="shadow", columns="release", values="cost_usd")
    cost = _of(found, "cost")
    assert cost["signed_rank_p"] == pytest.approx(
        stats.wilcoxon(costs["b"] - costs["a"], correction=False).pvalue, rel=0.02
    )
    loose = _of(compare(log, [WRONG, SLOW, COST], by="release"), "cost")
    assert cost["high"] - cost["low"] < 0.3 * (loose["high"] - loose["low"])


def test_what_has_no_partner_is_dropped_and_what_comes_twice_is_averaged() -> None:
    log = _shadow()
    traces = log.traces.iloc[50:].reset_index(drop=True)  # the first fifty of release a are gone
    again = traces.tail(10).assign(trace_id=[f"again{i}" for i in range(10)])
    log = from_frames(pd.concat([traces, again], ignore_index=True))
    found = compare(log, WRONG, by="release", current="b", baseline="a", pair="shadow")
    said = " ".join(found.caveats)
    assert "250 pairs by shadow" in said
    assert "50 of the current arm, 0 of the baseline" in said
    assert "10 keys came more than once" in said
    assert _of(found)["n"] == 250


def test_pairs_without_any_match_are_unknown() -> None:
    log = _canary(200)
    found = compare(log, WRONG, by="release", pair="trace_id")
    assert (found.verdict, found.band) == ("unknown", "unknown")
    assert not found.signals()


def test_all_looks_hold_at_once_and_the_running_interval_can_be_drawn() -> None:
    log = _canary(6000, worse=0.15, seed=9)
    found = compare(log, [WRONG, SLOW, COST], by="release", looks="continuous")
    assert (found.verdict, _of(found)["verdict"]) == ("roll back", "worse")
    rows = found.sequence[found.sequence["metric"] == "corrected"]
    assert (np.diff(rows["high"]) <= 0).all()
    assert rows["time"].is_monotonic_increasing
    assert rows["low"].iloc[-1] == _of(found)["low"]
    assert found.over_time("corrected").data
    assert "share above" in _of(found, "slow")["compared"]
    assert any("hold the truth at all looks at once" in note for note in found.caveats)
    with pytest.raises(UnknownNameError, match="corrected"):
        found.over_time("corected")


def test_a_slower_canary_is_found_on_the_share_of_slow_answers() -> None:
    log = _canary(6000, slower=1.6, per_user=1, seed=10)
    found = compare(log, SLOW, by="release", looks="continuous")
    row = _of(found, "slow")
    assert row["verdict"] == "worse"
    limit = float(re.findall(r"above ([\d.]+) s", row["compared"])[0])
    new = log.traces["release"] == "b"
    assert row["current"] == pytest.approx((log.traces["latency_s"][new] > limit).mean(), abs=0.02)


def test_weights_reach_both_ways_of_looking() -> None:
    """Failures of the new release were kept whole, all else to a quarter: it is no worse."""
    rng = np.random.default_rng(99)
    log = _canary(8000, per_user=1, seed=11)
    failed = log.traces["user_corrected"].to_numpy(dtype=bool)
    kept = failed & (log.traces["release"] == "b").to_numpy()
    chance = np.where(kept, 1.0, 0.25)
    part = rng.random(8000) < chance
    traces = log.traces.assign(weight=1 / chance)[part].reset_index(drop=True)
    weighted = from_frames(traces)
    for looks in ("once", "continuous"):
        found = compare(weighted, WRONG, by="release", looks=cast("Any", looks))
        assert abs(_of(found)["difference"]) < 0.08
        assert _of(found)["verdict"] != "worse"
    bare = from_frames(traces.drop(columns="weight"))
    assert _of(compare(bare, WRONG, by="release"))["verdict"] == "worse"


def test_a_margin_may_be_a_number_a_percentage_or_by_name() -> None:
    log = _canary(3000, seed=12)
    rows = {
        size: _of(compare(log, WRONG, by="release", margin=cast("Any", size)))
        for size in (0.05, "10%", 0.001)
    }
    assert rows[0.05]["margin"] == 0.05
    assert rows["10%"]["margin"] == pytest.approx(0.1 * rows["10%"]["baseline"])
    assert rows[0.001]["required_n"] > 50 * rows[0.05]["required_n"]
    both = compare(log, [WRONG, COST], by="release", margin={"cost": "20%"})
    assert _of(both, "cost")["margin"] == pytest.approx(0.2 * _of(both, "cost")["baseline"])
    assert _of(both)["margin"] == 0.02


def test_the_usual_margin_is_smaller_where_little_goes_wrong() -> None:
    sizes = [margin_of(WRONG, rate).size for rate in (0.3, 0.04, 0.02, 0.01, 0.001)]
    assert sizes == [0.02, 0.02, 0.01, 0.005, 0.002]
    assert margin_of(replace(WRONG, better="higher"), 0.999).size == 0.002
    assert margin_of(COST, 3.0).relative


def test_days_are_rows_at_the_pace_of_the_current_arm() -> None:
    row = _of(compare(_canary(1500, seed=13), WRONG, by="release", margin=0.01))
    assert row["verdict"] == "undecided"
    assert row["days"] == pytest.approx(10 * (row["required_n"] - row["n"]) / row["n"], rel=0.02)


def test_days_are_for_the_rows_that_are_lacking_only() -> None:
    arms = arms_of(_releases(("a", 100, 0, 7), ("b", 100, 7, 17)), None, None, "release")
    assert days_for(arms, 100, 150) == pytest.approx(5, rel=0.02)
    assert days_for(arms, 100, 80) == 0
    assert days_for(arms, 100, np.inf) == np.inf


@pytest.mark.parametrize("share, taken", [(0.02, True), (0.12, False)])
def test_a_column_is_not_adjusted_for_where_rows_would_lose_their_like(
    share: float, *, taken: bool
) -> None:
    log = _canary(6000, mobile=0.8, per_user=1, seed=16)
    rng = np.random.default_rng(0)
    only = (log.traces["release"] == "b") & (rng.random(6000) < share)
    device = log.traces["device"].mask(only, "watch")
    found = compare(replace(log, traces=log.traces.assign(device=device)), WRONG, by="release")
    assert ("device" in _of(found)["adjusted"]) == taken
    lost = 6000 - _of(found)["n"] - _of(found)["n_baseline"]
    assert lost == pytest.approx(only.sum() * taken, abs=5)  # a few lie outside the shared time


def test_a_key_that_comes_again_and_again_is_one_pair_like_any_other() -> None:
    log = _shadow(60)
    new = log.traces[log.traces["release"] == "b"]
    again = pd.concat([new.iloc[:3]] * 20, ignore_index=True)
    again = again.assign(trace_id=[f"again{i}" for i in range(60)], cost_usd=50.0)
    traces = pd.concat([log.traces, again], ignore_index=True)
    found = compare(from_frames(traces), COST, by="release", pair="shadow")
    table = traces.pivot_table(index="shadow", columns="release", values="cost_usd")
    assert _of(found, "cost")["difference"] == pytest.approx((table["b"] - table["a"]).mean())


def test_the_traces_behind_a_change_are_those_that_pull_that_way() -> None:
    for worse, wanted in ((0.1, True), (-0.09, False)):
        log = _canary(3000, worse=worse)
        shown = _behind(log, compare(log, WRONG, by="release"))
        assert (shown["user_corrected"] == wanted).all()
        assert shown["start"].is_monotonic_decreasing
    for slower in (1.8, 0.5):
        log = _canary(3000, slower=slower)
        shown = _behind(log, compare(log, SLOW, by="release"))
        assert shown["latency_s"].is_monotonic_decreasing == (slower > 1)
        assert shown["latency_s"].is_monotonic_increasing == (slower < 1)
    log = _canary(3000)
    dear = np.where(log.traces["release"] == "b", 1.0, 3.0) * log.traces["cost_usd"]
    log = replace(log, traces=log.traces.assign(cost_usd=dear))
    ratio = Metric("per_second", "ratio", "lower", "USD", "cost_usd", "latency_s")
    found = compare(log, ratio, by="release")
    mine = log.traces[log.traces["release"] == "b"].set_index("trace_id")
    level = mine["cost_usd"].sum() / mine["latency_s"].sum()
    pull = mine["cost_usd"] - level * mine["latency_s"]
    assert found.signals()[0].trace_ids[0] == pull.idxmin()


def _behind(log: Log, found: Comparison) -> pd.DataFrame:
    return log.traces.set_index("trace_id").loc[list(found.signals()[0].trace_ids)]


@pytest.mark.parametrize(
    "low, high, higher, lower, neither",
    [
        (0.01, 0.05, "better", "worse", "worse"),
        (0.01, 0.015, "better", "no worse", "no worse"),
        (-0.01, 0.01, "no worse", "no worse", "no worse"),
        (-0.03, 0.03, "undecided", "undecided", "undecided"),
        (-0.05, -0.01, "worse", "better", "worse"),
        (-0.01, 0.05, "no worse", "undecided", "undecided"),
        (np.nan, 0.05, "unknown", "unknown", "unknown"),
    ],
)
def test_a_verdict_reads_the_interval_against_the_margin(
    low: float, high: float, higher: str, lower: str, neither: str
) -> None:
    for better, wanted in (("higher", higher), ("lower", lower), ("neither", neither)):
        metric = replace(WRONG, better=cast("Any", better))
        assert verdict_of(metric, low, high, 0.02) == wanted


def test_the_whole_is_rolled_back_only_by_what_survives_all_comparisons() -> None:
    def of(verdict: str, p: float, better: str = "lower") -> Outcome:
        metric = replace(WRONG, better=cast("Any", better))
        return Outcome(metric=metric, verdict=cast("Any", verdict), p=p)

    fine = [of("no worse", 0.5)] * 5
    assert whole_of([*fine, of("worse", 0.001)], 0.95).verdict == "roll back"
    assert whole_of([*fine, of("worse", 0.02)], 0.95).verdict == "hold"
    assert whole_of([*fine, of("better", 0.02)], 0.95).verdict == "ship"
    assert whole_of([*fine, of("undecided", 0.3)], 0.95).verdict == "undecided"
    assert whole_of([*fine, of("unknown", np.nan)], 0.95).verdict == "undecided"
    assert whole_of([of("unknown", np.nan)], 0.95).verdict == "unknown"
    assert whole_of([*fine, of("worse", 1e-9, "neither")], 0.95).verdict == "ship"


def test_a_scorecard_takes_what_the_log_records_and_says_what_it_does_not() -> None:
    found = compare(_canary(), by="release")
    assert found.title.startswith("Release scorecard")
    assert found.frame["metric"].tolist() == ["error_rate", "latency_p95", "cost_per_trace"]
    assert any("Not recorded and left out: strong completion" in note for note in found.caveats)


def test_one_class_and_unrecorded_columns_are_named_and_handled() -> None:
    log = _canary(600, seed=14)
    never = Metric("never", "rate", "lower", "share", "status == 'error'")
    nowhere = Metric("nowhere", "mean", "lower", "", "tool_calls")
    found = compare(log, [never, nowhere], by="release", margin={"never": 0.05})
    assert _of(found, "never")["verdict"] == "no worse"
    assert _of(found, "nowhere")["verdict"] == "unknown"
    assert found.verdict == "undecided"
    assert "tool_calls" in found.headline
    free = from_frames(log.traces.assign(cost_usd=0.0))
    zero = compare(free, COST, by="release")
    assert zero.band == "unknown"
    assert "margin=" in " ".join(zero.caveats)


def test_a_column_with_very_many_values_and_mixed_types_adjusts_without_breaking() -> None:
    log = _canary(1500, seed=15)
    mixed = pd.Series([1, "1", 2.5, None] * 375, dtype=object)
    log = replace(log, traces=log.traces.assign(odd=mixed, none=None))
    found = compare(log, WRONG, by="release", adjust=["plan", "odd", "none"])
    assert "plan" in _of(found)["adjusted"]
    assert any("rarest are taken together" in note for note in found.caveats)


@pytest.mark.parametrize(
    "ask, error, words",
    [
        (lambda log: compare(log, WRONG, by="relase"), UnknownNameError, "'release'"),
        (lambda log: compare(log, WRONG, by="release", current="c"), UnknownNameError, "'c'"),
        (lambda log: compare(log, WRONG, by="release", current="a"), BadInputError, "came before"),
        (
            lambda log: compare(log, WRONG, by="release", current="b", baseline="b"),
            BadInputError,
            "both hold b",
        ),
        (lambda log: compare(log, WRONG, by="release", current=log), BadInputError, "values of"),
        (lambda log: compare(log, WRONG, by="status"), BadInputError, "only 'ok'"),
        (lambda log: compare(log, WRONG, by=cast("Any", 3)), BadInputError, "one trace column"),
        (lambda log: compare(log, WRONG, current=log, baseline=log), BadInputError, "overlap"),
        (lambda log: compare(log, [], by="release"), BadInputError, "empty"),
        (lambda log: compare(log, [WRONG, WRONG], by="release"), BadInputError, "twice"),
        (lambda log: compare(log, "traffic", by="release"), BadInputError, "is a count"),
        (
            lambda log: compare(log, WRONG, by="release", looks=cast("Any", "often")),
            BadInputError,
            "'often'",
        ),
        (lambda log: compare(log, WRONG, by="release", level=95), BadInputError, "95"),
        (lambda log: compare(log, WRONG, by="release", adjust="release"), BadInputError, "Leave"),
        (
            lambda log: compare(log, WRONG, by="release", adjust="devise"),
            UnknownNameError,
            "device",
        ),
        (
            lambda log: compare(log, WRONG, by="release", adjust="device", looks="continuous"),
            BadInputError,
            "adjust=",
        ),
        (
            lambda log: compare(log, WRONG, by="release", adjust="device", pair="plan"),
            BadInputError,
            "Drop one",
        ),
        (lambda log: compare(log, WRONG, by="release", pair="inputs"), UnknownNameError, "inputs"),
        (lambda log: compare(log, WRONG, by="release", margin=-1), BadInputError, "-1"),
        (lambda log: compare(log, WRONG, by="release", margin="2"), BadInputError, "'2'"),
        (lambda log: compare(log, WRONG, by="release", margin="200%"), BadInputError, "200%"),
        (lambda log: compare(log, [WRONG, COST], by="release", margin=1), BadInputError, "at once"),
        (lambda log: compare(log, WRONG, by="release", margin={"x": 1}), UnknownNameError, "'x'"),
        (lambda log: compare(log, WRONG, by="release").over_time("x"), BadInputError, "looks="),
        (lambda _: compare(tiny_log(other=1), by="trace_id"), BadInputError, "no usual metric"),
    ],
)
def test_bad_input_is_named_with_what_to_do(
    ask: Callable[[Log], Comparison], error: type[AgentLensError], words: str
) -> None:
    with pytest.raises(error, match=re.escape(words)):
        ask(_canary(400))


def test_the_figure_says_verdicts_in_words_and_its_text_is_no_markup() -> None:
    metric = replace(WRONG, name="<b>wrong</b>")
    found = compare(_canary(800), [metric, SLOW], by="release")
    drawn = found.figure().to_json()
    assert "<b>wrong" not in drawn
    assert any(f"{word}" in drawn for word in ("undecided", "no worse", "better"))


@pytest.mark.simulation
def test_an_equal_canary_is_seldom_rolled_back_or_called_worse() -> None:
    rolled = 0
    for seed in range(60):
        log = _canary(1200, seed=100 + seed, mobile=0.7, share=0.3)
        found = compare(log, [WRONG, COST], by="release")
        rolled += found.verdict == "roll back"
    assert rolled <= 5


def test_why_nothing_is_known_is_the_reason_and_no_other_note() -> None:
    log = plain_log(600, hours=200)
    blind = compare(demo_log(), Metric("any", "mean", "neither", "s", "latency_s"), current="24h")
    assert blind.band == "unknown"
    assert "no metric has a good direction" in blind.headline
    below = compare(log, Metric("neg", "mean", "higher", "", "0-latency_s"), current="4D")
    assert "zero or below has no percentage" in below.headline
    with pytest.raises(BadInputError, match="A metric is a name"):
        compare(log, 5)  # type: ignore[arg-type]
