"""Does the browser judge a promise as Python would, at any objective?"""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

import agentlens as al
from agentlens.analysis.slos.check import Scorecard
from agentlens.stats.promises.judged import STATES, WHYS, judged
from agentlens.widgets.tune.engines.find import prepared
from agentlens.widgets.tune.engines.prepared import Part, Prepared
from agentlens.widgets.tune.knobs import Knob
from tests.harness.node import recomputed

PROMISES = {
    "higher": al.SLO("done", "strong_completion", 0.85),
    "lower": al.SLO("errors", "error_rate", 0.05, window="7D"),
    "rare": al.SLO("flags", "error_rate", 0.001, where={"device": ["mobile"]}),
}


@cache
def log() -> al.Log:
    return al.demo(days=16, traces_per_day=200, seed=2)


def card(slo: al.SLO, objective: float | None = None) -> Scorecard:
    return al.check_slos(log(), slo if objective is None else replace(slo, objective=objective))


def knob(low: float, high: float, at: float) -> Knob:
    return Knob(
        name="objective", kind="range", low=low, high=high, step=0.005, default=at, of="slos"
    )


def ready(slo: al.SLO, turned: Knob) -> Prepared | None:
    def call(values: Mapping[str, object]) -> Scorecard:
        return card(slo, float(str(values["objective"])))

    return prepared(al.check_slos, card(slo), {"objective": turned}, call)


def whole(found: Prepared) -> list[Part]:
    parts: list[Part] = []
    while (part := found.grid(len(parts))) is not None:
        parts.append(part)
    return parts


@pytest.mark.parametrize("name", PROMISES)
def test_every_objective_is_judged_as_a_fresh_scorecard_would(name: str) -> None:
    slo = PROMISES[name]
    low, high = (0.5, 0.99) if name == "higher" else (0.0005, 0.3)
    found = ready(slo, knob(low, high, slo.objective))
    assert found is not None
    drawn = json.loads(card(slo).figure().to_json())
    settings = [{"objective": one} for one in np.linspace(low, high, 14).round(4).tolist()]
    bands = set()
    for setting, here in zip(settings, recomputed(found, drawn, settings), strict=True):
        there = card(slo, setting["objective"])
        bands.add(there.band)
        assert (here["band"], here["signals"]) == (there.band, len(there.signals()))
        judgement = here["judged"]
        for column in ("burn", "burn_low", "burn_high", "threshold", "budget"):
            ours = np.array([np.nan if one is None else one for one in judgement[column]], float)
            np.testing.assert_allclose(ours, there.frame[column], rtol=1e-9)
        assert [STATES[one] for one in judgement["state"]] == there.frame["state"].tolist()
        assert WHYS[judgement["why"][0]] == there.frame["why"].iloc[0]
        bar, theirs = here["painted"]["data"][0], there.figure().data
        np.testing.assert_allclose(bar["x"], np.array(theirs[0].x), rtol=1e-9)
        for side in ("array", "arrayminus"):
            np.testing.assert_allclose(bar["error_x"][side], theirs[0].error_x[side], rtol=1e-9)
        assert bar["marker"]["color"] == list(theirs[0].marker.color)
        np.testing.assert_array_equal(here["painted"]["data"][1]["z"], np.array(theirs[1].z))
    assert len(bands) > 1


def test_the_words_of_an_objective_are_pythons_own() -> None:
    slo = PROMISES["higher"]
    found = ready(slo, knob(0.5, 0.99, slo.objective))
    assert found is not None
    assert slo.objective in found.ticks["objective"]
    drawn = json.loads(card(slo).figure().to_json())
    settings = [{"objective": one} for one in found.ticks["objective"]]
    assert len(settings) <= 60
    for setting, here in zip(
        settings, recomputed(found, drawn, settings, whole(found)), strict=True
    ):
        there = card(slo, setting["objective"])
        assert here["headline"] == there.headline
        assert dict(here["facts"]) == {name: str(one) for name, one in there.facts().items()}
        assert here["painted"]["data"] == json.loads(there.figure().to_json())["data"]


def test_an_objective_that_leaves_no_budget_is_refused_in_the_verbs_words() -> None:
    slo = PROMISES["higher"]
    found = ready(slo, knob(0.8, 1.0, slo.objective))
    assert found is not None
    drawn = json.loads(card(slo).figure().to_json())
    (here,) = recomputed(found, drawn, [{"objective": 1.0}], whole(found))
    assert "leaves no budget" in here["headline"]
    assert here["band"] == "unknown"


def test_what_an_objective_does_to_a_quantile_or_a_mean_is_left_to_python() -> None:
    assert ready(al.SLO("fast", "latency_p95", 20.0), knob(5.0, 60.0, 20.0)) is None
    assert ready(al.SLO("cheap", "cost_per_trace", 0.02), knob(0.001, 0.5, 0.02)) is None


def test_an_objective_of_a_half_still_knows_its_good_side() -> None:
    slo = al.SLO("done", "strong_completion", 0.5)
    found = ready(slo, knob(0.4, 0.99, 0.5))
    assert found is not None
    assert found.fixed["higher"] is True


def test_the_reference_judges_as_the_scorecard_does() -> None:
    for slo in PROMISES.values():
        frame = card(slo).frame
        names = ("share", "low", "high", "bound", "bad", "n", "n_eff")
        hours = {"28D": 672.0, "7D": 168.0, "1h": 1.0, "6h": 6.0, "3D": 72.0}
        seen: dict[str, Any] = {name: frame[name].to_numpy(np.float64) for name in names}
        seen["bound"] = seen["bound"] * frame["allowed"].to_numpy()
        span = np.array([hours[one] for one in frame["window"]])
        found = judged(**seen, span=span, allowed=float(frame["allowed"].iloc[0]))
        for column in ("budget", "burn", "burn_low", "burn_high", "threshold"):
            np.testing.assert_allclose(found[column], frame[column], rtol=1e-12)
        assert WHYS[found["why"][0]] == frame["why"].iloc[0]
