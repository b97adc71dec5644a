"""Does a retest count how often a judge contradicts itself, and find where?"""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import agentlens as al
from tests.analysis.judges.worlds import (
    RUBRIC,
    asker,
    judge_rows,
    repeated,
    unsteady,
    world,
)


def test_the_flip_rate_is_the_share_of_pairs_of_runs_that_differ() -> None:
    ids = [f"t{i:05d}" for i in range(20)]
    runs = [np.ones(20) for _ in range(3)]
    runs[0][:2] = 0
    rows = [judge_rows(ids, one, model="one", repeat=k + 1) for k, one in enumerate(runs)]
    found = al.retest(world(20, scores=rows)[0], "met", "one")
    assert found.facts()["flip rate"].value == pytest.approx(2 * (2 / 3) / 20)
    assert set(found.unstable) == {"t00000", "t00001"}
    assert found.frame["unstable"].sum() == 2
    assert "it gave both verdicts on 2." in found.headline


def test_a_steady_judge_passes_and_an_unsteady_one_does_not() -> None:
    assert al.retest(repeated(200, 3, 0.0), "met", "one").band == "pass"
    loud = al.retest(repeated(200, 3, 0.2), "met", "one")
    assert loud.band == "act"
    assert loud.signals()[0].trace_ids == loud.unstable
    assert al.retest(repeated(40, 3, 0.06), "met", "one").band == "watch"


def test_a_majority_of_runs_agrees_more_with_people_where_flips_are_noise() -> None:
    told = al.retest(repeated(300, 5, 0.1, labels=300), "met", "one").facts()
    single, most = (
        float(told[name].value)
        for name in ("one run agrees with people", "the majority of runs agrees")
    )
    assert single == pytest.approx(0.9, abs=0.03)
    assert most > single + 0.05


def test_a_judge_is_asked_k_times_about_n_traces_and_never_twice_the_same(tmp_path: Path) -> None:
    log, _ = world(100)
    judge = unsteady(0.1)
    store = tmp_path / "judge.sqlite"
    first = al.retest(log, RUBRIC, judge, n=30, k=3, store=store)
    assert len(first.frame) == 30
    assert first.frame["runs"].eq(3).all()
    again = al.retest(log, RUBRIC, judge, n=30, k=3, store=store)
    assert again.headline == first.headline
    assert again.unstable == first.unstable


def test_hard_traces_are_drawn_more_often_and_weighted_back(tmp_path: Path) -> None:
    n = 400
    log, _ = world(n)
    ids = log.traces["trace_id"].tolist()
    asked: Counter[str] = Counter()

    def says(words: str) -> bool:
        number = int(words.partition("answer ")[2].split()[0])
        asked[words] += 1
        return number >= 40 or asked[words] % 2 == 0

    judge = asker(says, "sure")
    score = np.where(np.arange(n) < 40, 0.52, 0.95)
    rows = judge_rows(ids, score, model="sure", judge_id=judge.id(RUBRIC))
    seen = al.retest(
        world(n, scores=[rows])[0], RUBRIC, judge, n=40, k=2, store=tmp_path / "judge.sqlite"
    )
    kinds = seen.frame["kind"].value_counts()
    assert (kinds["hard"], kinds["easy"]) == (20, 20)
    assert "20 hard and 20 other traces, weighted back to all that were judged." in seen.caveats
    assert len(seen.unstable) == 20
    assert seen.facts()["flip rate"].value == pytest.approx(0.1)


def test_the_flip_rate_of_hard_traces_counts_by_their_share() -> None:
    from agentlens.stats.agreement.flips import flips

    passes = np.array([1.0] * 10 + [2.0] * 30)
    stratum = np.repeat([1, 0], [10, 30])
    rate = flips(passes, np.full(40, 2.0), stratum=stratum, share=np.array([0.9, 0.1]))
    assert rate.value == pytest.approx(0.1)
    assert flips(passes, np.full(40, 2.0)).value == pytest.approx(0.25)


def test_without_repeats_or_budget_it_says_what_to_do(tmp_path: Path) -> None:
    log, _ = world(60, judges={"one": np.array(0.1)})
    assert al.retest(log, "met", "one").headline.startswith(
        "No traces judged by one more than once"
    )
    paid = al.retest(log, RUBRIC, al.Judge("claude-haiku-5-5"), store=tmp_path / "s.sqlite")
    assert paid.band == "unknown"
    assert "180 calls" in paid.headline


def test_misuse_is_named() -> None:
    log, _ = world(60, judges={"one": np.array(0.1)})
    for more, said in (({"n": 5}, "n is"), ({"k": 1}, "k is"), ({"most": 0.7}, "most")):
        with pytest.raises(al.BadInputError, match=said):
            al.retest(log, "met", "one", **more)
