"""Does the browser draw the same chart that Python would, at any setting?"""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest

import agentlens as al
from agentlens.analysis.control.chart import ControlChart
from agentlens.analysis.control.ground import Ground, ground_of
from agentlens.widgets.tune.engines.find import prepared, too_many
from agentlens.widgets.tune.engines.prepared import Part, Prepared
from agentlens.widgets.tune.knobs import Knob
from tests.harness.node import recomputed
from tests.widgets.engines.turned import turned

DEFAULTS: dict[str, object] = {
    "lam": 0.1,
    "width": None,
    "allowance": 0.5,
    "head_start": 0.0,
    "arl": 370.0,
}


@cache
def log() -> al.Log:
    return al.demo(days=20, traces_per_day=240, seed=5)


def chart(metric: str = "strong_completion", **more: Any) -> ControlChart:
    every = more.pop("every", "3h")
    return al.control_chart(log(), metric, every=every, **more)


def knobs(**given: Any) -> dict[str, Knob]:
    return {name: turned(name, one, DEFAULTS[name]) for name, one in given.items()}


def called(values: Mapping[str, object]) -> ControlChart:
    named: dict[str, Any] = dict(values)
    return chart(**named)


def ground(result: ControlChart, of: al.Log | None = None) -> Ground:
    choices = (result.design or chart().design).choices  # type: ignore[union-attr]
    return ground_of(of or log(), result.metric, replace(choices, every=result.every))


def ready(result: ControlChart, **given: Any) -> Prepared:
    found = prepared(al.control_chart, result, knobs(**given), called, ground(result))
    assert found is not None
    return found


def whole(found: Prepared) -> list[Part]:
    parts: list[Part] = []
    while (part := found.grid(len(parts))) is not None:
        parts.append(part)
    return parts


def picture(result: ControlChart) -> dict[str, Any]:
    drawn: dict[str, Any] = json.loads(result.figure().to_json())
    return drawn


def trace(figure: Mapping[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in figure["data"] if one["name"] == name)
    return found


SAME_NAMES = {"upper": "limits", "lower": "lower limit", "ewma": "EWMA", "up": "CUSUM upwards"}


def assert_same(here: Mapping[str, Any], there: ControlChart) -> None:
    """Hold the browser's outcome and picture against a fresh chart of Python."""
    assert here["signals"] == len(there.signals())
    assert here["band"] == there.band
    drawn = here["drawn"]
    for name in ("upper", "lower", "ewma", "up", "down", "stand"):
        if name in drawn and name in there.frame:
            ours = np.array([np.nan if one is None else one for one in drawn[name]], np.float64)
            np.testing.assert_allclose(ours, there.frame[name], rtol=1e-9, atol=1e-12)
    assert drawn["beyond"] == there.frame["beyond"].tolist()
    assert drawn["episode"] == there.frame["episode"].tolist()
    theirs = there.figure()
    for name, title in SAME_NAMES.items():
        if name in drawn:
            line = next(one for one in theirs.data if one.name == title)
            ours = np.array(trace(here["painted"], title)["y"], np.float64)
            np.testing.assert_allclose(ours, np.array(line.y, np.float64), rtol=1e-9)
    ours_out = trace(here["painted"], "beyond limits")
    out = next(one for one in theirs.data if one.name == "beyond limits")
    assert ours_out["ids"] == list(out.ids or ())
    assert ours_out["hovertext"] == list(out.hovertext or ())
    assert ours_out["customdata"] == np.array(out.customdata).tolist()
    assert ours_out["marker"]["symbol"] == np.array(out.marker.symbol).tolist()
    np.testing.assert_allclose(ours_out["y"], np.array(out.y, np.float64), rtol=1e-9)
    known = {name: str(fact) for name, fact in there.known.items()}
    told = dict(here["facts"])
    assert {"episodes", "limits", "false alarms", "design"} - told.keys() <= {"limits"}
    assert {name: told[name] for name in told.keys() & known} == {
        name: known[name] for name in told.keys() & known
    }


@pytest.mark.parametrize(
    "more,given",
    [
        ({}, {"lam": [0.05, 0.1, 0.5], "width": (1.0, 4.0, 0.6)}),
        ({"method": "cusum"}, {"allowance": [0.5, 1.5], "width": (2.0, 8.0, 2.0)}),
        ({"method": "shewhart", "every": "6h"}, {"width": (1.5, 3.5, 1.0)}),
        (
            {"method": "shewhart", "rules": "western_electric", "metric": "latency_p95"},
            {"width": (1.5, 3.5, 1.0)},
        ),
        ({"metric": "cost_per_trace"}, {"lam": [0.1, 1.0], "width": (1.0, 2.5, 1.5)}),
    ],
    ids=["ewma", "cusum", "exact", "rules", "log scale"],
)
def test_every_setting_is_drawn_as_a_fresh_chart_would_be(
    more: dict[str, Any], given: dict[str, Any]
) -> None:
    result = chart(**more)
    found = ready(result, **given)
    ticks = product(*(found.ticks[name] for name in given))
    every = [dict(zip(given, one, strict=True)) for one in ticks]
    places = np.random.default_rng(1).permutation(len(every))[:4]
    settings: list[dict[str, Any]] = [every[place] for place in places]
    settings.append({**settings[0], "width": None})
    outcomes = recomputed(found, picture(result), settings, whole(found))
    counts = set()
    for setting, here in zip(settings, outcomes, strict=True):
        assert_same(here, chart(**more, **setting))
        assert not here["waiting"]
        counts.add(here["signals"])
    assert len(counts) > 1


def test_limits_are_solved_for_every_memory_and_run_length() -> None:
    result = chart()
    found = ready(result, lam=[0.1, 0.3], arl=[100.0, 370.0])
    settings: list[dict[str, Any]] = [
        {"lam": lam, "arl": arl} for lam in (0.1, 0.3) for arl in (100.0, 370.0)
    ]
    outcomes = recomputed(found, picture(result), settings, whole(found))
    for setting, here in zip(settings, outcomes, strict=True):
        assert_same(here, chart(**setting))


def test_a_head_start_is_drawn_as_a_fresh_chart_would_be() -> None:
    result = chart(method="cusum")
    found = ready(result, allowance=[0.5, 1.0], head_start=[0.0, 0.5], width=[4.0])
    settings: list[dict[str, Any]] = [
        {"allowance": k, "head_start": head, "width": h}
        for k in (0.5, 1.0)
        for head in (0.0, 0.5)
        for h in (4.0,)
    ]
    outcomes = recomputed(found, picture(result), settings, whole(found))
    for setting, here in zip(settings, outcomes, strict=True):
        assert_same(here, chart(method="cusum", **setting))


def test_before_python_has_computed_it_the_chart_is_right_and_the_rates_are_computing() -> None:
    result = chart()
    found = ready(result, lam=(0.05, 0.5), width=(1.0, 4.0))
    (here,) = recomputed(found, picture(result), [{"lam": 0.3, "width": 2.0}])
    there = chart(lam=0.3, width=2.0)
    assert here["signals"] == len(there.signals())
    assert dict(here["facts"]) == {
        "episodes": str(len(there.signals())),
        "by simulation": "computing",
    }


def test_limits_that_are_not_solved_yet_are_not_drawn() -> None:
    result = chart()
    found = ready(result, lam=[0.1, 0.3])
    start, other = recomputed(found, picture(result), [{"lam": 0.1}, {"lam": 0.3}])
    assert_same(start, result)
    assert other["waiting"]
    assert other["signals"] is None
    assert set(trace(other["painted"], "limits")["y"]) == {None}
    assert trace(other["painted"], "beyond limits")["x"] == []


def test_exact_limits_appear_with_their_setting() -> None:
    result = chart(method="shewhart")
    found = ready(result, width=[2.0, 3.0])
    (waiting,) = recomputed(found, picture(result), [{"width": 2.0}])
    assert waiting["waiting"]
    assert set(trace(waiting["painted"], "limits")["y"]) == {None}
    assert waiting["signals"] == len(chart(method="shewhart", width=2.0).signals())


def test_a_lasting_episode_on_the_good_side_is_watched_and_no_call_to_act() -> None:
    result = chart()
    found = ready(result, lam=[0.1], width=[0.2])
    bands = {}
    for above in (True, False):
        bad = {"above": above, "below": not above}
        turned_over = replace(found, fixed={**found.fixed, "bad": bad})
        (here,) = recomputed(turned_over, picture(result), [{"lam": 0.1, "width": 0.2}])
        assert here["drawn"]["episode"][-1] == here["episodes"][-1][2] != 0
        bands[above] = here["band"]
    up = here["episodes"][-1][2] > 0
    assert bands == {up: "act", not up: "watch"}


def test_a_setting_between_the_steps_borrows_no_number() -> None:
    result = chart()
    found = ready(result, lam=[0.1, 0.3], width=[2.0, 3.0])
    (here,) = recomputed(found, picture(result), [{"lam": 0.2, "width": 2.5}], whole(found))
    assert ["by simulation", "computing"] in here["facts"]
    assert here["signals"] == len(chart(lam=0.2, width=2.5).signals())


def test_another_count_in_python_is_an_error() -> None:
    result = chart()
    found = ready(result, lam=[0.1], width=[2.0])
    parts = json.loads(json.dumps(whole(found)))
    for part in parts:
        for knot in part["knots"]:
            knot["signals"] += 1
    (here,) = recomputed(found, picture(result), [{"lam": 0.1, "width": 2.0}], parts)
    assert "in Python" in here["failed"]


def test_what_the_verb_refuses_is_said_in_its_words() -> None:
    result = chart(method="cusum")
    found = ready(result, allowance=[0.0, 0.5])
    (here,) = recomputed(found, picture(result), [{"allowance": 0.0}], whole(found))
    assert here["headline"].startswith("allowance, k in standard deviations, lies above 0")
    assert here["band"] == "unknown"


def test_the_axis_stays_and_grows_where_limits_would_leave_it() -> None:
    result = chart()
    found = ready(result, lam=[0.1], width=[2.0, 9.0])
    drawn = picture(result)
    near, far = recomputed(
        found, drawn, [{"lam": 0.1, "width": 2.0}, {"lam": 0.1, "width": 9.0}], whole(found)
    )
    before = drawn["layout"]["yaxis"]["range"]
    assert near["painted"]["layout"]["yaxis"]["range"] == before
    low, high = far["painted"]["layout"]["yaxis"]["range"]
    assert low < before[0]
    assert low < min(trace(far["painted"], "lower limit")["y"])
    assert high >= max(trace(far["painted"], "limits")["y"])


def test_the_nearest_settings_are_computed_first_and_none_twice() -> None:
    result = chart(lam=0.3)
    found = ready(result, lam=[0.05, 0.2, 0.3, 0.5], width=(2.0, 4.0, 0.25))
    parts = whole(found)
    places = [tuple(knot["at"]) for part in parts for knot in part["knots"]]
    assert (
        len(set(places)) == len(places) == len(found.ticks["lam"]) * (len(found.ticks["width"]) + 1)
    )
    assert len(places) <= 400
    assert {found.ticks["lam"][place] for place, _ in places[:6]} == {0.3}
    assert found.grid(len(parts)) is None
    assert found.grid(0) == parts[0]


def test_only_the_knobs_that_the_browser_can_recompute_are_its_own() -> None:
    result = chart()
    assert ready(result, lam=(0.05, 0.5), arl=(100.0, 500.0)).knobs == {"lam", "arl"}
    assert ready(result, lam=(0.05, 0.5), width=(2.0, 4.0), arl=(100.0, 500.0)).knobs == {
        "lam",
        "width",
    }
    turned = knobs(allowance=(0.1, 1.0))
    assert prepared(al.control_chart, result, turned, called, ground(result)) is None
    assert prepared(lambda lam: chart(lam=lam), result, knobs(lam=(0.1, 0.5)), called) is None


def test_limits_that_were_given_hold_at_every_memory() -> None:
    result = chart(width=2.5)
    found = ready(result, lam=[0.1, 0.3])
    (here,) = recomputed(found, picture(result), [{"lam": 0.3}])
    assert here["signals"] == len(chart(width=2.5, lam=0.3).signals())


def test_a_chart_that_learnt_nothing_is_left_to_python() -> None:
    short = al.demo(days=3, traces_per_day=40, seed=1)
    result = al.control_chart(short, "strong_completion", every="6h")
    assert result.band == "unknown"
    turned = knobs(lam=(0.05, 0.5))
    assert prepared(al.control_chart, result, turned, called, ground(result, short)) is None


def test_more_bins_than_a_browser_redraws_are_left_to_python() -> None:
    result = chart(every="10min")
    assert len(result.frame) > 2000
    turned = knobs(lam=(0.05, 0.5))
    assert prepared(al.control_chart, result, turned, called, ground(result)) is None
    assert "more than the 2,000" in too_many(result)
    assert too_many(chart()) == ""
