"""Is a chart whose knob was turned the chart that is made anew, and what of it is kept?"""

from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd
import pytest

import agentlens as al
from agentlens.analysis.control.chart import charted
from agentlens.analysis.control.choices import Choices, choices_of
from agentlens.analysis.control.ground import Ground, ground_for, ground_of
from agentlens.errors import BadInputError
from agentlens.measures.builtin import find_metric


@cache
def log() -> al.Log:
    return al.demo(days=10, traces_per_day=120, seed=3)


def choices(**knobs: Any) -> Choices:
    first: dict[str, Any] = {
        "every": "2h", "baseline": None, "method": "ewma", "lam": 0.1, "allowance": 0.5,
        "width": None, "arl": 370.0, "false_alarms": None, "family": 1, "seasonal": "auto",
        "head_start": 0.0, "rules": (), "seed": 0,
    }  # fmt: skip
    return choices_of(**(first | knobs))


@cache
def ground() -> Ground:
    return ground_of(log(), find_metric(log(), "strong_completion"), choices())


TURNED: list[dict[str, Any]] = [
    {"width": 2.5},
    {"lam": 0.3},
    {"method": "cusum", "head_start": 0.5},
    {"method": "shewhart", "rules": "nelson"},
    {"arl": 120.0},
    {"seed": 4},
    {"seasonal": "none"},
    {"baseline": "4D"},
    {"every": "4h"},
]


@pytest.mark.parametrize("turned", TURNED, ids=lambda one: next(iter(one)))
def test_a_turned_chart_is_the_chart_that_is_made_anew(turned: dict[str, Any]) -> None:
    wanted = choices(**turned)
    stands = ground_for(log(), ground().metric, wanted, ground())
    found = charted(stands, wanted)
    anew = al.control_chart(log(), "strong_completion", **({"every": "2h"} | turned))
    pd.testing.assert_frame_equal(found.frame, anew.frame)
    assert (found.headline, found.caveats) == (anew.headline, anew.caveats)
    assert {name: str(one) for name, one in found.facts().items()} == {
        name: str(one) for name, one in anew.facts().items()
    }


def test_only_what_a_knob_leaves_alone_is_kept() -> None:
    before = ground()

    def after(**turned: Any) -> Ground:
        return ground_for(log(), before.metric, choices(**turned), before)

    assert after(width=2.5) is before
    assert after(lam=0.3).learnt is before.learnt
    assert after(lam=0.3).rehearsal is not before.rehearsal
    assert after(seed=4).found is before.found
    assert after(seed=4).learnt is not before.learnt
    assert after(every="4h").found is not before.found


def test_another_log_or_metric_stands_on_ground_of_its_own() -> None:
    other = find_metric(log(), "error_rate")
    assert ground_for(log(), other, choices(), ground()).found is not ground().found
    part = log().last("8D")
    assert ground_for(part, ground().metric, choices(), ground()).log is part
    known = replace(ground(), learnt="it is too short")
    assert charted(known, choices()).headline == "it is too short"
    with pytest.raises(BadInputError, match="too short"):
        _ = known.rehearsal


def test_what_an_endless_baseline_would_teach_is_the_same_whatever_the_limits() -> None:
    designs = [charted(ground(), choices(width=one)).design for one in (None, 1.5, 4.0)]
    assert len({one.best_delay for one in designs if one is not None}) == 1
