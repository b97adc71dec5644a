"""Are failures called that emerged, and no others?"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import agentlens as al
from agentlens.analysis.arms.periods import periods_of
from agentlens.analysis.failures.growth.arrivals import Arrivals
from agentlens.analysis.failures.growth.decide import decided
from agentlens.analysis.failures.growth.emerged import emerged
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.tables.log import Log
from benchmarks.emergence import World, called
from tests.logs import START, demo_log, plain_log, planted_log, tiny_log


def _log(
    before: int, now: int, *, users: int = 10**6, n: int = 2000, more: int = 0, gap: float = 1.0
) -> Log:
    """Return 20 days of traces, the first failures before the last five and the others in them.

    Args:
        before: failures in the baseline.
        now: failures in the current period.
        users: how many users meet those of the current period.
        n: traces.
        more: other failures, of a kind of their own, one a day.
        gap: share of the current period over which its failures are spread.
    """
    hours = np.arange(n) * 480 / n
    late = np.flatnonzero(hours >= 360)
    hit = np.linspace(late[0], late[0] + gap * (late.size - 1), now).astype(np.int64)
    early = np.linspace(5, late[0] - 5, before).astype(np.int64)
    user = np.arange(n)
    user[hit] = hit[np.arange(now) % users] if now else user[hit]
    frame = pd.DataFrame(
        {
            "trace_id": [f"t{one}" for one in range(n)],
            "user_id": [f"u{one}" for one in user],
            "start": START + pd.to_timedelta(hours, unit="h"),
            "status": "ok",
        }
    )
    rows = [*early.tolist(), *hit.tolist()]
    others = (np.arange(more) * (n // max(more, 1))).tolist()
    spans = pd.DataFrame(
        {
            "span_id": [f"s{one}" for one in range(len(rows) + more)],
            "trace_id": [f"t{one}" for one in [*rows, *others]],
            "kind": "tool",
            "name": ["search"] * len(rows) + ["pay"] * more,
            "start": START,
            "status": "error",
            "error_message": "it broke",
        }
    )
    return al.from_frames(frame, spans if len(spans) else None)


def test_a_failure_never_seen_before_is_new_with_its_first_trace_and_time() -> None:
    found = al.emerging(_log(0, 12, more=20), current="5D")
    row = found.frame.iloc[0]
    assert (found.band, row["change"], row["n_current"], row["n_baseline"]) == ("act", "new", 12, 0)
    assert row["p"] == pytest.approx(0.25**12, rel=1e-6)
    assert row["first_seen"] == START + pd.Timedelta("15D")
    assert row["began_low"] <= row["began"] <= row["began_high"]
    (signal,) = found.signals()
    assert len(signal.trace_ids) == 12
    assert (signal.value, signal.expected, signal.n) == (12 / 500, 0.0, 500)


def test_a_failure_that_grew_has_its_ratio_and_exact_limits() -> None:
    found = al.emerging(_log(15, 30, more=20), current="5D")
    row = found.frame.iloc[0]
    assert row["change"] == "grew"
    assert row["ratio"] == pytest.approx(6.0)
    assert row["ratio_low"] == pytest.approx(3.12, abs=0.02)
    assert row["ratio_high"] == pytest.approx(12.0, abs=0.1)


def test_a_failure_that_is_gone_is_listed_and_no_alarm() -> None:
    found = al.emerging(_log(60, 0, more=20), current="5D")
    assert found.band == "pass"
    assert found.frame.iloc[0]["change"] == "vanished"
    assert not found.signals()


def test_what_became_rarer_and_still_occurs_has_not_vanished() -> None:
    frame = al.emerging(_log(120, 3, more=20), current="5D").frame
    assert frame.set_index("n_current").loc[3, "change"] == "same"


def test_a_single_event_is_no_emergence_however_unlikely() -> None:
    times = np.arange(1000, dtype=np.int64) * 3_600_000_000
    arms = (np.arange(1000) >= 990).astype(np.int64)
    one = np.zeros(1, dtype=np.int64)
    found = Arrivals(
        failure=one, arm=one + 1, size=np.ones(1), user=one, place=one + 995, source=one, n=1,
        times=times, arms=arms, seen=np.ones((1, 1000)), even=True,
        spans=((0, int(times[990])), (int(times[990]), int(times[-1]) + 1)),
    )  # fmt: skip
    told = decided(found, 0.05)
    assert told.q[0] == pytest.approx(0.01)
    assert not told.up[0]


@pytest.mark.parametrize("users, change", [(10**6, "new"), (12, "new"), (1, "same")])
def test_one_user_makes_no_emergence(users: int, change: str) -> None:
    frame = al.emerging(_log(0, 12, users=users, more=20), current="5D").frame
    assert frame.set_index("n_current").loc[12, "change"] == change


def test_two_users_with_many_failures_count_as_two() -> None:
    row = al.emerging(_log(0, 12, users=2, more=20), current="5D").frame.set_index("n_current")
    assert row.loc[12, "p"] == pytest.approx(0.25**2)


def test_what_fell_into_a_single_hour_is_one_event() -> None:
    frame = al.emerging(_log(0, 4, more=20, gap=0.008), current="5D").frame
    assert frame.loc[frame["n_current"] == 4, "p"].iloc[0] >= 0.2


def test_the_order_of_the_rows_changes_nothing() -> None:
    log = demo_log()
    rng = np.random.default_rng(4)
    mixed = Log(
        traces=log.traces.iloc[rng.permutation(len(log))].reset_index(drop=True),
        spans=log.spans.iloc[rng.permutation(len(log.spans))].reset_index(drop=True),
        scores=log.scores.iloc[rng.permutation(len(log.scores))].reset_index(drop=True),
    )
    one, other = (al.emerging(each, current="3D") for each in (log, mixed))
    pd.testing.assert_frame_equal(one.frame, other.frame)


def test_equal_weights_change_nothing_and_unequal_ones_count_and_say_so() -> None:
    log = _log(4, 12, more=20)
    plain, tenfold, uneven = (
        al.emerging(replace(log, traces=log.traces.assign(weight=weight)), current="5D")
        for weight in (1.0, 10.0, np.where(np.arange(len(log)) % 2, 1.0, 9.0))
    )
    columns = ["id", "change", "share_current", "low_current", "p", "q"]
    pd.testing.assert_frame_equal(plain.frame[columns], tenfold.frame[columns])
    assert any("unequal weights" in note for note in uneven.caveats)
    assert not any("unequal weights" in note for note in tenfold.caveats)
    row, other = (one.frame.set_index("n_current").loc[12] for one in (plain, uneven))
    assert other["clumping"] > 4
    assert other["p"] > row["p"]


def test_weighted_shares_are_those_of_the_traffic() -> None:
    log = _log(0, 40, n=1000)
    bad = set(log.spans["trace_id"])
    weight = np.where(log.traces["trace_id"].isin(bad), 1.0, 5.0)
    frame = al.emerging(replace(log, traces=log.traces.assign(weight=weight)), current="5D").frame
    assert frame["share_current"].iloc[0] == pytest.approx(40 / (40 + 5 * 210))


def test_one_broken_promise_is_enough_and_has_a_rate_with_exact_limits() -> None:
    log = planted_log("broken_promise")
    found = al.emerging(log, current="4D")
    assert found.band == "act"
    row = found.frame.iloc[0]
    assert (row["change"], row["n_current"], row["n_baseline"]) == ("never", 3, 0)
    assert row["name"] == "policy and safety_flagged: must never happen"
    from scipy.stats import binomtest

    limits = binomtest(3, int(row["seen_current"])).proportion_ci(0.95, method="exact")
    assert (row["low_current"], row["high_current"]) == pytest.approx((limits.low, limits.high))
    (signal,) = [one for one in found.signals() if "never" in one.what]
    flagged = log.traces.loc[log.traces["safety_flagged"].fillna(value=False), "trace_id"]
    assert set(signal.trace_ids) == set(flagged)
    assert "per 10,000" in found.headline


def test_what_must_never_happen_can_be_named_or_left_out() -> None:
    log = al.demo(days=14, traces_per_day=200, seed=3, incidents=())
    assert "never" not in al.emerging(log, current="3D").frame["change"].tolist()
    watched = al.emerging(log, current="7D", watch_for="no_pii")
    assert watched.frame["change"].iloc[0] == "never"
    assert al.emerging(log, current="3D", watch_for=["score:policy", "escalated"]).band == "act"
    broken = planted_log("broken_promise")
    plain = al.emerging(broken, current="4D", watch_for=()).frame
    assert "never" not in plain["change"].tolist()
    assert "fails policy" in plain["name"].tolist()
    with pytest.raises(UnknownNameError, match="Did you mean 'policy'"):
        al.emerging(log, watch_for="polciy")
    with pytest.raises(BadInputError, match="not true or false"):
        al.emerging(log, watch_for="latency_s")


@pytest.mark.parametrize(
    "incident, says, current",
    [
        ("schema_error", "UpstreamSchemaError", "7D"),
        ("schema_error", "UpstreamSchemaError", ("2026-11-12 01:00", "2026-11-13 12:00")),
        ("broken_refunds", "InvalidArgument", "7D"),
    ],
)
def test_what_was_planted_is_new_and_its_beginning_lies_in_the_interval(
    incident: str, says: str, current: str | tuple[str, str]
) -> None:
    log = planted_log(incident)
    found = al.emerging(log, current=current)
    row = found.frame.iloc[0]
    assert row["change"] == "new"
    assert says in row["name"]
    assert log.truth is not None
    began = log.truth.set_index("incident").loc[incident, "start"]
    assert row["began_low"] <= began <= row["began_high"]


def test_growth_is_dated_from_the_likelihood() -> None:
    found = al.emerging(planted_log("broken_refunds"), current="9D")
    grew = found.frame[found.frame["change"] == "grew"]
    assert len(grew)
    began = pd.Timestamp("2026-11-09", tz="UTC")
    held = (grew["began_low"] <= began) & (began <= grew["began_high"])
    assert held.mean() >= 0.5


def test_too_little_to_tell_is_unknown_and_says_what_it_would_take() -> None:
    few = al.emerging(_log(0, 3, n=40), current="30h")
    assert few.band == "unknown"
    assert "would need" in few.headline
    assert al.emerging(tiny_log(), current="1h").band == "unknown"
    calm = al.emerging(plain_log(600, hours=200, rate=1.0), current="48h")
    assert calm.band == "pass"
    assert "would have stood out" in calm.headline


def test_the_figure_writes_none_out_and_shows_the_strongest_where_nothing_is_called() -> None:
    new = al.emerging(_log(0, 12, more=20), current="5D").figure().to_json()
    assert "none in 1,500" in new
    calm = al.emerging(_log(3, 1, more=20), current="5D").figure().to_json()
    assert "not called" in calm


def test_periods_that_overlap_or_are_empty_and_bad_numbers_are_named() -> None:
    log = _log(5, 5)
    with pytest.raises(BadInputError, match="overlap"):
        al.emerging(log, current="5D", baseline=("2026-11-01", "2026-11-20"))
    with pytest.raises(BadInputError, match="holds no trace"):
        al.emerging(log, current=("2027-01-01", "2027-01-02"))
    with pytest.raises(BadInputError, match="fdr is a probability"):
        al.emerging(log, fdr=0)
    with pytest.raises(BadInputError, match="level is a probability"):
        al.emerging(log, level=95)


def test_the_lower_function_gives_traces_of_either_period() -> None:
    periods = periods_of(_log(15, 30, more=20), current="5D")
    found = emerged(periods)
    name = str(found.called["id"].iloc[0])
    assert len(found.trace_ids(name)) == 30
    assert len(found.trace_ids(name, arm=0)) == 15
    assert found.tested == 2


def test_failures_seen_once_are_paid_for() -> None:
    """Five events against none are enough alone and too few among a thousand failures."""
    n, kinds = 4000, 1000
    times = np.arange(n, dtype=np.int64) * 600_000_000
    arms = (np.arange(n) >= 3000).astype(np.int64)
    place = np.concatenate([3000 + 150 * np.arange(5), np.arange(kinds) * 3])

    def up(n_kinds: int) -> bool:
        failure = np.concatenate([np.zeros(5), 1 + np.arange(n_kinds)]).astype(np.int64)
        where = place[: failure.size]
        found = Arrivals(
            failure=failure, arm=arms[where], size=np.ones(where.size), user=where,
            place=where, source=np.zeros(n_kinds + 1, dtype=np.int64), n=n_kinds + 1, times=times,
            arms=arms, seen=np.ones((1, n)), even=True,
            spans=((0, int(times[3000])), (int(times[3000]), int(times[-1]) + 1)),
        )  # fmt: skip
        return bool(decided(found, 0.05).up[0])

    assert up(3)
    assert not up(kinds)


@pytest.mark.simulation
@pytest.mark.parametrize(
    "world",
    [
        World(),
        World(current=1.0, user_bursts=0.5),
        World(user_bursts=0.3, outages=0.5, unrest=0.2, current=1.0),
        World(outages=1 / 3),
        World(weighted=True),
    ],
    ids=["one by one", "bursts", "all of it", "outages", "weights"],
)
def test_a_week_without_change_calls_no_failure(world: World) -> None:
    runs = 60
    false = sum(called(world, seed)[0] for seed in range(1000, 1000 + runs))
    assert false <= 8  # 5 % are 3; more than 8 would happen once in two hundred weeks of tests


@pytest.mark.simulation
def test_ten_new_failures_in_a_week_are_called() -> None:
    found = [called(World(fresh=12.0), seed)[1] for seed in range(40)]
    assert np.mean(found) >= 0.85


@pytest.mark.simulation
def test_a_clean_demo_calls_nothing_and_a_planted_failure_is_found() -> None:
    false = found = 0
    for seed in range(2):
        clean = al.demo(days=21, traces_per_day=300, seed=seed, incidents=())
        false += sum(
            len(emerged(periods_of(clean, current=one)).called) > 0 for one in ("7D", "24h")
        )
        broken = al.demo(days=21, traces_per_day=300, seed=seed, incidents=["schema_error"])
        rows = emerged(periods_of(broken, current="7D")).called
        found += bool(rows["name"].str.contains("UpstreamSchemaError").any())
    assert false <= 1
    assert found == 2
