"""How do drawn traces become a queue?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import isnan

import numpy as np
import pandas as pd

from agentlens.scoring.labels.kept import Record
from agentlens.scoring.labels.planning.choices import Choices
from agentlens.scoring.labels.planning.draw import Drawn, draw
from agentlens.scoring.labels.planning.earlier import Earlier, Item
from agentlens.scoring.labels.planning.population import Population
from agentlens.scoring.labels.planning.queue import shown_twice, splits_of
from agentlens.scoring.labels.planning.ready import Ready
from agentlens.stats.arrays import Flags, Ints

__all__ = ["QUEUE", "Made", "made"]

QUEUE = (*("trace_id", "span_id", "stage", "stratum", "split", "inclusion_p", "order", "repeat"),)
"""The columns of a queue."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Made:
    """A queue, and how it came about.

    Attributes:
        frame: a row for each showing.
        cells: a row for each cell.
        drawn: who was drawn.
        test: labels in the test split, new and earlier, in each cell.
        record: what the store must remember.
    """

    frame: pd.DataFrame
    cells: pd.DataFrame
    drawn: Drawn
    test: Ints
    record: Record


def made(given: Ready, choices: Choices) -> Made:
    """Return the queue: who, in which split, in which order, and who comes twice.

    Args:
        given: the judged traces in their cells.
        choices: what the caller asks for.
    """
    pool = given.pool
    words = int(sha256(given.rubric.encode()).hexdigest()[:8], 16)
    rng = np.random.default_rng([choices.seed, words])
    drawn = draw(pool, choices.n, choices.goal, choices.uniform, rng)
    cell = pool.cell[drawn.rows]
    sessions = [pool.session[row] for row in drawn.rows.tolist()]
    fixed = _fixed(pool, given.earlier.split)
    splits = np.array(splits_of(sessions, cell, choices.splits, fixed), dtype=object)
    test = np.bincount(cell[splits == "test"], minlength=len(pool.names))
    test += np.bincount(pool.cell[_old_test(pool, given.earlier)], minlength=len(pool.names))
    frame = _frame(pool, drawn, splits, choices, rng)
    record = Record(
        plan=given.plan,
        rubric=given.rubric,
        rubric_hash=given.rubric_hash,
        judge_id=", ".join(given.judge_ids),
        content=_content(given, frame, choices),
    )
    cells = _cells(pool, drawn, test)
    return Made(frame=frame, cells=cells, drawn=drawn, test=test, record=record)


def _fixed(pool: Population, split: Mapping[Item, str]) -> dict[str, str]:
    """Return the sessions whose split earlier labels decided."""
    pairs = zip(pool.items, pool.session, strict=True)
    return {session: split[item] for item, session in pairs if split.get(item)}


def _old_test(pool: Population, earlier: Earlier) -> Flags:
    """Return which traces have an earlier label in the test split that says something."""
    return np.array(
        [
            earlier.split.get(item) == "test" and not isnan(earlier.y.get(item, float("nan")))
            for item in pool.items
        ],
        dtype=bool,
    )


def _frame(
    pool: Population,
    drawn: Drawn,
    splits: "np.ndarray[tuple[int], np.dtype[np.object_]]",
    choices: Choices,
    rng: np.random.Generator,
) -> pd.DataFrame:
    order = rng.permutation(len(drawn.rows))
    shown = shown_twice(len(order), choices.repeats, rng)
    place = order[shown["item"].to_numpy()]
    rows = drawn.rows[place]
    stage = "targeted" if choices.goal == "compare" else "stratum"
    return pd.DataFrame(
        {
            "trace_id": _words([pool.items[row][0] for row in rows.tolist()]),
            "span_id": _words([pool.items[row][1] for row in rows.tolist()]),
            "stage": _words(np.where(drawn.uniform[place], "uniform", stage).tolist()),
            "stratum": _words([pool.names[one] for one in pool.cell[rows].tolist()]),
            "split": _words(splits[place].tolist()),
            "inclusion_p": drawn.p[place],
            "order": np.arange(1, len(place) + 1),
            "repeat": shown["repeat"].to_numpy(),
        },
        columns=list(QUEUE),
    )


def _words(values: list[str]) -> pd.Series:
    return pd.Series(values, dtype="str")


def _cells(pool: Population, drawn: Drawn, test: Ints) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "cell": _words(list(pool.names)),
            "traces": pool.counts,
            "share": pool.weight,
            "guess": pool.guess,
            "labelled": pool.labelled,
            "uniform": drawn.reserve,
            "more": drawn.more,
            "planned": drawn.reserve + drawn.more,
            "test": test,
        }
    )


def _content(given: Ready, frame: pd.DataFrame, choices: Choices) -> str:
    """Return what the store remembers: the design, and what else was known when it was made."""
    past = given.past.earlier
    once = frame[frame["repeat"] == 1]
    columns = ("trace_id", "span_id", "stage", "stratum", "split", "inclusion_p")
    told = {
        "format": 1,
        "goal": choices.goal,
        "n": choices.n,
        "seed": choices.seed,
        "round": given.past.round + 1,
        "earlier": {
            "y": [
                {**_named(one, y), "split": past.split.get(one, "")} for one, y in past.y.items()
            ],
            "compared": [_named(one, y) for one, y in past.compared.items()],
        },
        "cells": dict(zip(given.pool.names, given.pool.counts.tolist(), strict=True)),
        "queue": once[list(columns)].to_dict("records"),
    }
    return json.dumps(told, ensure_ascii=False)


def _named(item: Item, y: float) -> dict[str, object]:
    """Return a row that names its trace, so that whoever forgets the trace can drop the row."""
    return {"trace_id": item[0], "span_id": item[1], "y": None if isnan(y) else y}
