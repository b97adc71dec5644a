"""Does a panel know what it is worth?"""

from pathlib import Path

import numpy as np
import pytest

import agentlens as al
from tests.analysis.judges.worlds import RUBRIC, asker, judge_rows, label_rows, world


def test_a_panel_without_labels_claims_nothing() -> None:
    log, _ = world(200, judges={"one": np.array(0.1), "two": np.array(0.2)})
    found = al.panel(log, "met", ["one", "two"])
    assert found.band == "unknown"
    assert found.headline == "A panel's agreement with itself is not accuracy; label 50."
    assert "agrees" not in " ".join(found.facts())


def test_judges_that_err_together_are_worth_fewer() -> None:
    rng = np.random.default_rng(3)
    n = 600
    plain, truth = world(n)
    ids = plain.traces["trace_id"].tolist()
    shared = rng.random(n) < 0.15
    rows = [label_rows(ids[:400], truth[:400])]
    for name in ("one", "two", "three"):
        follow = rng.random(n) < 0.8
        wrong = np.where(follow, shared, rng.random(n) < 0.15)
        rows.append(judge_rows(ids, np.where(wrong, 1 - truth, truth), model=name))
    found = al.panel(world(n, scores=rows)[0], "met", ["one", "two", "three"])
    assert float(found.facts()["worth in judges"].value) < 1.7
    assert found.together.shape == (3, 3)
    assert np.diag(found.together.to_numpy()) == pytest.approx(1.0)


def test_a_majority_of_independent_judges_is_better_than_the_best() -> None:
    log, _ = world(
        1500, judges={name: np.array(0.2) for name in ("one", "two", "three", "four", "five")}
    )
    n = 1500
    truth = world(n)[1]
    labels = label_rows(log.traces["trace_id"].tolist(), truth)
    found = al.panel(
        world(n, scores=[log.scores, labels])[0], "met", ["one", "two", "three", "four", "five"]
    )
    assert found.band == "watch"
    assert found.headline.endswith("the majority is better.")
    assert found.facts()["majority minus best"].low > 0


def test_the_best_is_chosen_on_dev_and_measured_on_test() -> None:
    n = 200
    plain, truth = world(n)
    ids = plain.traces["trace_id"].tolist()
    dev = np.arange(n) < 100
    lucky = np.where(dev, truth, 1 - truth)
    rows = [
        judge_rows(ids, lucky, model="lucky"),
        judge_rows(ids, np.where(dev, 1 - truth, truth), model="unlucky"),
        label_rows(ids, truth, split=np.where(dev, "dev", "test")),
    ]
    found = al.panel(world(n, scores=rows)[0], "met", ["lucky", "unlucky"])
    assert "the best of them, lucky, on 0%" in found.headline


def test_a_veto_fails_what_one_member_fails(tmp_path: Path) -> None:
    log, truth = world(120)
    rows = [label_rows(log.traces["trace_id"].tolist(), truth)]
    good, yes = asker(lambda words: " good" in words, "good"), asker(lambda _: True, "yes")
    found = al.panel(
        world(120, scores=rows)[0], RUBRIC, [good, yes], store=tmp_path / "judge.sqlite"
    )
    shown = found.frame.set_index("judge")
    assert shown.loc["any objection", "value"] == 1.0
    assert shown.loc["good", "value"] == 1.0
    assert shown.loc["yes", "passed"] == 1.0


def test_misuse_is_named() -> None:
    log, _ = world(30, judges={"one": np.array(0.1)})
    with pytest.raises(al.BadInputError, match="two different judges or more"):
        al.panel(log, "met", ["one"])
    with pytest.raises(al.BadInputError, match="not 4"):
        al.panel(log, "met", ["one", 4])  # type: ignore[list-item]
