"""Is a calibration's metric that of its own judge, whatever else the log holds?"""

from dataclasses import replace

import pandas as pd

import agentlens as al
from tests.logs import demo_log


def _with_a_second_judge(log: al.Log) -> al.Log:
    own = log.scores[(log.scores["source"] == "judge") & (log.scores["name"] == "goal_completion")]
    other = own.assign(
        score_id="other-" + own["score_id"], value=1.0 - own["value"], judge_model="llama:8b"
    )
    return replace(log, scores=pd.concat([log.scores, other], ignore_index=True))


def test_the_verdicts_of_another_judge_do_not_enter_the_metric() -> None:
    log = demo_log()
    metric = al.calibrate(log, "goal_completion").metric
    both = _with_a_second_judge(log)
    own = al.series(log, metric, every="7D")
    pd.testing.assert_frame_equal(al.series(both, metric, every="7D"), own)
    plain = al.series(both, "score:goal_completion", every="7D")
    assert (plain["value"] == 0.5).all()  # which is why it has to be told apart


def test_a_judge_whose_name_holds_a_colon_has_its_metric() -> None:
    both = _with_a_second_judge(demo_log())
    found = al.calibrate(both, "goal_completion", "demo-judge-1").metric
    assert "judge=demo-judge-1" in found.numerator
    renamed = both.scores.assign(
        judge_model=both.scores["judge_model"].replace("demo-judge-1", "qwen:72b")
    )
    log = replace(both, scores=renamed)
    metric = al.calibrate(log, "goal_completion", "qwen:72b").metric
    assert al.series(log, metric, every=None)["n"].iloc[0] > 3_000


def test_a_chart_of_the_metric_calls_what_the_judge_cannot_hide() -> None:
    log = demo_log()
    metric = al.calibrate(log, "goal_completion").metric
    chart = al.control_chart(log, metric, every="6h")
    assert any("Corrected for a judge" in note for note in chart.caveats)
    assert not any("uncorrected" in note for note in chart.caveats)
    plain = al.control_chart(log, "score:goal_completion", every="6h")
    assert any("uncorrected" in note for note in plain.caveats)
