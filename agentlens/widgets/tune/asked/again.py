"""What does the verb answer at another setting, and what need not be asked of the log again?"""

from collections.abc import Mapping
from inspect import signature

from agentlens.analysis.control.chart import charted, control_chart
from agentlens.analysis.control.choices import choices_of
from agentlens.analysis.control.ground import Ground, ground_for
from agentlens.measures.builtin import find_metric
from agentlens.result import Result
from agentlens.widgets.tune.asked.question import Question

__all__ = ["answered"]


def answered(
    question: Question, values: Mapping[str, object], before: Ground | None
) -> tuple[Result, Ground | None]:
    """Return the verb's answer, and the ground on which it stands; None for any but a chart's.

    Args:
        question: what is asked.
        values: of the knobs.
        before: the ground of the setting before; what a knob leaves alone of it is not made again.
    """
    if question.verb is not control_chart:
        return question.ask(values), None
    given, named = question.given_at(values)
    call = signature(control_chart).bind(*given, **named)
    call.apply_defaults()
    log, metric = call.args
    choices = choices_of(**call.kwargs)
    ground = ground_for(log, find_metric(log, metric), choices, before)
    return charted(ground, choices), ground
