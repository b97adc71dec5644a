"""What do people say of the traces that were picked for them, in a notebook or a terminal?"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from agentlens.scoring.labels import label as labelling
from agentlens.scoring.labels.asking.answers import Answers
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.store.file import DEFAULT

if TYPE_CHECKING:
    from agentlens.widgets.label.labels import Labels

__all__ = ["label"]

Marks = labelling.Marks
Reference = labelling.Reference


@overload
def label(
    given: Any,
    rubric: Rubric | str | None = None,
    *,
    rater: str,
    blind: bool = True,
    store: str | Path | None = DEFAULT,
    answers: Answers,
    reference: Reference = "single rater",
) -> Marks: ...


@overload
def label(
    given: Any,
    rubric: Rubric | str | None = None,
    *,
    rater: str,
    blind: bool = True,
    store: str | Path | None = DEFAULT,
    answers: None = None,
    reference: Reference = "single rater",
) -> "Labels | Marks": ...


def label(
    given: Any,
    rubric: Rubric | str | None = None,
    *,
    rater: str,
    blind: bool = True,
    store: str | Path | None = DEFAULT,
    answers: Answers | None = None,
    reference: Reference = "single rater",
) -> "Labels | Marks":
    """Return the labels of a queue; each is kept the moment it is given.

    In a notebook, a view to label in: p, f, u for pass, fail, unsure, n for a note, c for a code, z
    to undo, ← and → to go back and on, ? for all keys. What it holds is current at every moment:
    `.labels`, `.log`, `.progress`; `.marks` is a frozen copy. In a terminal the same is asked at the
    keyboard. What a judge said is not even in the page before the rater decided. Calling it again
    goes on where the rater stopped.

    Args:
        given: a plan of `plan_labels`; or a log, or an answer with one such as that of `worst`,
            whose labels are of hand-picked traces and enter no rate.
        rubric: what is asked, where the traces come without a plan.
        rater: who labels; each rater has a queue of their own.
        blind: whether the judge's verdict is hidden until the rater decided, and asks for it.
        store: where labels are kept; None keeps them nowhere but in what is returned.
        answers: asks nobody: a function from an `Item` to "p", "f" or "u"; or a filled frame or
            file, as `plan.save` wrote it.
        reference: what the labels count as: "single rater", "adjudicated", "expert", "strong
            model", "user feedback" or "simulated".

    Example:
        >>> import agentlens as al
        >>> log = al.demo(days=7, traces_per_day=200, seed=1)
        >>> plan = al.plan_labels(log, "goal_completion", n=40, store=None)
        >>> label(plan, rater="ana", answers=lambda item: "p", store=None)
        Marks(44 of 44 labelled)
    """
    if answers is None and _in_notebook():
        from agentlens.widgets.label.labels import Labels  # noqa: PLC0415 - only a notebook has it

        return Labels(given, rubric, rater=rater, blind=blind, store=store, reference=reference)
    return labelling.label(
        given,
        rubric,
        rater=rater,
        blind=blind,
        store=store,
        answers=answers,
        reference=reference,
    )


def _in_notebook() -> bool:
    """Return whether a kernel of a notebook runs this; nothing is imported to find out."""
    core = sys.modules.get("IPython.core.getipython")
    shell = core.get_ipython() if core is not None else None
    return getattr(shell, "kernel", None) is not None
