"""Is no cell and no slice of too few users shown, nor any that would give one away?"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import agentlens as al
from agentlens.analysis.slices.crowd import enough
from agentlens.analysis.slices.found import Found, FoundSlice
from agentlens.errors import BadInputError
from agentlens.measures.rows import metric_rows
from agentlens.stats.groups import cluster
from agentlens.stats.slicing.hidden import hidden
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log
from tests.logs import START, planted_log

LEAST = 10
TABLES = st.integers(1, 4).flatmap(
    lambda rows: st.integers(1, 4).flatmap(
        lambda columns: st.lists(
            st.integers(0, 40), min_size=2 * rows * columns, max_size=2 * rows * columns
        ).map(lambda cells: np.array(cells, dtype=np.int64).reshape(2, rows, columns))
    )
)


def crossed(sizes: dict[tuple[str, str], int], *, per_user: int = 2) -> Log:
    """Return a day and the day after with so many users in each cell of two columns."""
    rows = [
        {
            "user_id": f"{device}-{segment}-{user}",
            "device": device,
            "segment": segment,
            "start": START + pd.Timedelta(day * 24 + turn, "h"),
            "status": "error" if (user + turn) % 3 == 0 else "ok",
        }
        for (device, segment), users in sizes.items()
        for user in range(users)
        for turn in range(per_user)
        for day in (0, 1)
    ]
    frame = pd.DataFrame(rows)
    return from_frames(frame.assign(trace_id=[f"t{i}" for i in range(len(frame))]))


SIZES = {("a", "x"): 40, ("a", "y"): 30, ("b", "x"): 25, ("b", "y"): 3}


def shown(table: al.Slices) -> set[tuple[str, str]]:
    return set(table.frame[["device", "segment"]].itertuples(index=False, name=None))


@settings(max_examples=300, deadline=None)
@given(users=TABLES, least=st.integers(1, 15))
def test_what_totals_leave_over_is_nobody_or_a_crowd(users: np.ndarray, least: int) -> None:
    gone = hidden(users, least)
    few = ((users > 0) & (users < least)).any(axis=0)
    assert gone[few].all()
    assert few.any() or not gone.any()
    for layer in users:
        for line, mask in (*zip(layer, gone, strict=True), *zip(layer.T, gone.T, strict=True)):
            left = line[mask & (line > 0)]
            crowd = left.size > 1 and left.sum() >= least
            everything = not (line[~mask] > 0).any()
            assert left.size == 0 or crowd or everything


def test_a_table_of_crowds_is_shown_whole() -> None:
    assert not hidden(np.full((2, 3, 3), LEAST, dtype=np.int64), LEAST).any()


def test_a_user_counts_once_in_a_cell() -> None:
    cells, users = np.array([0, 0, 0, 1, 3]), np.array([5, 5, 6, 5, 0])
    assert cluster(cells, users, 4).per_group.tolist() == [2, 1, 0, 1]
    assert cluster(cells[:0], users[:0], 2).per_group.tolist() == [0, 0]


def test_a_small_cell_goes_with_all_that_would_give_it_away() -> None:
    log = crossed(SIZES)
    every = al.slices(log, "error_rate", ["device", "segment"], current="1D")
    assert shown(every) == set(SIZES)
    some = al.slices(log, "error_rate", ["device", "segment"], current="1D", least_users=LEAST)
    assert shown(some) == set()  # of two by two cells each is told by the three others
    wide = {**SIZES, ("a", "z"): 50, ("b", "z"): 45}
    table = al.slices(
        crossed(wide), "error_rate", ["device", "segment"], current="1D", least_users=LEAST
    )
    assert shown(table) == {("a", "z"), ("b", "z")}
    assert "Not shown: 1 cell with fewer than 10 users in a period, and 3 others" in " ".join(
        table.caveats
    )


def test_rows_do_not_stand_for_users() -> None:
    log = crossed({**SIZES, ("a", "z"): 50, ("b", "z"): 45}, per_user=30)
    table = al.slices(log, "error_rate", ["device", "segment"], current="1D", least_users=LEAST)
    assert ("b", "y") not in shown(table)


def test_a_cell_that_is_small_in_one_step_only_is_told_by_no_total() -> None:
    log = crossed({("a", "x"): 40, ("b", "x"): 30, ("c", "x"): 20}, per_user=20)
    day = START + pd.Timedelta("1D")
    late = log.traces["device"].eq("c") & log.traces["start"].ge(day + pd.Timedelta("12h"))
    few = log._keep(~late | log.traces["user_id"].isin(["c-x-0", "c-x-1"]))
    now, before = (day, day + pd.Timedelta("1D")), (START, day)
    some, every = (
        al.slices(
            few,
            "error_rate",
            "device",
            current=now,
            baseline=before,
            over="12h",
            least_users=least,
        )
        for least in (LEAST, 0)
    )
    cells = some.frame.groupby("time")["device"].agg(set).tolist()
    assert cells == [{"a"}, {"a"}]  # the totals of each day and of each slice are known
    assert every.frame.groupby("time")["device"].agg(set).tolist() == [{"a", "b", "c"}] * 2


def test_without_the_knob_every_cell_is_shown_as_before() -> None:
    log = planted_log("broken_refunds")
    plain, none = (
        al.slices(log, "strong_completion", "device", current="7D", least_users=least)
        for least in (0, 1)
    )
    pd.testing.assert_frame_equal(plain.frame, none.frame)
    assert plain.caveats == none.caveats


def test_a_slice_of_few_users_is_not_listed() -> None:
    log = planted_log("broken_refunds")
    plain = al.find_slices(log, "strong_completion", current="7D")
    assert plain.slices == ({"task_type": "refund", "device": "mobile"},)
    within = plain.log.traces[plain.mask().to_numpy()]
    start = plain.log.stop - pd.Timedelta("7D")
    users = within[within["start"] >= start]["user_id"].nunique()
    kept = al.find_slices(log, "strong_completion", current="7D", least_users=users // 2)
    assert kept.slices == plain.slices
    none = al.find_slices(log, "strong_completion", current="7D", least_users=users + 50)
    assert none.slices == ()
    assert f"Not listed: 1 slice that would tell of fewer than {users + 50} users" in " ".join(
        none.caveats
    )
    assert len(none.frame) == 1
    assert not none.signals()


def test_of_two_slices_one_in_the_other_what_lies_between_is_nobody_or_a_crowd() -> None:
    log = crossed({("a", "x"): 40}, per_user=1)
    rows = metric_rows(log, "error_rate")
    late = (log.traces["start"] >= START + pd.Timedelta("1D")).to_numpy(dtype=bool)
    arm = np.where(late, 1, 0).astype(np.int64)
    user = pd.factorize(log.traces["user_id"])[0]
    sizes = {"thirty": 30, "all but two of them": 28, "half": 15, "all but three": 37}
    every = tuple(
        FoundSlice({"device": name}, (), user < n, None)  # type: ignore[arg-type]  # of no matter
        for name, n in sizes.items()
    )
    kept, said = enough(Found(every, 4, LEAST), rows, arm, LEAST)
    assert [one.name for one in kept.slices] == ["device=thirty", "device=half"]
    assert said == ["Not listed: 2 slices that would tell of fewer than 10 users in a period."]
    apart = (
        FoundSlice({"device": "first"}, (), user < 25, None),  # type: ignore[arg-type]
        FoundSlice({"device": "last"}, (), (user > 1) & (user < 27), None),  # type: ignore[arg-type]
    )
    assert enough(Found(apart, 2, LEAST), rows, arm, LEAST)[1] == []  # no total tells of both


@pytest.mark.parametrize("wrong", [-1, 2.5, True, "10"])
def test_what_is_no_number_of_users_is_refused(wrong: int) -> None:
    log = crossed(SIZES)
    with pytest.raises(BadInputError, match="least_users is a whole number"):
        al.slices(log, "error_rate", "device", least_users=wrong)
    with pytest.raises(BadInputError, match="least_users is a whole number"):
        al.find_slices(log, "error_rate", least_users=wrong)
