import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.tables.log import Log
from agentlens.widgets.show.notes import notes
from agentlens.widgets.show.steps.columns import columns
from agentlens.widgets.show.steps.find import find
from agentlens.widgets.show.steps.rows import MADE, rows_of
from agentlens.widgets.show.steps.tree import Flag, Steps, steps_of
from tests.widgets.show.made import chain_of, log_of, long_log, span


def steps(log: Log) -> Steps:
    return steps_of(log.trace("t").spans)


def said(log: Log, most: int = 2_000) -> list[str]:
    found = steps(log)
    return notes(log.trace("t"), found, rows_of(found, most))


def flags(log: Log) -> dict[str, Flag]:
    found = steps(log)
    return {one: Flag(flag) for one, flag in zip(found.ids, found.flags, strict=True)}


def test_rows_stand_below_their_parents_in_order_of_time() -> None:
    log = log_of(
        span("b", 2, parent="root"),
        span("root", 0, took=9),
        span("a", 1, parent="root"),
        span("a2", 1.2, took=0.1, parent="a"),
    )
    found = steps(log)
    rows = rows_of(found, 100)
    assert [found.ids[at] for at in rows.place] == ["root", "a", "a2", "b"]
    assert rows.parent == [-1, 0, 1, 0]
    assert said(log) == []


def test_a_child_outside_its_parent_is_marked_and_said() -> None:
    log = log_of(
        span("root", 1, took=2),
        span("early", 0.5, parent="root"),
        span("late", 2, took=4, parent="root"),
        span("within", 1.5, took=1, parent="root"),
    )
    marked = flags(log)
    assert {one for one, flag in marked.items() if flag & Flag.SKEWED} == {"early", "late"}
    assert said(log)[0].startswith("2 steps lie outside the parent's time")


def test_a_step_that_ends_before_it_begins_is_never_drawn_backwards() -> None:
    whole = log_of(span("root", 0, took=5), span("back", 3, took=1, parent="root"))
    spans = whole.spans.copy()
    spans.loc[spans["span_id"] == "back", "end"] = spans["start"].min()
    found = steps_of(spans)
    drawn = columns(found, rows_of(found, 10))
    assert drawn["length"] == [5.0, 0.0]
    assert found.flags[1] & Flag.BACKWARDS


def test_steps_without_an_end_run_and_events_do_not() -> None:
    log = log_of(
        span("root", 0, took=None, kind="agent"),
        span("note", 1, took=None, parent="root", kind="event"),
        status="open",
    )
    marked = flags(log)
    assert marked["root"] & Flag.RUNNING
    assert not marked["note"] & Flag.RUNNING
    assert said(log)[0] == "This trace was still running when it was read."
    assert columns(steps(log), rows_of(steps(log), 10))["length"][0] is None


def test_orphans_hang_under_a_marked_root() -> None:
    log = log_of(
        span("root", 0),
        span("lost", 0.1, parent="nobody"),
        span("kid", 0.2, took=0.1, parent="lost"),
    )
    found = steps(log)
    rows = rows_of(found, 100)
    named = ["made" if at == MADE else found.ids[at] for at in rows.place]
    assert named == ["root", "made", "lost", "kid"]
    assert rows.parent == [-1, -1, 1, 2]
    assert said(log) == ["1 step names a parent that is not in this trace."]


def test_circles_are_cut_once_and_reported() -> None:
    log = log_of(
        span("root", 0),
        span("a", 1, parent="c"),
        span("b", 1.1, parent="a"),
        span("c", 1.2, parent="b"),
        span("tail", 1.3, parent="c"),
        span("self", 2, parent="self"),
    )
    found = steps(log)
    rows = rows_of(found, 100)
    assert sorted(at for at in rows.place if at != MADE) == list(range(6))
    assert {one for one, flag in flags(log).items() if flag & Flag.CUT} == {"a", "self"}
    assert any("circle" in one and one.startswith("2 steps") for one in said(log))


@given(
    st.lists(
        st.tuples(st.integers(-2, 30), st.floats(0, 20), st.sampled_from("xyz"), st.booleans()),
        min_size=1,
        max_size=30,
    ),
    st.integers(1, 40),
)
@settings(max_examples=60, deadline=None)
def test_every_step_stands_in_one_row_or_is_said_to_be_left(
    given_: list[tuple[int, float, str, bool]], most: int
) -> None:
    start = pd.Timestamp("2026-11-10", tz="UTC")
    spans = pd.DataFrame(
        [
            {
                "span_id": f"s{at}",
                "trace_id": "t",
                "parent_id": None if above < 0 else f"s{above}",
                "name": name,
                "kind": "tool",
                "start": start + pd.Timedelta(begin, "s"),
                "end": start + pd.Timedelta(begin + 1, "s"),
                "status": "error" if wrong else "ok",
            }
            for at, (above, begin, name, wrong) in enumerate(given_)
        ]
    )
    found = steps_of(spans)
    rows = rows_of(found, most)
    shown = [one for members in rows.members for one in members]
    assert sorted([*shown, *rows.left]) == list(range(len(spans)))
    assert set(rows.row_of) == set(shown)
    assert len(rows.place) <= most + 1  # and the marked root
    for row, above in enumerate(rows.parent):
        assert above < row
    assert all(one in rows.members[row] for one, row in rows.row_of.items())


def test_ten_thousand_alike_become_one_row_and_the_failed_one_stays_apart() -> None:
    log = long_log(10_000, alike=True, failed=[5_000])
    found = steps(log)
    rows = rows_of(found, 2_000)
    assert [len(one) for one in rows.members] == [1, 9_998, 1]
    assert found.ids[rows.place[2]] == "s5000"
    assert "9,998 stand in 1 row marked ×" in said(log)[0]


def test_ten_thousand_in_turns_stay_within_the_limit() -> None:
    found = steps(long_log(10_000, failed=[77]))
    rows = rows_of(found, 2_000)
    assert len(rows.place) <= 2_000
    assert found.ids.index("s77") in rows.place


def test_a_chain_longer_than_can_be_drawn_says_what_is_left() -> None:
    assert said(chain_of(300), most=100)[-1] == "200 steps are not drawn, 0 of them in error."


@pytest.mark.parametrize("words", ["NEEDLE", "needle", "(", "wwww"])
def test_words_are_found_in_whole_texts_whatever_their_signs(words: str) -> None:
    found = steps(long_log(30, text=9_000))
    hits = find(found, rows_of(found, 2_000), words)
    assert len(hits["rows"]) == {"NEEDLE": 1, "needle": 1, "(": 0, "wwww": 29}[words]


def test_a_step_in_a_row_of_many_is_found_as_that_row() -> None:
    found = steps(long_log(3_000, alike=True))
    hits = find(found, rows_of(found, 2_000), "needle")
    assert hits["spans"] == ["s2998"]
    assert hits["rows"] == [1]
