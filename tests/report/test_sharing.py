"""Can nobody be found in the slices of a log that is fit to be shared, and are they counted?"""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import agentlens as al
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.report.sharing.choice import Sharing, sharing_of
from agentlens.report.sharing.merged import OTHER
from agentlens.report.sharing.shared import shared
from agentlens.report.sharing.small import MISSING, small_values
from agentlens.tables.log import Log
from tests.logs import demo_log, plain_log
from tests.report.sharing_worlds import world

LEAST = 10
SIZES = st.dictionaries(
    st.sampled_from(["device", "segment", "release", "model", "tags", "tier", "badge", "tool"]),
    st.lists(st.integers(1, 20), min_size=1, max_size=4).filter(lambda sizes: sum(sizes) <= 40),
    max_size=4,
)


def users_of(log: Log, column: str) -> dict[str, int]:
    """Return how many users each value of a column has, counted in the plainest way."""
    frame = log.traces
    if column == "tool":
        frame = log.spans.merge(log.traces[["trace_id", "user_id"]], on="trace_id")
        column = "name"
    known = frame.assign(value=frame[column].astype(object).where(frame[column].notna(), MISSING))
    return {str(value): int(rows["user_id"].nunique()) for value, rows in known.groupby("value")}


@settings(max_examples=25, deadline=None)
@given(sizes=SIZES, least=st.integers(2, 15), seed=st.integers(0, 9))
def test_every_value_told_has_enough_users_no_total_tells_of_another_and_the_audit_counts_them(
    sizes: dict[str, list[int]], least: int, seed: int
) -> None:
    plain = world(sizes, each=2, seed=seed)
    log, audit = shared(plain.log, Sharing(least=least))
    for column in plain.users:
        told = users_of(log, column)
        assert all(n >= least for n in told.values())
        hidden = set(users_of(plain.log, column)) - set(told)
        assert hidden >= plain.small(column, least)
        assert len(hidden) != 1  # the rest of a total is never one value
        assert (OTHER in told) == bool(hidden)
    small = {name: len(plain.small(name, least)) for name in plain.users}
    wanted = {("step" if name == "tool" else name): n for name, n in small.items() if n}
    assert {one.column: one.small for one in audit.merged} == wanted
    said = re.search(r"(\d+) values? with fewer than (\d+) users merged", str(audit))
    assert (int(said[1]), int(said[2])) == (sum(wanted.values()), least) if said else not wanted


def test_one_small_value_takes_the_next_larger_one_with_it_and_the_audit_says_so() -> None:
    log, audit = shared(world({"device": [3, 12]}).log, Sharing(least=LEAST))
    assert set(users_of(log, "device")) == {"deviceQzbulk", OTHER}
    assert users_of(log, "device")[OTHER] == 15
    assert "1 value with fewer than 10 users merged (1 of device), and 1 larger one with them" in (
        str(audit)
    )


def test_two_small_values_that_are_few_together_take_a_third() -> None:
    log, audit = shared(world({"device": [3, 4, 15, 18]}).log, Sharing(least=LEAST))
    assert users_of(log, "device") == {OTHER: 22, "deviceQz3w": 18}
    assert "2 values with fewer than 10 users merged (2 of device), and 1 larger one" in str(audit)


def test_a_value_that_is_small_at_one_of_the_times_compared_is_hidden_at_all() -> None:
    plain = world({"device": [14, 12, 14]}).log
    week = plain.start + pd.Timedelta("4D")
    users = plain.traces.loc[plain.traces["device"] == "deviceQz0w", "user_id"].unique()[3:]
    late = (plain.traces["start"] >= week) & plain.traces["user_id"].isin(users)
    some = plain._keep(~late)
    assert set(users_of(some, "device").values()) == {14, 12}
    assert OTHER not in users_of(shared(some, Sharing(least=LEAST))[0], "device")
    times = [(plain.start, week), (week, plain.stop)]
    log, audit = shared(some, Sharing(least=LEAST), times)
    assert users_of(log, "device") == {OTHER: 26, "deviceQz2w": 14}
    assert "1 value with fewer than 10 users merged (1 of device), and 1 larger" in str(audit)
    before, _ = shared(some, Sharing(least=LEAST), times[:1])
    assert OTHER not in users_of(before, "device")


def test_nobody_at_one_of_the_times_is_not_too_few() -> None:
    for sizes, told in (([20, 20], {"deviceQz0w": 20}), ([2, 9, 29], {OTHER: 11})):
        plain = world({"device": sizes}).log
        week = plain.start + pd.Timedelta("4D")
        rest = f"deviceQz{len(sizes) - 1}w"
        gone = (plain.traces["start"] >= week) & (plain.traces["device"] != rest)
        log, _ = shared(plain._keep(~gone), Sharing(least=LEAST), [(week, plain.stop)])
        assert users_of(log, "device") == {rest: sizes[-1], **told}


def test_a_value_of_just_enough_users_stays() -> None:
    log, audit = shared(world({"device": [LEAST, 30]}).log, Sharing(least=LEAST))
    assert set(users_of(log, "device")) == {"deviceQz0w", "deviceQz1w"}
    assert "no value with fewer than 10 users" in str(audit)


def test_a_column_of_which_nothing_else_is_left_says_one_thing_of_all() -> None:
    log, _ = shared(world({"device": [3]}).log, Sharing(least=LEAST))
    assert set(users_of(log, "device")) == {OTHER}


def test_missing_values_are_a_slice_too() -> None:
    plain = world({"device": [20]}).log
    lost = plain.traces["user_id"].isin(["customer-1", "customer-2"])
    traces = plain.traces.assign(device=plain.traces["device"].mask(lost))
    log, _ = shared(replace(plain, traces=traces), Sharing(least=LEAST))
    assert MISSING not in users_of(log, "device")


def test_numbers_and_flags_of_few_become_missing_and_keep_their_type() -> None:
    plain = world({}).log
    number = plain.traces["user_id"].str.removeprefix("customer-").astype(int)
    traces = plain.traces.assign(
        level=number.clip(upper=12).astype("Int64"), vip=(number == 1).astype("boolean"),
        session_number=(number % 3 + (number == 2)).astype("Int64"),
    )  # fmt: skip
    log, audit = shared(replace(plain, traces=traces), Sharing(least=LEAST))
    assert log.traces["level"].dropna().unique().tolist() == [12]
    assert log.traces["vip"].isna().all()
    assert log.traces.dtypes[["level", "vip", "session_number"]].map(str).tolist() == [
        "Int64",
        "boolean",
        "Int64",
    ]
    assert {"level", "vip"} <= {one.column for one in audit.merged}


def test_what_metrics_count_is_not_touched() -> None:
    plain = demo_log().last("7D")
    log, _ = shared(plain, Sharing(least=400))
    assert OTHER in set(log.traces["device"])
    for metric in ("error_rate", "strong_completion", "latency_p95", "cost_per_success", "traffic"):
        before, after = (al.series(one, metric, every="1D") for one in (plain, log))
        pd.testing.assert_frame_equal(before, after)


def test_a_value_that_two_tables_name_is_hidden_in_both_and_stands_alone_in_neither() -> None:
    plain = world({"model": [20, 20]}).log
    own = plain.traces.set_index("trace_id")[["user_id", "model"]].loc[plain.spans["trace_id"]]
    users = own.loc[own["model"] == "modelQz0w", "user_id"].unique()
    of_steps = {**dict.fromkeys(users[:3], "modelQz0w"), **dict.fromkeys(users[3:12], "embedder")}
    model = own["user_id"].map(of_steps).fillna("modelQz1w").to_numpy()
    log, audit = shared(replace(plain, spans=plain.spans.assign(model=model)), Sharing(least=LEAST))
    assert set(log.spans["model"]) == {OTHER}
    assert set(log.traces["model"]) == {OTHER}
    assert [(one.column, one.small, one.more) for one in audit.merged] == [("model", 2, 1)]


def test_types_of_errors_that_few_users_met_are_told_as_one_and_errors_stay_errors() -> None:
    plain = world({}).log
    mine = plain.traces["user_id"].isin(["customer-1", "customer-2"])
    failed = plain.traces["status"] == "error"
    kind = pd.Series("timeout", plain.traces.index).mask(mine, "acme_broke").where(failed)
    log, _ = shared(replace(plain, traces=plain.traces.assign(error_type=kind)), Sharing())
    assert set(log.traces["error_type"].dropna()) == {OTHER}
    assert (log.traces["error_type"].notna() == failed).all()


def test_errors_of_so_few_that_all_together_are_too_few_have_no_type() -> None:
    plain = world({}).log
    mine = plain.traces["user_id"] == "customer-1"
    traces = plain.traces.assign(error_type=pd.Series("acme", plain.traces.index).where(mine))
    log, _ = shared(replace(plain, traces=traces), Sharing())
    assert log.traces["error_type"].isna().all()


def test_users_are_counted_by_another_column_where_one_is_named() -> None:
    plain = world({"device": [20]}).log
    team = "team-" + (plain.traces["user_id"].str[-1]).astype(str)
    own = replace(plain, traces=plain.traces.assign(account_id=team))
    assert OTHER not in set(shared(own, Sharing(least=5))[0].traces["device"])
    log, audit = shared(own, Sharing(least=11 - 1, per="account_id"))
    assert "fewer than 10 accounts" in str(audit)
    assert len(log) == len(own)
    with pytest.raises(UnknownNameError, match="acount_id"):
        shared(own, Sharing(per="acount_id"))


def test_without_users_sessions_count_and_without_sessions_traces() -> None:
    plain = plain_log(40, hours=24)
    lone = plain.traces["trace_id"].isin(["t1", "t2"])
    traces = plain.traces.assign(device=plain.traces["device"].mask(lone, "watch")).drop(
        columns="user_id"
    )
    for more, word in (
        ({}, "traces"),
        ({"session_id": [f"s{i // 2}" for i in range(40)]}, "sessions"),
    ):
        own = al.from_frames(traces.assign(**more))
        log, audit = shared(own, Sharing(least=5))
        assert "watch" not in set(log.traces["device"])
        assert f"fewer than 5 {word}" in str(audit)


def test_a_log_of_too_few_users_is_not_shared() -> None:
    with pytest.raises(BadInputError, match="This log has 5 users, and what is shared"):
        shared(world({}, users=5).log, Sharing())


@pytest.mark.parametrize("wrong", [0, 1, True, 2.5])
def test_least_of_one_is_refused(wrong: int) -> None:
    with pytest.raises(BadInputError, match="whole number from 2"):
        Sharing(least=wrong)


@pytest.mark.parametrize("wrong", [None, {"ids": False}, {"text": "keep"}, {"patterns": ()}])
def test_what_redacts_nothing_is_refused(wrong: None) -> None:
    with pytest.raises(BadInputError, match="names no user and is searched"):
        Sharing(redact=wrong)


def test_share_is_said_in_three_ways() -> None:
    said: list[bool | None] = [False, None, True]
    assert [sharing_of(one) for one in said] == [None, None, Sharing()]
    assert sharing_of(Sharing(least=3)) == Sharing(least=3)
    with pytest.raises(BadInputError, match="share is True, False or Sharing"):
        sharing_of("yes")  # type: ignore[arg-type]  # on purpose


def test_forced_values_go_whatever_their_size() -> None:
    words = pd.Series(list("aaabbbccc"))
    few, more = small_values(words, np.arange(9)[None], 2, {"a"})
    assert (few, more) == ({"a"}, {"b"})
    assert small_values(words, np.arange(9)[None], 2) == (set(), set())
