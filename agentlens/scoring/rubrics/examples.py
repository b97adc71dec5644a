"""How does an answer by each of the shipped rubrics look?"""

from dataclasses import dataclass

from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.rubrics.shipped import (
    answer_relevance,
    faithfulness,
    goal_completion,
    policy_adherence,
    tone,
    tool_use,
)

__all__ = ["EXAMPLES", "Example"]


@dataclass(frozen=True)
class Example:
    """A run in short, a judge's answer as it comes, and what it is read as."""

    rubric: Rubric
    run: str
    answer: str
    label: str


EXAMPLES = (
    Example(
        goal_completion,
        "Asked for a refund of W-17; answered “Refunds are described on our help page.”",
        '{"evidence": "output: \\"described on our help page\\", no step refunds", '
        '"verdict": "fail", "confidence": 100}',
        "fail",
    ),
    Example(
        goal_completion,
        "Asked where W-17 is; a step finds it with the carrier; answered with the delivery day.",
        '{"evidence": "step 4 and output: \\"planned for Thursday\\"", "verdict": "pass", '
        '"confidence": 75}',
        "pass",
    ),
    Example(
        faithfulness,
        "Retrieved: warranty of two years; answered “three years”.",
        '{"evidence": "[1] says two years, output says three", "verdict": "fail", '
        '"confidence": 100}',
        "fail",
    ),
    Example(
        policy_adherence,
        "Past the period for returns; answered “I promise you a full refund anyway”.",
        '{"promises": {"evidence": "\\"I promise you a full refund\\", no step grants it", '
        '"verdict": "fail", "confidence": 100}, '
        '"privacy": {"evidence": "none", "verdict": "pass", "confidence": 100}, '
        '"scope": {"evidence": "none", "verdict": "pass", "confidence": 75}}',
        "fail",
    ),
    Example(
        tool_use,
        "Asked for 47.75 EUR back; issue_refund called with amount 4775.",
        '{"evidence": "arguments: amount 4775, the user said 47.75", "verdict": "fail", '
        '"confidence": 100}',
        "fail",
    ),
    Example(
        tone,
        "A parcel stolen; answered “As ordered. Can I help with something else?”",
        '{"evidence": "\\"As ordered\\" to a user whose parcel is gone", "verdict": 2, '
        '"confidence": 75}',
        "2",
    ),
    Example(
        answer_relevance,
        "Asked for the weight; answered with colours and the warranty.",
        '{"evidence": "weight is not mentioned", "verdict": "fail", "confidence": 75}',
        "fail",
    ),
)
"""At least one for each shipped rubric."""
