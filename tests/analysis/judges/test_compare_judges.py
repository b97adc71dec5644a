"""Does a comparison of judges find the better one, and only then?"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import agentlens as al
from agentlens.stats.multiple import holm
from tests.analysis.judges.worlds import RUBRIC, asker, judge_rows, label_rows, world


def test_the_better_judge_is_named_with_its_lead_and_its_labels() -> None:
    log, _ = world(600, judges={"one": np.array(0.1), "two": np.array(0.3)}, labels=200)
    found = al.compare_judges(log, "met", "one", "two")
    assert found.band == "watch"
    assert found.headline.startswith("one agrees with people more often than two, by ")
    assert found.facts()["difference, labels where they differ"].low > 0
    turned = al.compare_judges(log, "met", "two", "one")
    assert turned.headline.startswith("one agrees with people more often than two, by ")
    assert float(turned.facts()["difference, labels where they differ"].value) == pytest.approx(
        -float(found.facts()["difference, labels where they differ"].value)
    )
    assert turned.facts()["difference, labels where they differ"].high < 0


def test_sixty_labels_where_they_differ_are_worth_more_than_sixty_of_all() -> None:
    log, truth = world(1000, judges={"one": np.array(0.1), "two": np.array(0.15)})
    said = log.scores.pivot_table(index="trace_id", columns="judge_model", values="value")
    ids, differ = said.index.to_numpy(), (said["one"] != said["two"]).to_numpy()
    of_all = label_rows(list(ids[::16]), truth[::16])
    chosen = np.flatnonzero(differ)[:60]
    apart = label_rows(
        list(ids[chosen]), truth[chosen], stage="stratum", inclusion_p=60 / differ.sum()
    )
    widths = []
    for labels in (of_all, apart):
        seen = world(1000, scores=[log.scores, labels])[0]
        rows = al.compare_judges(seen, "met", "one", "two").frame
        widths.append((rows["high"] - rows["low"])[rows["what"].str.startswith("diff")].min())
    assert widths[1] < 0.5 * widths[0]


def test_the_cells_are_those_counted_by_hand() -> None:
    ids = [f"t{i:05d}" for i in range(40)]
    one = np.repeat([1.0, 1, 0, 0], [20, 8, 7, 5])
    two = np.repeat([1.0, 0, 1, 0], [20, 8, 7, 5])
    truth = np.tile([1.0, 0.0], 20)
    rows = [
        judge_rows(ids, one, model="one"),
        judge_rows(ids, two, model="two"),
        label_rows(ids, truth),
    ]
    found = al.compare_judges(world(40, scores=rows)[0], "met", "one", "two")
    assert found.cells["traces"].tolist() == [20, 8, 7, 5]
    assert found.cells["labels"].tolist() == [20, 8, 7, 5]
    assert found.cells["human_pass"].tolist() == [10, 4, 4, 2]
    right = [(one == truth).mean(), (two == truth).mean()]
    assert found.frame["value"][:2].tolist() == pytest.approx(right)
    assert found.frame["value"][2] == pytest.approx(right[0] - right[1])


def test_judges_alike_show_no_difference_and_say_what_could_be_seen() -> None:
    log, _ = world(600, judges={"one": np.array(0.15), "two": np.array(0.15)}, labels=200, seed=1)
    found = al.compare_judges(log, "met", "one", "two")
    assert found.band == "pass"
    assert "would be found 4 times in 5" in found.headline
    assert found.signals() == ()


def test_without_labels_it_says_how_many_are_needed_and_which() -> None:
    log, _ = world(200, judges={"one": np.array(0.1), "two": np.array(0.3)})
    found = al.compare_judges(log, "met", "one", "two")
    assert found.band == "unknown"
    assert "label 60 more of them" in found.headline
    said = log.scores.pivot_table(index="trace_id", columns="judge_model", values="value")
    assert set(found.to_label) == set(said.index[said["one"] != said["two"]])


def test_labels_picked_by_hand_or_of_the_dev_split_do_not_count() -> None:
    for more in ({"stage": "targeted"}, {"split": "dev"}):
        log, truth = world(300, judges={"one": np.array(0.1), "two": np.array(0.3)})
        labels = label_rows(log.traces["trace_id"].tolist(), truth, **more)
        rows = [log.scores, labels]
        again, _ = world(300, scores=rows)
        assert al.compare_judges(again, "met", "one", "two").band == "unknown"


def test_labels_drawn_unevenly_are_weighted_back() -> None:
    n = 4000
    rng = np.random.default_rng(50)
    log, truth = world(n, judges={"one": np.array(0.1), "two": np.array(0.25)}, seed=5)
    ids = np.array(log.traces["trace_id"])
    said = log.scores.pivot_table(index="trace_id", columns="judge_model", values="value")
    p = np.where(said["one"].to_numpy() == truth, 0.05, 0.5)
    chosen = rng.random(n) < p
    labels = label_rows(list(ids[chosen]), truth[chosen], stage="stratum", inclusion_p=p[chosen])
    found = al.compare_judges(world(n, scores=[log.scores, labels], seed=5)[0], "met", "one", "two")
    true = ((said["one"] == truth).mean() - (said["two"] == truth).mean()) * 100
    fact = found.facts()["difference, labels where they differ"]
    assert fact.low <= true <= fact.high
    unweighted = world(n, scores=[log.scores, labels.assign(inclusion_p=1.0)], seed=5)[0]
    wrong = al.compare_judges(unweighted, "met", "one", "two").facts()
    assert wrong["difference, labels where they differ"].high < true


def test_several_candidates_pay_for_being_several() -> None:
    log, _ = world(
        500,
        judges={"one": np.array(0.1), "two": np.array(0.14), "three": np.array(0.3)},
        labels=200,
    )
    alone = al.compare_judges(log, "met", "one", "two")
    both = al.compare_judges(log, "met", "one", ["two", "three"])
    assert len(both.cells) == 8
    assert any("decided by Holm's p" in note for note in both.caveats)
    told = both.facts()
    raw = [told[f"p, labels where they differ ({name})"].value for name in ("two", "three")]
    paid = [told[f"p, all candidates together ({name})"].value for name in ("two", "three")]
    assert paid == pytest.approx(holm(np.array(raw)))
    assert min(paid) == pytest.approx(2 * min(raw))
    assert alone.frame["value"].iloc[-1] == pytest.approx(both.frame["value"].iloc[-3])


def test_free_judges_are_asked_and_nothing_is_asked_twice(tmp_path: Path) -> None:
    log, truth = world(60)
    labelled = world(60, scores=[label_rows(log.traces["trace_id"].tolist(), truth)])[0]
    asked: list[str] = []

    def good(words: str) -> bool:
        asked.append(words)
        return " good" in words

    judges = asker(good, "good"), asker(lambda _: True, "yes")
    store = tmp_path / "judge.sqlite"
    first = al.compare_judges(labelled, RUBRIC, *judges, store=store)
    assert first.facts()["traces judged by both"].value == 60
    assert first.cells["human_pass"].sum() == truth.sum()
    assert len(asked) == 60
    again = al.compare_judges(labelled, RUBRIC, *judges, store=store)
    assert len(asked) == 60
    assert again.headline == first.headline


def test_without_a_budget_a_paid_judge_is_not_asked_and_its_price_is_told(tmp_path: Path) -> None:
    log, _ = world(30, judges={"one": np.array(0.1)})
    paid = al.Judge("claude-haiku-5-5")
    found = al.compare_judges(log, RUBRIC, paid, asker(lambda _: True), store=tmp_path / "s.sqlite")
    assert found.band == "unknown"
    assert found.headline.startswith("Not every judge was asked; still to ask: ")
    assert "30 calls" in found.headline


def test_misuse_is_named() -> None:
    log, _ = world(30, judges={"one": np.array(0.1)})
    with pytest.raises(al.BadInputError, match="two different judges"):
        al.compare_judges(log, "met", "one", "one")
    with pytest.raises(al.BadInputError, match="not 3"):
        al.compare_judges(log, "met", "one", 3)  # type: ignore[arg-type]
    with pytest.raises(al.BadInputError, match="level"):
        al.compare_judges(log, "met", "one", "two", level=2.0)
    with pytest.raises(al.UnknownNameError, match="oen"):
        al.compare_judges(log, "met", "oen", "two")


def test_traces_without_a_verdict_are_counted_and_left_out() -> None:
    ids = [f"t{i:05d}" for i in range(50)]
    one, two = np.ones(50), np.ones(50)
    one[:7] = np.nan
    rows = [judge_rows(ids, one, model="one"), judge_rows(ids, two, model="two")]
    found = al.compare_judges(world(50, scores=rows)[0], "met", "one", "two")
    assert found.facts()["traces judged by both"].value == 43
    assert any("7 traces on which one of them gave no verdict" in note for note in found.caveats)
    assert "say the same of all 43 traces" in found.headline
    assert isinstance(found.frame, pd.DataFrame)
