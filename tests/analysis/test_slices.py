"""Does a table of slices show each change against its own baseline, and call only what is sure?"""

import numpy as np
import pandas as pd
import pytest

import agentlens as al
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log
from tests.logs import START, demo_log, plain_log, planted_log, tiny_log


def _table() -> al.Slices:
    return al.slices(
        planted_log("broken_refunds"), "strong_completion", ["task_type", "device"], current="7D"
    )


def _days(rng: np.random.Generator, users: int, cells: int) -> Log:
    """Return rows of users over ten days in cells of unlike size, whose rate stays as it is."""
    many = rng.geometric(0.35, users)
    user = np.repeat(np.arange(users), many)
    n = user.size
    share = rng.dirichlet(np.full(cells, 0.7))
    cell = rng.choice(cells, users, p=share)[user]
    rate = np.clip(0.7 + rng.normal(0, 0.25, users)[user], 0.02, 0.98)
    frame = pd.DataFrame(
        {
            "trace_id": [f"t{i}" for i in range(n)],
            "user_id": [f"u{i}" for i in user],
            "start": START + pd.to_timedelta(rng.uniform(0, 240, n), unit="h"),
            "status": np.where(rng.random(n) < rate, "ok", "error"),
            "cell": [f"c{i}" for i in cell],
        }
    )
    return from_frames(frame)


def test_a_broken_cell_stands_and_no_other() -> None:
    table = _table()
    stands = table.frame[table.frame["stands"]]
    assert stands[["task_type", "device"]].to_numpy().tolist() == [["refund", "mobile"]]
    assert table.band == "act"
    assert table.signals()[0].what == "strong completion fell for task_type=refund, device=mobile"


def test_each_cell_counts_its_own_rows_against_its_own_baseline() -> None:
    table = _table()
    frame = table.frame
    row = frame[(frame["task_type"] == "account") & (frame["device"] == "desktop")].iloc[0]
    own = planted_log("broken_refunds").where(task_type="account", device="desktop")
    one = al.slices(own, "strong_completion", "device", current="7D").frame.iloc[0]
    for name in ("n", "n_baseline", "value", "baseline", "change"):
        assert row[name] == pytest.approx(one[name])


def test_a_change_is_drawn_in_and_its_interval_with_it() -> None:
    frame = _table().frame
    known = frame[~frame["few"]]
    common = (known["change"] * (known["high"] - known["low"]) ** -2).sum()
    assert np.isfinite(common)
    broken = known[known["stands"]].iloc[0]
    assert abs(broken["shrunk"]) < abs(broken["change"])
    assert (
        (known["shrunk_low"] < known["shrunk"]) & (known["shrunk"] < known["shrunk_high"])
    ).all()
    assert known["shrunk"].std() < known["change"].std()


def test_cells_with_few_rows_say_how_many_and_nothing_else() -> None:
    table = al.slices(planted_log("broken_refunds"), "strong_completion", ["task_type", "device"])
    few = table.frame[table.frame["few"]]
    assert len(few)
    assert (few[["n", "n_baseline"]].min(axis=1) < 20).all()
    assert few[["value", "baseline", "change", "shrunk", "p", "q"]].isna().all(axis=None)
    assert not few["stands"].any()
    assert any("counts only" in note for note in table.caveats)


def test_time_runs_over_the_current_period_against_one_baseline() -> None:
    table = al.slices(
        planted_log("broken_refunds"), "strong_completion", "task_type", current="7D", over="1D"
    )
    refund = table.frame[table.frame["task_type"] == "refund"]
    assert refund["time"].is_monotonic_increasing
    assert len(set(refund["baseline"])) == 1
    assert (refund["time"] == refund["time"].dt.normalize()).all()
    whole = al.slices(
        planted_log("broken_refunds"), "strong_completion", "task_type", current="7D"
    ).frame
    assert refund["n"].sum() == whole.set_index("task_type").loc["refund", "n"]
    assert refund["stands"].sum() >= 5
    assert {signal.n for signal in table.signals()} <= set(table.frame["n"])
    assert all(signal.start < signal.end for signal in table.signals())


@pytest.mark.parametrize("metric", ["latency_p95", "cost_per_trace", "cost_per_success"])
def test_quantiles_means_and_ratios_have_cells_too(metric: str) -> None:
    frame = al.slices(demo_log(), metric, "task_type", current="7D").frame
    known = frame[~frame["few"]]
    assert len(known) >= 5
    assert (known["low"] < known["high"]).all()


def test_tools_make_slices_of_what_tools_do() -> None:
    table = al.slices(demo_log(), "tool_success", "tool", current="7D")
    assert set(table.frame["tool"]) >= {"search_orders", "issue_refund"}


def test_a_column_of_a_hundred_thousand_values_is_taken_together_and_said() -> None:
    n = 100_000
    frame = pd.DataFrame(
        {
            "trace_id": [f"t{i}" for i in range(n)],
            "start": START + pd.to_timedelta(np.linspace(0, 48, n, endpoint=False), unit="h"),
            "status": "ok",
            "request": [f"r{i}" for i in range(n)],
        }
    )
    table = al.slices(from_frames(frame), "error_rate", "request", current="24h")
    rest = table.frame[table.frame["request"] == "(other)"].iloc[0]
    assert rest["n"] > 49_000
    assert any("taken together" in note for note in table.caveats)


def test_missing_values_are_a_slice_of_their_own() -> None:
    log = plain_log(2000, hours=48)
    traces = log.traces.assign(device=log.traces["device"].where(log.traces["device"] == "mobile"))
    table = al.slices(from_frames(traces), "strong_completion", "device", current="24h")
    assert set(table.frame["device"]) == {"mobile", "(missing)"}


def test_a_column_named_like_one_of_the_table_keeps_its_own_values() -> None:
    log = plain_log(2000, hours=48)
    for name in ("value", "p", "stands", "said", "time"):
        traces = log.traces.assign(**{name: log.traces["device"]})
        for knobs in ({}, {"over": "6h"}):
            table = al.slices(from_frames(traces), "escalation", name, current="24h", **knobs)  # type: ignore[arg-type]
            assert set(table.frame[f"{name}_"]) == set(log.traces["device"])
            assert pd.api.types.is_numeric_dtype(table.frame["p"])
            assert table.figure().data
            assert table.to_json()


def test_one_cell_is_told_as_one() -> None:
    log = plain_log(2000, hours=48)
    table = al.slices(from_frames(log.traces.assign(one="x")), "escalation", "one", current="24h")
    assert table.band == "pass"
    assert "1 cell with enough rows was compared" in table.headline


def test_a_calm_log_passes_and_says_what_would_have_shown() -> None:
    table = al.slices(plain_log(4000, hours=200), "strong_completion", "device")
    assert table.band == "pass"
    assert "would mostly have shown" in table.headline
    assert table.signals() == ()


def test_what_cannot_be_known_is_unknown_and_says_what_is_needed() -> None:
    thin = al.slices(plain_log(30, hours=5), "escalation", "device")
    assert thin.band == "unknown"
    assert "20 rows in both periods" in thin.headline
    absent = al.slices(tiny_log(), "cost_per_trace", "status")
    assert absent.band == "unknown"
    assert "does not record cost_usd" in absent.headline


@pytest.mark.parametrize(
    "by, knobs, said",
    [
        (["a", "b", "c"], {}, "one or two columns"),
        ([], {}, "one or two columns"),
        (3, {}, "not 3"),
        (["device", "device"], {}, "one or two columns"),
        (["device", "status"], {"over": "1D"}, "one column, as over= takes"),
        ("device", {"over": "1min", "current": "24h"}, r"1,441 steps"),
        ("device", {"fdr": 1.5}, "fdr lies between 0 and 0.5"),
        ("device", {"level": 0.2}, "level lies between 0.5 and 1"),
        ("device", {"current": ("2027-01-01", "2027-01-02")}, "holds no trace"),
    ],
)
def test_bad_knobs_are_refused_with_what_to_do(
    by: list[str], knobs: dict[str, object], said: str
) -> None:
    with pytest.raises(BadInputError, match=said):
        al.slices(plain_log(400, hours=200), "escalation", by, **knobs)  # type: ignore[arg-type]


def test_a_count_and_an_unknown_column_are_refused() -> None:
    with pytest.raises(BadInputError, match=r"al\.series\(log, 'traffic'"):
        al.slices(plain_log(400, hours=200), "traffic", "device")
    with pytest.raises(UnknownNameError, match=r"'devise'.*'device'"):
        al.slices(plain_log(400, hours=200), "escalation", "devise")


@pytest.mark.simulation
def test_drawn_in_intervals_hold_the_truth_and_calls_are_rarely_false() -> None:
    rng = np.random.default_rng(3)
    held, called = [], 0
    for _ in range(25):
        table = al.slices(_days(rng, 1500, 14), "error_rate", "cell", current="48h")
        known = table.frame[~table.frame["few"]]
        held.append(((known["low"] <= 0) & (known["high"] >= 0)).to_numpy())
        called += table.band != "pass"
    assert 0.925 <= np.concatenate(held).mean() <= 0.985
    assert called <= 4  # of 25 at 5 %, more than 4 are rarer than 1 in 100
