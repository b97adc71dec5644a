import json
import subprocess
import sys
from typing import Any

import pytest

import agentlens as al
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.tables.log import Log
from agentlens.widgets.show.show import show
from tests.widgets.show.made import BEGIN, log_of, span


@pytest.fixture(scope="module")
def log() -> Log:
    return al.demo(days=3, traces_per_day=20, seed=2)


def shown(view: Any) -> dict[str, Any]:
    trace: dict[str, Any] = json.loads(view.state)["trace"]
    return trace


def test_a_log_and_an_id_open_that_trace(log: Log) -> None:
    one = str(log.traces["trace_id"].iloc[7])
    view = show(log, one)
    assert view.trace_id == one == shown(view)["id"]
    assert view.trace is not None
    assert view.trace.row["trace_id"] == one
    assert view.code == f"al.show(log, {one!r})"
    again = eval(view.code, {"al": al, "log": log})  # noqa: S307 - it is what a person would paste
    assert again.trace_id == one
    assert one in repr(view)


def test_a_trace_at_hand_is_shown_without_its_log(log: Log) -> None:
    one = str(log.traces["trace_id"].iloc[3])
    view = show(log.trace(one))
    assert shown(view)["id"] == one
    assert shown(view)["walk"] is None


def test_the_walk_goes_through_the_chosen_ids_in_their_order(log: Log) -> None:
    a, b, c = map(str, log.traces["trace_id"].iloc[[5, 2, 9]])
    view = show(log, [a, b, c, a])
    assert shown(view)["walk"] == {"nth": 1, "of": 3, "away": False, "previous": None, "next": b}
    view._hear(None, {"kind": "ask", "seq": 1, "what": "trace", "trace_id": b}, [])
    assert view.error is None
    assert view.trace_id == b
    assert shown(view)["walk"] == {"nth": 2, "of": 3, "away": False, "previous": a, "next": c}


def test_a_neighbour_outside_the_walk_leads_back_to_it(log: Log) -> None:
    a, b, away = map(str, log.traces["trace_id"].iloc[[5, 2, 9]])
    view = show(log, [a, b])
    view.turn_to(away)
    assert shown(view)["walk"] == {"nth": 1, "of": 2, "away": True, "previous": a, "next": b}


def test_a_result_and_its_signals_name_the_traces_to_walk_through(log: Log) -> None:
    chart = al.control_chart(log, "latency_p95", every="6h")
    ids = [one for signal in chart.signals() for one in signal.trace_ids]
    if not ids:
        with pytest.raises(BadInputError, match="names no traces"):
            show(log, chart)
        return
    assert shown(show(log, chart))["id"] == ids[0]
    assert shown(show(log, chart.signals()[0]))["id"] == ids[0]


def test_an_empty_log_says_that_there_is_nothing() -> None:
    view = show(log_of()._keep(log_of().traces["trace_id"] == "none"))
    assert view.trace is None
    assert json.loads(view.state)["empty"] == "There is no trace to show: the log is empty."


def test_an_unknown_id_suggests_the_nearest(log: Log) -> None:
    one = str(log.traces["trace_id"].iloc[0])
    with pytest.raises(UnknownNameError, match=rf"Did you mean '{one}'\?.*This log holds"):
        show(log, one[:-1])
    with pytest.raises(UnknownNameError, match="There is no trace 'zz'"):
        show(log, ["zz"])


@pytest.mark.parametrize(
    "given, trace_id, spans, said",
    [
        ("t", None, 2_000, "show takes a log"),
        (log_of(), 5, 2_000, "an id, several ids"),
        (log_of(), [], 2_000, "names no traces"),
        (log_of(), None, 0, "a number from 1"),
        (log_of(), None, True, "a number from 1"),
    ],
)
def test_what_cannot_be_shown_is_refused(given: Any, trace_id: Any, spans: Any, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        show(given, trace_id, spans=spans)


def test_fewer_rows_can_be_asked_for() -> None:
    steps = [span(f"s{at}", at) | {"name": "alike"} for at in range(30)]
    view = show(log_of(*steps, start=BEGIN), spans=10)
    assert shown(view)["steps"]["count"] == [30]


def test_an_unknown_trace_asked_for_by_the_page_is_a_sentence(log: Log) -> None:
    view = show(log, str(log.traces["trace_id"].iloc[0]))
    before = view.state
    view._hear(None, {"kind": "ask", "seq": 1, "what": "trace", "trace_id": "zz"}, [])
    assert isinstance(view.error, UnknownNameError)
    assert view.state == before


def test_the_verb_is_there_without_the_packages_of_the_notebook() -> None:
    script = (
        "import sys; sys.modules['anywidget'] = None; from agentlens.widgets.show.show import show"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_script_is_small() -> None:
    assert len(show(log_of())._esm) < 60_000
