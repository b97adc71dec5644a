"""Is a metric that takes a judge's errors out true, and as wide as what is not known of them?"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import agentlens as al
from agentlens.measures.correction import Correction
from agentlens.tables.wide import score_column

RATES = st.floats(0.55, 1.0)


def _metric(correction: Correction, score: str = "goal") -> al.Metric:
    return al.Metric(
        "corrected:goal", "mean", "higher", "share",
        correction.numerator(score), correction=correction,
    )  # fmt: skip


def _log(values: np.ndarray, **columns: object) -> al.Log:
    n = len(values)
    ids = [f"t{place}" for place in range(n)]
    start = pd.date_range("2026-11-01", periods=n, freq="min", tz="UTC")
    scores = pd.DataFrame(
        {
            "score_id": [f"s{place}" for place in range(n)],
            "trace_id": ids,
            "name": "goal",
            "value": values,
            "source": "judge",
            **columns,
        }
    )
    return al.from_frames(pd.DataFrame({"trace_id": ids, "start": start}), scores=scores)


@given(sensitivity=RATES, specificity=RATES, truth=st.floats(0.0, 1.0))
def test_the_mean_of_corrected_verdicts_is_the_truth(
    sensitivity: float, specificity: float, truth: float
) -> None:
    judged = truth * sensitivity + (1 - truth) * (1 - specificity)
    found = (judged - (1 - specificity)) / (sensitivity + specificity - 1)
    correction = Correction(sensitivity, specificity, (0.0, 0.0, 0.0))
    text = correction.numerator("goal").replace("score('goal')", repr(judged))
    assert eval(text) == pytest.approx(found, abs=1e-9)  # noqa: S307 - our own formula
    assert found == pytest.approx(truth, abs=1e-9)


def test_the_error_is_that_of_the_labels() -> None:
    rng = np.random.default_rng(1)
    spread = np.array([[0.0004, 0.0002], [0.0002, 0.0016]])
    draws = rng.multivariate_normal([0.9, 0.8], spread, size=200_000)
    for truth in (0.2, 0.7, 0.95):
        judged = truth * 0.9 + (1 - truth) * 0.2
        found = (judged + draws[:, 1] - 1) / (draws.sum(axis=1) - 1)
        own = Correction(0.9, 0.8, (0.0004, 0.0016, 0.0002)).error(np.array([truth]))[0]
        assert own == pytest.approx(found.std(), rel=0.03)


@pytest.mark.simulation
def test_a_corrected_series_covers_the_truth_and_without_the_labels_share_it_does_not() -> None:
    rng = np.random.default_rng(2)
    truth, sensitivity, specificity, labels = 0.8, 0.9, 0.8, (120, 30)
    hits, narrow = 0, 0
    runs = 300
    for _ in range(runs):
        good = rng.random(1500) < truth
        passes = rng.random(1500) < np.where(good, sensitivity, 1 - specificity)
        found = (rng.binomial(labels[0], sensitivity) + 1) / (labels[0] + 2)
        other = (rng.binomial(labels[1], specificity) + 1) / (labels[1] + 2)
        spread = (found * (1 - found) / (labels[0] + 3), other * (1 - other) / (labels[1] + 3), 0.0)
        log = _log(passes.astype(float))
        wide = al.series(log, _metric(Correction(found, other, spread)), every=None).iloc[0]
        bare = al.series(log, _metric(Correction(found, other, (0.0, 0.0, 0.0))), every=None)
        hits += wide["low"] <= truth <= wide["high"]
        narrow += bare["low"].iloc[0] <= truth <= bare["high"].iloc[0]
    assert 0.915 <= hits / runs <= 0.985
    assert narrow / runs < 0.8


def test_the_card_says_what_was_corrected() -> None:
    log = _log(np.tile([1.0, 1.0, 1.0, 0.0], 200))
    metric = _metric(Correction(0.9, 0.8, (0.0004, 0.0016, 0.0)))
    chart = al.control_chart(log, metric, every="10min")
    assert any("passes 90.0% of what people pass" in note for note in chart.caveats)


def test_a_second_opinion_is_never_averaged_in() -> None:
    ids = [f"t{place}" for place in range(4)]
    rows = [(one, 1.0, "aa", "big") for one in ids] + [(one, 0.0, "bb", "small") for one in ids[:2]]
    scores = pd.DataFrame(rows, columns=["trace_id", "value", "judge_id", "judge_model"])
    scores = scores.assign(
        score_id=[f"s{place}" for place in range(len(rows))], name="goal", source="judge",
        rubric_version=["1"] * 5 + ["2"],
    )  # fmt: skip
    assert score_column(scores.iloc[:5], "score:goal")["value"].tolist() == [1.0] * 4
    assert score_column(scores, "score:goal?judge=bb&version=1")["value"].tolist() == [0.0]
    assert score_column(scores, "score:goal?judge=small&version=2")["value"].tolist() == [0.0]
    assert score_column(scores, "score:goal?judge=big&version=1")["trace_id"].tolist() == ids
