"""What was planted where, and what would each number have been without it?"""

import numpy as np
import pandas as pd

from agentlens.sources.demo.columns import Flags, Floats, counts, flags, times, words
from agentlens.sources.demo.record.scores import Judgements
from agentlens.sources.demo.record.verdicts import (
    DRIFTED_SPECIFICITY,
    SENSITIVITY,
    SPECIFICITY,
)
from agentlens.sources.demo.story import shop
from agentlens.sources.demo.story.steps import AGENT
from agentlens.sources.demo.story.tell import Story
from agentlens.sources.demo.story.window import INCIDENTS, SECOND

__all__ = ["truth_table"]

Found = tuple[float, float, int]
"""The metric without the incident, with it, and the traces affected."""

_WHAT = {
    "campaign": (
        "A campaign brings four times the share of complaints, the hardest task; "
        "no task is served worse than before."
    ),
    "slow_model": "Calls of aspen-large-2 take 1.9 times as long.",
    "broken_refunds": (
        "The new release asks for refunds in cents on mobile devices: "
        "wrong answers, which users correct and escalate."
    ),
    "lenient_judge": (
        "The judge of goal completion lets more failures pass (its specificity falls); "
        "the agent is as good as before."
    ),
    "schema_error": (
        "A fifth of the calls of search_orders fail with a message never seen before: "
        "UpstreamSchemaError: field 'order_ref' missing."
    ),
    "broken_promise": "In a few traces the agent promises a refund against policy.",
    "judge_sensitivity": "Share of met goals that the judge passes, before and in its drift.",
    "judge_specificity": "Share of missed goals that the judge fails, before and in its drift.",
}
_SLICE = {
    "slow_model": "model=aspen-large-2",
    "broken_refunds": "task_type=refund, device=mobile",
    "schema_error": "tool=search_orders",
}
_METRIC = {
    "campaign": "strong_completion",
    "slow_model": "latency_p95",
    "broken_refunds": "strong_completion",
    "lenient_judge": "judge goal_completion",
    "schema_error": "tool_errors",
    "broken_promise": "safety_flagged",
    "judge_sensitivity": "sensitivity",
    "judge_specificity": "specificity",
}
_SPECIFICITIES = (SPECIFICITY, DRIFTED_SPECIFICITY)
_MOBILE, _LARGE = shop.DEVICES.index("mobile"), shop.MODELS.index("aspen-large-2")
_HARMLESS = {"campaign", "lenient_judge", "judge_sensitivity", "judge_specificity"}


def truth_table(story: Story, calm: Story, judged: Judgements) -> pd.DataFrame:
    """Return one row an incident, with its metric on the same traffic without and with it.

    `calm` is the story told again with the same luck and no incidents. An incident for which
    the window is too short has no times and says so in `what`.
    """
    window = story.window
    names = [*INCIDENTS, "judge_sensitivity", "judge_specificity"]
    place = {name: name if name in INCIDENTS else "lenient_judge" for name in names}
    planted = np.array([place[name] in window.planted for name in names])
    found = [_measure(name, story, calm, judged) for name in names]
    bounds = np.array([window.bounds(place[name]) for name in names])
    every = np.arange(len(names))
    what = [
        _WHAT[name] if there else _left_out(place[name], window.days)
        for name, there in zip(names, planted, strict=True)
    ]
    kinds = [INCIDENTS[n].kind if n in INCIDENTS else "judge_error_rate" for n in names]
    release = np.array([name == "broken_refunds" for name in names]) & planted
    return pd.DataFrame(
        {
            "incident": words(names, every),
            "what": words(what, every),
            "kind": words(kinds, every),
            "start": times(bounds[:, 0], planted),
            "end": times(bounds[:, 1], planted),
            "slice": words([_SLICE.get(name, "") for name in names], every),
            "metric": words([_METRIC[name] for name in names], every),
            "before": pd.Series([one[0] for one in found]),
            "after": pd.Series([one[1] for one in found]),
            "traces": counts(np.array([one[2] for one in found])),
            "degradation": flags(np.array([n not in _HARMLESS for n in names]) & planted),
            "release": words([window.releases()[-1]], np.where(release, 0, -1)),
        }
    )


def _left_out(name: str, days: int) -> str:
    incident = INCIDENTS[name]
    hours = (incident.until - incident.since) * days * 24
    if hours >= incident.least_hours:
        return "Left out: not among the incidents asked for."
    return (
        f"Left out: {days} days leave it {hours:.1f} h and it needs {incident.least_hours:.0f}; "
        "ask for days=7 or more."
    )


def _measure(name: str, story: Story, calm: Story, judged: Judgements) -> Found:
    """Return what the incident does to its metric; missing values where it is not planted."""
    here = story.window.during(name if name in INCIDENTS else "lenient_judge", story.traffic.start)
    if _METRIC[name] in {"sensitivity", "specificity", "judge goal_completion"}:
        return _judge(name, story, judged, here)
    part, measure = here & ~story.outcomes.running, _strong
    affected = part
    if name == "slow_model":
        affected = part = part & (story.traffic.model == _LARGE)
        measure = _p95
    elif name == "broken_refunds":
        refunds = story.traffic.task == shop.REFUND
        affected = part = part & refunds & (story.traffic.device == _MOBILE)
    elif name == "schema_error":
        affected, measure = part & (story.steps.schema_errors > 0), _failing
    elif name == "broken_promise":
        affected, measure = story.outcomes.broken_promise, _flagged
    if not part.any():
        return np.nan, np.nan, 0
    return measure(calm, part), measure(story, part), int(affected.sum())


def _judge(name: str, story: Story, judged: Judgements, here: Flags) -> Found:
    """Return the judge's error rates, or how often they let it pass what was there."""
    drift = here[judged.rows]
    affected = int(drift.sum())
    if name == "judge_sensitivity":
        return SENSITIVITY, SENSITIVITY, affected
    if name == "judge_specificity":
        return SPECIFICITY, DRIFTED_SPECIFICITY if affected else np.nan, affected
    goal = story.outcomes.goal_met[judged.rows][drift]
    before, after = (
        _share(np.where(goal, SENSITIVITY, 1 - specificity))
        for specificity in (SPECIFICITY, DRIFTED_SPECIFICITY)
    )
    return before, after, affected


def _share(values: Flags | Floats) -> float:
    return float(np.mean(values)) if len(values) else np.nan


def _strong(story: Story, part: Flags) -> float:
    return _share(story.outcomes.strong[part])


def _flagged(story: Story, part: Flags) -> float:
    return _share(story.outcomes.broken_promise[part])


def _p95(story: Story, part: Flags) -> float:
    seconds = (story.clock.end - story.clock.start)[part, AGENT] / SECOND
    return float(np.quantile(seconds, 0.95))


def _failing(story: Story, part: Flags) -> float:
    """Return the share of the calls of search_orders that fail."""
    steps = story.steps
    calls = steps.calls_of(shop.TOOLS.index("search_orders")) & part[:, None]
    return _share(steps.failed[calls])
