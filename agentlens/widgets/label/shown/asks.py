"""In which words is the rater asked?"""

import json
from typing import Any

from agentlens.scoring.labels.work import Work
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.rubrics.shipped import rubrics
from agentlens.scoring.store.file import StoreFile

__all__ = ["asked_words"]

_KEPT = "select canonical from rubric where hash = ? or (name = ? and version = ?) limit 1"


def asked_words(work: Work, rubric: Rubric | str | None, store: StoreFile) -> dict[str, Any]:
    """Return a rubric as the page shows it: label, instructions, criteria, scale and examples.

    Where only its name is given, its words are looked up among those that a judge was asked in, and
    among the shipped ones; where they are not found, instructions are "".

    Args:
        work: whose rubric.
        rubric: as the caller gave it.
        store: knows rubrics that were used.
    """
    found = rubric if isinstance(rubric, Rubric) else _shipped(work)
    told: dict[str, Any] = {"label": work.rubric.label, "instructions": "", "criteria": []}
    told |= {"scale": [], "examples": [], "unit": "trace"}
    if not isinstance(rubric, Rubric):
        rows = store.rows(_KEPT, (work.rubric.hash, work.rubric.name, work.rubric.version))
        if rows:
            kept = json.loads(rows[0]["canonical"])
            return told | {
                "instructions": kept["instructions"],
                "criteria": [list(one) for one in kept["criteria"]],
                "scale": kept["scale"] or [],
                "unit": kept["unit"],
            }
    if found is None:
        return told
    return told | {
        "instructions": found.instructions,
        "criteria": [list(one) for one in found.criteria.items()],
        "scale": list(found.scale or ()),
        "examples": list(found.examples),
        "unit": found.unit,
    }


def _shipped(work: Work) -> Rubric | None:
    name, version, words = work.rubric
    found = rubrics().get(name)
    if found is None or version not in {None, str(found.version)}:
        return None
    return found if words in {None, found.hash} else None
