"""Does a calibration under one's hand say what its verbs say, and keep covered what it must?"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import agentlens as al
from agentlens.stats.agreement.cumulative import decided, least, prices_paid, stepped
from agentlens.stats.agreement.threshold import cheapest, costs
from agentlens.widgets.calibrated.calibrated import calibration_view
from agentlens.widgets.calibrated.counts import counts_of, measured
from agentlens.widgets.calibrated.edges import edges_of
from agentlens.widgets.calibrated.knobs import price_of
from agentlens.widgets.calibrated.material import material_of
from agentlens.widgets.calibrated.view import CalibrationView
from tests.analysis.judges.worlds import scored
from tests.logs import demo_log

LABELS = st.lists(
    st.tuples(st.integers(0, 30), st.booleans(), st.sampled_from([1.0, 2.5])), min_size=1
)


@cache
def calibration(labels: int = 300, store: Path | None = None, **more: Any) -> al.Calibration:
    log = scored(900, labels=labels, **more)
    return al.calibrate(log, "met", "one", passes=0.5, store=store)


def state(view: CalibrationView) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(view.state)
    return found


def ask(view: CalibrationView, what: str, **content: Any) -> None:
    view._hear(None, {"kind": "ask", "seq": 1, "what": what, **content}, [])


@given(LABELS, st.floats(0.01, 100), st.floats(0.01, 100))
@settings(deadline=None, max_examples=60)
def test_steps_cost_what_the_verb_says_they_cost(
    rows: list[tuple[int, bool, float]], fp: float, fn: float
) -> None:
    score = np.array([one / 30 for one, _, _ in rows])
    passed, weight = np.array([one for _, one, _ in rows]), np.array([one for _, _, one in rows])
    found = stepped(score, passed, weight)
    cuts, cost = costs(score, passed, weight, fp, fn)
    assert found.cuts.tolist() == cuts.tolist()
    paid = prices_paid(decided(found.fails, found.passes), fp, fn)
    assert paid == pytest.approx(cost)
    assert found.cuts[least(paid)] == cheapest(score, passed, weight, fp, fn)[0]


def test_of_many_scores_five_hundred_thresholds_are_kept_and_each_is_exact() -> None:
    rng = np.random.default_rng(1)
    score = rng.random(3000)
    passed = rng.random(3000) < score
    found = stepped(score, passed, np.ones(3000))
    both, person, wrong, neither = decided(found.fails, found.passes)
    assert found.cuts.size == 500
    for place in (0, 1, 250, 498, 499):
        up = score >= found.cuts[place]
        told = [both[place], person[place], wrong[place], neither[place]]
        assert told == [(up & passed).sum(), (~up & passed).sum(), (up & ~passed).sum(), (~up & ~passed).sum()]  # fmt: skip


@pytest.mark.parametrize("fp", [1.0, 4.0])
def test_what_chose_and_what_measured_are_the_verbs_own(fp: float) -> None:
    cal = calibration()
    told = cal.threshold(cost_fp=fp).told.set_index("how")
    material = material_of(cal)
    counts = counts_of(material.choosing)
    place = counts.cheapest(fp, 1.0)
    assert counts.steps.cuts[place] == cal.threshold(cost_fp=fp).value
    assert counts.spreads()["agreement"].value[place] == pytest.approx(
        told["agreement"]["training"]
    )
    assert counts.cost(place, fp, 1.0) == pytest.approx(told["cost"]["training"])
    test = measured(material.measuring, float(counts.steps.cuts[place]))
    agreement = test.spreads()["agreement"]
    for name in ("value", "low", "high"):
        theirs = told["agreement" if name == "value" else name]["test"]
        assert getattr(agreement, name)[1] == pytest.approx(theirs)
    assert test.cost(1, fp, 1.0) == pytest.approx(told["cost"]["test"])


def test_bands_at_the_certified_edges_carry_the_load_that_the_verb_says() -> None:
    cal = calibration(600, apart=5.0, dev=0.1)
    bands, edges = cal.bands(), edges_of(cal)
    rows = bands.frame.set_index("band")
    above, below = (
        int(np.flatnonzero(edges.steps == one)[0]) for one in (bands.above, bands.below)
    )
    loads = edges.loads(above, below)
    for place, name in enumerate(("auto-pass", "review", "page")):
        assert loads.share[place] == pytest.approx(rows["share"][name])
        assert loads.a_day[place] == pytest.approx(rows["a_day"][name])


def test_it_starts_where_its_labels_cost_least_and_follows_what_the_browser_says() -> None:
    view = calibration_view(calibration(), cost_fp=(0.5, 8.0))
    assert view.knobs["cost_fp"] == 2.0
    assert view.threshold == pytest.approx(view.cal.threshold(cost_fp=2.0).value)
    knobs = {"place": 3, "cost_fp": 4.0, "cost_fn": 1.0, "above": 30, "below": 2}
    ask(view, "knobs", knobs=knobs)
    assert view.error is None
    assert view.knobs["cost_fp"] == 4.0
    assert view.knobs["above"] == edges_of(view.cal).steps[30]
    assert view.threshold == counts_of(material_of(view.cal).choosing).steps.cuts[3]


@pytest.mark.parametrize("wrong", [{"place": 9999}, {"place": -1}, {"cost_fp": 0.0}, {"above": 41}])
def test_knobs_that_cannot_stand_there_change_nothing(wrong: dict[str, float]) -> None:
    view = calibration_view(calibration())
    before = dict(view.knobs)
    good = {"place": 3, "cost_fp": 4.0, "cost_fn": 1.0, "above": -1, "below": -1}
    ask(view, "knobs", knobs=good | wrong)
    assert "cannot stand there" in str(view.error)
    assert dict(view.knobs) == before


def test_what_the_view_shows_is_compared_with_python_and_a_difference_is_said() -> None:
    view = calibration_view(calibration())
    sent: list[dict[str, Any]] = []
    view.send = lambda content, _=None: sent.append(content)
    knobs = {"place": 3, "cost_fp": 1.0, "cost_fn": 1.0, "above": -1, "below": -1}
    counts = counts_of(material_of(view.cal).choosing)
    right = {
        "labels": [float(one[3]) for one in counts.labels],
        "rates": [float(counts.spreads()[name].value[3]) for name in counts.spreads()],
        "cost": [counts.cost(3, 1.0, 1.0)],
        "best": [counts.cheapest(1.0, 1.0)],
        "a_day": edges_of(view.cal).loads(-1, -1).a_day.tolist(),
    }
    ask(view, "knobs", knobs=knobs, seen=right)
    assert json.loads(sent[-1]["text"])["differs"] == ""
    ask(view, "knobs", knobs=knobs, seen=right | {"best": [0]})
    assert "differ in best" in json.loads(sent[-1]["text"])["differs"]


def test_a_report_is_a_look_and_looks_are_counted_in_the_store(tmp_path: Path) -> None:
    store = tmp_path / "judge.sqlite"
    view = calibration_view(calibration(store=store))
    first = view.report()
    again = view.report()
    assert (first.look, again.look) == (1, 1)
    ask(view, "knobs", knobs=dict(view._now.knobs) | {"place": 3})
    second = view.report()
    assert second.look == 2
    assert "Look 2 at the same test labels" in second.note
    assert "Paid for all 2, the agreement is" in second.note
    other = calibration_view(calibration(store=store), threshold=0.9)
    assert other.report().look == 3
    assert view.reports["look"].tolist() == [1, 1, 2]


def test_reading_the_result_is_a_look_too() -> None:
    view = calibration_view(calibration(), threshold=0.9)
    assert view.result.told["how"].tolist() == ["training", "test"]
    assert [view.report().look for _ in range(2)] == [2, 2]


def test_its_code_gives_its_results() -> None:
    view = calibration_view(calibration(), cost_fn=2.0, auto_pass_error=0.1)
    scope: dict[str, Any] = {"al": al, "cal": view.cal}
    exec(view.code, scope)  # noqa: S102 - the cell that a user would run
    assert scope["result"].headline == view.result.headline
    assert scope["bands"].headline == view.bands.headline
    assert scope["threshold"] == view.threshold


def test_labels_in_one_split_make_a_training_score_without_interval_and_no_report() -> None:
    view = calibration_view(calibration(dev=0.0, labels=120))
    shown = state(view)
    assert shown["mode"] == "same"
    assert "[" not in shown["rates"]["agreement"][5]
    assert "(cross-validated, no interval)" in shown["chosen"]
    with pytest.raises(al.BadInputError, match="a training score"):
        view.report()


def test_a_judge_without_scores_shows_its_own_verdicts() -> None:
    log = demo_log()
    cal = al.calibrate(log, "goal_completion")
    view = calibration_view(cal)
    shown = state(view)
    assert shown["mode"] == "verdicts"
    assert "nothing to set a threshold on" in shown["note"]
    dev = al.calibrate(log, "goal_completion", split="dev")
    assert (
        shown["rates"]["agreement"][0].split(" ")[0] == str(dev.facts()["agreement"]).split(" ")[0]
    )
    assert str(cal.facts()["agreement"]) not in view.state
    assert dict(view.report().lines)["agreement"] == str(cal.facts()["agreement"])


def test_what_has_expired_says_why_and_shows_no_number() -> None:
    view = calibration_view(calibration().expire("The judge changed on Monday."))
    shown = state(view)
    assert (shown["mode"], shown["note"]) == ("refused", "The judge changed on Monday.")
    assert shown["rates"] == {}
    assert np.isnan(view.threshold)


def test_the_human_ceiling_is_drawn_or_said_to_be_unknown() -> None:
    log = scored(900, labels=300)
    assert (
        state(calibration_view(al.calibrate(log, "met", "one", passes=0.5)))["ceiling"]
        == "no ceiling known"
    )
    rows = log.scores[log.scores["source"] == "human"].head(60)
    more = rows.assign(rater="ben", score_id="b-" + rows["score_id"].astype(str))
    both = al.from_frames(log.traces, scores=pd.concat([log.scores, more], ignore_index=True))
    shown = state(calibration_view(al.calibrate(both, "met", "one", passes=0.5)))
    assert shown["ceiling"].startswith("two people agree: 100%")
    assert [one.get("y0") for one in shown["curves"]["layout"]["shapes"]][1] == 1.0


@pytest.mark.parametrize(
    "knobs, words",
    [
        ({"cost_fp": 0.0}, "cost_fp is a cost above 0"),
        ({"cost_fn": (3.0, 1.0)}, "from less to more"),
        ({"threshold": "high"}, "threshold is a number"),
        ({"threshold": (5.0, 9.0)}, "No threshold lies between 5 and 9"),
        ({"threshold": (0.2, 0.6), "start": {"threshold": 0.9}}, "not between 0.2 and 0.6"),
        ({"start": {"width": 1}}, "no knob of a calibration 'width'"),
    ],
)
def test_knobs_that_mean_nothing_are_refused(knobs: dict[str, Any], words: str) -> None:
    with pytest.raises(al.AgentLensError, match=words):
        calibration_view(calibration(labels=100, dev=0.5), **knobs)


@given(st.floats(1e-3, 1e6))
def test_a_price_starts_on_one_of_its_own_steps(price: float) -> None:
    found = price_of("cost_fp", price)
    assert found.start in found.ticks
    assert list(found.ticks) == sorted(set(found.ticks))
    assert (found.ticks[0], found.ticks[-1]) == (price / 10, price * 10)


def test_tune_shows_a_calibration_in_this_view() -> None:
    view = al.tune(calibration(), threshold=(0.2, 0.9), cost_fp=(0.5, 8.0))
    assert isinstance(view, CalibrationView)
    assert 0.2 <= view.threshold <= 0.9
    assert al.tune(calibration(), start={"threshold": 0.5}).threshold == pytest.approx(
        0.5, abs=0.05
    )
    with pytest.raises(al.UnknownNameError, match="Did you mean 'cost_fp'"):
        al.tune(calibration(), cost_of_fp=2.0)
