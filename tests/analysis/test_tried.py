"""Is what many settings achieve at once what each achieves alone?"""

from dataclasses import replace
from typing import Any

import pytest

import agentlens as al
from agentlens.analysis.control.design import Design
from agentlens.analysis.control.learn import Learnt, learn
from agentlens.analysis.control.tried import tried


def known(design: Design) -> tuple[object, ...]:
    return (
        design.upper,
        design.lower,
        design.achieved,
        design.ideal,
        design.delay[1.0],
        design.notable,
        design.notable_delay,
        design.choices,
    )


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"method": "cusum", "head_start": 0.3},
        {"method": "shewhart"},
        {"method": "shewhart", "rules": "western_electric"},
    ],
    ids=["ewma", "cusum", "exact", "rules"],
)
def test_designs_tried_together_are_those_of_single_charts(more: dict[str, Any]) -> None:
    log = al.demo(days=12, traces_per_day=200, seed=4)

    def chart(**knobs: Any) -> Any:
        return al.control_chart(log, "strong_completion", every="6h", **more, **knobs)

    result = chart()
    learnt = learn(
        result.frame, result.frame["baseline"].to_numpy(), result.metric, result.design.choices
    )
    assert isinstance(learnt, Learnt)
    widths = [None, 1.5, 3.0]
    for lam in (0.1, 0.4) if not more else (0.1,):
        choices = replace(result.design.choices, lam=lam)
        together = tried(learnt, choices, result.metric, widths)
        for width, design in zip(widths, together, strict=True):
            assert known(design) == known(chart(width=width, lam=lam).design)
