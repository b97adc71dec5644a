"""Does a watch on a judge tell a changed judge from changed traffic, and say when it cannot?"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import agentlens as al
from agentlens.tables.log import Log
from tests.analysis.judges.worlds import (
    RUBRIC,
    START,
    asker,
    judge_rows,
    label_rows,
    unsteady,
    world,
)


def anchored(runs: int, *, n: int = 60, fall: float = 0.0, since: int = 6, seed: int = 0) -> Log:
    """Return anchors with labels and so many runs of the judge "one"."""
    rng = np.random.default_rng(seed)
    ids = [f"a{i:03d}" for i in range(n)]
    truth = (np.arange(n) % 2).astype(float)
    never = rng.random(n) < fall
    rows = [label_rows(ids, truth, reference="adjudicated")]
    for run in range(1, runs + 1):
        wrong = (rng.random(n) < 0.05) | (never & (run >= since))
        at = START + pd.Timedelta(run, "D")
        verdict = np.where(wrong, 1 - truth, truth)
        rows.append(judge_rows(ids, verdict, model="one", repeat=run, time=at))
    plain, _ = world(n, scores=[])
    scores = pd.concat(rows, ignore_index=True)
    return al.from_frames(plain.traces.assign(trace_id=ids), scores=scores)


def traffic(*, now: float = 0.8, labels: int = 100, wrong: float = 0.08, n: int = 800) -> Log:
    """Return eleven days of traffic whose pass rate may change in the last two."""
    rng = np.random.default_rng(9)
    days = n // 11
    rate = np.where(np.arange(n) >= n - 2 * days, now, 0.8)
    truth = (rng.random(n) < rate).astype(float)
    began = START + pd.to_timedelta(np.arange(n) * 11 * 86400 / n, unit="s")
    ids = [f"t{i:05d}" for i in range(n)]
    traces = pd.DataFrame({"trace_id": ids, "user_id": ids, "start": began})
    verdict = np.where(rng.random(n) < wrong, 1 - truth, truth)
    chosen = np.sort(rng.choice(n, labels, replace=False))
    rows = [
        judge_rows(ids, verdict, model="one", time=began),
        label_rows([ids[i] for i in chosen], truth[chosen], time=began[chosen]),
    ]
    return al.from_frames(traces, scores=pd.concat(rows, ignore_index=True))


def test_quiet_anchors_and_a_quiet_rate_blame_nobody() -> None:
    found = al.watch_judge(traffic(), "met", "one", anchored(12))
    assert (found.who, found.band) == ("nobody", "pass")
    assert found.headline.startswith("One is steady: it agrees on ")


def test_quiet_anchors_and_a_moved_rate_blame_the_agent_or_its_traffic() -> None:
    found = al.watch_judge(traffic(now=0.5), "met", "one", anchored(12), current="2D")
    assert (found.who, found.band) == ("the agent or its traffic", "watch")
    assert found.signals()[0].bad
    assert found.signals()[0].value < found.signals()[0].expected


def test_an_alarm_blames_the_judge_whatever_the_rate_did() -> None:
    for now in (0.8, 0.5):
        found = al.watch_judge(traffic(now=now), "met", "one", anchored(16, fall=0.25, since=9))
        assert (found.who, found.band) == ("the judge", "act")
        assert "no rate of it can be read until it is calibrated again" in found.headline
        assert found.signals()[0].start >= START + pd.Timedelta("9D")


def test_a_moved_rate_without_anchors_leaves_it_open_who_moved() -> None:
    found = al.watch_judge(traffic(now=0.5), "met", "one", current="2D")
    assert (found.who, found.band) == ("unknown", "unknown")
    assert "no anchors: a judge change cannot be excluded" in found.headline
    assert found.signals() == ()


def test_too_few_runs_say_on_which_day_watching_starts() -> None:
    found = al.watch_judge(traffic(labels=5), "met", "one", anchored(2))
    assert found.band == "unknown"
    assert found.headline == ("2 of 5 baseline runs; watching starts on 6 Nov at one run a day.")


def test_agreement_below_the_promise_pages_and_above_it_does_not() -> None:
    bad = al.watch_judge(traffic(wrong=0.35, labels=200), "met", "one", anchored(12))
    assert bad.band == "act"
    assert bad.headline.startswith("One no longer agrees with people as promised: ")
    assert bad.signals()[0].expected == 0.85
    good = al.watch_judge(traffic(wrong=0.05, labels=200), "met", "one")
    assert (good.band, good.who) == ("pass", "unknown")


def test_only_labels_drawn_from_all_alike_and_one_a_user_enter_the_stream() -> None:
    log = traffic(labels=200)
    human = log.scores["source"] == "human"
    picked = log.scores.assign(stage=human.map({True: "stratum", False: None}), inclusion_p=0.5)
    stream = al.from_frames(log.traces, scores=picked)
    assert "fresh labels" not in set(al.watch_judge(stream, "met", "one").frame.get("chart", []))
    shared = al.from_frames(log.traces.assign(user_id="same"), scores=log.scores)
    rows = al.watch_judge(shared, "met", "one").frame
    assert (rows["chart"] == "fresh labels").sum() == 1


def test_a_run_is_made_at_most_once_a_day_and_kept_under_its_own_number(tmp_path: Path) -> None:
    log = traffic(labels=30)
    anchors = pd.DataFrame(
        {
            "trace_id": [f"a{i}" for i in range(20)],
            "input": "q",
            "output": [f"answer {i} {'good' if i % 2 else 'bad'}" for i in range(20)],
            "label": ["fail", "pass"] * 10,
        }
    )
    path = tmp_path / "anchors.jsonl"
    anchors.to_json(path, orient="records", lines=True)
    judge, store = unsteady(0.1), tmp_path / "judge.sqlite"
    first = al.watch_judge(log, RUBRIC, judge, path, store=store)
    again = al.watch_judge(log, RUBRIC, judge, anchors, store=store)
    assert first.watching is not None
    assert again.watching is not None
    assert (first.watching.runs, again.watching.runs) == (1, 1)
    for _ in range(5):
        last = al.watch_judge(log, RUBRIC, judge, path, store=store, every="1us")
    assert last.watching is not None
    assert last.watching.runs == 6
    assert len({tuple(row) for row in last.watching.verdicts.tolist()}) > 1
    assert last.watching.agreement is not None


def test_younger_anchors_wait_for_their_own_baseline(tmp_path: Path) -> None:
    anchors = pd.DataFrame(
        {
            "trace_id": [f"a{i}" for i in range(12)],
            "input": "q",
            "output": [f"answer {i} good" for i in range(12)],
            "label": "pass",
        }
    )
    judge, store = asker(lambda words: " good" in words), tmp_path / "judge.sqlite"
    log = traffic(labels=30)
    for _ in range(3):
        al.watch_judge(log, RUBRIC, judge, anchors.head(8), store=store, every="1us")
    found = al.watch_judge(log, RUBRIC, judge, anchors, store=store, every="1us")
    assert found.watching is not None
    assert (found.watching.runs, len(found.watching.ids)) == (4, 8)
    assert found.watching.younger == 4
    assert any("4 younger anchors" in note for note in found.caveats)


def test_no_verdict_on_an_anchor_counts_as_not_agreeing_and_is_told() -> None:
    log = anchored(8)
    rows = log.scores.copy()
    gone = (rows["repeat"] == 7) & (rows["trace_id"] < "a030")
    rows.loc[gone, "value"] = np.nan
    found = al.watch_judge(traffic(), "met", "one", al.from_frames(log.traces, scores=rows))
    value = found.frame[found.frame["chart"] == "anchors: agreement"]["value"]
    assert value.iloc[6] < 0.55
    assert found.facts()["anchors without a verdict, all runs"].value == 30


def test_runs_from_before_a_recalibration_can_be_left_out() -> None:
    log = anchored(16, fall=0.25, since=9)
    found = al.watch_judge(traffic(), "met", "one", log, since="2026-11-10")
    assert found.who == "nobody"


@pytest.mark.parametrize(
    "given, said",
    [
        (pd.DataFrame({"input": ["a"]}), "column `label`"),
        (pd.DataFrame({"input": ["a"], "label": ["maybe"]}), "not 'maybe'"),
        (pd.DataFrame({"trace_id": ["a", "a"], "label": ["pass", "fail"]}), "stands twice"),
        ("nowhere.jsonl", "There is no file"),
        ("anchors.xlsx", "not from 'anchors.xlsx'"),
        (3, "not int"),
    ],
)
def test_anchors_that_cannot_be_used_are_named(given: object, said: str) -> None:
    with pytest.raises(al.BadInputError, match=said):
        al.watch_judge(traffic(labels=5), "met", "one", given)  # type: ignore[arg-type]


def test_misuse_is_named() -> None:
    with pytest.raises(al.BadInputError, match="target"):
        al.watch_judge(traffic(labels=5), "met", "one", target=0.2)


def test_periods_may_be_logs_of_which_the_watched_one_holds_only_a_part() -> None:
    whole = traffic(now=0.5)
    ids = whole.traces["trace_id"].tolist()
    before, now = (whole.where(trace_id=part) for part in (ids[:400], ids[660:]))
    both = whole.where(trace_id=[*ids[:400], *ids[660:]])
    apart, same = (
        al.watch_judge(log, "met", "one", current=now, baseline=before).known
        for log in (before, both)
    )
    told = "rate, now less before"
    assert str(apart[told]) == str(same[told])
