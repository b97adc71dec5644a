"""What would the same chart achieve with other limits, or with another memory?"""

from collections.abc import Sequence
from dataclasses import replace
from math import nan

import numpy as np

from agentlens.analysis.control.choices import Choices
from agentlens.analysis.control.design import Design, arms_of, notable, textbook
from agentlens.analysis.control.learn import Learnt
from agentlens.measures.metric import Metric
from agentlens.stats.charts.delays import delays_of_many
from agentlens.stats.charts.false_alarms import rates_of_many, rates_with_rules
from agentlens.stats.charts.limits import solve

__all__ = ["tried"]

_SIGMA = 1.0


def tried(
    learnt: Learnt, choices: Choices, metric: Metric, widths: Sequence[float | None]
) -> tuple[Design, ...]:
    """Return the designs of charts that differ in their limits alone, many at once.

    Each is what `calibrated` returns for that width, but for delays: only those after one standard
    deviation and after the notable change are known, and not that of an endless baseline.

    Args:
        learnt: the baseline and its futures.
        choices: how the charts are set up, but for the width.
        metric: what is charted.
        widths: of the limits; None for limits solved for the run length asked for.
    """
    charts = [replace(choices, width=width) for width in widths]
    ideal, still = textbook(choices), arms_of(learnt.futures.judged, choices)
    solved = solve(still, choices.arl, ideal) if None in widths else (nan, nan)
    limits = np.array([solved if one is None else (one, one) for one in widths]).T
    side = -1 if metric.better == "higher" else 1
    step = notable(learnt, metric)
    one_sigma, change = (
        delays_of_many(still.soon.shifted(side * shift), limits)
        for shift in (_SIGMA, step / float(learnt.found.scale[0]))
    )
    achieved = (
        tuple(rates_with_rules(still, above, below, choices.rules) for above, below in limits.T)
        if choices.rules
        else rates_of_many(still, limits)
    )
    return tuple(
        Design(
            method=chart.method,
            lam=chart.lam,
            allowance=chart.allowance,
            head_start=chart.head_start,
            asked=chart.arl,
            upper=float(limits[0, place]),
            lower=float(limits[1, place]),
            achieved=achieved[place],
            rules=chart.rules,
            ideal=ideal,
            delay={_SIGMA: float(one_sigma[place])},
            notable=step,
            notable_delay=float(change[place]),
            best_delay=nan,
            choices=chart,
        )
        for place, chart in enumerate(charts)
    )
