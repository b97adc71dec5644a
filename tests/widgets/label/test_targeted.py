"""Are labels of traces found by looking kept with the others, and do they enter no rate?"""

from pathlib import Path

import pytest

import agentlens as al
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.widgets.label.targeted import Targeted
from tests.scoring.labels.worlds import judged_log
from tests.widgets.label.benches import RUBRIC, labels_of, state_of


def _told(verdict: str, ident: str, **more: object) -> dict[str, object]:
    return {"verdict": verdict, "id": ident, "seconds": 2.0, **more}


def test_a_label_is_kept_once_and_stands_as_targeted(tmp_path: Path) -> None:
    log = judged_log(30)
    targeted = Targeted(RUBRIC, rater="ana", store=tmp_path / "s.sqlite")
    first = targeted.commit(log, "t00003", _told("f", "a", note="was late", code="late"))
    again = targeted.commit(log, "t00003", _told("f", "a", note="was late", code="late"))
    assert first == again
    assert (first["saved"], first["n"], first["said"]) == (True, 1, "fail")
    assert targeted.commit(log, "t00009", _told("p", "b"))["n"] == 2
    rows = targeted.rows(log)
    assert rows["trace_id"].tolist() == ["t00003", "t00009"]
    assert rows["stage"].tolist() == ["targeted"] * 2
    assert rows["blind"].tolist() == [False] * 2
    assert rows["inclusion_p"].isna().all()
    assert targeted.codes() == ["late"]
    assert len(targeted.log(log).scores) == len(log.scores) + 2


def test_another_verdict_replaces_and_undo_takes_back(tmp_path: Path) -> None:
    log = judged_log(30)
    targeted = Targeted(RUBRIC, rater="ana", store=tmp_path / "s.sqlite")
    targeted.commit(log, "t00003", _told("f", "a"))
    targeted.commit(log, "t00003", _told("p", "b"))
    assert targeted.said("t00003") == "pass"
    assert targeted.take_back() == {"taken": True, "trace_id": "t00003", "n": 0}
    assert targeted.take_back() == {"taken": False, "trace_id": "", "n": 0}
    assert targeted.said("t00003") == ""
    assert targeted.rows(log).empty
    assert targeted.log(log) is log


def test_they_are_those_of_label_on_a_log(tmp_path: Path) -> None:
    log = judged_log(30)
    store = tmp_path / "s.sqlite"
    Targeted(RUBRIC, rater="ana", store=store).commit(log, "t00000", _told("f", "a"))
    labels = labels_of(log, store, rubric=RUBRIC)
    assert state_of(labels)["done"] == 1
    assert al.label(log, RUBRIC, rater="ana", answers=lambda _: None, store=store).labels[
        "label"
    ].tolist() == ["fail"]


def test_a_rate_takes_no_notice_of_them() -> None:
    log = judged_log(120)
    targeted = Targeted(RUBRIC, rater="ana", store=None)
    for place in range(40):
        targeted.commit(log, f"t{place:05}", _told("f", str(place)))
    with_them = al.calibrate(targeted.log(log), RUBRIC)
    assert "has a human label" in with_them.headline
    assert "40 labels made after the judge's verdict" in with_them.caveats[0]
    blind = Targeted(RUBRIC, rater="ben", store=None)
    for place in range(40):
        blind.commit(log, f"t{place:05}", _told("f", str(place), blind=True))
    with_them = al.calibrate(blind.log(log), RUBRIC)
    assert any("picked by hand" in note for note in with_them.caveats)


def test_a_rubric_about_steps_wants_a_step_and_strangers_are_refused() -> None:
    log = al.demo(days=2, traces_per_day=20, seed=1)
    tools = log.spans[log.spans["kind"] == "tool"].iloc[0]
    targeted = Targeted(Rubric("tool_use", 1, "Right?", unit="tool"), rater="ana", store=None)
    with pytest.raises(BadInputError, match="one step at a time"):
        targeted.commit(log, tools["trace_id"], _told("f", "a"))
    done = targeted.commit(log, tools["trace_id"], _told("f", "a", span_id=tools["span_id"]))
    assert done["saved"]
    assert targeted.rows(log)["span_id"].tolist() == [tools["span_id"]]
    with pytest.raises(UnknownNameError, match="trace"):
        targeted.commit(log, "nobody", _told("f", "b"))
    with pytest.raises(BadInputError, match="rater"):
        Targeted(RUBRIC, rater="", store=None)
