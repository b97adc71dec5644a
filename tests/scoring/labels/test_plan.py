"""Does a plan say whom to label, why, and what that will tell?"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import agentlens as al
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.labels.planning.population import DIFFER
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.stats.corrected.power import certify
from agentlens.tables.log import Log
from tests.scoring.labels.worlds import judged_log, truth

_RUBRIC = "goal_completion@3"


def _plan(log: Log, n: int = 60, **more: Any) -> al.LabelPlan:
    return al.plan_labels(log, more.pop("rubric", _RUBRIC), n=n, **{"store": None, **more})


def _designed(plan: al.LabelPlan, says: dict[str, str]) -> Log:
    return al.label(plan, rater="ana", answers=lambda one: says[one.trace_id], store=None).log


def test_a_plan_queues_n_traces_and_shows_a_tenth_of_them_twice() -> None:
    plan = _plan(judged_log(300), n=150)
    assert len(plan.frame) == 165
    assert plan.frame["order"].tolist() == list(range(1, 166))
    once = plan.frame[plan.frame["repeat"] == 1]
    assert once["trace_id"].is_unique
    assert (once["stage"] == "uniform").sum() == 30
    assert set(once["stratum"]) == {"pass", "fail", "none"}
    assert (once["split"] == "test").sum() == pytest.approx(90, abs=3)
    assert plan.band == "pass"
    assert plan.headline.startswith(
        "150 of 300 judged traces are queued (30 drawn from all, 120 by"
    )


def test_rows_in_another_order_give_the_same_plan() -> None:
    timed = judged_log(200, tiers=True)
    log = replace(timed, scores=timed.scores.drop(columns="time"))
    mixed = replace(
        log,
        traces=log.traces.sample(frac=1, random_state=1).reset_index(drop=True),
        scores=log.scores.sample(frac=1, random_state=2).reset_index(drop=True),
    )
    assert _plan(log).frame.equals(_plan(mixed).frame)
    assert not _plan(log).frame.equals(_plan(log, seed=1).frame)


def test_other_verdicts_make_another_plan_and_the_same_ones_the_same() -> None:
    def name(log: Log, **more: Any) -> str:
        record = _plan(log, **more).record
        assert record is not None
        return record.plan

    log = judged_log(100, seed=1)
    assert name(log) == name(judged_log(100, seed=1))
    value = log.scores["value"]
    changed = value.where(value.index != 3, 1.0 - value)
    assert value.iloc[3] in {0.0, 1.0}
    others = [replace(log, scores=log.scores.assign(value=changed)), judged_log(101, seed=1)]
    assert len({name(one) for one in [log, *others]}) == 3
    assert len({name(log), name(log, seed=1), name(log, n=61), name(log, uniform=0.3)}) == 4


def test_cells_are_verdict_by_tier_and_weigh_what_they_stand_for() -> None:
    plan = _plan(judged_log(600, tiers=True))
    cells = plan.cells.set_index("cell")
    assert set(cells.index) == {f"{v}, tier {t}" for v in ("pass", "fail", "none") for t in (1, 2)}
    rare, sure = cells.loc["pass, tier 1"], cells.loc["pass, tier 2"]
    assert rare["share"] / rare["traces"] == pytest.approx(5 * sure["share"] / sure["traces"])
    assert cells["share"].sum() == pytest.approx(1)
    assert cells["planned"].sum() == 60


def test_a_score_can_be_cut_into_at_most_five_bins_that_part_passes_from_fails() -> None:
    log = judged_log(300)
    rng = np.random.default_rng(0)
    degree = replace(log, scores=log.scores.assign(value=rng.beta(4, 2, len(log)).round(2)))
    plan = _plan(degree, cells="score")
    names = plan.cells["cell"].tolist()
    assert 2 <= len(names) <= 5
    sides = pd.Series([name.split()[0] for name in names])
    assert set(sides) == {"pass", "fail"}
    rate = plan.cells["more"] / (plan.cells["traces"] - plan.cells["uniform"])
    assert rate.groupby(sides).agg(np.ptp).max() < 0.05, "one verdict's labels speak for all of it"
    with pytest.raises(BadInputError, match="has no score to make cells of"):
        _plan(log, cells="score")


def test_what_was_labelled_by_design_is_not_queued_again_but_counts() -> None:
    log = judged_log(300)
    first = _plan(log)
    after = _designed(first, truth(log))
    second = _plan(after)
    done = set(first.frame["trace_id"])
    assert not done & set(second.frame["trace_id"])
    assert str(second.facts()["labelled before"]) == "60"
    assert any("guessed from 60 earlier labels" in note for note in second.caveats)
    assert second.cells["labelled"].sum() == 60
    splits = _split_by_session(log, first)
    both = {one: split for one, split in _split_by_session(log, second).items() if one in splits}
    assert both
    assert all(splits[session] == split for session, split in both.items())


def _split_by_session(log: Log, plan: al.LabelPlan) -> dict[str, str]:
    session = log.traces.set_index("trace_id")["session_id"]
    pairs = zip(plan.frame["trace_id"].map(session), plan.frame["split"], strict=True)
    return dict(pairs)


def test_what_somebody_picked_may_be_drawn_since_nothing_else_would_stand_for_it() -> None:
    log = judged_log(40)
    marks = al.label(log, _RUBRIC, rater="ana", answers=lambda _: "f", store=None)
    plan = _plan(marks.log, n=40)
    assert plan.frame["trace_id"].nunique() == 40
    assert str(plan.facts()["labelled before"]) == "0"


def test_traces_that_the_rubric_quotes_are_left_out() -> None:
    log = judged_log(60)
    quoted = ("t00001", "t00002", "t00003")
    rubric = Rubric("goal_completion", 3, "Did they get it?", examples=quoted)
    plan = _plan(log, n=57, rubric=rubric)
    assert not set(quoted) & set(plan.frame["trace_id"])
    assert "3 traces are examples inside the rubric; they are left out." in plan.caveats


def test_for_a_comparison_only_traces_on_which_two_judges_differ_are_queued() -> None:
    log = judged_log(300, seed=1)
    other = judged_log(300, seed=2).scores.assign(judge_model="quick-1")
    other["score_id"] = "k" + other["score_id"]
    both = replace(log, scores=pd.concat([log.scores, other], ignore_index=True))
    plan = _plan(both, goal="compare", judges=("careful-1", "quick-1"))
    said = both.scores.pivot_table(index="trace_id", columns="judge_model", values="value")
    apart = said.loc[plan.frame["trace_id"].unique()]
    assert (apart["careful-1"] != apart["quick-1"]).all()
    assert apart.notna().all().all()
    assert set(plan.frame["stage"]) == {"targeted"}, "they must never enter a rate"
    assert plan.frame["stratum"].str.startswith(DIFFER).all()
    assert "traces on which careful-1 and quick-1 differ are queued" in plan.headline
    same = replace(both, scores=pd.concat([log.scores, log.scores.assign(judge_model="quick-1",
                   score_id="k" + log.scores["score_id"])], ignore_index=True))  # fmt: skip
    none = _plan(same, goal="compare", judges=("careful-1", "quick-1"))
    assert none.headline == (
        "There is no trace without a label on which careful-1 and quick-1 differ."
    )
    assert none.band == "unknown"


def test_a_comparison_promises_the_width_that_comes() -> None:
    log = judged_log(2000, seed=1)
    other = judged_log(2000, seed=2).scores.assign(judge_model="quick-1")
    other["score_id"] = "k" + other["score_id"]
    both = replace(log, scores=pd.concat([log.scores, other], ignore_index=True))
    plan = _plan(both, n=100, goal="compare", judges=("careful-1", "quick-1"))
    said = both.scores.pivot_table(index="trace_id", columns="judge_model", values="value").dropna()
    share = float((said["careful-1"] != said["quick-1"]).mean())
    half = 2 * share * 1.96 * np.sqrt(0.25 / 100)
    at_100 = np.interp(100, plan.widths["n"], plan.widths["half"])
    assert at_100 == pytest.approx(half, rel=0.03)


def test_too_few_labels_are_refused_with_what_to_do() -> None:
    plan = _plan(judged_log(60), n=19)
    assert plan.band == "unknown"
    assert plan.headline == (
        "With fewer than 20 labels only counts can be shown; plan 50 for a first look, 150 for"
        " a gate."
    )
    assert not len(plan.frame)


def test_too_few_judged_traces_are_refused_and_few_are_all_taken() -> None:
    plan = _plan(judged_log(12))
    assert plan.headline.startswith("Only 12 of 12 judged traces have no label yet")
    some = _plan(judged_log(30), n=50)
    assert (some.band, some.frame["trace_id"].nunique()) == ("watch", 30)
    assert "50 were wanted; no more traces are without a label." in some.caveats


def test_a_judge_that_has_not_run_is_refused_in_words_and_a_misspelt_rubric_by_name() -> None:
    log = judged_log(60)
    rubric = Rubric("tone", 1, "Is it kind?")
    plan = _plan(log, rubric=rubric, judge=al.Judge("claude-haiku-5-5"))
    assert plan.headline == "haiku-5-5 has not judged this log by tone@1: run judge() first."
    with pytest.raises(UnknownNameError, match="goal_completion"):
        _plan(log, rubric="goal_completoin")


def test_a_trace_of_unknown_probability_is_left_out_and_counted() -> None:
    log = judged_log(60)
    p = log.scores["inclusion_p"].where(log.scores.index != 5)
    plan = _plan(replace(log, scores=log.scores.assign(inclusion_p=p)), n=59)
    assert "t00005" not in set(plan.frame["trace_id"])
    assert any(note.startswith("1 judged trace came with an unknown") for note in plan.caveats)


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"n": 0}, "n is how many traces"),
        ({"n": True}, "n is how many traces"),
        ({"n": 50, "splits": {"dev": 0.5}}, "add up to 1"),
        ({"n": 50, "splits": {"tset": 1.0}}, "'test'"),
        ({"n": 50, "splits": 0.4}, "splits is a mapping"),
        ({"n": 50, "uniform": 1.2}, "uniform is a share"),
        ({"n": 50, "repeats": "tenth"}, "repeats is a share"),
        ({"n": 50, "goal": "rates"}, "'rate'"),
        ({"n": 50, "cells": "verdicts"}, "'verdict'"),
        ({"n": 50, "seed": -1}, "seed is a whole number"),
        ({"n": 50, "goal": "compare"}, "takes judges="),
        ({"n": 50, "judges": ("a", "b")}, "is for goal='compare'"),
    ],
)
def test_arguments_that_cannot_be_meant_are_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises((BadInputError, UnknownNameError), match=message):
        _plan(judged_log(60), **wrong)


def test_the_chance_to_be_certified_is_by_exact_sums_for_the_test_labels() -> None:
    plan = _plan(judged_log(400), n=150)
    test = int(plan.cells["test"].sum())
    wanted = certify(test, plan.power["truth"].to_numpy(), 0.85)
    assert plan.power["chance"].to_numpy() == pytest.approx(wanted)
    shown = str(plan.facts()["chance to be certified at 85%"])
    assert shown.split(", ")[1] == f"{100 * wanted[3]:.0f}% at a true 90%"


def test_more_labels_are_needed_for_a_narrower_rate() -> None:
    facts = _plan(judged_log(5000), n=150).facts()
    needed = [facts[f"labels in the rate for ±{points} points"].value for points in (2, 3, 5)]
    assert needed[0] > needed[1] > needed[2]  # type: ignore[operator]
    few = _plan(judged_log(100)).facts()
    assert few["labels in the rate for ±2 points"].value == "more than this log can carry"


def test_the_card_shows_cells_and_not_who_lies_in_which() -> None:
    plan = _plan(judged_log(60), n=40)
    assert "Cells" in plan.card()
    assert not any(one in plan.card() for one in plan.frame["trace_id"])


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_a_saved_queue_holds_what_a_rater_needs_and_nothing_of_the_judge(
    ending: str, tmp_path: Path
) -> None:
    answers = [f"={place}" for place in range(60)]
    log = judged_log(60, output=answers, error_message=["boom"] * 60)
    plan = _plan(log, n=40)
    file = plan.save(tmp_path / f"queue.{ending}")
    text = file.read_text(encoding="utf-8-sig")
    if ending == "csv":
        rows = pd.read_csv(file, dtype="str", keep_default_na=False)
        assert rows["output"].str.startswith("'=").all(), "no spreadsheet may take it for a formula"
    else:
        rows = pd.DataFrame([json.loads(line) for line in text.splitlines()])
        assert set(rows["output"]) <= set(answers)
    assert rows["trace_id"].tolist() == plan.frame["trace_id"].tolist()
    assert rows["item"].is_unique, "a second showing has a name of its own"
    assert {"label", "note", "code", "input", "error_message"} <= set(rows.columns)
    assert not {"stage", "stratum", "split", "repeat", "value", "verdict"} & set(rows.columns)
    assert "careful" not in text
    assert "step 2 decides" not in text


def test_a_queue_that_is_not_there_or_a_name_that_says_no_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"must end in \.csv or \.jsonl"):
        _plan(judged_log(60), n=40).save(tmp_path / "queue.xlsx")
    with pytest.raises(BadInputError, match="no queue to save"):
        _plan(judged_log(60), n=4).save(tmp_path / "queue.csv")
    with pytest.raises(BadInputError, match="nothing to label: With fewer than 20"):
        al.label(_plan(judged_log(60), n=4), rater="ana", store=None)
