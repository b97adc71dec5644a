"""Does a drift view answer what its verb answers for the windows as they stand?"""

import json
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import agentlens as al
from agentlens.widgets.drifting.timeline import timeline_of
from agentlens.widgets.drifting.view import DriftView, drift_view
from agentlens.widgets.drifting.windows import asked, said

COLUMNS = ["task_type", "latency_s", "device"]
WINDOWS: dict[str, Any] = {
    "current": ("2026-11-02", "2026-11-03 16:00"),
    "baseline": ("2026-10-25", "2026-11-01"),
}
START = pd.Timestamp("2026-11-01", tz="UTC")


@cache
def log() -> al.Log:
    return al.demo(traces_per_day=120)


def made(**more: Any) -> DriftView:
    return drift_view(log(), **{"columns": COLUMNS, **WINDOWS, **more})


def ask(view: DriftView, what: str, **content: Any) -> dict[str, Any]:
    sent: list[dict[str, Any]] = []
    view.send = lambda one, _=None: sent.append(one)
    view._hear(None, {"kind": "ask", "seq": 1, "what": what, **content}, [])
    return sent[-1]


def test_it_says_what_the_verb_says_and_its_code_gives_the_same() -> None:
    view = made(material=0.5)
    fresh = al.drift(log(), columns=COLUMNS, material=0.5, **WINDOWS)
    assert view.result.headline == fresh.headline
    scope: dict[str, Any] = {"al": al, "log": log()}
    exec(view.code, scope)  # noqa: S102 - the cell that a user would run
    assert scope["result"].to_json() == view.result.to_json()


def test_without_windows_it_takes_those_of_the_verb() -> None:
    view = drift_view(al.drift, log(), columns=COLUMNS)
    assert view.result.headline == al.drift(log(), columns=COLUMNS).headline
    scope: dict[str, Any] = {"al": al, "log": log()}
    exec(view.code, scope)  # noqa: S102 - the cell that a user would run
    assert scope["result"].headline == view.result.headline


def test_windows_that_were_moved_are_compared_anew() -> None:
    view = made()
    moved = {"baseline": ["2026-10-20T00:00:00.000Z", "2026-10-30T00:00:00.000Z"],
             "current": ["2026-11-10T00:00:00.000Z", "2026-11-12T12:00:00.000Z"]}  # fmt: skip
    answer = ask(view, "windows", **moved)
    assert "problem" not in answer
    assert view.current == (
        pd.Timestamp("2026-11-10", tz="UTC"),
        pd.Timestamp("2026-11-12 12:00", tz="UTC"),
    )
    fresh = al.drift(
        log(),
        columns=COLUMNS,
        current=("2026-11-10", "2026-11-12 12:00"),
        baseline=("2026-10-20", "2026-10-30"),
    )
    assert view.result.headline == fresh.headline
    shown = json.loads(view.state)
    assert shown["card"]["headline"] == fresh.headline
    assert [row[0] for row in shown["table"]["rows"]] == fresh.frame["column"].tolist()


@pytest.mark.parametrize(
    "windows, words",
    [
        ({"current": ["2026-10-28T00:00:00Z", "2026-11-02T00:00:00Z"]}, "overlap"),
        ({"current": ["2027-10-28T00:00:00Z", "2027-11-02T00:00:00Z"]}, "holds no trace"),
        ({"current": ["2026-11-03T00:00:00Z", "2026-11-02T00:00:00Z"]}, "Widen it"),
        ({"current": ["soon", "2026-11-02T00:00:00Z"]}, "'soon' is not a time"),
        ({"current": None}, "pair of times"),
    ],
)
def test_windows_that_cannot_be_compared_say_so_and_change_nothing(
    windows: dict[str, Any], words: str
) -> None:
    view = made()
    before = (view.current, view.baseline, view.result, view.rev)
    answer = ask(view, "windows", **(said(view._windows) | windows))
    assert words in answer["problem"]
    assert (view.current, view.baseline, view.result, view.rev) == before


def test_windows_are_moved_from_python_too() -> None:
    view = made()
    view.put(current=("2026-11-05", "2026-11-06"))
    assert view.current[0] == pd.Timestamp("2026-11-05", tz="UTC")
    assert view.baseline == (
        pd.Timestamp("2026-10-25", tz="UTC"),
        pd.Timestamp("2026-11-01", tz="UTC"),
    )
    with pytest.raises(al.BadInputError, match="overlap"):
        view.put(current=("2026-10-26", "2026-11-06"))
    assert view.current[0] == pd.Timestamp("2026-11-05", tz="UTC")


def test_a_column_is_drawn_as_the_result_draws_it() -> None:
    view = made()
    answer = json.loads(ask(view, "column", name="task_type")["text"])
    wanted = view.result.column("task_type")
    assert answer["figure"]["layout"]["title"]["text"] == wanted.layout.title.text
    assert len(answer["figure"]["data"]) == len(wanted.data)
    assert "Did you mean 'task_type'?" in ask(view, "column", name="tusk_type")["problem"]


def test_the_timeline_counts_every_trace_and_knows_no_gap_as_zero() -> None:
    line = timeline_of(log(), "strong_completion", None)
    assert line.n.sum() == len(log())
    assert line.n.size <= 400
    wanted = al.series(log(), "strong_completion", every="3h")
    assert np.array_equal(line.value, wanted["value"].to_numpy(), equal_nan=True)
    assert np.array_equal(line.starts, wanted["time"].dt.as_unit("ms").astype("int64").to_numpy())


def test_a_timeline_without_the_metric_says_so_and_one_too_fine_is_coarsened() -> None:
    assert timeline_of(log(), None, None).name == ""
    odd = timeline_of(log(), "no_such_metric", None)
    assert (odd.name, "No metric above the counts" in odd.note) == ("", True)
    fine = timeline_of(log(), None, "1min")
    assert fine.n.size <= 2000
    assert "bins shown, 1min asked for" in fine.note


def test_a_log_is_no_window_on_a_timeline() -> None:
    with pytest.raises(al.BadInputError, match="stretch of time"):
        drift_view(log(), current=log().last("24h"))
    with pytest.raises(al.BadInputError, match="one log"):
        drift_view(al.drift)


@given(st.integers(0, 10**12), st.integers(1, 10**12), st.booleans())
@settings(max_examples=60)
def test_an_end_that_nobody_moved_keeps_all_its_digits(at: int, far: int, move: bool) -> None:  # noqa: FBT001 - drawn
    first = START + pd.Timedelta(at, "us")
    now = {
        name: (first, first + pd.Timedelta(far + 1000, "us")) for name in ("baseline", "current")
    }
    there = {name: [end.floor("ms").isoformat() for end in ends] for name, ends in now.items()}
    if move:
        there["current"][1] = (now["current"][1] + pd.Timedelta("1D")).floor("ms").isoformat()
    found = asked(there, now)
    assert found["baseline"] == now["baseline"]
    assert (found["current"] == now["current"]) is not move


@given(st.text(max_size=30))
@settings(max_examples=30, deadline=None)
def test_whatever_a_browser_sends_is_answered_with_a_sentence(junk: str) -> None:
    view = _one()
    answer = ask(view, "windows", current=[junk, junk], baseline=junk)
    assert answer["problem"]
    assert isinstance(view.error, al.AgentLensError)


@cache
def _one() -> DriftView:
    return made(columns=["device"])


def test_tune_shows_drift_in_this_view_unless_knobs_turn() -> None:
    view = al.tune(al.drift, log(), columns=COLUMNS, material=0.5, **WINDOWS)
    assert isinstance(view, DriftView)
    assert (
        view.result.headline == al.drift(log(), columns=COLUMNS, material=0.5, **WINDOWS).headline
    )
    turned = al.tune(al.drift, log(), columns={"two": COLUMNS}, material=(0.5, 2.0))
    assert not isinstance(turned, DriftView)
    with pytest.raises(al.UnknownNameError, match="Did you mean 'material'"):
        al.tune(al.drift, log(), columns=COLUMNS, matrial=0.5)
