"""Is nothing claimed of a judge that says nothing, and is no trace lost on the way?"""

from pathlib import Path

import numpy as np
import pandas as pd

import agentlens as al
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.reading.runs import runs_of
from tests.analysis.judges.worlds import RUBRIC, START, asker, judge_rows, world

GOOD = asker(lambda words: "good" in words, name="good")


def _prose() -> Judge:
    return Judge.of(lambda _: "It looks fine to me.", name="prose", version="1")


def test_a_judge_that_answers_in_prose_is_worth_nothing_on_a_panel(tmp_path: Path) -> None:
    log, _ = world(80, labels=60)
    found = al.panel(log, RUBRIC, [GOOD, _prose()], store=tmp_path / "judge.sqlite")
    assert found.band == "unknown"
    assert found.headline == "prose gave a verdict on 0 of 60 labelled traces, and 20 are needed."
    assert not found.facts().keys() & {"worth in judges", "majority agrees"}


def test_a_retest_of_prose_says_that_it_was_asked_in_vain(tmp_path: Path) -> None:
    log, _ = world(40)
    found = al.retest(log, RUBRIC, _prose(), n=20, k=2, store=tmp_path / "judge.sqlite")
    assert found.band == "unknown"
    assert found.headline.startswith("Prose gave two verdicts or more on 0 traces")


def test_two_judges_without_a_verdict_in_common_are_not_compared(tmp_path: Path) -> None:
    log, _ = world(40)
    found = al.compare_judges(log, RUBRIC, GOOD, _prose(), store=tmp_path / "judge.sqlite")
    assert found.band == "unknown"
    assert "no trace in common on which both gave a verdict" in found.headline


def test_the_log_that_comes_back_is_the_whole_one(tmp_path: Path) -> None:
    store = tmp_path / "judge.sqlite"
    log, _ = world(120, labels=40)
    part = al.judge(
        log.where(trace_id=log.traces["trace_id"].tolist()[:60]), RUBRIC, GOOD, store=store
    )
    judged = pd.concat([log.scores, part.log.scores[part.log.scores["source"] == "judge"]])
    whole = al.from_frames(log.traces, scores=judged.reset_index(drop=True))
    compared = al.compare_judges(whole, RUBRIC, GOOD, asker(lambda _: True, "yes"), store=store)
    again = al.retest(whole, RUBRIC, GOOD, n=20, k=2, store=store)
    for found, more in ((compared, 60), (again, 20)):
        assert found.log.traces["trace_id"].tolist() == log.traces["trace_id"].tolist()
        assert found.log.scores["score_id"].is_unique
        assert len(found.log.scores) == len(whole.scores) + more
        assert (found.log.scores["source"] == "human").sum() == 40


def test_every_asking_is_read_and_the_newest_answer_to_each_counts() -> None:
    ids = [f"t{place:05d}" for place in range(6)]
    said = np.array([1.0, 1.0, 0.0, 0.0, np.nan, 1.0])
    rows = [
        judge_rows(ids, said, model="one", repeat=1, time=START),
        judge_rows(ids, 1 - said, model="one", repeat=2, time=START + pd.Timedelta("1h")),
        judge_rows(
            ids[:2], np.zeros(2), model="one", repeat=2, time=START + pd.Timedelta("2h")
        ).assign(score_id=["late-0", "late-1"]),
        judge_rows(ids[:3], np.zeros(3), model="other", time=START),
    ]
    log, _ = world(6, scores=rows)
    runs = runs_of(log, "met", "one")
    wide = runs.pivot_table(index="position", columns="repeat", values="verdict", aggfunc="sum")
    assert wide[1].tolist() == [1, 1, 0, 0, -1, 1]
    assert wide[2].tolist() == [0, 0, 1, 1, -1, 0]
    assert len(runs_of(log, "met")) == 12
    assert runs["time"].max() == START + pd.Timedelta("2h")
    assert runs_of(log, RUBRIC, GOOD).empty
