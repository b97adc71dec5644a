"""How does Inspect read cases: as a dataset of samples, and a task that runs them?

Run them with `inspect eval inspect_task.py --model …`.
"""

from typing import Any

from agentlens.feedback.regressions.formats.draft import Case, Draft
from agentlens.feedback.regressions.formats.text import lines

__all__ = ["drafts"]

_NOTHING = "(no input was recorded)"

_TASK = '''\
"""Does the agent still fail as it once did?

Written once by AgentLens and yours to change: put your own agent where `generate()` stands.
"""

from pathlib import Path

from inspect_ai import Task, task
from inspect_ai.dataset import json_dataset
from inspect_ai.scorer import CORRECT, INCORRECT, Score, accuracy, model_graded_qa, scorer, stderr
from inspect_ai.solver import generate

CASES = Path(__file__).with_name("inspect_cases.jsonl")


def folded(words):
    return " ".join((words or "").split())


@scorer(metrics=[accuracy(), stderr()])
def not_as_before():
    """An answer passes if there is one and it is not the one that failed."""

    async def score(state, target):
        answer = folded(state.output.completion)
        bad = folded((state.metadata or {}).get("bad_output"))
        good = answer != "" and answer != bad
        return Score(value=CORRECT if good else INCORRECT, answer=answer)

    return score


@task
def regressions(graded: bool = True):
    """The cases; with graded=false nothing but sameness is scored, and no judge is asked."""
    judges = [model_graded_qa()] if graded else []
    return Task(
        dataset=json_dataset(str(CASES)), solver=generate(), scorer=[not_as_before(), *judges]
    )
'''


def drafts(cases: tuple[Case, ...]) -> tuple[Draft, ...]:
    """Return the dataset and the task."""
    samples = lines(_sample(case) for case in cases)
    return (
        Draft("inspect_cases.jsonl", samples),
        Draft("inspect_task.py", _TASK.encode(), code=True),
    )


def _sample(case: Case) -> dict[str, Any]:
    told = ("pattern", "bad_output", "expected_is", "source_trace", "version", "context")
    return {
        "id": case["id"],
        "input": case["input"] or _NOTHING,
        "target": case["expected"],
        "metadata": {name: case[name] for name in told} | {"source": case["metadata"]},
    }
