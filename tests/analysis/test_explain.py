"""Does an explanation add up, hold what it promises, and find what was planted?"""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import agentlens as al
from agentlens.analysis.arms.dimensions import Dimension
from agentlens.analysis.arms.periods import periods_of
from agentlens.analysis.explain.answer import Explained
from agentlens.analysis.explain.explained import explained
from agentlens.analysis.explain.judge.change import judge_change
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.figures.change.waterfall import waterfall_figure
from agentlens.measures.metric import Kind, Metric
from agentlens.measures.rows import Rows, metric_rows
from agentlens.stats.arrays import Ints
from agentlens.tables.log import Log
from tests.logs import START, plain_log, planted_log

HOUR = 3_600_000_000
HOURS, END = pd.Timedelta(hours=9), START + pd.Timedelta(hours=200)
KINDS: dict[Kind, Metric] = {
    "rate": Metric("m", "rate", "higher", "share", "x"),
    "mean": Metric("m", "mean", "lower", "s", "x"),
    "ratio": Metric("m", "ratio", "lower", "USD", "x", "z"),
    "quantile": Metric("m", "quantile", "lower", "s", "x", q=0.9),
    "count": Metric("m", "count", "neither", "", "x"),
}


def _rows(metric: Metric, seed: int, n: int, *, weighted: bool = False) -> Rows:
    rng = np.random.default_rng(seed)
    x = rng.lognormal(size=n) if metric.kind in {"mean", "ratio", "quantile"} else rng.random(n)
    whole = (x < 0.7).astype(np.float64) if metric.kind in {"rate", "count"} else x
    return Rows(
        metric=metric,
        positions=np.arange(n),
        at=np.arange(n),
        time=rng.integers(0, 24 * 9, n) * HOUR + 490_000 * HOUR,
        numerator=whole,
        denominator=(rng.random(n) < 0.8).astype(float) if metric.kind == "ratio" else np.ones(n),
        weight=rng.uniform(1.0, 4.0, n) if weighted else np.ones(n),
        cluster=rng.integers(0, max(20, n // 3), n),
        ids=pd.Series([f"t{i}" for i in range(n)]),
        notes=(),
        absent=(),
    )


def _dims(seed: int, n: int, arm: Ints, columns: int) -> list[Dimension]:
    """Return columns of some values, of which each period may lack one."""
    rng = np.random.default_rng(seed + 1)
    found = []
    for place in range(columns):
        codes = rng.integers(0, rng.integers(1, 6), n)
        codes = np.where((arm == 1) & (rng.random(n) < 0.2), 6, codes)
        if rng.random() < 0.5:
            codes = np.where((arm == 0) & (codes == 1), 0, codes)
        found.append(Dimension(f"c{place}", tuple("abcdefg"), codes.astype(np.int64)))
    return found


@given(
    st.integers(0, 2**31),
    st.sampled_from([*KINDS]),
    st.sampled_from(["weighted", "threefold", "both", "neither"]),
    st.integers(0, 4),
    st.integers(60, 700),
)
@settings(max_examples=40, deadline=None)
def test_the_parts_add_up_whatever_the_table(
    seed: int, kind: Kind, how: str, columns: int, n: int
) -> None:
    weighted, threefold = how in {"weighted", "both"}, how in {"threefold", "both"}
    rows = _rows(KINDS[kind], seed, n, weighted=weighted)
    arm = np.random.default_rng(seed).integers(-1, 2, n)
    found = explained(rows, _dims(seed, n, arm, columns), arm, threefold=threefold, most=3)
    start, end = found.raw or (found.baseline, found.current)
    scale = max(1.0, abs(start), abs(end))
    assert abs(found.parts["value"].sum() - (end - start)) <= 1e-12 * scale
    assert abs(found.total("change")["value"] - (end - start)) <= 1e-12 * scale
    kinds = found.totals.drop(index="change")["value"].sum()
    assert abs(kinds - (end - start)) <= 1e-12 * scale
    assert (found.raw is not None) == (weighted and kind != "count")
    assert (found.parts["low"] <= found.parts["high"]).all()
    if kind != "count" and len(found.by_dimension):
        told = found.by_dimension.groupby("dimension")[["mix", "rate", "interaction", "remainder"]]
        whole = told.sum().sum(axis=1, skipna=True)
        wanted = explained(rows, [], arm, times=False).totals
        lines = wanted["value"].drop(["change", "sampling"], errors="ignore")
        weighted_change = float(lines.sum())
        assert whole.to_numpy() == pytest.approx(weighted_change, abs=1e-9 * scale)


@pytest.mark.parametrize("kind", ["rate", "mean", "ratio"])
def test_what_is_explained_is_the_metric_itself(kind: Kind) -> None:
    rows = _rows(KINDS[kind], 3, 500, weighted=True)
    arm = np.arange(500) % 2
    found = explained(rows, [], arm)
    plain = []
    for one in (0, 1):
        w, x, z = (v[arm == one] for v in (rows.weight, rows.numerator, rows.denominator))
        plain.append((w * x).sum() / (w * z).sum())
    assert (found.baseline, found.current) == pytest.approx(plain, rel=1e-12)


def test_traffic_that_moves_to_a_hard_task_is_mix_and_nothing_else() -> None:
    rng = np.random.default_rng(0)
    arm = np.repeat([0, 1], 4000)
    task = (rng.random(8000) < np.where(arm == 1, 0.5, 0.1)).astype(np.int64)
    good = (rng.random(8000) < np.where(task == 1, 0.4, 0.9)).astype(float)
    rows = _rows(KINDS["rate"], 0, 8000)
    rows = Rows(**{**vars(rows), "numerator": good})
    found = explained(rows, [Dimension("task", ("easy", "hard"), task)], arm)
    assert found.verdict == "mix"
    mix = found.total("mix")["value"]
    assert mix == pytest.approx(-0.2, abs=0.03)
    hard = found.by_dimension["value"] == "hard"
    assert found.by_dimension.loc[hard, "share_current"].iloc[0] == pytest.approx(0.5, abs=0.03)


def test_a_value_that_only_one_period_has_is_in_the_remainder_and_named() -> None:
    rng = np.random.default_rng(0)
    arm = np.repeat([0, 1], 2000)
    task = np.where((arm == 1) & (rng.random(4000) < 0.3), 2, rng.integers(0, 2, 4000))
    rows = _rows(KINDS["rate"], 0, 4000)
    good = (rng.random(4000) < np.where(task == 2, 0.2, 0.8)).astype(float)
    rows = Rows(**{**vars(rows), "numerator": good})
    found = explained(rows, [Dimension("task", ("a", "b", "new"), task)], arm)
    assert found.one_sided == ("task=new",)
    assert found.total("remainder")["value"] == pytest.approx(-0.18, abs=0.04)
    assert found.stands == ("remainder",)
    assert found.verdict == "mix"


def test_a_column_whose_values_all_changed_explains_nothing_and_is_named() -> None:
    arm = np.repeat([0, 1], 300)
    rows = _rows(KINDS["rate"], 0, 600)
    found = explained(rows, [Dimension("release", ("old", "new"), arm.copy())], arm)
    assert found.replaced == ("release",)
    assert "release" not in found.chosen


def test_a_change_of_weights_alone_is_sampling() -> None:
    rng = np.random.default_rng(0)
    arm = np.repeat([0, 1], 4000)
    bad = rng.random(8000) < 0.2
    kept = (arm == 0) | bad | (rng.random(8000) < 0.25)  # a quarter of the good ones is kept
    weight = np.where((arm == 1) & ~bad, 4.0, 1.0)
    rows = _rows(KINDS["rate"], 0, 8000)
    rows = Rows(**{**vars(rows), "numerator": (~bad).astype(float), "weight": weight})
    found = explained(rows, [], np.where(kept, arm, -1))
    assert found.verdict == "sampling"
    assert found.current == pytest.approx(0.8, abs=0.03)
    assert found.raw is not None
    assert found.raw[1] == pytest.approx(0.5, abs=0.03)


def test_a_log_sampled_by_the_same_rules_all_along_is_explained_as_the_whole_is() -> None:
    whole = al.demo(days=14, traces_per_day=600, seed=2, incidents=["broken_refunds"])
    part = al.sample(whole, rate=0.3, boost=1.0, triggers="escalation_requested", per_day=None)
    full, thin = (al.explain(one, "strong_completion", current="84h") for one in (whole, part))
    assert thin.verdict == full.verdict == "rate"
    assert "sampling" not in thin.totals.index
    assert "unweighted" not in thin.headline
    sides = thin.totals[["low", "high"]].to_numpy(dtype=np.float64)[-1]
    assert sides[0] <= float(full.totals["value"].iloc[-1]) <= sides[1]


def test_a_seasonal_difference_is_mix_of_the_hour() -> None:
    rng = np.random.default_rng(0)
    n = 9000
    rows = _rows(KINDS["rate"], 0, n)
    hour = rows.time // HOUR
    night = hour % 24 < 6
    good = (rng.random(n) < np.where(night, 0.5, 0.9)).astype(float)
    rows = Rows(**{**vars(rows), "numerator": good})
    last = hour >= hour.max() - 23
    arm = np.where(last & night, 1, np.where(last, -1, 0))
    found = explained(rows, [], arm)
    own = found.parts.loc[found.parts["name"] == "hour", "value"]
    assert own.iloc[0] == pytest.approx(-0.3, abs=0.05)
    assert found.verdict == "mix"
    assert found.total("rate")["p"] > 0.01


@lru_cache
def _planted(incident: str) -> tuple[Log, tuple[pd.Timestamp, pd.Timestamp]]:
    log = planted_log(incident, seed=2)
    assert log.truth is not None
    row = log.truth[log.truth["start"].notna()]
    return log, (row["start"].iloc[0], row["end"].iloc[0])


def test_a_campaign_is_mix_by_task_type() -> None:
    log, current = _planted("campaign")
    found = al.explain(log, "strong_completion", current=current)
    assert (found.verdict, found.band) == ("mix", "watch")
    top = found.parts.iloc[int(found.parts["value"].abs().argmax())]
    assert (top["name"], top["kind"]) == ("task_type", "mix")
    assert "complaint" in top["words"]
    assert "task_type" in found.headline
    (signal,) = found.signals()
    assert signal.what == "more traffic of task_type=complaint"
    assert signal.bad


def test_broken_refunds_are_rate_in_refunds_on_mobile() -> None:
    log, current = _planted("broken_refunds")
    found = al.explain(log, "strong_completion", current=current)
    assert (found.verdict, found.band) == ("rate", "act")
    assert "task_type=refund, device=mobile" in found.headline
    signal = found.signals()[0]
    traces = log.traces.set_index("trace_id").loc[list(signal.trace_ids)]
    assert (traces["task_type"] == "refund").all()
    assert (traces["device"] == "mobile").all()
    assert signal.value < signal.expected
    first = traces.iloc[:50]
    assert not (first["completed"] & ~first["user_corrected"] & ~first["escalated"]).all()


def test_a_lenient_judge_is_the_judge_by_labels_and_users_together() -> None:
    log, current = _planted("lenient_judge")
    found = al.explain(log, "score:goal_completion", current=current)
    assert found.verdict == "judge"
    judge = found.judge
    assert judge is not None
    assert judge.known
    assert judge.value > 0
    assert judge.behaviour is not None
    assert judge.behaviour.current > judge.behaviour.baseline
    assert found.totals["value"]["judge"] == judge.value
    assert found.parts["value"].sum() == pytest.approx(found.current - found.baseline, abs=1e-12)


def test_without_labels_the_judge_is_unknown_and_says_what_is_needed() -> None:
    log, current = _planted("lenient_judge")
    bare = Log(
        traces=log.traces,
        spans=log.spans,
        scores=log.scores[log.scores["source"] != "human"],
        report=log.report,
    )
    periods = periods_of(bare, current)
    rows = metric_rows(periods.log, "score:goal_completion")
    judge = judge_change(periods.log, rows, periods.of(rows))
    assert judge is not None
    assert not judge.known
    assert np.isnan(judge.value)
    assert "5 of traces that it passed in the current period" in judge.words
    assert judge.behaviour is not None


def test_a_change_of_rubric_is_named() -> None:
    log, current = _planted("lenient_judge")
    scores = log.scores.copy()
    late = scores["trace_id"].isin(log.traces.loc[log.traces["start"] >= current[0], "trace_id"])
    scores["judge_model"] = scores["judge_model"].astype(object)
    scores.loc[late & (scores["source"] == "judge"), "judge_model"] = "other"
    changed = Log(traces=log.traces, spans=log.spans, scores=scores, report=log.report)
    found = al.explain(changed, "score:goal_completion", current=current)
    assert any("judge model demo-judge-1 → other" in note for note in found.caveats)


def test_other_metrics_have_no_judge() -> None:
    log, current = _planted("campaign")
    assert al.explain(log, "escalation", current=current, by="task_type").judge is None


def test_a_quantile_is_told_as_the_share_beyond_and_at_the_same_mix() -> None:
    log, current = _planted("campaign")
    found = al.explain(log, "latency_p95", current=current)
    assert found.unit == "share"
    assert found.baseline == pytest.approx(0.05, abs=0.002)
    assert any("latency p95 at the baseline's mix" in name for name in found.facts())


def test_a_count_is_told_by_whose_traffic_grew() -> None:
    log, current = _planted("campaign")
    found = al.explain(log, "traffic", current=current)
    assert found.verdict == "traffic"
    assert found.parts["name"].iloc[0] == "task_type=complaint"
    assert found.signals()[0].value > found.signals()[0].expected


def test_the_threefold_form_shows_the_interaction() -> None:
    log, current = _planted("campaign")
    found = al.explain(log, "strong_completion", current=current, threefold=True)
    assert "interaction" in set(found.parts["kind"])
    assert found.parts["value"].sum() == pytest.approx(found.current - found.baseline, abs=1e-12)


def test_more_columns_than_six_are_shared_out_by_drawn_orders() -> None:
    log, current = _planted("campaign")
    found = al.explain(log, "strong_completion", current=current, most=8)
    again = al.explain(log, "strong_completion", current=current, most=8)
    assert found.parts["value"].tolist() == again.parts["value"].tolist()
    assert found.parts["value"].sum() == pytest.approx(found.current - found.baseline, abs=1e-12)


def _with(column: Sequence[object], *, n: int = 400) -> Log:
    log = plain_log(n, hours=200)
    traces = log.traces.assign(extra=pd.Series(column, index=log.traces.index))
    return Log(traces=traces, spans=log.spans, scores=log.scores, report=log.report)


@pytest.mark.parametrize(
    "column",
    [
        [f"v{i}" for i in range(400)],
        [None] * 400,
        ["one"] * 400,
        [1, "1", 2.5, None] * 100,
    ],
    ids=["all differ", "all missing", "one class", "mixed types"],
)
@pytest.mark.parametrize("by", [None, "extra"])
def test_hard_columns_are_named_and_handled(column: list[object], by: str | None) -> None:
    found = al.explain(_with(column), "strong_completion", current="50h", by=by)
    assert found.parts["value"].sum() == pytest.approx(found.current - found.baseline, abs=1e-12)
    if by is None and column[0] == "v0":
        assert any("extra" in note for note in found.caveats)


def test_a_column_of_a_hundred_thousand_values_is_taken_together() -> None:
    n = 100_000
    log = _with([f"v{i}" for i in range(n)], n=n)
    found = al.explain(log, "strong_completion", current="50h", by=["extra", "device"])
    assert any("rarest are taken together" in note for note in found.caveats)
    assert found.band == "pass"


def test_levels_and_change_of_a_headline_agree() -> None:
    log = al.demo(days=14, traces_per_day=150, seed=5)
    told = al.explain(log, "strong_completion").headline
    before, now = (float(one) for one in re.findall(r"([0-9.]+)% \(n", told))
    change = float(re.findall(r"([+-][0-9.]+) points", told)[0])
    assert now - before == pytest.approx(change, abs=0.11)


def test_overlapping_and_empty_periods_are_refused() -> None:
    log = plain_log(400, hours=200)
    half = START + pd.Timedelta(hours=100)
    with pytest.raises(BadInputError, match="overlap"):
        al.explain(log, "escalation", current=(half, END), baseline=(START, half + HOURS))
    with pytest.raises(BadInputError, match="holds no trace"):
        al.explain(log, "escalation", current=("2020-01-01", "2020-01-02"))


@pytest.mark.parametrize("by", [[], 3])
def test_columns_must_be_names(by: list[str]) -> None:
    with pytest.raises(BadInputError, match="by= names columns of the traces"):
        al.explain(plain_log(400, hours=200), "escalation", by=by)


@pytest.mark.parametrize("most", [0, True, 2.5])
def test_most_must_be_a_number_of_columns(most: int) -> None:
    with pytest.raises(BadInputError, match="how many columns"):
        al.explain(plain_log(400, hours=200), "escalation", most=most)


@pytest.mark.parametrize("level", [0.2, 1.0, 95])
def test_level_must_be_a_confidence(level: float) -> None:
    with pytest.raises(BadInputError, match="how often intervals"):
        al.explain(plain_log(400, hours=200), "escalation", level=level)


def test_an_unknown_column_is_named_with_a_near_match() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'device'"):
        al.explain(plain_log(400, hours=200), "escalation", by="devise")


def test_what_data_cannot_carry_is_unknown_with_what_is_needed() -> None:
    few = al.explain(plain_log(40, hours=200), "strong_completion", current="50h")
    assert few.band == "unknown"
    assert "at least 30 are needed" in few.headline
    one_user = al.explain(plain_log(400, hours=200, per_user=200), "escalation", current="50h")
    assert "10 are needed" in one_user.headline
    absent = al.explain(plain_log(400, hours=200), "ttft_p95", current="50h")
    assert absent.band == "unknown"
    assert not absent.signals()


def test_columns_belong_to_the_question() -> None:
    log = plain_log(400, hours=200)
    one, other = (al.explain(log, "escalation", by=by) for by in ("device", "user_id"))
    assert one.title != other.title


def test_the_figure_leads_from_one_value_to_the_other_whatever_is_folded() -> None:
    names = ["<b>big</b>", *(f"small {i}" for i in range(14))]
    value = np.array([0.2, *([0.001, -0.0005] * 7)])
    parts = pd.DataFrame({"name": names, "kind": "mix", "value": value})
    parts = parts.assign(low=value - 0.01, high=value + 0.01)
    end = 0.5 + float(value.sum())
    figure = waterfall_figure(parts, 0.5, end, title="t", unit="share", better="lower")
    bars = next(one for one in figure.data if one.type == "bar")
    assert len(bars.x) < len(parts)
    assert bars.base[0] == pytest.approx(0.5, abs=1e-12)
    assert bars.base[-1] + bars.x[-1] == pytest.approx(end, abs=1e-12)
    assert list(bars.marker.pattern.shape) == ["", "/"]
    assert "&lt;b>big" in figure.layout.yaxis.ticktext[1]


def _world(seed: int, *, shift: bool) -> Explained:
    """Return the parts of a world of users in both periods, of which the truth is known."""
    rng = np.random.default_rng(seed)
    arm = np.repeat([1, 0], [300, 1500])
    shares = np.array([[0.25] * 4, [0.15, 0.15, 0.25, 0.45] if shift else [0.25] * 4])
    task = np.where(arm == 1, rng.choice(4, 1800, p=shares[1]), rng.choice(4, 1800, p=shares[0]))
    user = rng.integers(0, 450, 1800)
    chance = np.array([0.9, 0.85, 0.8, 0.7])[task] - 0.1 * (task == 2) * arm * shift
    chance = chance + rng.choice([-0.1, 0.1], 450)[user]
    rows = _rows(KINDS["rate"], seed, 1800)
    good = (rng.random(1800) < chance).astype(float)
    rows = Rows(**{**vars(rows), "numerator": good, "cluster": user})
    dims = [
        Dimension("task", tuple("abcd"), task),
        Dimension("device", tuple("xyz"), rng.integers(0, 3, 1800)),
    ]
    return explained(rows, dims, arm, times=False)


@pytest.mark.simulation
def test_intervals_hold_the_truth_as_often_as_said() -> None:
    # Mix: Δw · (r₀ + r₁)/2 = -.1(.9 + .85) + .2 · .7; rate: .25 · -.1.
    mix, rate = -0.035, -0.025
    held: list[list[float]] = []
    for seed in range(200):
        found = _world(seed, shift=True)
        truths = (("mix", mix), ("rate", rate), ("change", mix + rate))
        lines = [(found.total(kind), truth) for kind, truth in truths]
        held.append([float(one["low"] <= truth <= one["high"]) for one, truth in lines])
    cover = np.mean(held, axis=0)
    assert (cover > 0.90).all(), cover
    assert (cover < 0.99).all(), cover


@pytest.mark.simulation
def test_nothing_is_called_where_nothing_changed() -> None:
    words = [_world(seed, shift=False).verdict for seed in range(1000, 1200)]
    assert np.mean([word == "no change" for word in words]) >= 0.93
