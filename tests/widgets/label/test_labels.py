"""Does a label reach the store once, with its design, and is nothing given away before?"""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import agentlens as al
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.store.file import opened_store
from agentlens.widgets.label.labels import Labels
from tests.scoring.labels.worlds import judged_log
from tests.widgets.label.benches import (
    RUBRIC,
    Teller,
    item_of,
    labels_of,
    plan_of,
    state_of,
    store_of,
)


def _said(labels: Labels) -> list[tuple[str, str, bool]]:
    rows = labels.labels
    return list(
        zip(rows["trace_id"].tolist(), rows["label"].tolist(), rows["blind"].tolist(), strict=True)
    )


def _rows(store: Path) -> list[tuple[Any, ...]]:
    with opened_store(store) as held:
        return [tuple(row) for row in held.rows("select * from label order by seq")]


def test_keys_become_rows_of_the_scores_in_the_order_of_the_queue(tmp_path: Path) -> None:
    plan = plan_of()
    labels = labels_of(plan, tmp_path / "s.sqlite")
    teller = Teller(labels)
    for key in "pfu":
        assert teller.press(key)["saved"]
    ids = plan.frame["trace_id"].tolist()[:3]
    wanted = list(zip(ids, ["pass", "fail", "unsure"], [True] * 3, strict=True))
    assert _said(labels) == wanted
    for place, row in enumerate(labels.labels.to_dict("records")):
        design = plan.frame.iloc[place]
        for name in ("trace_id", "stage", "stratum", "split", "inclusion_p", "repeat"):
            assert row[name] == design[name]
        assert (row["source"], row["rater"], row["seconds"]) == ("human", "ana", 1.5)
    assert repr(labels) == "Labels(3 of 21 labelled)"


def test_it_gives_what_marks_give_and_its_log_goes_on_to_promote(tmp_path: Path) -> None:
    plan = plan_of(n=30)
    labels = labels_of(plan, tmp_path / "s.sqlite")
    teller = Teller(labels)
    for _ in range(5):
        teller.press("f", note="late", code="too late")
    frozen = labels.marks
    same = al.label(plan, rater="ana", answers=lambda _: None, store=tmp_path / "s.sqlite")
    for held in (labels, frozen):
        pd.testing.assert_frame_equal(held.labels, same.labels)
        pd.testing.assert_series_equal(held.progress, same.progress)
        assert (held.standing, held.notes) == (same.standing, same.notes)
        assert len(held.refused) == 0
        assert len(held.log.scores) == len(same.log.scores)
    done = al.promote(plan.log, labels, to=tmp_path / "cases", redact=None)
    assert "5 failed traces" in done.headline
    assert al.calibrate(labels.log, RUBRIC).headline


def test_a_label_that_is_sent_twice_is_kept_once(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    labels = labels_of(plan_of(), store)
    teller = Teller(labels)
    item = item_of(labels)
    told = {"item": item, "verdict": "p", "id": "same"}
    first = teller.say("label", **told)
    again = teller.say("label", **told)
    assert first == again
    assert len(_rows(store)) == 1
    # A kernel that died and came back knows it, too: the id is in the store.
    labels.close()
    later = labels_of(plan_of(), store)
    teller = Teller(later)
    assert teller.say("label", **told)["saved"]
    assert len(_rows(store)) == 1


def test_a_label_sent_again_after_its_undo_does_not_come_back(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    labels = labels_of(plan_of(), store)
    teller = Teller(labels)
    told = {"item": item_of(labels), "verdict": "p", "id": "same"}
    teller.say("label", **told)
    teller.press("z")
    labels.close()
    teller = Teller(later := labels_of(plan_of(), store))
    teller.say("label", **told)
    assert len(later.labels) == 0


def test_an_undo_that_is_sent_twice_takes_back_one(tmp_path: Path) -> None:
    labels = labels_of(plan_of(), tmp_path / "s.sqlite")
    teller = Teller(labels)
    teller.press("p")
    teller.press("f")
    teller.say("undo", id="once")
    teller.say("undo", id="once")
    assert [label for _, label, _ in _said(labels)] == ["pass"]


def test_what_is_taken_back_stays_in_the_store_and_its_words_come_again(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    labels = labels_of(plan_of(), store)
    teller = Teller(labels)
    item = item_of(labels)
    teller.press("f", note="was late", code="late")
    teller.press("z")
    assert item_of(labels) == item
    assert len(_rows(store)) == 2
    assert len(labels.labels) == 0
    draft = labels.answers["draft"]({"item": item})
    assert draft == {"note": "was late", "code": "late"}


def test_a_second_label_of_an_item_says_that_there_is_one_and_asks(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    one, other = (labels_of(plan_of(), store) for _ in range(2))
    here, there = Teller(one), Teller(other)
    item = item_of(one)
    here.press("p")
    answer = there.press("f")
    assert answer["saved"] is False
    assert answer["exists"] == "pass"
    assert item_of(other) == item
    assert len(_rows(store)) == 1
    there.press("f", over=True)
    assert [label for _, label, _ in _said(one)] == ["fail"]
    assert item_of(other) != item


def test_to_keep_the_label_that_is_there_goes_on(tmp_path: Path) -> None:
    one, other = (labels_of(plan_of(), tmp_path / "s.sqlite") for _ in range(2))
    Teller(one).press("p")
    teller = Teller(other)
    item = item_of(other)
    teller.press("f")
    teller.say("keep", item=item)
    assert item_of(other) == item_of(one)
    assert [label for _, label, _ in _said(one)] == ["pass"]


def test_it_goes_on_at_the_first_item_without_a_label(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    labels = labels_of(plan_of(), store)
    teller = Teller(labels)
    for _ in range(4):
        teller.press("p")
    item = item_of(labels)
    labels.close()
    later = labels_of(plan_of(), store)
    assert item_of(later) == item
    assert state_of(later)["done"] == 4


def test_two_raters_have_queues_of_their_own(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    plan = plan_of()
    ana, ben = labels_of(plan, store), labels_of(plan, store, "ben")
    Teller(ana).press("p")
    assert state_of(ben)["done"] == 0
    Teller(ben).press("f")
    assert [label for _, label, _ in _said(ana)] == ["pass", "fail"]
    assert set(ana.labels["rater"]) == {"ana", "ben"}
    assert len({*ana.labels["trace_id"]}) == 1, "both begin with the same trace"


def test_the_judge_is_asked_only_after_the_rater_decided_and_that_is_never_forgotten(
    tmp_path: Path,
) -> None:
    store = tmp_path / "s.sqlite"
    labels = labels_of(plan_of(), store)
    teller = Teller(labels)
    item = item_of(labels)
    assert labels.answers["judged"]({"item": item}).get("judged") is None
    teller.press("p")
    assert "careful-1" in labels.answers["judged"]({"item": item})["judged"]
    labels.close()
    later = labels_of(plan_of(), store)
    Teller(later).press("f", item=item, over=True)
    assert [(label, blind) for _, label, blind in _said(later)] == [("pass", True), ("fail", False)]


def test_a_change_before_the_judge_is_asked_is_blind_and_replaces(tmp_path: Path) -> None:
    labels = labels_of(plan_of(), tmp_path / "s.sqlite")
    teller = Teller(labels)
    teller.press("p")
    teller.press("<")
    assert state_of(labels)["item"]["said"] == "pass"
    teller.press("f")
    assert [(label, blind) for _, label, blind in _said(labels)] == [("fail", True)]
    assert state_of(labels)["done"] == 1


def test_a_repeat_of_an_item_whose_verdict_was_seen_is_not_blind(tmp_path: Path) -> None:
    plan = plan_of(n=30, repeats=0.2)
    labels = labels_of(plan, tmp_path / "s.sqlite")
    teller = Teller(labels)
    (again,) = plan.frame.index[plan.frame["repeat"] == 2][:1]
    trace = plan.frame["trace_id"].iloc[again]
    for place in range(again):
        item = item_of(labels)
        teller.press("p")
        if plan.frame["trace_id"].iloc[place] == trace:
            labels.answers["judged"]({"item": item})
    teller.press("p")
    assert labels.labels["blind"].tolist() == [True] * again + [False]


def test_without_blinding_the_verdict_and_the_strata_are_there_and_labels_say_so() -> None:
    labels = labels_of(plan_of(), None, blind=False)
    state = state_of(labels)
    assert "careful-1" in state["item"]["judged"]
    assert state["strata"]["columns"] == ["stratum", "split", "labelled", "planned"]
    Teller(labels).press("p")
    assert labels.labels["blind"].tolist() == [False]


def test_strata_are_shown_at_the_end_of_a_round_of_ten_and_not_before() -> None:
    labels = labels_of(plan_of(), None)
    teller = Teller(labels)
    while state_of(labels)["item"] is not None:
        assert state_of(labels)["strata"] is None
        teller.press("p")
    assert state_of(labels)["strata"]["rows"]
    assert int(labels.strata["labelled"].sum()) == 21
    assert state_of(labels)["next"] == "al.calibrate(marks.log, rubric, judge)"
    few = labels_of(judged_log(3), None, rubric=RUBRIC)
    teller = Teller(few)
    for _ in range(3):
        teller.press("p")
    assert state_of(few)["strata"] is None


def test_how_narrow_the_rate_is_moves_only_with_ten_labels() -> None:
    labels = labels_of(plan_of(n=40, traces=100), None)
    teller = Teller(labels)
    told = []
    for _ in range(21):
        teller.press("p")
        told.append(state_of(labels)["standing"])
    assert told[:9] == [""] * 9
    assert len({*told[9:19]}) == 1
    assert told[9].startswith("After 10 new labels: ±")
    assert told[19].startswith("After 20 new labels: ±")
    assert labels.standing


def test_hand_picked_traces_say_that_their_labels_enter_no_rate() -> None:
    labels = labels_of(judged_log(3), None, rubric=RUBRIC)
    assert "enter no rate" in state_of(labels)["header"]
    Teller(labels).press("f")
    assert labels.labels["stage"].tolist() == ["targeted"]
    assert "promote" not in state_of(labels)["next"]


def test_a_trace_that_is_gone_is_passed_over_and_counted(tmp_path: Path) -> None:
    from dataclasses import replace

    plan = plan_of()
    gone = plan.frame["trace_id"].iloc[1]
    shorter = replace(plan, log=plan.log.where(trace_id=[
        one for one in plan.log.traces["trace_id"] if one != gone
    ]))  # fmt: skip
    labels = labels_of(shorter, tmp_path / "s.sqlite")
    teller = Teller(labels)
    n = int((plan.frame["trace_id"] == gone).sum())
    assert state_of(labels)["gone"] == n
    teller.press("p")
    assert state_of(labels)["item"]["nth"] == 3
    while state_of(labels)["item"] is not None:
        teller.press("p")
    assert state_of(labels)["done"] == 21 - n


def test_an_empty_log_is_an_empty_queue() -> None:
    labels = labels_of(judged_log(3).where(trace_id=[]), None, rubric=RUBRIC)
    state = state_of(labels)
    assert (state["item"], state["of"]) == (None, 0)
    assert Teller(labels).press("z")["taken"] is False


def test_seconds_are_counted_to_ten_minutes_and_a_note_says_so() -> None:
    labels = labels_of(plan_of(), None)
    teller = Teller(labels)
    for seconds in (3.0, 900.0, "much", -1, float("inf"), True):
        teller.press("p", seconds=seconds)
    assert labels.labels["seconds"].fillna(-1).tolist() == [3.0, 600.0, -1, -1, -1, -1]
    assert any("1 label took 10 minutes or more" in note for note in labels.notes)


def test_what_no_page_would_tell_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    labels = labels_of(plan_of(), store)
    teller = Teller(labels)
    item = item_of(labels)
    assert "nonsense" in teller.say("label", item="nonsense", verdict="p")["problem"]
    assert "verdict" in teller.say("label", item=item, verdict="maybe")["problem"]
    labels._hear(None, {"kind": "label", "item": item, "verdict": "p", "id": 7}, [])
    labels._hear(None, {"kind": "nothing"}, [])
    labels._hear(None, "no mapping", [])
    assert _rows(store) == []
    assert item_of(labels) == item


@pytest.mark.parametrize(
    "note",
    [
        "<img src=x onerror=alert(1)>",
        "\ud800 half",
        "a\x00b",
        "\u202eturned",
        "x" * 50_000,
        '"; drop table label; --',
    ],
)
def test_whatever_is_typed_is_kept_as_text(note: str, tmp_path: Path) -> None:
    labels = labels_of(plan_of(), tmp_path / "s.sqlite")
    teller = Teller(labels)
    teller.press("f", note=note, code=note)
    (row,) = labels.labels.to_dict("records")
    assert row["label"] == "fail"
    assert row["note"][:8] == note.encode("utf-8", "backslashreplace").decode()[:8]
    assert state_of(labels)["codes"] == [row["code"]]


def test_a_note_is_rid_of_what_gives_a_person_away() -> None:
    labels = labels_of(plan_of(), None)
    Teller(labels).press("f", note="write to ann@example.com")
    assert "ann@" not in labels.labels["note"].iloc[0]


def test_a_draft_is_there_again_for_a_page_that_was_reloaded() -> None:
    labels = labels_of(plan_of(), None)
    teller = Teller(labels)
    item = item_of(labels)
    labels._hear(None, {"kind": "draft", "item": item, "note": "half a no", "code": ""}, [])
    assert labels.answers["draft"]({"item": item})["note"] == "half a no"
    teller.press("f", note="half a note")
    assert labels.answers["draft"]({"item": item}) == {}


def test_raters_and_references_are_checked() -> None:
    with pytest.raises(BadInputError, match="rater is the name"):
        labels_of(plan_of(), None, " ")
    with pytest.raises(UnknownNameError, match="reference"):
        labels_of(plan_of(), None, reference="guess")


_KEYS = st.lists(st.sampled_from("ppffuuzz><"), max_size=24)


class _Model:
    """The same queue as plainly as can be: a list of items, a pile of answers, a place."""

    def __init__(self, n: int) -> None:
        self.order = list(range(n))
        self.pile: list[tuple[int, str]] = []
        self.at: int | None = 0

    def said(self) -> dict[int, str]:
        found: dict[int, str] = {}
        for item, verdict in self.pile:
            found.pop(item, None)
            if verdict:
                found[item] = verdict
        return found

    def following(self, item: int | None) -> int | None:
        here = self.order.index(item) + 1 if item is not None else 0
        turned = self.order[here:] + self.order[:here]
        return next((one for one in turned if one not in self.said()), None)

    def press(self, key: str) -> None:
        if key in "pfu" and self.at is not None:
            self.pile.append((self.at, key))
            self.at = self.following(self.at)
        elif key == "z" and self.said():
            item = list(self.said())[-1]
            self.pile.append((item, ""))
            self.at = item
        elif key == "<":
            here = len(self.order) if self.at is None else self.order.index(self.at)
            self.at = self.order[max(here - 1, 0)]
        elif key == ">" and self.at is not None:
            here = self.order.index(self.at)
            if self.at in self.said():
                more = self.order[here + 1 :]
                self.at = more[0] if more else self.following(None)
            else:
                item = self.at
                rest = self.order[here + 1 :] + self.order[:here]
                self.order.append(self.order.pop(here))
                self.at = next((one for one in rest if one not in self.said()), item)


_PLAN = plan_of(n=20, traces=40, repeats=0.0)


@settings(max_examples=12, deadline=None)
@given(_KEYS)
def test_any_keys_leave_what_a_pile_of_answers_would(pressed: list[str]) -> None:
    ids = _PLAN.frame["trace_id"].tolist()[:4]
    log = _PLAN.log.where(trace_id=ids)
    order = log.traces["trace_id"].tolist()
    labels = labels_of(log, None, rubric=RUBRIC)
    teller, model = Teller(labels), _Model(4)
    sent = 0
    for key in pressed:
        if key not in "pfu" or state_of(labels)["item"] is not None:
            teller.press(key)
            sent += key in "pfu"
        model.press(key)
        item = state_of(labels)["item"]
        assert (None if item is None else item["trace"]["id"]) == (
            None if model.at is None else order[model.at]
        )
    names = {"p": "pass", "f": "fail", "u": "unsure"}
    wanted = [(order[item], names[said], True) for item, said in model.said().items()]
    assert _said(labels) == wanted
    taken = sum(1 for _, said in model.pile if not said)
    assert len(_rows(store_of(labels))) == sent + taken, "nothing is ever deleted"
    labels.close()


def test_nothing_in_the_state_tells_of_a_verdict_a_stratum_or_a_repeat() -> None:
    plan = plan_of()
    labels = labels_of(plan, None)
    ben = al.label(plan, rater="ben", answers=lambda _: {"label": "f", "code": "bens word"}, store=store_of(labels))  # fmt: skip
    assert len(ben.labels) == 21
    teller = Teller(labels)
    shown = [labels.state, labels.bundle()["state"]]
    for key in "pf" * 10 + "p":
        teller.press(key)
        if state_of(labels)["item"] is not None:
            shown += [labels.state, labels.bundle()["state"]]
    shown += [json.dumps(one) for one in teller.heard]
    whole = "\n".join(shown)
    for word in ("careful-1", "step 2 decides", "abstained", "bens word", 'ben"', "stratum", "uniform",
                 "inclusion", "repeat", '"split"', '"dev"', "score_id", "j0000"):  # fmt: skip
        assert word not in whole, word
