"""Which traces are compared, and by what can they be told apart?"""

import numpy as np
import pandas as pd
import pytest

import agentlens as al
from agentlens.analysis.arms.dimensions import MISSING, OTHER, Dimension, dimensions
from agentlens.analysis.arms.periods import BASELINE, CURRENT, periods_of
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.measures.rows import metric_rows
from tests.logs import demo_log, plain_log


def test_the_last_day_is_compared_with_up_to_four_weeks_before_it() -> None:
    log = demo_log()
    periods = periods_of(log)
    assert periods.current == (log.stop - pd.Timedelta("24h"), log.stop)
    assert periods.baseline == (log.start, periods.current[0])
    start = log.traces["start"]
    assert (periods.arm == CURRENT).sum() == (start >= periods.current[0]).sum()
    assert (periods.arm == BASELINE).sum() == (start < periods.current[0]).sum()
    assert periods.sizes == ((periods.arm == CURRENT).sum(), (periods.arm == BASELINE).sum())


def test_of_a_short_log_the_last_quarter_is_current() -> None:
    periods = periods_of(plain_log(400, hours=40))
    assert periods.current[1] - periods.current[0] < pd.Timedelta("10h 1min")


def test_a_length_of_the_baseline_counts_back_from_the_current_period() -> None:
    log = demo_log()
    periods = periods_of(log, "2D", "3D")
    assert periods.baseline == (log.stop - pd.Timedelta("5D"), log.stop - pd.Timedelta("2D"))


def test_logs_mean_their_very_traces_even_at_the_same_time() -> None:
    log = demo_log()
    one, other = log.where(device="mobile"), log.where(device="desktop")
    periods = periods_of(log, one, other)
    device = log.traces["device"].to_numpy(dtype=object)
    assert set(device[periods.arm == CURRENT]) == {"mobile"}
    assert set(device[periods.arm == BASELINE]) == {"desktop"}


def test_a_log_from_elsewhere_joins_with_its_steps_and_scores() -> None:
    log = demo_log()
    half = log.start + (log.stop - log.start) / 2
    early, late = log.between(log.start, half), log.between(half, log.stop)
    periods = periods_of(early, late, early)
    assert len(periods.log) == len(log)
    assert len(periods.log.spans) == len(log.spans)
    assert len(periods.log.scores) == len(log.scores)
    ids = periods.log.traces["trace_id"][periods.arm == CURRENT]
    assert set(ids) == set(late.traces["trace_id"])


def test_traces_are_not_compared_with_themselves() -> None:
    with pytest.raises(BadInputError, match=r"overlap: [\d,]+ traces would be compared"):
        periods_of(demo_log(), "2D", demo_log().last("3D"))


@pytest.mark.parametrize("which", ["current", "baseline"])
def test_an_empty_period_is_named_with_what_the_log_has(which: str) -> None:
    asked = ("2020-01-01", "2020-01-02")
    current, baseline = (asked if which == one else None for one in ("current", "baseline"))
    with pytest.raises(BadInputError, match=f"The {which} period, 2020-01-01 to 2020-01-02, holds"):
        periods_of(demo_log(), current, baseline)


def test_a_log_without_traces_and_a_period_without_a_past_are_refused() -> None:
    log = demo_log()
    nothing = log.where(device="no such device")
    with pytest.raises(BadInputError, match="holds no traces"):
        periods_of(nothing)
    with pytest.raises(BadInputError, match="given as a period holds no trace"):
        periods_of(log, nothing)
    with pytest.raises(BadInputError, match="Nothing lies before"):
        periods_of(log, (log.start, log.stop))
    with pytest.raises(BadInputError, match="so that nothing lies before any of them"):
        periods_of(al.from_frames(log.traces.head(1)))


def _coded(column: pd.Series, by: list[str] | None = None) -> tuple[list[Dimension], list[str]]:
    log = plain_log(len(column), hours=40)
    log = al.from_frames(log.traces.assign(extra=column.to_numpy(dtype=object)))
    return dimensions(log, metric_rows(log, "escalation"), by)


def test_circumstances_are_told_apart_and_outcomes_and_ids_are_not() -> None:
    found, notes = dimensions(demo_log(), metric_rows(demo_log(), "strong_completion"))
    names = {one.name for one in found}
    assert {"task_type", "device", "segment", "model", "release", "query_chars"} <= names
    assert not names & {"status", "latency_s", "trace_id", "user_id", "input", "start", "completed"}
    assert notes == []
    for one in found:
        assert one.codes.min() >= 0
        assert one.codes.max() < len(one.labels)


def test_codes_say_what_the_column_says() -> None:
    log = demo_log()
    rows = metric_rows(log, "strong_completion")
    (one,), _ = dimensions(log, rows, ["task_type"])
    told = np.array(one.labels, dtype=object)[one.codes]
    assert (told == log.traces["task_type"].iloc[rows.positions].to_numpy(dtype=object)).all()


def test_steps_are_told_apart_by_tool() -> None:
    log = demo_log()
    found, _ = dimensions(log, metric_rows(log, "tool_success"))
    tool = next(one for one in found if one.name == "tool")
    assert "search_orders" in tool.labels
    assert "answer" not in tool.labels


def test_a_long_number_is_cut_into_quarters() -> None:
    (one,), _ = dimensions(demo_log(), metric_rows(demo_log(), "escalation"), ["query_chars"])
    shares = np.bincount(one.codes) / one.codes.size
    assert one.ordered
    assert len(one.labels) == 4
    assert shares.max() < 0.3


def test_a_column_of_a_hundred_thousand_values_is_no_group_unless_asked_for() -> None:
    many = pd.Series([f"v{n}" for n in range(100_000)])
    found, notes = _coded(many)
    assert "extra" not in {one.name for one in found}
    assert any("100,000 values in 100,000 rows tell rows, not groups" in one for one in notes)
    (one,), notes = _coded(many, ["extra"])
    assert one.labels[-1] == OTHER
    assert len(one.labels) == 25
    assert notes == [
        f"extra: 100,000 values, of which the 99,976 rarest are taken together as {OTHER}."
    ]


def test_nothing_recorded_is_said_and_a_gap_is_a_value_of_its_own() -> None:
    found, notes = _coded(pd.Series([None] * 200))
    assert "extra" not in {one.name for one in found}
    assert "extra: nothing is recorded, left out." in notes
    (one,), _ = _coded(pd.Series(["a", None] * 100), ["extra"])
    assert one.labels == ("a", MISSING)
    assert np.bincount(one.codes).tolist() == [100, 100]


def test_mixed_types_are_taken_as_words() -> None:
    (one,), _ = _coded(pd.Series([1, "1", 2.5, True] * 50), ["extra"])
    assert sorted(one.labels) == ["1", "2.5", "True"]


def test_a_misspelt_column_is_met_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="task_type"):
        dimensions(demo_log(), metric_rows(demo_log(), "escalation"), ["task_typ"])
