"""Is the demo's log what it claims to be: whole, lifelike, and wrong exactly where it says so?"""

from dataclasses import fields
from functools import cache

import numpy as np
import pandas as pd
import pytest

from agentlens.errors import BadInputError
from agentlens.sources.demo import demo
from agentlens.sources.demo.world import World, simulate
from agentlens.tables.schema import TABLES, Dtype

pytestmark = pytest.mark.filterwarnings("error")

SEEDS = (1, 2, 3)
HELD: dict[Dtype, str] = {
    "text": "str",
    "payload": "str",
    "tags": "str",
    "time": "datetime64[us, UTC]",
    "number": "float64",
    "count": "Int64",
    "flag": "boolean",
}


@cache
def world(seed: int = 7, per_day: int = 600) -> World:
    return simulate(seed=seed, traces_per_day=per_day)


def big() -> World:
    """Return a world in which small effects stand out from chance."""
    return world(11, 2400)


def strong(traces: pd.DataFrame) -> pd.Series:
    """Return strong completion as sources.md §4.2 defines it; missing where it is unknown."""
    disliked = (traces["user_rating"] < 0.5).astype("boolean")
    bad = traces["user_corrected"] | traces["escalated"] | disliked
    good: pd.Series = traces["completed"] & ~bad
    return good


def planted(log: World, name: str) -> pd.Series:
    rows = log.truth[log.truth["incident"] == name]
    assert len(rows) == 1
    return rows.iloc[0]


def inside(log: World, name: str, frame: pd.DataFrame | None = None) -> pd.Series:
    row = planted(log, name)
    starts = (log.traces if frame is None else frame)["start"]
    during: pd.Series = (starts >= row["start"]) & (starts < row["end"])
    return during


def first_half(log: World) -> pd.Series:
    early: pd.Series = log.traces["start"] < planted(log, "campaign")["start"]
    return early


def broken_slice(traces: pd.DataFrame) -> pd.Series:
    broken: pd.Series = (traces["task_type"] == "refund") & (traces["device"] == "mobile")
    return broken


def judged(log: World, name: str = "goal_completion", source: str = "judge") -> pd.DataFrame:
    """Return the verdicts with the truth and the start of the trace beside them."""
    scores = log.scores[(log.scores["name"] == name) & (log.scores["source"] == source)]
    known = log.traces.set_index("trace_id")
    goal = scores["trace_id"].map(log.goal_met).astype(bool)
    return scores.assign(goal=goal, start=scores["trace_id"].map(known["start"]))


def z(values: pd.Series, starts: pd.Series, part: pd.Series, other: pd.Series) -> float:
    """Return how many standard errors apart two rates are.

    Errors are clustered in blocks of six hours, since sessions and neighbouring hours are alike.
    """
    block = starts.dt.floor("6h")
    rates, errors = [], []
    for chosen in (part, other):
        kept = chosen & values.notna()
        plain = values[kept].astype(float)
        sums = (plain - plain.mean()).groupby(block[kept]).sum()
        rates.append(plain.mean())
        errors.append((sums**2).sum() / len(plain) ** 2 * len(sums) / (len(sums) - 1))
    return float((rates[0] - rates[1]) / np.sqrt(sum(errors)))


def hourly(log: World) -> pd.Series:
    hours = log.traces["start"].dt.floor("h")
    counts: pd.Series = hours.value_counts().sort_index().resample("h").sum()
    return counts


def lag_one(values: np.ndarray) -> float:
    return float(np.corrcoef(values[:-1], values[1:])[0, 1])


def without_cycle(counts: pd.Series) -> np.ndarray:
    """Return each hour against the mean of its hour of day, weekdays only, as a ratio."""
    times = pd.DatetimeIndex(counts.index)
    kept = counts[times.day_of_week < 5]
    usual = kept.groupby(pd.DatetimeIndex(kept.index).hour).transform("mean")
    return (kept / usual).to_numpy()


# --- the tables -------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_world_and_another_seed_another() -> None:
    one, again, other = (simulate(days=7, traces_per_day=80, seed=seed) for seed in (5, 5, 6))
    for name in ("traces", "spans", "scores", "truth"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(again, name), check_exact=True)
        assert getattr(one, name).to_csv() == getattr(again, name).to_csv()
    assert one.goal_met.equals(again.goal_met)
    assert not set(one.traces["trace_id"]) & set(other.traces["trace_id"])


def test_every_column_is_held_as_the_schema_says_and_in_its_order() -> None:
    for name, table in TABLES.items():
        frame = getattr(world(), name)
        assert tuple(frame.columns[: len(table.names)]) == table.names
        held = {column.name: HELD[column.dtype] for column in table.columns}
        assert {name: str(frame[name].dtype) for name in table.names} == held
        required = [column.name for column in table.columns if column.required]
        assert frame[required].notna().all().all()


def test_the_log_passes_the_door_without_a_repair() -> None:
    log = demo(days=7, traces_per_day=80, seed=5)
    plain = simulate(days=7, traces_per_day=80, seed=5)
    assert len(log.rejected) == 0
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(log, name), getattr(plain, name))
    assert log.truth is not None
    pd.testing.assert_frame_equal(log.truth, plain.truth)


def test_ids_are_unique_and_every_row_belongs_to_a_trace() -> None:
    log = world()
    for name, table in TABLES.items():
        assert getattr(log, name)[table.key].is_unique
    known = set(log.traces["trace_id"])
    assert set(log.spans["trace_id"]) == known
    assert set(log.scores["trace_id"]) <= known
    assert set(log.goal_met.index) == known
    assert not log.scores["trace_id"].isin(log.traces.query("status == 'open'")["trace_id"]).any()


def test_every_span_lies_in_its_parent_and_in_the_root_of_its_trace() -> None:
    spans = world().spans.set_index("span_id", drop=False)
    root = spans["parent_id"].isna()
    assert (spans.loc[root, "kind"] == "agent").all()
    assert root.groupby(spans["trace_id"]).sum().eq(1).all()
    children = spans[~root]
    parents = spans.loc[children["parent_id"]]
    assert (children["trace_id"].to_numpy() == parents["trace_id"].to_numpy()).all()
    closed = parents["end"].notna().to_numpy()
    assert (children["start"].to_numpy() >= parents["start"].to_numpy()).all()
    assert (children["end"].to_numpy()[closed] <= parents["end"].to_numpy()[closed]).all()
    assert (spans["latency_s"].dropna() >= 0).all()
    assert (spans["ttft_s"].dropna() < spans["latency_s"][spans["ttft_s"].notna()]).all()


def test_what_a_trace_says_is_what_its_spans_add_up_to() -> None:
    log = world()
    traces, spans = log.traces.set_index("trace_id"), log.spans
    kind = spans["kind"]
    calls = {
        "steps": kind.isin(["llm", "tool", "retrieval", "guardrail", "embedding"]),
        "llm_calls": kind == "llm",
        "tool_calls": kind == "tool",
        "tool_errors": (kind == "tool") & (spans["status"] == "error"),
        "retries": _repeats_a_failed_elder(spans),
    }
    for name, rows in calls.items():
        found = rows.groupby(spans["trace_id"]).sum().reindex(traces.index)
        assert (found == traces[name]).all(), name
    for name in ("input_tokens", "output_tokens", "cached_tokens", "cost_usd"):
        found = spans.groupby("trace_id")[name].sum(min_count=1).reindex(traces.index)
        pd.testing.assert_series_equal(found, traces[name], check_exact=True)
    lasted = (log.traces["end"] - log.traces["start"]).dt.total_seconds()
    pd.testing.assert_series_equal(lasted, log.traces["latency_s"], check_names=False)
    root = spans[spans["parent_id"].isna()].set_index("trace_id").loc[traces.index]
    for name in ("start", "end", "latency_s", "input", "output", "name", "error_type"):
        pd.testing.assert_series_equal(root[name], traces[name])
    assert (traces["query_chars"] == traces["input"].str.len()).all()


def _repeats_a_failed_elder(spans: pd.DataFrame) -> pd.Series:
    same = ["trace_id", "parent_id", "kind", "name", "input"]
    failed = (spans["status"] == "error") & spans["parent_id"].notna()
    ordered = spans.assign(failed=failed.astype(int)).sort_values("start")
    elder = ordered.groupby(same, dropna=False)["failed"].cumsum() - ordered["failed"]
    return (elder > 0).reindex(spans.index) & spans["parent_id"].notna()


def test_sessions_belong_to_one_user_and_are_numbered_in_order() -> None:
    traces = world().traces
    sessions = traces.groupby("session_id", sort=False)
    assert sessions["user_id"].nunique().eq(1).all()
    assert sessions.size().max() <= 6
    assert 1.55 < sessions.size().mean() < 1.85
    assert traces["session_number"].min() == 1
    firsts = traces.drop_duplicates("session_id")
    steps = firsts.groupby("user_id")["session_number"].diff().dropna()
    assert (steps == 1).all()
    per_user = traces["user_id"].value_counts()
    assert per_user.iloc[: len(per_user) // 10].sum() > 0.3 * len(traces)


def test_texts_that_a_page_must_not_run_are_among_the_inputs() -> None:
    asked = world().traces["input"]
    for hostile in ("<script>alert(1)</script>", "<b>", "أين", "\U0001f621"):
        assert 0 < asked.str.contains(hostile, regex=False).mean() < 0.02


# --- lifelike ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_there_are_about_as_many_traces_as_asked_for(seed: int) -> None:
    assert len(world(seed).traces) / 28 == pytest.approx(600, rel=0.12)


def test_traffic_has_a_day_a_week_a_memory_and_more_noise_than_poisson() -> None:
    counts = hourly(big())
    times = pd.DatetimeIndex(counts.index)
    by_hour = counts.groupby(times.hour).mean()
    assert by_hour.max() > 2.5 * by_hour.min()
    assert counts[times.day_of_week >= 5].mean() < 0.85 * counts[times.day_of_week < 5].mean()
    left = without_cycle(counts)
    null = without_cycle(_poisson_like(counts))
    assert lag_one(left) > 0.15
    assert abs(lag_one(null)) < 0.12
    assert left.var() > 1.8 * null.var()


def _poisson_like(counts: pd.Series) -> pd.Series:
    times = pd.DatetimeIndex(counts.index)
    usual = counts.groupby([times.day_of_week, times.hour]).transform("mean")
    return pd.Series(np.random.default_rng(0).poisson(usual), index=counts.index)


def test_quality_remembers_the_last_hour_more_than_independent_traces_would() -> None:
    log = world(11, 2400)
    goal = log.goal_met.to_numpy().astype(float)
    hard = goal - pd.Series(goal).groupby(log.traces["task_type"]).transform("mean").to_numpy()
    alone = ~log.traces["session_id"].duplicated()
    kept = (first_half(log) & alone & log.traces["start"].dt.hour.between(9, 21)).to_numpy()
    hour = log.traces["start"].dt.floor("h")[kept]

    def memory(values: np.ndarray) -> float:
        return lag_one(pd.Series(values).groupby(hour.to_numpy()).mean().to_numpy())

    rng = np.random.default_rng(0)
    null = [memory(rng.permutation(hard[kept])) for _ in range(99)]
    assert memory(hard[kept]) > np.max(null)


def test_traces_of_one_session_are_alike() -> None:
    log = big()
    kept = first_half(log).to_numpy()
    goal = pd.Series(log.goal_met.to_numpy()[kept].astype(float))
    session = log.traces["session_id"][kept].reset_index(drop=True)
    size = goal.groupby(session).transform("size")
    goal, session = goal[size == 2], session[size == 2]
    pairs = goal.groupby(session).agg(["first", "last"])
    assert 0.08 < np.corrcoef(pairs["first"], pairs["last"])[0, 1] < 0.25


def test_latency_has_a_heavy_tail_and_follows_the_load() -> None:
    log = big()
    calm = log.traces[first_half(log)]
    p50, p99 = calm["latency_s"].quantile([0.5, 0.99])
    assert p99 > 2.5 * p50
    by_hour = calm.groupby(calm["start"].dt.hour)["latency_s"].median()
    assert by_hour[15] > 1.2 * by_hour[3]


@pytest.mark.parametrize("seed", SEEDS)
def test_one_to_five_percent_rate_and_mostly_the_unhappy(seed: int) -> None:
    traces = world(seed).traces
    rated = traces["user_rating"].notna()
    assert 0.01 < rated.mean() < 0.05
    assert traces.loc[rated, "user_rating"].mean() < strong(traces).mean() - 0.15
    thumbs = judged(world(seed), "user_thumbs", "user").set_index("trace_id")["value"]
    ratings = traces[rated].set_index("trace_id")["user_rating"]
    assert thumbs.sort_index().tolist() == ratings.sort_index().tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_weak_completion_flatters_and_strong_completion_is_near_the_truth(seed: int) -> None:
    log = world(seed)
    over = log.traces["status"] != "open"
    weak = log.traces["completed"][over].astype(float).mean()
    solid = strong(log.traces)[over].mean()
    assert 0.95 < weak < 0.99
    assert 0.08 < weak - solid < 0.18
    assert abs(solid - log.goal_met.mean()) < 0.09


def test_what_a_log_cannot_know_is_missing() -> None:
    traces = big().traces
    still = traces["status"] == "open"
    assert still.mean() == pytest.approx(0.002, abs=0.0005)
    assert still[traces.index < 0.99 * len(traces)].sum() == 0
    assert traces.loc[still, ["end", "latency_s", "completed", "escalated"]].isna().all().all()
    assert 0.005 < traces.loc[~still, "user_corrected"].isna().mean() < 0.03
    assert traces.loc[traces["device"] == "tablet", "copied"].isna().all()
    assert traces.loc[~still & (traces["device"] != "tablet"), "copied"].notna().all()
    ended = {"timeout", "tool_failure", "rate_limit", "model_error", "refusal"}
    assert set(traces["error_type"].dropna()) == ended
    assert (traces["error_type"].notna() == (traces["status"] == "error")).all()


# --- verdicts and labels ----------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_error_rates_of_the_judge_are_those_of_the_truth(seed: int) -> None:
    log = world(seed)
    verdicts = judged(log)
    drifted = inside(log, "lenient_judge", verdicts)
    passed = verdicts["value"] == 1
    for part, specificity in ((~drifted, 0.85), (drifted, 0.60)):
        met, missed = passed[part & verdicts["goal"]], ~passed[part & ~verdicts["goal"]]
        assert met.mean() == pytest.approx(0.92, abs=4 * np.sqrt(0.92 * 0.08 / len(met)))
        error = np.sqrt(specificity * (1 - specificity) / len(missed))
        assert missed.mean() == pytest.approx(specificity, abs=4 * error)
    assert len(verdicts) / len(log.traces) == pytest.approx(0.25, abs=0.015)
    assert (verdicts["inclusion_p"] == 0.25).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_labels_weighted_by_their_design_recover_the_judged_pass_share(seed: int) -> None:
    log = world(seed)
    verdicts, labels = judged(log), judged(log, source="human")
    assert 235 <= len(labels) <= 240
    assert labels["stage"].value_counts()["uniform"] == 48
    assert set(labels["round"]) == {1, 2, 3, 4}
    assert set(labels["trace_id"]) <= set(verdicts["trace_id"])
    weight = 1 / labels["inclusion_p"]
    assert weight.sum() == pytest.approx(len(verdicts), rel=0.1)
    passes = labels["stratum"] == "pass"
    verdict = labels["trace_id"].map(verdicts.set_index("trace_id")["value"])
    assert (passes == (verdict == 1)).all()
    share = (weight * passes).sum() / weight.sum()
    assert share == pytest.approx(verdicts["value"].mean(), abs=0.045)
    assert (labels["value"] == labels["goal"]).mean() > 0.93


def test_labels_without_their_weights_would_mislead() -> None:
    gaps = []
    for seed in SEEDS:
        passes = judged(world(seed), source="human")["stratum"] == "pass"
        gaps.append(judged(world(seed))["value"].mean() - passes.mean())
    assert np.mean(gaps) > 0.04


def test_inclusion_probabilities_are_how_often_a_trace_is_labelled() -> None:
    passed = fails = expected_passed = expected_fails = 0.0
    for seed in range(100, 108):
        log = simulate(days=7, traces_per_day=200, seed=seed)
        verdict = judged(log).set_index("trace_id")["value"]
        labels = judged(log, source="human")
        for value, stratum in ((1, "pass"), (0, "fail")):
            mine = labels[labels["stratum"] == stratum]
            expected = mine["inclusion_p"].iloc[0] * (verdict == value).sum()
            if value:
                passed, expected_passed = passed + len(mine), expected_passed + expected
            else:
                fails, expected_fails = fails + len(mine), expected_fails + expected
    assert passed == pytest.approx(expected_passed, rel=0.02)
    assert fails == pytest.approx(expected_fails, rel=0.03)


# --- incidents --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_first_half_is_calm(seed: int) -> None:
    log = world(seed)
    calm = log.traces[first_half(log)]
    early = calm["start"] < calm["start"].min() + pd.Timedelta(days=7)
    assert abs(z(strong(calm), calm["start"], early, ~early)) < 4
    assert not calm["safety_flagged"].any()
    begun = log.truth["start"].dropna()
    assert (begun >= calm["start"].max()).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_release_breaks_one_slice_and_leaves_the_others_alone(seed: int) -> None:
    log = world(seed)
    here = broken_slice(log.traces)
    assert 0.085 < here[first_half(log)].mean() < 0.115
    row, good = planted(log, "broken_refunds"), strong(log.traces)
    during, before = inside(log, "broken_refunds"), first_half(log)
    assert (log.traces["release"] == row["release"]).equals(during)
    assert good[here & before].mean() == pytest.approx(0.8, abs=0.06)
    assert good[here & during].mean() == pytest.approx(0.42, abs=0.08)
    assert good[here & during].mean() == pytest.approx(row["after"], abs=0.03)
    assert z(good, log.traces["start"], here & during, here & before) < -8
    tasks = log.traces["task_type"]
    for task in tasks.unique():
        other = (tasks == task) & ~here
        assert abs(z(good, log.traces["start"], other & during, other & before)) < 4, task
    hurt = log.traces[here & during]
    assert hurt["user_corrected"].mean() > 0.25
    assert hurt["escalated"].mean() > 0.25


def test_the_release_fails_in_its_own_way() -> None:
    log = world()
    wrong = log.spans["error_message"].str.startswith("InvalidArgument: amount").fillna(value=False)
    assert wrong.sum() > 50
    assert set(log.spans.loc[wrong, "name"]) == {"issue_refund"}
    hit = log.traces["trace_id"].isin(log.spans.loc[wrong, "trace_id"])
    assert (broken_slice(log.traces) & inside(log, "broken_refunds"))[hit].all()
    assert not log.goal_met[hit.to_numpy()].any()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_harmless_releases_change_nothing(seed: int) -> None:
    log = world(seed)
    good, starts, release = strong(log.traces), log.traces["start"], log.traces["release"]
    assert release.nunique() == 4
    first, second, third = (release == name for name in ("2026.10.2", "2026.10.3", "2026.11.0"))
    assert abs(z(good, starts, first_half(log) & second, first)) < 4
    assert abs(z(good, starts, third, second & ~inside(log, "campaign"))) < 4


@pytest.mark.parametrize("seed", SEEDS)
def test_one_model_is_slow_for_a_while(seed: int) -> None:
    log = world(seed)
    large = log.traces["model"] == "aspen-large-2"
    during, before = inside(log, "slow_model"), first_half(log)
    row, seconds = planted(log, "slow_model"), log.traces["latency_s"]
    p95 = {
        (who, when): seconds[mine & part].quantile(0.95)
        for who, mine in (("large", large), ("mini", ~large))
        for when, part in (("during", during), ("before", before))
    }
    assert 1.5 < p95["large", "during"] / p95["large", "before"] < 2.3
    assert 0.8 < p95["mini", "during"] / p95["mini", "before"] < 1.25
    assert p95["large", "during"] == pytest.approx(row["after"], rel=1e-9)
    assert p95["large", "before"] == pytest.approx(row["before"], rel=0.25)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_tool_fails_with_a_message_never_seen_before(seed: int) -> None:
    log = world(seed)
    calls = log.spans[log.spans["name"] == "search_orders"]
    known = log.traces.set_index("trace_id")["start"]
    calls = calls.assign(start=calls["trace_id"].map(known))
    new = calls["error_message"].str.startswith("UpstreamSchemaError").fillna(value=False)
    during = inside(log, "schema_error", calls)
    assert not new[~during].any()
    assert new[during].mean() == pytest.approx(0.2, abs=0.06)
    assert (calls["status"] == "error")[~during].mean() < 0.04
    assert calls["error_message"][new].nunique() == calls["trace_id"][new].nunique()
    row = planted(log, "schema_error")
    assert calls["trace_id"][new].nunique() == row["traces"]
    assert (calls["status"] == "error")[during].mean() == pytest.approx(row["after"], abs=0.02)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_campaign_changes_the_mix_but_no_rate_inside_a_task(seed: int) -> None:
    log = world(seed)
    good, tasks = strong(log.traces), log.traces["task_type"]
    during, before = inside(log, "campaign"), first_half(log)
    share = [(tasks[part] == "complaint").mean() for part in (during, before)]
    assert share[0] / share[1] == pytest.approx(4, abs=0.9)
    assert good[during].mean() == pytest.approx(planted(log, "campaign")["after"], abs=0.01)
    for task in tasks.unique():
        mine = tasks == task
        assert abs(z(good, log.traces["start"], mine & during, mine & before)) < 4, task


def test_the_campaign_lowers_the_overall_rate() -> None:
    log = big()
    good = strong(log.traces)
    assert z(good, log.traces["start"], inside(log, "campaign"), first_half(log)) < -3
    row = planted(log, "campaign")
    assert row["after"] < row["before"] - 0.02
    assert not row["degradation"]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_judge_grows_lenient_while_the_agent_does_not_change(seed: int) -> None:
    log = world(seed)
    verdicts = judged(log)
    drifted = inside(log, "lenient_judge", verdicts)
    missed = ~verdicts["goal"]
    assert z(verdicts["value"], verdicts["start"], missed & drifted, missed & ~drifted) > 3
    healthy = ~broken_slice(log.traces) & ~inside(log, "schema_error") & ~inside(log, "campaign")
    healthy &= log.traces["status"] != "open"
    goal = log.goal_met.reset_index(drop=True)
    late = inside(log, "lenient_judge")
    assert abs(z(goal, log.traces["start"], healthy & late, healthy & ~late)) < 4
    rates = planted(log, "judge_specificity")
    assert (rates["before"], rates["after"], rates["kind"]) == (0.85, 0.60, "judge_error_rate")


@pytest.mark.parametrize("seed", SEEDS)
def test_three_promises_break_the_policy(seed: int) -> None:
    log = world(seed)
    flagged = log.traces["safety_flagged"].fillna(value=False).astype(bool)
    assert flagged.sum() == 3
    assert inside(log, "broken_promise")[flagged].all()
    policy = judged(log, "policy", "check").set_index("trace_id")["value"]
    assert set(policy.index[policy == 0]) == set(log.traces.loc[flagged, "trace_id"])
    assert log.traces.loc[flagged, "output"].str.contains("I promise you").all()
    assert not log.goal_met[flagged.to_numpy()].any()
    assert len(policy) == (log.traces["status"] != "open").sum()


# --- short windows and bad arguments ----------------------------------------------------------


def test_a_week_holds_every_incident_and_a_day_says_which_it_leaves_out() -> None:
    week = simulate(days=7, traces_per_day=300).truth
    assert week["start"].notna().all()
    assert (week["traces"] > 0).all()
    day = simulate(days=1, traces_per_day=300).truth
    out = day["start"].isna()
    assert out.any()
    assert day.loc[out, "what"].str.startswith("Left out: 1 days leave it").all()
    assert not day.loc[out, "degradation"].any()
    assert (day.loc[out, "traces"] == 0).all()


def test_the_smallest_world_is_still_a_log() -> None:
    small = simulate(days=1, traces_per_day=1, seed=0)
    assert len(small.traces) >= 1
    assert {field.name for field in fields(small)} >= set(TABLES)


@pytest.mark.parametrize(
    "wrong, says",
    [
        ({"days": 0}, "days=0"),
        ({"days": 2.5}, "days=2.5"),
        ({"days": True}, "days=True"),
        ({"traces_per_day": -1}, "traces_per_day=-1"),
        ({"traces_per_day": "many"}, "traces_per_day='many'"),
        ({"seed": -3}, "seed=-3"),
        ({"end": "soon"}, "end='soon'"),
        ({"end": "0001-01-02"}, "end='0001-01-02'"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(wrong: dict[str, int | str], says: str) -> None:
    with pytest.raises(BadInputError, match=says):
        simulate(**wrong)  # type: ignore[arg-type]  # wrong on purpose


def test_a_window_may_end_at_any_time_in_any_zone() -> None:
    one = simulate(days=2, traces_per_day=50, end="2026-11-16T02:00:00+02:00")
    two = simulate(days=2, traces_per_day=50, end="2026-11-16")
    pd.testing.assert_frame_equal(one.traces, two.traces)
