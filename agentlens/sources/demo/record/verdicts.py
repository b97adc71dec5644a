"""What do the judge, the checks and the users say of each trace?"""

import numpy as np

from agentlens.sources.demo.columns import Flags, Ints
from agentlens.sources.demo.record.scores import Judgements
from agentlens.sources.demo.record.texts import Texts
from agentlens.sources.demo.story.steps import RETRIEVE
from agentlens.sources.demo.story.tell import Story
from agentlens.sources.demo.story.window import HOUR

__all__ = [
    "DRIFTED_SPECIFICITY",
    "JUDGED_SHARE",
    "SENSITIVITY",
    "SPECIFICITY",
    "goal_verdicts",
    "other_verdicts",
]

SENSITIVITY, SPECIFICITY, DRIFTED_SPECIFICITY = 0.92, 0.85, 0.60
JUDGED_SHARE = 0.25
_FAITHFUL_SHARE = 0.10


def goal_verdicts(story: Story, rng: np.random.Generator) -> Judgements:
    """Return what the judge says of goal completion in a random part of the finished traces."""
    goal = story.outcomes.goal_met
    draw = rng.random((2, len(goal)))
    drifted = story.window.during("lenient_judge", story.traffic.start)
    specificity = np.where(drifted, DRIFTED_SPECIFICITY, SPECIFICITY)
    passes = draw[1] < np.where(goal, SENSITIVITY, 1 - specificity)
    read = np.flatnonzero((draw[0] < JUDGED_SHARE) & ~story.outcomes.running)
    return Judgements(
        name="goal_completion",
        source="judge",
        version="3",
        rows=read,
        value=passes[read].astype(np.float64),
        inclusion_p=np.full(len(read), JUDGED_SHARE),
        delay=4 * HOUR,
    )


def other_verdicts(story: Story, texts: Texts, rng: np.random.Generator) -> list[Judgements]:
    """Return faithfulness on a part, the checks on all and the thumbs of those who rate."""
    seen = story.outcomes
    over = np.flatnonzero(~seen.running)
    rated = np.flatnonzero(seen.rated)
    thumbs = Judgements(
        name="user_thumbs",
        source="user",
        version="",
        rows=rated,
        value=seen.liked[rated].astype(np.float64),
        inclusion_p=np.full(len(rated), np.nan),  # users choose themselves
        delay=HOUR // 6,
        words=("down", "up"),
    )
    return [
        _faithfulness(story, rng),
        _check("no_pii", over, ~texts.personal),
        _check("policy", over, ~seen.broken_promise),
        thumbs,
    ]


def _faithfulness(story: Story, rng: np.random.Generator) -> Judgements:
    seen = story.outcomes
    draw = rng.random(len(seen.goal_met))
    grounded = story.steps.taken[:, RETRIEVE] & seen.completed
    read = np.flatnonzero(grounded & (draw < _FAITHFUL_SHARE))
    good, poor = rng.beta(18, 2, len(read)), rng.beta(7, 3, len(read))
    return Judgements(
        name="faithfulness",
        source="judge",
        version="1",
        rows=read,
        value=np.where(seen.goal_met[read], good, poor).round(2),
        inclusion_p=np.full(len(read), _FAITHFUL_SHARE),
        delay=4 * HOUR,
        words=(),
    )


def _check(name: str, over: Ints, clean: Flags) -> Judgements:
    return Judgements(
        name=name,
        source="check",
        version="1",
        rows=over,
        value=clean[over].astype(np.float64),
        inclusion_p=np.ones(len(over)),
        delay=0,
    )
