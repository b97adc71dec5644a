"""Who could be drawn for labels, and what is known of them already?"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd

from agentlens.scoring.labels.planning.before import Before, before
from agentlens.scoring.labels.planning.choices import Choices
from agentlens.scoring.labels.planning.earlier import Earlier, earlier_of
from agentlens.scoring.labels.planning.population import (
    DIFFER,
    Population,
    differing,
    population,
)
from agentlens.scoring.reading.labels import labels_of
from agentlens.scoring.reading.verdicts import Verdicts
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.tables.log import Log

__all__ = ["Ready", "ready"]

_ID = 10


@dataclass(frozen=True, eq=False, kw_only=True)
class Ready:
    """All that a draw needs.

    Attributes:
        pool: the judged traces in their cells.
        earlier: labels that are there already.
        past: those of them that only the store knows, and the last round of labelling.
        plan: the id of the plan.
        rubric: name and version.
        rubric_hash: of its words, "" where only its name is known.
        judge_ids: what tells the judges apart.
        notes: what was left out, sentences.
    """

    pool: Population
    earlier: Earlier
    past: Before
    plan: str
    rubric: str
    rubric_hash: str
    judge_ids: tuple[str, ...]
    notes: tuple[str, ...]


def ready(
    log: Log,
    rubric: Rubric | str,
    verdicts: Sequence[Verdicts],
    choices: Choices,
    store: str | Path | None,
) -> Ready:
    """Return the judged traces in their cells, with what is known of them already.

    Args:
        log: the traces.
        rubric: what is asked.
        verdicts: of one judge, or of the two that are compared.
        choices: what the caller asks for.
        store: where labels are kept.
    """
    first = verdicts[0]
    labels = labels_of(log, rubric if isinstance(rubric, Rubric) else first.rubric)
    there = earlier_of(labels.frame, DIFFER)
    examples = rubric.examples if isinstance(rubric, Rubric) else ()
    words = rubric.hash if isinstance(rubric, Rubric) else ""
    plan = f"{first.name}-{choices.goal}-{_digest(log, verdicts, choices, there, words, examples)}"
    past = before(store, first.rubric, words, plan)
    earlier = there.and_also(past.earlier)
    if choices.goal == "compare":
        pool = differing(log, first, verdicts[1], earlier, examples)
    else:
        pool = population(log, first, earlier, examples, by_score=choices.cells == "score")
    notes = dict.fromkeys([*(note for one in verdicts for note in one.notes), *labels.notes])
    return Ready(
        pool=pool,
        earlier=earlier,
        past=Before(past.earlier, max(past.round, _last_round(labels.every))),
        plan=plan,
        rubric=first.rubric,
        rubric_hash=words,
        judge_ids=tuple(name for one in verdicts for name in one.judge_ids),
        notes=tuple(notes),
    )


def _last_round(every: pd.DataFrame) -> int:
    last = every["round"].max() if len(every) else 0
    return 0 if pd.isna(last) else int(last)


def _digest(
    log: Log,
    verdicts: Sequence[Verdicts],
    choices: Choices,
    there: Earlier,
    words: str,
    examples: Sequence[str],
) -> str:
    """Return a name for all that decides who is drawn; the order of rows does not."""
    told = [repr(choices.told), words, *sorted(examples), *sorted(map(repr, there.y.items()))]
    ids = log.traces["trace_id"].to_numpy(dtype=object)
    for one in verdicts:
        told += [one.rubric, *one.judge_ids]
        rows = zip(ids[one.positions], one.spans, one.verdict.tolist(), one.tier.tolist(),
                   np.round(one.g, 9).tolist(), strict=True)  # fmt: skip
        told += sorted(map(repr, rows))
    whole = "\n".join(told).encode(errors="backslashreplace")
    return sha256(whole).hexdigest()[:_ID]
