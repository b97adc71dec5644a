"""What could this week's data not decide, and what would it take?"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agentlens import text
from agentlens.analysis.investigate.investigate import Investigation
from agentlens.report.parts.points import Point
from agentlens.report.week.answers import Answers

if TYPE_CHECKING:
    from agentlens.result import Result

__all__ = ["undecided_of"]

_UNSURE = "cannot be excluded"


def undecided_of(answers: Answers) -> tuple[Point, ...]:
    """Return each open question with what would answer it.

    Args:
        answers: to all that the week was asked.
    """
    return tuple(_all(answers))


def _all(answers: Answers) -> Iterator[Point]:
    if answers.promises is None:
        yield Point(
            "Whether promises were kept: none were given. Name them, as in"
            " slos=['error_rate <= 0.02']."
        )
    for refused in answers.refusals:
        yield Point(f"{text.capital(refused.what)}: {refused.why}")
    yield from _of_causes(answers)
    for judge in answers.judges:
        if judge.unlabelled:
            yield Point(f"How good the judge of {judge.rubric} is: {judge.unlabelled}")
    yield from _of_results(answers)


def _of_causes(answers: Answers) -> Iterator[Point]:
    for story in _stories(answers):
        for question in story.undecided:
            yield Point(question, (story,))


def _of_results(answers: Answers) -> Iterator[Point]:
    """Yield what is unknown, once where several Results say the same."""
    told = {story.id for story in _stories(answers)}
    same: dict[str, list[Result]] = {}
    for result in answers.results:
        open_still = result.band == "unknown" or _UNSURE in result.headline
        if open_still and result.id not in told:
            same.setdefault(result.headline, []).append(result)
    for said, results in same.items():
        yield Point(f"{results[0].title}: {said}", tuple(results))


def _stories(answers: Answers) -> list[Investigation]:
    return [one.story for one in answers.causes if isinstance(one.story, Investigation)]
