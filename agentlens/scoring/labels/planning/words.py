"""What is said of a plan: what it will tell, what it costs, and why there is none?"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from agentlens import text
from agentlens.result import Fact
from agentlens.scoring.labels.planning.choices import Choices
from agentlens.scoring.labels.planning.expect import HALVES, Expected
from agentlens.scoring.labels.planning.population import Population

__all__ = ["FEW", "Told", "caveats", "facts", "headline", "points", "refusal", "told_of"]

FEW = 20
_TOO_FEW = (
    "With fewer than 20 labels only counts can be shown; plan 50 for a first look, 150 for a gate."
)
_LOW, _HIGH = 0.86, 0.96


class Told(NamedTuple):
    """What a sentence about a plan needs.

    Attributes:
        rubric: name and version.
        judge: the judge's short name; of a comparison, both names.
        goal: rate, failures or compare.
        wanted: traces asked for.
        target: agreement that a gate will ask for.
        n: traces queued.
        again: of the queued ones, shown a second time.
        uniform: of the queued ones, drawn at random from all.
        test: labels of the test split, earlier ones included.
    """

    rubric: str
    judge: str
    goal: str
    wanted: int
    target: float
    n: int = 0
    again: int = 0
    uniform: int = 0
    test: int = 0

    @property
    def by(self) -> str:
        """Rubric and judge, as a phrase."""
        return f"{self.rubric} by {self.judge}" if self.judge else self.rubric


def told_of(rubric: str, judge: str, choices: Choices) -> Told:
    """Return what can be said before anything is drawn."""
    return Told(rubric, judge, choices.goal, choices.n, choices.target)


def refusal(told: Told, pool: Population | None) -> str:
    """Return why no plan can be made, "" where one can."""
    if told.wanted < FEW:
        return _TOO_FEW
    if pool is None:
        return f"{told.judge or 'No judge'} has not judged this log by {told.rubric}: run judge() first."
    left = int(pool.free.sum())
    if told.goal == "compare":
        return "" if left else f"There is no trace without a label on which {told.judge} differ."
    if left < FEW:
        return (
            f"Only {text.count(left)} of {text.plural(len(pool.cell), 'judged trace')} have no"
            " label yet, and fewer than 20 labels give counts only: judge more traces first."
        )
    return ""


def headline(told: Told, pool: Population, found: Expected) -> str:
    """Return how many are queued, and how narrow the answer will be."""
    of = text.count(len(pool.cell))
    within = f"within {points(found.counted)} from the {text.plural(told.test, 'test label')}"
    if told.goal == "compare":
        return (
            f"{text.count(told.n)} of {of} traces on which {told.judge} differ are queued: the"
            f" difference of their accuracy by {told.rubric} is expected {within}."
        )
    how = f"{text.count(told.uniform)} drawn from all, {text.count(told.n - told.uniform)} by cell"
    return (
        f"{text.count(told.n)} of {of} judged traces are queued ({how}): the corrected rate of"
        f" {told.by} is expected {within}."
    )


def facts(told: Told, pool: Population, found: Expected) -> dict[str, Fact]:
    """Return the numbers of the card."""
    shown: dict[str, float | str] = {
        "traces queued": float(told.n),
        "shown again, unmarked": float(told.again),
        "labelled before": float((~pool.free).sum()),
        "expected interval": (
            f"{points(found.counted)} from {text.plural(told.test, 'test label')},"
            f" {points(found.every)} if all labels count"
        ),
    }
    for half, n in zip(HALVES, found.needed, strict=True):
        shown[f"labels in the rate for {points(half)}"] = (
            float(n) if n is not None else "more than this log can carry"
        )
    if told.goal != "compare":
        shown[f"chance to be certified at {text.share(told.target, 0)}"] = _power(found)
    return {name: Fact(value=value) for name, value in shown.items()}


def caveats(told: Told, pool: Population, notes: tuple[str, ...]) -> tuple[str, ...]:
    """Return what was assumed, and what was left out."""
    return (*_design(told, pool), *_left_out(told, pool), *notes)


def points(half: float) -> str:
    """Return half a width in points.

    >>> points(0.0412), points(0.05)
    ('±4.1 points', '±5 points')
    """
    return f"±{100 * half:.1f}".removesuffix(".0") + " points"


def _power(found: Expected) -> str:
    rows: Mapping[float, float] = dict(
        zip(found.power["truth"], found.power["chance"], strict=True)
    )
    told = [
        f"{text.share(chance, 0)} at a true {text.share(truth, 0)}"
        for truth, chance in rows.items()
        if _LOW < truth < _HIGH
    ]
    return ", ".join(told)


def _design(told: Told, pool: Population) -> Iterator[str]:
    if told.goal == "compare":
        yield "These labels answer which judge is right more often, and no rate."
        yield "Human pass rates are guessed at one half."
        return
    known = int(pool.labelled.sum())
    if known:
        yield (
            f"Human pass rates of the cells are guessed from {text.plural(known, 'earlier label')},"
            " and by rule of thumb where a cell has none."
        )
    else:
        yield "Human pass rates are guessed: 90% of passes, 30% of fails, 50% without a verdict."
    if told.goal == "failures":
        yield "As many fails as passes are drawn: it finds failures and widens the rate by a quarter."
    yield (
        "Traces are drawn, not whole sessions; a session is in one split only. The chance to be"
        " certified is by exact sums, as if all test labels were drawn from all traces."
    )


def _left_out(told: Told, pool: Population) -> Iterator[str]:
    if pool.barred:
        which = text.plural(pool.barred, "trace")
        one = pool.barred == 1
        yield (
            f"{which} {'is an example' if one else 'are examples'} inside the rubric;"
            f" {'it is' if one else 'they are'} left out."
        )
    if pool.lost:
        yield (
            f"{text.plural(pool.lost, 'judged trace')} came with an unknown probability and"
            " can stand for no others; left out."
        )
    if told.n < told.wanted:
        yield f"{text.count(told.wanted)} were wanted; no more traces are without a label."
