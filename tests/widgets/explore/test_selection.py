import json
from math import inf
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import agentlens as al
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.widgets.explore.acts import done
from agentlens.widgets.explore.code import code_of
from agentlens.widgets.explore.history import History
from agentlens.widgets.explore.selection import Selection

LOG = al.demo(days=4, traces_per_day=30, seed=5)
ROWS = LOG.wide().to_dict("records")
IDS = LOG.traces["trace_id"].tolist()
COLUMNS = ("device", "task_type", "session_number", "completed", "user_rating")
SCORES = ("goal_completion", "score:goal_completion", "no_pii")

times = st.integers(-3_000, 6_000).map(lambda minutes: LOG.start + pd.Timedelta(minutes, "min"))
periods = st.tuples(times, times).filter(lambda ends: ends[0] < ends[1])
values = {name: [*LOG.traces[name].unique().tolist(), "nobody", None] for name in COLUMNS}
columns = st.fixed_dictionaries(
    {}, optional={name: st.lists(st.sampled_from(known)) for name, known in values.items()}
)
ends = st.sampled_from([-inf, 0.0, 0.4, 0.5, 1.0, inf])
ranges = st.tuples(ends, ends).map(lambda pair: (min(pair), max(pair)))
selections = st.builds(
    Selection,
    current=st.none() | periods,
    where=columns,
    score=st.dictionaries(st.sampled_from(SCORES), ranges, max_size=2),
    ids=st.none() | st.lists(st.sampled_from([*IDS[:80], "nobody's"])),
)
LAW = settings(deadline=None, max_examples=12)


def names(log: al.Log) -> list[str]:
    return log.traces["trace_id"].tolist()


def by_hand(selection: Selection) -> list[str]:
    """Return the traces by another way: row for row."""
    kept = []
    for row in ROWS:
        begun = selection.current is None or (
            selection.current[0] <= row["start"] < selection.current[1]
        )
        said = all(
            any(row[name] == one if one is not None else pd.isna(row[name]) for one in wanted)
            if not pd.isna(row[name])
            else None in wanted
            for name, wanted in selection.where.items()
        )
        scored = all(
            low <= row[f"score:{name}"] <= high for name, (low, high) in selection.score.items()
        )
        meant = selection.ids is None or row["trace_id"] in selection.ids
        if begun and said and scored and meant:
            kept.append(row["trace_id"])
    return kept


@LAW
@given(selections)
def test_a_selection_means_the_traces_that_fulfil_every_part_of_it(selection: Selection) -> None:
    assert names(selection.of(LOG)) == by_hand(selection)


@LAW
@given(selections)
def test_the_text_of_a_selection_makes_the_same_selection(selection: Selection) -> None:
    again = eval(repr(selection), {"Selection": Selection, "inf": inf})  # noqa: S307 - its own text
    assert again == selection
    assert hash(again) == hash(selection)
    assert names(again.of(LOG)) == names(selection.of(LOG))


@LAW
@example(Selection(ids=()))
@given(selections)
def test_the_code_of_a_selection_gives_the_same_log(selection: Selection) -> None:
    room: dict[str, Any] = {"log": LOG}
    exec(code_of(selection), room)  # noqa: S102 - the text under test
    assert names(room["selected"]) == names(selection.of(LOG))


@LAW
@given(selections)
def test_selecting_twice_is_selecting_once(selection: Selection) -> None:
    once = selection.of(LOG)
    if len(once):
        assert names(selection.of(once)) == names(once)


@LAW
@given(st.lists(st.sampled_from(["undo", "redo"]) | selections, max_size=12))
def test_undo_and_redo_walk_along_what_was_selected(moves: list[Any]) -> None:
    history, line, at = History(Selection()), [Selection()], 0
    for move in moves:
        if isinstance(move, Selection):
            if move != line[at]:
                line, at = [*line[: at + 1], move], at + 1
            history = history.after(move)
        else:
            at = max(at - 1, 0) if move == "undo" else min(at + 1, len(line) - 1)
            history = done(history, {"act": move}, LOG)
        assert history.now == line[at]
        assert (len(history.past), len(history.future)) == (at, len(line) - 1 - at)


def test_a_column_that_is_no_word_stands_in_the_code_too() -> None:
    traces = LOG.traces.assign(**{"my column": "a\nb", "class": "c"})
    log = al.from_frames(traces)
    selection = Selection(where={"my column": "a\nb", "class": "c"})
    room: dict[str, Any] = {"log": log}
    exec(code_of(selection), room)  # noqa: S102 - the text under test
    assert len(room["selected"]) == len(log)


@pytest.mark.parametrize(
    "given, words",
    [
        ({"current": ("2026-11-02", "2026-11-01")}, "swap the two times"),
        ({"current": "24h"}, "pair of times"),
        ({"score": {"tone": (1.0, 0.0)}}, "swap the two numbers"),
        ({"score": {"tone": 1.0}}, "pair of numbers"),
        ({"score": {"tone": (0.0, float("nan"))}}, "pair of numbers"),
    ],
)
def test_what_selects_nothing_is_refused_with_what_to_write(
    given: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadInputError, match=words):
        Selection(**given)


def test_a_column_or_score_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownNameError, match="'devise'"):
        Selection(where={"devise": "mobile"}).of(LOG)
    with pytest.raises(UnknownNameError, match="goal_completion"):
        Selection(score={"goal_completin": (0, 1)}).of(LOG)


def test_acts_of_a_hand_change_one_part_and_keep_the_others() -> None:
    history = History(Selection(where={"device": "mobile"}))
    period = {"act": "period", "from": "2026-11-13 10:00:29.9Z", "until": "2026-11-13 12:00Z"}
    now = done(history, period, LOG)
    assert now.now.current == (pd.Timestamp("2026-11-13 10:00Z"), pd.Timestamp("2026-11-13 12:00Z"))
    assert now.now.where == {"device": ("mobile",)}
    later = done(now, {"act": "move", "by": 1}, LOG).now.current
    assert later == (pd.Timestamp("2026-11-13 12:00Z"), pd.Timestamp("2026-11-13 14:00Z"))
    wide = done(now, {"act": "stretch", "by": 2}, LOG).now.current
    assert wide == (pd.Timestamp("2026-11-13 09:00Z"), pd.Timestamp("2026-11-13 13:00Z"))
    narrow = done(now, {"act": "stretch", "by": 0.5}, LOG).now.current
    assert narrow == (pd.Timestamp("2026-11-13 10:30Z"), pd.Timestamp("2026-11-13 11:30Z"))
    gone = done(now, {"act": "drop", "part": "where", "name": "device"}, LOG).now
    assert gone == Selection(current=now.now.current)
    assert done(now, {"act": "clear"}, LOG).now == Selection()
    assert done(now, {"act": "nonsense"}, LOG) == now


def test_a_period_is_not_moved_off_the_log() -> None:
    whole = History(Selection(current=(LOG.start, LOG.stop)))
    with pytest.raises(BadInputError, match="no traces beyond"):
        done(whole, {"act": "move", "by": 1}, LOG)
    with pytest.raises(BadInputError, match="No period is selected"):
        done(History(Selection()), {"act": "stretch", "by": 2}, LOG)


def test_values_from_frames_are_written_as_plain_ones() -> None:
    counts = LOG.traces["session_number"].to_numpy()
    one = Selection(where={"session_number": counts[:1], "device": [pd.NA, float("nan")]})
    assert json.loads(json.dumps({name: list(x) for name, x in one.where.items()})) == {
        "session_number": [int(counts[0])],
        "device": [None],
    }
