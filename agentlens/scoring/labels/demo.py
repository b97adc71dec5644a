"""Who labels where there is no person: a rater that knows what served the invented users?"""

from collections.abc import Callable

from agentlens.errors import BadInputError
from agentlens.scoring.judges.demo import draw, served
from agentlens.scoring.labels.asking.item import Item

__all__ = ["demo_rater"]


def demo_rater(name: str = "ana", *, errs: float = 0.03) -> Callable[[Item], str]:
    """Return a simulated person who labels traces of `demo`, for `label(plan, answers=…)`.

    It is no person: it knows what truly served the user, and errs by chance. Labels that it gave
    belong to tests and lessons; say so with `reference="simulated"`.

    Args:
        name: another name errs on other traces.
        errs: share of labels that are wrong.

    Example:
        >>> demo_rater("ben").__name__
        'ben'
    """
    if not 0 <= errs <= 1:
        message = f"errs is a share from 0 to 1, not {errs!r}."
        raise BadInputError(message)

    def label(item: Item) -> str:
        right = served(item.output)
        return "p" if right != (draw(name, item.trace_id) < errs) else "f"

    label.__name__ = name
    return label
