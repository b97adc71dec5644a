"""Which questions does a log come to, and which of them are the same?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.rubrics.prompt import items
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.store.file import StoreFile
from agentlens.scoring.store.found import Judgment, judgments, linked
from agentlens.scoring.store.keys import AGAIN, canonical, key_of
from agentlens.scoring.store.memory import ends
from agentlens.tables.log import Log

__all__ = ["Asked", "Repeats", "asked", "repeats_of", "written_down"]

Repeats = int | Sequence[int]


@dataclass(frozen=True, eq=False)
class Asked:
    """The questions of one call, in an order that has nothing to do with what they say.

    Attributes:
        rubric: what is asked.
        judge: who is asked.
        frame: one row per item and repeat: trace_id, span_id, p, truncated, repeat, item, key.
        items: what is to be judged, one row each.
        found: the answers that are stored, by key.
        notes: what cannot be judged.
        retires_at: when the judge's model ends, "" where that is not known.
        settled: questions that a failed check answers; they have no key and are never sent.
        settled_by: the name of that check.
    """

    rubric: Rubric
    judge: Judge
    frame: pd.DataFrame
    items: pd.DataFrame
    found: dict[str, Judgment]
    notes: tuple[str, ...]
    retires_at: str = ""
    settled: pd.DataFrame = field(default_factory=pd.DataFrame)
    settled_by: str = ""

    @cached_property
    def missing(self) -> list[str]:
        """The distinct keys without an answer, in order."""
        keys = self.frame["key"].drop_duplicates()
        return [key for key in keys if key not in self.found]

    @cached_property
    def place(self) -> dict[str, tuple[int, int]]:
        """By key, the row of its item and the number of its repeat."""
        first = self.frame.drop_duplicates("key")
        rows = zip(first["key"], first["item"], first["repeat"], strict=True)
        return {key: (int(item), int(repeat)) for key, item, repeat in rows}

    @cached_property
    def texts(self) -> tuple[list[str], list[str]]:
        """The words of each item: those all share, and its own."""
        return self.items["system"].tolist(), self.items["user"].tolist()

    def body(self, key: str) -> dict[str, Any]:
        """Return the request of a key; to a function it also says which repeat it is."""
        item, repeat = self.place[key]
        system, user = self.texts
        body = self.judge.body(self.rubric, system[item], user[item])
        return body | {"repeat": repeat} if self.judge.local else body

    def chars(self, key: str) -> int:
        """Return how many characters the judge reads."""
        item, _ = self.place[key]
        system, user = self.texts
        return len(system[item]) + len(user[item])


def asked(
    log: Log,
    rubric: Rubric,
    judge: Judge,
    store: StoreFile,
    repeats: Sequence[int],
    again: Sequence[str] = (),
) -> Asked:
    """Return the questions that a log comes to, and the answers that are stored already.

    Args:
        log: traces.
        rubric: what is asked.
        judge: who is asked.
        store: of answers.
        repeats: their numbers.
        again: statuses whose questions are asked anew.
    """
    rows = items(log, rubric)
    told = [
        canonical(judge.body(rubric, system, user))
        for system, user in zip(rows["system"], rows["user"], strict=True)
    ]
    n, k = len(rows), len(repeats)
    place = np.repeat(np.arange(n), k)
    number = np.tile(np.asarray(repeats, dtype=np.int64), n)
    keys = [key_of(judge.host, told[item], repeat) for item in range(n) for repeat in repeats]
    found = judgments(store, keys)
    frame = rows[["trace_id", "span_id", "p", "truncated"]].take(place).reset_index(drop=True)
    frame = frame.assign(repeat=number, item=place, key=pd.Series(keys, dtype="str"))
    frame, found = _newest(frame, found, told, judge.host, store, again)
    notes = tuple(rows.attrs.get("notes", ()))
    return Asked(rubric, judge, frame, rows, found, notes, ends(store, judge))


def repeats_of(given: Repeats) -> tuple[int, ...]:
    """Return the numbers of repeats: 1 to n for a number, or those that are given.

    >>> repeats_of(3), repeats_of([7])
    ((1, 2, 3), (7,))
    """
    listed = tuple(range(1, given + 1)) if isinstance(given, int) else tuple(given)
    odd: object = next((one for one in listed if not _numbers(one)), None)
    if odd is not None or isinstance(given, bool) or not listed or len(set(listed)) < len(listed):
        message = (
            "repeats is how many verdicts each item gets, a whole number from 1, or the numbers of"
            f" repeats such as [1, 2], not {given!r}."
        )
        raise BadInputError(message)
    return listed


def written_down(store: StoreFile, questions: Asked) -> None:
    """Write down which question each trace asks, before anything of it is stored.

    Args:
        store: where.
        questions: of one call.
    """
    columns = (questions.frame[name] for name in ("trace_id", "span_id", "repeat", "key"))
    rows = zip(*(column.tolist() for column in columns), strict=True)
    judge_id = questions.judge.id(questions.rubric)
    with store.transaction() as held:
        linked(held, rows, questions.rubric.hash, judge_id)


def _numbers(one: object) -> bool:
    """Return whether this can be the number of a repeat."""
    return isinstance(one, int) and not isinstance(one, bool) and 0 < one < AGAIN


def _newest(
    frame: pd.DataFrame,
    found: dict[str, Judgment],
    told: Sequence[str],
    host: str,
    store: StoreFile,
    again: Sequence[str],
) -> tuple[pd.DataFrame, dict[str, Judgment]]:
    """Return the questions with those answers that came when they were asked anew.

    An answer without a verdict may have been asked for again, under a further number. The last of
    these counts, and where it has a status that is to be asked again, the next number is asked.
    """
    keys = frame["key"].tolist()
    open_ = [row for row, key in enumerate(keys) if key in found and found[key].status]
    items, repeats = frame["item"].tolist(), frame["repeat"].tolist()
    generation = 0
    while open_:
        generation += 1
        later = {
            row: key_of(host, told[items[row]], repeats[row] + AGAIN * generation) for row in open_
        }
        there = judgments(store, later.values())
        for row in open_:
            if later[row] in there or found[keys[row]].status in again:
                keys[row] = later[row]
        found |= there
        open_ = [row for row in open_ if later[row] in there and there[later[row]].status]
    return frame.assign(key=pd.Series(keys, dtype="str")), found
