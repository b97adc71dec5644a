"""Is a sample the same everywhere, nested, told in full, and refused where it cannot be meant?"""

import hashlib
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import kolmogorov

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.measures.series import series
from agentlens.scoring.sampling import sample
from agentlens.scoring.sampling.daily import hourly_factors
from agentlens.scoring.sampling.draw import chosen, chosen_sql, lots, threshold
from agentlens.scoring.sampling.stack import both, same_draw
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log
from tests.logs import START, demo_log, plain_log, tiny_log
from tests.scoring.worlds import many_worlds

FREE: dict[str, Any] = {"per_day": None}


def _ids(log: Log) -> set[str]:
    return set(log.traces["trace_id"])


def _said(log: Log, words: str) -> pd.Series:
    rows = log.report[log.report["detail"].str.contains(words, regex=False)]
    assert len(rows) == 1, log.report["detail"].tolist()
    return rows.iloc[0]


# The draw


def test_lots_are_even_and_pandas_duckdb_and_hex_digits_agree_on_who_is_chosen() -> None:
    ids = pd.Series([f"{i:x}-Ü'" for i in range(100_000)], dtype="str")
    salt = "it's"
    drawn = lots(ids, salt)
    even = np.sort(drawn / 2.0**64)
    apart = np.abs(even - np.arange(even.size) / even.size).max()
    assert kolmogorov(np.sqrt(even.size) * apart) > 0.01
    frame = pd.DataFrame({"trace_id": ids})
    for p in (0.01, 1 / 3, 0.9999, 1.0):
        ours = set(ids[chosen(drawn, np.full(len(ids), p))])
        with duckdb.connect() as engine:
            engine.register("frame", frame)
            where = chosen_sql("trace_id", p, salt)
            theirs = engine.sql(f"select trace_id from frame where {where}").fetchall()
        assert ours == {one for (one,) in theirs}
        assert len(ours) / len(ids) == pytest.approx(p, abs=0.005)


@settings(max_examples=200, deadline=None)
@given(key=st.text(min_size=1, max_size=20).filter(str.isprintable), p=st.floats(1e-9, 1.0))
def test_comparing_numbers_is_comparing_hex_digits(key: str, p: float) -> None:
    digits = hashlib.sha256(f"salt:{key}".encode()).hexdigest()[:16]
    ours = bool(chosen(lots(pd.Series([key]), "salt"), np.array([p]))[0])
    assert ours == (p >= 1.0 or digits < format(round(p * 2**64), "016x"))


def test_the_edges_of_the_range_are_exact() -> None:
    ends = np.array([0, 2**63 - 1, 2**63, 2**64 - 1], dtype=np.uint64)
    assert chosen(ends, np.full(4, 0.5)).tolist() == [True, True, False, False]
    assert chosen(ends, np.full(4, 1.0)).all()
    assert chosen(ends, np.full(4, np.nextafter(1, 0))).tolist() == [True, True, True, False]
    assert threshold(0.5) == "8" + "0" * 15


@settings(max_examples=30, deadline=None)
@given(low=st.floats(0.01, 0.5), more=st.floats(0.0, 0.5), boost=st.floats(0.01, 1.0))
def test_a_raised_rate_keeps_what_was_kept(low: float, more: float, boost: float) -> None:
    log = many_worlds(1, 300, 0)
    small = sample(log, rate=low, boost=boost, triggers="tool_error", **FREE)
    large = sample(log, rate=low + more, boost=boost, triggers="tool_error", **FREE)
    assert _ids(small) <= _ids(large)


def test_the_same_call_gives_the_same_traces_in_any_order_of_rows() -> None:
    log = many_worlds(1, 2000, 0)
    shuffled = Log(traces=log.traces.sample(frac=1, random_state=1).reset_index(drop=True))
    for how in ({}, {"n": 100}, {"per_day": (50, 60)}, {"tiers": "articles"}):
        assert _ids(sample(log, **how)) == _ids(sample(shuffled, **how))


# Rules


def test_a_trace_has_the_largest_probability_of_its_rules_and_names_them_all() -> None:
    log = tiny_log(
        user_rating=[0.0, 1.0, None], escalated=[True, False, False], tool_errors=[0, 2, 0]
    )
    part = sample(
        log,
        rate=0.999,
        boost=1.0,
        triggers=({"mine": "tool_errors > 1"}, "tool_error", "user_thumbs_down"),
        **FREE,
    )
    rows: Any = part.traces.set_index("trace_id")
    assert rows.loc["a", ["inclusion_p", "sampled_by"]].tolist() == [1.0, "base, user_thumbs_down"]
    assert rows.loc["b", "sampled_by"] == "base, mine, tool_error"
    assert rows.loc["c", ["inclusion_p", "sampled_by"]].tolist() == [0.999, "base"]
    rare = sample(log, rate=1.0, boost=0.1, **FREE)
    assert rare.traces["inclusion_p"].tolist() == [1.0, 1.0, 1.0]


def test_the_default_call_is_that_of_the_articles() -> None:
    log = demo_log()
    part = sample(log, **FREE)
    assert set(part.traces["inclusion_p"]) == {0.05, 0.25}
    rules = part.report.set_index("field")["n"]
    assert rules["user_thumbs_down"] == (log.traces["user_rating"] < 0.5).sum()
    assert rules["escalation_requested"] == log.traces["escalated"].sum()
    assert rules["tool_error"] == (log.traces["tool_errors"] > 0).sum()
    assert rules["high_token_count"] == pytest.approx(len(log) / 100, abs=1)
    assert set(part.report["action"]) == {"sampled"}
    assert _ids(part) <= _ids(sample(log))


def test_choosing_keeps_spans_and_scores_of_the_chosen_and_changes_nothing_given() -> None:
    log = demo_log()
    before = log.traces.copy()
    part = sample(log, rate=0.2)
    ids = _ids(part)
    assert set(part.spans["trace_id"]) <= ids
    assert len(part.spans) == log.spans["trace_id"].isin(ids).sum()
    assert len(part.scores) == log.scores["trace_id"].isin(ids).sum()
    pd.testing.assert_frame_equal(log.traces, before)


def test_the_articles_tiers_keep_every_failure_and_twenty_of_each_kind_of_success() -> None:
    n = 1150
    completed: Any = [*[True] * 1105, *[False] * 5, *[None] * 40]
    log = tiny_log().traces.iloc[[0]].loc[[0] * n].reset_index(drop=True)
    frame = log.assign(
        trace_id=[f"t{i}" for i in range(n)],
        task_type=["common"] * 1000 + ["rare"] * 100 + ["lone"] * 10 + ["common"] * 40,
        status=["ok"] * 1110 + ["error"] * 10 + ["incomplete"] * 10 + ["open"] * 20,
        completed=completed,
        session_number=[1] * 7 + [2] * (n - 7),
    )
    part = sample(from_frames(frame), rate=0.01, tiers="articles", triggers=(), **FREE)
    rows = part.traces
    assert (rows["sampled_by"] == "base, failure").sum() == 25
    assert (rows["sampled_by"] == "base, first_session").sum() == 7
    good = rows[rows["sampled_by"] == "base, success"]
    p: Any = good.groupby("task_type")["inclusion_p"].agg(["min", "max"])
    assert p.loc["common"].tolist() == [0.1, 0.1]
    assert p.loc["rare"].tolist() == [0.2, 0.2]
    assert p.loc["lone"].tolist() == [1.0, 1.0]
    assert (rows["status"] == "open").sum() < 20


def test_a_tier_that_nobody_can_know_is_skipped_and_said() -> None:
    part = sample(plain_log(500, hours=20), tiers="articles", **FREE)
    assert (
        _said(part, "first_session: this log does not record session_number")["action"] == "missing"
    )
    assert "applies to no trace" in _said(part, "first_session: this")["detail"]
    assert "goes by its other columns" in _said(part, "failure: this log")["detail"]


def test_own_tiers_are_kept_for_certain() -> None:
    log = many_worlds(1, 500, 0)
    part = sample(log, tiers=("error", {"dear": "cost_usd > 3"}), triggers=(), **FREE)
    dear = log.traces["cost_usd"] > 3
    assert (part.traces["cost_usd"] > 3).sum() == dear.sum() > 0


# Tail


def _tail_log(source: str, judged: int = 60) -> Log:
    traces = pd.DataFrame(
        {
            "trace_id": [f"t{i}" for i in range(100)],
            "start": START,
            "failed": [True] * 5 + [False] * 95,
        }
    )
    scores = pd.DataFrame(
        {
            "trace_id": [f"t{i}" for i in range(judged)],
            "name": "faithfulness",
            "value": [0.2] * 10 + [0.9] * (judged - 10),
            "source": source,
            "inclusion_p": 1.0 if source == "check" else judged / 100,
        }
    )
    return from_frames(traces, scores=scores)


def test_what_scores_low_is_kept_and_a_star_stands_for_every_other_score() -> None:
    for tail in ({"faithfulness": 0.7}, {"*": 0.7}, {"faithfulness": 0.7, "*": 0.1}):
        part = sample(_tail_log("check"), rate=0.3, triggers=(), tail=tail, **FREE)
        low = part.traces[part.traces["sampled_by"] == "base, tail:faithfulness"]
        assert len(low) == 10
        assert (low["inclusion_p"] == 1.0).all()
        assert part.traces["inclusion_p"].notna().all()


def test_kept_but_unjudged_traces_have_no_probability_and_the_report_says_judge_these() -> None:
    part = sample(
        _tail_log("judge"),
        rate=0.3,
        triggers=(),
        tiers={"failed": "failed"},
        tail={"faithfulness": 0.7},
        **FREE,
    )
    rows = part.traces.set_index("trace_id")
    judged = rows.index.isin([f"t{i}" for i in range(60)])
    assert rows.loc[~judged, "inclusion_p"].isna().all()
    assert rows.loc[[f"t{i}" for i in range(5)], "inclusion_p"].eq(1.0).all()
    assert rows.loc[[f"t{i}" for i in range(5, 10)], "inclusion_p"].eq(0.6).all()
    n = int((~judged).sum())
    assert n > 0
    said = _said(part, f"judge these {n} to use them")
    assert said["severity"] == "warn"
    assert series(part, "traffic", every=None)["n"].tolist() == [len(rows) - n]


def test_whole_sessions_with_an_unjudged_trace_are_refused() -> None:
    log = _tail_log("judge")
    log = Log(traces=log.traces.assign(session_id="s"), scores=log.scores)
    with pytest.raises(BadInputError, match="unjudged has no known probability"):
        sample(log, tail={"faithfulness": 0.5}, unit="session")


def test_scores_that_were_there_take_the_draw_into_their_probability() -> None:
    """Else a score metric of the sample would forget that the sample prefers failures."""
    log = many_worlds(1, 20_000, 0)
    checked = pd.DataFrame(
        {
            "trace_id": log.traces["trace_id"],
            "name": "ok",
            "value": log.traces["good"].astype(float),
            "source": "check",
        }
    )
    for scores in (
        checked,
        checked.assign(inclusion_p=1.0),
        checked.iloc[::2].assign(inclusion_p=0.5),
    ):
        part = sample(
            from_frames(log.traces, scores=scores),
            rate=0.1,
            boost=1.0,
            triggers="tool_error",
            **FREE,
        )
        found = series(part, "score:ok", every=None).iloc[0]
        assert found["value"] == pytest.approx(log.traces["good"].mean(), abs=0.02)


# Days


def test_a_day_stays_between_its_limits_on_average() -> None:
    log = plain_log(24_000, hours=240, seed=3)
    for limits, rate in (((0, 300), 0.5), ((700, 5000), 0.05), ((100, 5000), 0.1)):
        part = sample(log, rate=rate, triggers=(), per_day=limits)
        whole_days = part.traces["start"].dt.floor("D").value_counts()
        assert limits[0] * 0.97 <= whole_days.mean() <= limits[1] * 1.03
        if rate == 0.1:
            assert (part.traces["inclusion_p"] == 0.1).all()
        expected = (1 / part.traces["inclusion_p"]).sum()
        assert expected == pytest.approx(24_000, rel=0.04)


@settings(max_examples=60, deadline=None)
@given(
    data=st.lists(st.tuples(st.integers(0, 71), st.floats(0.01, 1.0)), min_size=1, max_size=200),
    least=st.integers(0, 20),
    more=st.integers(0, 40),
)
def test_factors_keep_days_within_limits_and_nobody_out(
    data: list[tuple[int, float]], least: int, more: int
) -> None:
    hour = np.array([one for one, _ in data], dtype=np.int64)
    rates = np.array([rate for _, rate in data])
    most = least + more + 1
    factors = hourly_factors(hour, rates, np.ones(len(data)), (least, most))
    p = np.minimum(1.0, np.array([factors[one] for one in hour.tolist()]) * rates)
    assert (p > 0).all()
    for day in range(3):
        of_day = p[hour // 24 == day]
        assert of_day.sum() <= most + 1e-6


def test_a_closed_hour_keeps_its_factor_whatever_comes_later() -> None:
    rng = np.random.default_rng(0)
    hour = np.sort(rng.integers(0, 24 * 5, 4000))
    rates = rng.uniform(0.05, 0.5, 4000)
    sizes = np.ones(4000)
    whole = hourly_factors(hour, rates, sizes, (50, 60))
    early = hour < 60
    first = hourly_factors(hour[early], rates[early], sizes[early], (50, 60))
    assert {one: whole[one] for one in first} == first
    late = hourly_factors(
        np.append(hour, [3] * 50),
        np.append(rates, [0.5] * 50),
        np.ones(4050),
        (50, 60),
        known=first,
    )
    assert {one: late[one] for one in first} == first


def test_a_daily_cycle_is_foreseen_from_the_days_before() -> None:
    """A day within its limits is left alone, and one above them is thinned at every hour alike."""
    profile = np.array([2] * 8 + [30] * 8 + [10] * 8)
    hour = np.repeat(np.arange(24 * 9), np.tile(profile, 9))
    rates, sizes = np.full(hour.size, 0.5), np.ones(hour.size)
    inside = hourly_factors(hour, rates, sizes, (100, 200))
    assert {inside[one] for one in range(24, 24 * 9)} == {1.0}
    above = hourly_factors(hour, rates, sizes, (0, 84))
    assert [above[one] for one in range(24, 24 * 9)] == pytest.approx([0.5] * 24 * 8)


def test_an_unknown_probability_stays_unknown_and_upsets_no_day() -> None:
    part = sample(_tail_log("judge"), rate=0.3, triggers=(), tail={"faithfulness": 0.7}, **FREE)
    again = sample(part, rate=0.9, per_day=(0, 30))
    gone = set(part.traces.loc[part.traces["inclusion_p"].isna(), "trace_id"])
    rows = again.traces.set_index("trace_id")["inclusion_p"]
    assert set(rows[rows.isna()].index) == gone & set(rows.index)
    assert 0 < len(again) < 45


def test_certainty_that_a_daily_limit_takes_away_is_said() -> None:
    log = plain_log(3000, hours=72)
    part = sample(log, tiers={"all": "latency_s > 0"}, triggers=(), per_day=(0, 100))
    said = _said(part, "no longer")
    assert said["n"] == 3000
    assert said["severity"] == "warn"
    assert (part.traces["inclusion_p"] < 0.2).all()


# A fixed number


def test_a_fixed_number_is_drawn_from_every_stratum_in_proportion() -> None:
    log = demo_log()
    part = sample(log, n=400)
    assert len(part) == 400
    by = ["task_type", "segment"]
    drawn, there = (one.traces.groupby(by, dropna=False).size() for one in (part, log))
    assert len(drawn) == len(there)
    assert (drawn - there * 400 / len(log)).abs().max() < 3
    p = part.traces.groupby(by, dropna=False)["inclusion_p"]
    assert (p.max() - drawn / there).abs().max() < 1e-12
    assert (1 / part.traces["inclusion_p"]).sum() == pytest.approx(len(log))
    assert len(sample(log, n=10**6)) == len(log)
    assert _ids(sample(log, n=100, by=())) <= _ids(sample(log, n=400, by=()))


def test_fewer_draws_than_strata_merge_the_default_strata_and_refuse_stated_ones() -> None:
    assert len(sample(demo_log(), n=7)) == 7
    with pytest.raises(BadInputError, match="cannot give one trace to each of"):
        sample(demo_log(), n=3, by=("task_type", "device"))


# Whole sessions, and draws upon draws


@pytest.mark.parametrize("unit, column", [("session", "session_id"), ("user", "user_id")])
def test_units_come_whole_with_one_probability(unit: str, column: str) -> None:
    log = demo_log()
    for how in ({}, {"n": 200}, {"tiers": "articles"}):
        part = sample(log, unit=unit, **how)
        there = log.traces.groupby(column).size()
        found = part.traces.groupby(column)["inclusion_p"].agg(["size", "nunique"])
        assert (found["size"] == there[found.index]).all()
        assert (found["nunique"] == 1).all()


def test_a_unit_takes_the_largest_probability_of_its_traces() -> None:
    log = plain_log(3000, hours=48, per_user=3)
    third = np.arange(3000) % 3 == 2
    log = Log(traces=log.traces.assign(tool_errors=np.where(third & (np.arange(3000) < 900), 1, 0)))
    part = sample(log, rate=0.3, boost=0.6, triggers="tool_error", unit="user", **FREE)
    first = part.traces["user_id"].str[1:].astype(int) < 300
    assert part.traces.loc[first, "inclusion_p"].eq(0.6).all()
    assert part.traces.loc[~first, "inclusion_p"].eq(0.3).all()
    assert first.sum() / 900 == pytest.approx(0.6, abs=0.1)


def test_the_same_draw_again_takes_the_smaller_probability_and_another_the_product() -> None:
    log = many_worlds(1, 4000, 0)
    first = sample(log, rate=0.2, triggers=(), **FREE)
    again = sample(first, rate=0.1, triggers=(), **FREE)
    other = sample(first, rate=0.1, triggers=(), salt="other", **FREE)
    assert _ids(again) == _ids(sample(log, rate=0.1, triggers=(), **FREE))
    assert set(again.traces["inclusion_p"]) == {0.1}
    assert other.traces["inclusion_p"].round(12).unique().tolist() == [0.02]
    assert "smaller probability" in _said(again, "by the same lots")["detail"]
    assert "multiply" in _said(other, "by other lots")["detail"]
    with pytest.raises(BadInputError, match="and then trace:other"):
        sample(other)
    assert len(sample(other, salt="third", rate=0.5, triggers=(), **FREE)) > 0


def test_a_draw_is_known_again_by_its_lots_where_nothing_names_it() -> None:
    log = many_worlds(1, 4000, 0)
    first = sample(log, rate=0.2, triggers=(), **FREE)
    unnamed = Log(traces=first.traces.drop(columns="sampled_with"))
    assert set(sample(unnamed, rate=0.1, triggers=(), **FREE).traces["inclusion_p"]) == {0.1}
    other = sample(unnamed, rate=0.1, triggers=(), salt="other", **FREE)
    assert other.traces["inclusion_p"].round(12).unique().tolist() == [0.02]


def test_what_was_drawn_survives_saving(tmp_path: Any) -> None:
    first = sample(demo_log(), rate=0.2, triggers=(), **FREE)
    traces = first.save(tmp_path / "part.parquet")[0]
    back = from_frames(pd.read_parquet(traces))
    again = sample(back, rate=0.1, triggers=(), **FREE)
    assert set(again.traces["inclusion_p"]) == {0.1}


@settings(max_examples=100)
@given(p=st.floats(0.01, 1.0), q=st.floats(0.01, 1.0))
def test_two_draws_are_never_likelier_than_one(p: float, q: float) -> None:
    for same in (True, False):
        joint = both(np.array([p]), np.array([q]), np.array([same]))[0]
        assert joint <= min(p, q) + 1e-15
    assert both(np.array([p]), np.array([1.0]), np.array([False]))[0] == p


def test_few_rows_do_not_prove_a_common_draw() -> None:
    drawn = lots(pd.Series([str(i) for i in range(1000)]), "a")
    p = np.full(1000, 0.3)
    kept = chosen(drawn, p)
    assert same_draw(p[kept], drawn[kept])
    assert not same_draw(p[kept][:5], drawn[kept][:5])
    assert not same_draw(p, drawn)
    assert not same_draw(np.ones(10), drawn[:10])


# Odd logs, and misuse


def test_logs_of_no_trace_and_of_one_can_be_sampled() -> None:
    nothing = demo_log().where(device="none")
    one = tiny_log().where(trace_id="a")
    for how in ({}, {"n": 5}, {"tiers": "articles"}, {"unit": "session"}):
        assert len(sample(nothing, **how)) == 0
        if how.get("unit") != "session":
            assert len(sample(one, **how)) <= 1
    assert len(sample(one, rate=1.0)) == 1


def test_a_base_rate_below_one_in_a_hundred_carries_no_rate_for_all_traffic() -> None:
    part = sample(demo_log(), rate=0.005, **FREE)
    said = _said(part, "no rate for all traffic can be given, only for triggered traces")
    assert said["severity"] == "warn"
    assert not sample(demo_log(), rate=0.01, **FREE).report["detail"].str.contains("no rate").any()


@pytest.mark.parametrize(
    "how, says",
    [
        ({"rate": 0}, "Traces without a trigger would never be sampled: no rate for all traffic"),
        ({"rate": 1.5}, "rate is a share above 0 and at most 1, such as 0.05, not 1.5"),
        ({"rate": "5%"}, "not '5%'"),
        ({"boost": -1}, "boost is a share"),
        ({"triggers": "tool_eror"}, "There is no trigger 'tool_eror'. Did you mean 'tool_error'"),
        ({"triggers": {"x": "tool_errors >"}}, "is not an expression"),
        ({"triggers": {"x": "tool_erors > 1"}}, "no trace column 'tool_erors'. Did you mean"),
        ({"triggers": {"x": "score('tone') < 1"}}, "Say tail="),
        ({"triggers": 7}, "triggers are names or"),
        ({"tiers": "artcles"}, "Did you mean 'articles'"),
        ({"tail": {"goal": 0.5}}, "There is no score 'goal'"),
        ({"tail": {"goal_completion": "low"}}, "the value below which a score is low"),
        ({"tail": 0.5}, "tail is {'score name': limit}"),
        ({"by": "devise"}, "Did you mean 'device'"),
        ({"per_day": (9, 3)}, r"per_day=\(9, 3\): the least may not exceed the most"),
        ({"per_day": (1,)}, "per_day is"),
        ({"per_day": ("1", "2")}, "per_day is"),
        ({"n": 0}, "a whole number above zero, not 0"),
        ({"n": 10, "rate": 0.1}, "takes no rate. Leave either out"),
        ({"n": 10, "tail": {"a": 1}, "boost": 1}, "takes no boost and no tail"),
        ({"unit": "sesion"}, "Did you mean 'session'"),
        ({"salt": ""}, "salt is a text"),
    ],
)
def test_misuse_is_met_with_what_to_do(how: dict[str, Any], says: str) -> None:
    with pytest.raises((BadInputError, UnknownNameError), match=says):
        sample(demo_log(), **how)


def test_a_unit_that_the_log_does_not_record_is_refused() -> None:
    with pytest.raises(BadInputError, match="this log has no session_id"):
        sample(tiny_log(), unit="session")
    lone = tiny_log(session_id=["s", "s", None])
    assert len(sample(lone, unit="session", rate=1.0)) == 3
