"""Does a label say what the rater said, of which trace, by which design, and no more?"""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import agentlens as al
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.labels.asking.item import Item
from agentlens.scoring.reading.labels import labels_of
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.tables.log import Log
from tests.scoring.labels.worlds import judged_log, truth

_RUBRIC = "goal_completion@3"
Typed = Callable[..., tuple[al.Marks, str]]


def _plan(log: Log, n: int = 30, **more: Any) -> al.LabelPlan:
    return al.plan_labels(log, _RUBRIC, n=n, **{"store": None, **more})


@pytest.fixture
def typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Typed:
    """Return a function that labels with typed lines, and what was shown meanwhile."""

    def typing(given: Any, *lines: str, rater: str = "ana", **more: Any) -> tuple[al.Marks, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{one}\n" for one in lines)))
        marks = al.label(given, rater=rater, store=tmp_path / "store.sqlite", **more)
        return marks, capsys.readouterr().out

    return typing


def _said(marks: al.Marks) -> list[tuple[str, bool]]:
    return [(str(a), bool(b)) for a, b in zip(marks.labels["label"], marks.labels["blind"],
                                              strict=True)]  # fmt: skip


def test_keys_become_labels_in_the_order_of_the_queue(typed: Typed) -> None:
    plan = _plan(judged_log(60))
    marks, _ = typed(plan, "p", "", "fail", "", "U", "", "q")
    assert _said(marks) == [("pass", True), ("fail", True), ("unsure", True)]
    assert marks.labels["trace_id"].tolist() == plan.frame["trace_id"].tolist()[:3]
    assert marks.labels["value"].tolist()[:2] == [1.0, 0.0]
    assert marks.labels["value"].isna().tolist() == [False, False, True]
    assert (marks.labels["seconds"] >= 0).all()


def test_a_label_carries_its_design_and_its_rubric(typed: Typed) -> None:
    plan = _plan(judged_log(60))
    marks, _ = typed(plan, "p", "", "f", reference="expert")
    for place, row in enumerate(marks.labels.to_dict("records")):
        wanted = plan.frame.iloc[place]
        for name in ("trace_id", "stage", "stratum", "split", "inclusion_p", "repeat"):
            assert row[name] == wanted[name]
        assert (row["source"], row["name"], row["rater"]) == ("human", "goal_completion", "ana")
        assert (row["rubric"], row["rubric_version"]) == ("goal_completion", "3")
        assert (row["reference"], row["round"], row["kind"]) == ("expert", 1, "boolean")
        assert plan.record is not None
        assert row["plan"] == plan.record.plan


def test_the_verdict_of_the_judge_is_shown_after_the_rater_decided(typed: Typed) -> None:
    plan = _plan(judged_log(60))
    _, shown = typed(plan, "p", "", "q")
    before, after = shown.split("judge careful-1", 1)
    assert "careful" not in before
    assert "decides" not in before
    assert "pass" not in before.replace("p pass", "")
    assert "(step 2 decides)" in after


def test_a_change_after_seeing_the_judge_stands_beside_the_blind_label(typed: Typed) -> None:
    plan = _plan(judged_log(60))
    marks, _ = typed(plan, "p", "f", "", "q")
    assert _said(marks) == [("pass", True), ("fail", False)]
    assert marks.labels["score_id"].is_unique
    resolved = labels_of(marks.log, _RUBRIC).frame
    assert resolved["y"].tolist() == [1.0], "only the blind one is independent"


def test_without_blinding_the_judge_is_shown_first_and_the_label_says_so(typed: Typed) -> None:
    marks, shown = typed(_plan(judged_log(60)), "p", "q", blind=False)
    assert shown.index("judge careful-1") < shown.index("p pass · f fail")
    assert _said(marks) == [("pass", False)]


def test_undo_takes_back_one_answer_and_asks_again(typed: Typed) -> None:
    plan = _plan(judged_log(60))
    marks, shown = typed(plan, "z", "p", "", "p", "z", "f", "", "q")
    assert "There is nothing to take back." in shown
    assert "Taken back." in shown
    assert _said(marks) == [("pass", True), ("fail", True)]


def test_undo_after_a_change_leaves_the_blind_label(typed: Typed) -> None:
    marks, _ = typed(_plan(judged_log(60)), "p", "f", "z", "q")
    assert _said(marks) == [("pass", True)]


def test_a_skipped_trace_comes_again_at_the_end(typed: Typed) -> None:
    plan = _plan(judged_log(60), n=20, repeats=0.0)
    marks, shown = typed(plan, "s", *["p", ""] * 19, "f", "")
    assert "Only traces that you skipped are left" in shown
    assert "All of this queue is labelled." in shown
    assert marks.labels["trace_id"].iloc[-1] == plan.frame["trace_id"].iloc[0]
    assert marks.labels["label"].iloc[-1] == "fail"


def test_notes_and_codes_may_come_before_with_or_after_the_verdict(typed: Typed) -> None:
    plan = _plan(judged_log(60))
    lines = ["n first", "c wrong refund", "f", "", "f with it", "", "p", "n", "after", "", "q"]
    marks, _ = typed(plan, *lines)
    assert marks.labels["note"].tolist() == ["first", "with it", "after"]
    assert marks.labels["code"].fillna("").tolist() == ["wrong refund", "", ""]


def test_a_code_is_completed_from_earlier_ones(typed: Typed) -> None:
    plan = _plan(judged_log(60))
    lines = ["c wrong refund", "f", "", "c wro", "f", "", "c late", "f", "", "c", "late", "f", "q"]
    marks, shown = typed(plan, *lines)
    assert marks.labels["code"].tolist() == ["wrong refund", "wrong refund", "late", "late"]
    assert "Codes so far: wrong refund, late" in shown


def test_a_second_session_goes_on_where_the_first_stopped(typed: Typed) -> None:
    plan = _plan(judged_log(60))
    typed(plan, "p", "", "p", "", "q")
    marks, shown = typed(plan, "f", "q")
    assert "3 of 33 " in shown
    assert [label for label, _ in _said(marks)] == ["pass", "pass", "fail"]
    assert repr(marks) == "Marks(3 of 33 labelled)"


def test_an_end_of_input_and_a_word_that_is_no_key_do_no_harm(typed: Typed) -> None:
    marks, shown = typed(_plan(judged_log(60)), "x", "passs", "p")
    assert shown.count("One of p, f, u") == 2
    assert _said(marks) == [("pass", True)]


def test_what_a_trace_says_cannot_steer_the_terminal_and_failures_come_first(
    typed: Typed,
) -> None:
    log = judged_log(60, output=["\x1b[2Jdone\u202e"] * 60)
    spans = pd.DataFrame(
        {
            "span_id": ["a", "b"],
            "trace_id": [log.traces["trace_id"].iloc[0]] * 2,
            "kind": "tool",
            "name": ["search", "pay"],
            "start": pd.Timestamp("2026-11-01", tz="UTC"),
            "status": ["ok", "error"],
            "error_message": [None, "card declined"],
        }
    )
    one = al.from_frames(log.traces.head(1), spans, log.scores.head(1))
    _, shown = typed(one, "q", rubric=_RUBRIC)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert shown.index("FINAL ANSWER") < shown.index("card declined") < shown.index("search")


def test_picked_traces_are_labelled_in_the_order_of_their_list_and_enter_no_rate(
    typed: Typed,
) -> None:
    bad = al.worst(judged_log(60), n=5)
    marks, _ = typed(bad, "f", "", "p", "q", rubric=_RUBRIC)
    assert marks.labels["trace_id"].tolist() == bad.frame["trace_id"].tolist()[:2]
    assert set(marks.labels["stage"]) == {"targeted"}
    assert marks.labels["inclusion_p"].isna().all()
    assert marks.notes == ("These traces were picked, not drawn: their labels enter no rate.",)
    assert set(labels_of(marks.log, _RUBRIC).frame["stage"]) == {"targeted"}


def test_a_function_is_asked_blind_and_may_leave_traces_for_later() -> None:
    log = judged_log(60)
    seen: list[Item] = []

    def rater(item: Item) -> Any:
        seen.append(item)
        return {"label": "fail", "note": "no", "code": "x"} if len(seen) % 2 else None

    marks = al.label(_plan(log), rater="ana", answers=rater, store=None)
    assert len(seen) == 33
    assert len(marks.labels) == 17
    assert set(marks.labels["code"]) == {"x"}
    assert not len(seen[0].trace.scores), "opinions of judges and people are not on the desk"
    assert marks.progress["left"] == 16


def test_what_a_function_answered_is_kept_when_it_breaks(tmp_path: Path) -> None:
    plan, store = _plan(judged_log(60)), tmp_path / "store.sqlite"
    said = iter([True, False, "perhaps"])
    with pytest.raises(BadInputError, match="returned 'perhaps'"):
        al.label(plan, rater="ana", answers=lambda _: next(said), store=store)
    kept = al.label(plan, rater="ana", answers=lambda _: None, store=store)
    assert [label for label, _ in _said(kept)] == ["pass", "fail"]


@pytest.mark.parametrize("ending, mark", [("csv", ","), ("csv", ";"), ("jsonl", "")])
def test_a_filled_file_comes_back_with_its_design(ending: str, mark: str, tmp_path: Path) -> None:
    log = judged_log(60)
    plan, says = _plan(log), truth(log)
    file = plan.save(tmp_path / f"queue.{ending}")
    rows = pd.read_csv(file) if mark else pd.read_json(file, lines=True)
    rows["label"] = rows["trace_id"].map(says)
    rows["note"] = 'seen, and "quoted"; really'
    if mark:
        rows.to_csv(file, index=False, sep=mark, encoding="utf-8-sig")
    else:
        rows.to_json(file, orient="records", lines=True)
    marks = al.label(plan, rater="ana", answers=file, store=None)
    assert repr(marks) == "Marks(33 of 33 labelled)"
    by_hand = al.label(plan, rater="ana", answers=lambda one: says[one.trace_id], store=None)
    columns = ["score_id", "value", "stage", "stratum", "split", "inclusion_p", "repeat"]
    first, second = (
        one.labels.sort_values("score_id", ignore_index=True)[columns] for one in (marks, by_hand)
    )
    pd.testing.assert_frame_equal(first, second)
    assert set(marks.labels["note"]) == {'seen, and "quoted"; really'}


def test_bad_rows_of_a_filled_frame_are_refused_one_by_one_and_the_good_ones_kept(
    tmp_path: Path,
) -> None:
    plan, store = _plan(judged_log(60)), tmp_path / "store.sqlite"
    ids = plan.frame.loc[plan.frame["repeat"] == 1, "trace_id"].tolist()
    rows = pd.DataFrame(
        {
            "trace_id": [ids[0], ids[1], "nobody", ids[2], ids[2], ids[3]],
            "label": ["Pass", "maybe", "fail", "pass", "fail", ""],
        }
    )
    marks = al.label(plan, rater="ana", answers=rows, store=store)
    assert marks.refused["row"].tolist() == [2, 3, 5]
    assert marks.refused["problem"].tolist() == [
        "its label is no label",
        "it is not in this queue",
        "it stands twice with different labels",
    ]
    assert marks.refused["what_to_do"].str.endswith(".").all()
    assert [label for label, _ in _said(marks)] == ["pass", "pass"]
    other = rows.head(1).assign(label="fail")
    again = al.label(plan, rater="ana", answers=other, store=store)
    assert again.refused["problem"].tolist() == ["this rater gave it another label before"]
    assert len(again.labels) == 2
    assert "1 row refused" in repr(again)


@pytest.mark.parametrize(
    "text, message",
    [
        ("trace_id;verdict\na;pass\n", "label"),
        ("id,label\na,pass\n", "item"),
        ("", "is no table"),
    ],
)
def test_a_file_that_holds_no_answers_is_refused(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "filled.csv"
    file.write_text(text)
    with pytest.raises((BadInputError, UnknownNameError), match=message):
        al.label(_plan(judged_log(60)), rater="ana", answers=file, store=None)


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    file = tmp_path / "filled.jsonl"
    file.write_text('{"trace_id": "a", "label": "p"}\n[1]\n')
    with pytest.raises(BadInputError, match=r"filled\.jsonl, line 2 is no object"):
        al.label(_plan(judged_log(60)), rater="ana", answers=file, store=None)
    with pytest.raises(BadInputError, match="cannot be read"):
        al.label(_plan(judged_log(60)), rater="ana", answers=tmp_path / "none.csv", store=None)


def test_two_raters_label_the_same_queue_and_both_are_in_the_log(tmp_path: Path) -> None:
    log = judged_log(60)
    plan, store = _plan(log), tmp_path / "store.sqlite"
    al.label(plan, rater="ana", answers=lambda _: "p", store=store, reference="expert")
    both = al.label(plan, rater="ben", answers=lambda _: "f", store=store)
    assert both.labels.groupby("rater").size().tolist() == [33, 33]
    told = both.labels.groupby("rater")["reference"].unique().map(list).to_dict()
    assert told == {"ana": ["expert"], "ben": ["single rater"]}
    frame = labels_of(both.log, _RUBRIC).frame
    assert (frame["raters"] == 2).all()
    assert not frame["agreed"].any()


def test_the_same_plan_is_made_again_while_it_is_labelled(tmp_path: Path) -> None:
    log, store = judged_log(200), tmp_path / "store.sqlite"
    plan = _plan(log, store=store)
    assert not store.exists(), "a plan alone writes nothing"
    al.label(plan, rater="ana", answers=lambda _: "p", store=store)
    assert _plan(log, store=store).frame.equals(plan.frame)
    more = _plan(log, n=40, store=store)
    assert not set(more.frame["trace_id"]) & set(plan.frame["trace_id"])
    assert str(more.facts()["labelled before"]) == "30"
    later = al.label(more, rater="ana", answers=lambda _: "p", store=store)
    assert set(later.labels["round"]) == {2}
    assert _plan(log, n=40, store=store).frame.equals(more.frame)


def test_a_trace_that_is_forgotten_takes_its_labels_and_its_place_in_the_queue_along(
    tmp_path: Path,
) -> None:
    log, store = judged_log(200), tmp_path / "store.sqlite"
    plan = _plan(log, store=store)
    al.label(plan, rater="ana", answers=lambda _: "p", store=store)
    gone = plan.frame["trace_id"].iloc[0]
    al.JudgeStore(store).forget([gone])
    kept = al.label(plan, rater="ana", answers=lambda _: None, store=store)
    assert gone not in set(kept.labels["trace_id"])
    assert gone.encode() not in store.read_bytes()
    more = _plan(log, n=40, store=store)
    assert str(more.facts()["labelled before"]) == "29"


def test_labels_are_in_the_log_once_however_often_they_are_asked_for(tmp_path: Path) -> None:
    log, store = judged_log(60), tmp_path / "store.sqlite"
    plan = _plan(log)
    once = al.label(plan, rater="ana", answers=lambda _: "p", store=store)
    assert len(once.log.scores) == len(log.scores) + 33
    work = al.label(once, rater="ana", answers=lambda _: None, store=store, rubric=_RUBRIC)
    assert len(work.log.scores) == len(once.log.scores)
    twice = al.label(plan, rater="ana", answers=lambda _: None, store=store)
    pd.testing.assert_frame_equal(twice.log.scores, once.log.scores)
    elsewhere = once.log.scores.assign(score_id="al-" + once.log.scores["score_id"])
    back = replace(plan, log=replace(once.log, scores=elsewhere))
    again = al.label(back, rater="ana", answers=lambda _: None, store=store)
    assert len(again.log.scores) == len(once.log.scores), "known by whose it is, not by its id"
    assert len(log.scores) == 60, "the log that was given is as it was"


def test_a_note_loses_what_gives_a_person_away_before_it_is_kept(
    typed: Typed, tmp_path: Path
) -> None:
    lines = ["n write to ann.miller@example.com", "c mail ann.miller@example.com", "f", "q"]
    marks, _ = typed(_plan(judged_log(60)), *lines)
    assert "<EMAIL" in marks.labels["note"].iloc[0]
    assert "<EMAIL" in marks.labels["code"].iloc[0]
    for file in tmp_path.iterdir():
        assert b"ann.miller" not in file.read_bytes()


def test_marks_show_labels_and_progress_and_nothing_of_cells() -> None:
    plan = _plan(judged_log(60))
    marks = al.label(plan, rater="ana", answers=lambda _: "p", store=None)
    page = marks._repr_html_()
    assert "33 labels" in page
    assert "stratum" not in page
    assert "uniform" not in page
    assert set(marks.progress.index) == {"labelled", "left", "queued", "seconds per label"}


def test_the_width_by_now_is_that_of_the_labels_so_far_and_tells_no_agreement(
    tmp_path: Path,
) -> None:
    log = judged_log(2000)
    plan, store = _plan(log, n=150), tmp_path / "store.sqlite"
    test = int(plan.cells["test"].sum())
    first = al.label(
        plan, rater="ana", answers=lambda one: "p" if one.nth < 50 else None, store=store
    )
    assert " now, from " in first.standing
    assert " more for ±5 points." in first.standing
    done = al.label(plan, rater="ana", answers=lambda _: "f", store=store)
    promised = str(plan.facts()["expected interval"]).split(" from ")[0]
    assert done.standing.startswith(f"{promised} now, from {test} test labels; ")
    other = al.label(plan, rater="ben", answers=lambda _: "p", store=store)
    assert other.standing == done.standing, "two labels of one trace are one"
    assert al.label(log, _RUBRIC, rater="ana", answers=lambda _: None, store=None).standing == ""


def test_marks_can_be_promoted_as_they_are(tmp_path: Path) -> None:
    log = judged_log(60)
    plan = _plan(log)
    marks = al.label(plan, rater="ana", answers=lambda one: truth(log)[one.trace_id], store=None)
    done = al.promote(log, marks, to=tmp_path)
    assert done.band in {"pass", "watch"}


def test_steps_are_labelled_one_by_one_where_the_rubric_judges_tool_calls() -> None:
    log = judged_log(30)
    spans = pd.DataFrame(
        {
            "span_id": [f"{one}-{k}" for one in log.traces["trace_id"] for k in (1, 2)],
            "trace_id": [one for one in log.traces["trace_id"] for _ in (1, 2)],
            "kind": "tool",
            "name": "pay",
            "start": pd.Timestamp("2026-11-01", tz="UTC"),
        }
    )
    scores = pd.concat([log.scores.assign(span_id=log.scores["trace_id"] + f"-{k}",
                        score_id=log.scores["score_id"] + str(k)) for k in (1, 2)])  # fmt: skip
    whole = al.from_frames(log.traces, spans, scores)
    rubric = Rubric("goal_completion", 3, "Was the call right?", unit="tool")
    plan = al.plan_labels(whole, rubric, n=50, store=None)
    assert plan.frame[["trace_id", "span_id"]].drop_duplicates().shape[0] == 50
    marks = al.label(plan, rater="ana", answers=lambda one: one.span_id[-1] == "1", store=None)
    resolved = labels_of(marks.log, rubric).frame
    assert len(resolved) == 50
    assert (resolved["y"] == resolved["span"].str.endswith("1")).all()
    by_hand = al.label(whole, rubric, rater="ana", answers=lambda _: "p", store=None)
    assert len(by_hand.labels) == 60


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"rater": " "}, "rater is the name"),
        ({"rater": "ana", "reference": "experts"}, "'expert'"),
        ({"rater": "ana", "answers": 3}, "answers is a function"),
        ({"rater": "ana", "answers": lambda _: "p", "blind": False}, "is for the keyboard"),
        ({"rater": "ana", "rubric": "tone"}, "The plan is for goal_completion@3"),
    ],
)
def test_arguments_that_cannot_be_meant_are_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises((BadInputError, UnknownNameError), match=message):
        al.label(_plan(judged_log(60)), **{"store": None, **wrong})


def test_what_has_no_log_cannot_be_labelled() -> None:
    with pytest.raises(BadInputError, match="not dict"):
        al.label({}, rater="ana", store=None)
