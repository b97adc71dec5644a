"""What lies on one rater's desk: what is left, what was said, and what was said last?"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isnan, nan
from typing import NamedTuple

import pandas as pd

from agentlens.scoring.labels.asking.item import Item
from agentlens.scoring.labels.kept import Mark, append, kept_marks
from agentlens.scoring.labels.work import Work
from agentlens.scoring.store.file import StoreFile
from agentlens.tables.redact.frames import redact_frames
from agentlens.tables.redact.policy import Redaction

__all__ = ["LONGEST", "Desk", "Key", "Verdict"]

Key = tuple[str, str, int]
"""A showing: trace, step, and 2 where it is shown again."""

LONGEST = 600.0
"""Seconds: who takes longer was away; a label with so many is counted and told."""


class Verdict(NamedTuple):
    """What a rater says of one showing.

    Attributes:
        y: 1 pass, 0 fail, NaN unsure.
        note: in the rater's words.
        code: the rater's name for what went wrong.
        seconds: it took.
        at: seconds since 1970; missing for now.
    """

    y: float
    note: str = ""
    code: str = ""
    seconds: float = nan
    at: float = nan


@dataclass(frozen=True, eq=False, kw_only=True)
class Desk:
    """A queue in the hands of one rater; every change is on the disk when a method returns.

    Attributes:
        store: opened.
        work: the queue.
        rater: who.
        clock: seconds since 1970.
    """

    store: StoreFile
    work: Work
    rater: str
    clock: Callable[[], float] = field(default=time.time)

    def marks(self) -> pd.DataFrame:
        """Return what this rater said and did not take back, in order."""
        every = kept_marks(self.store, self.work.record.plan)
        mine = (every["rater"] == self.rater) & (every["round"] == self.work.round)
        return every[mine].reset_index(drop=True)

    def left(self) -> list[Key]:
        """Return the showings without an answer, in the order of the queue."""
        done = {*_keys(self.marks())}
        return [one for one in _keys(self.work.queue) if one not in done]

    def item(self, key: Key) -> Item:
        """Return a showing as the rater sees it."""
        return Item(
            trace_id=key[0],
            span_id=key[1],
            nth=self._places[key],
            of=len(self._places),
            _log=self.work.log,
        )

    @cached_property
    def _places(self) -> dict[Key, int]:
        """The place of each showing in the queue, from 1."""
        return {key: place for place, key in enumerate(_keys(self.work.queue), start=1)}

    def commit(self, answers: Mapping[Key, Verdict], *, blind: bool = True) -> None:
        """Keep answers, all of them or none.

        Args:
            answers: by showing.
            blind: whether the judge's verdict was still hidden.
        """
        append(self.store, self.work.record.plan, self.marked(answers, blind=blind))

    def marked(self, answers: Mapping[Key, Verdict], *, blind: bool) -> list[Mark]:
        """Return answers as they are kept: without what gives a person away, at this time."""
        hidden = _hidden(answers)
        now = self.clock()
        return [
            Mark(
                trace_id=key[0],
                span_id=key[1],
                repeat=key[2],
                rater=self.rater,
                round=self.work.round,
                y=said.y,
                unsure=isnan(said.y),
                note=hidden[key][0],
                code=hidden[key][1],
                seconds=said.seconds if isnan(said.seconds) else min(said.seconds, LONGEST),
                blind=blind,
                at=now if isnan(said.at) else said.at,
            )
            for key, said in answers.items()
        ]

    def take_back(self) -> Key | None:
        """Take back the last answer, and return of which showing; None where there is none."""
        mine = self.marks()
        if mine.empty:
            return None
        last = mine.iloc[-1]
        key = (str(last["trace_id"]), str(last["span_id"]), int(last["repeat"]))
        gone = Mark(
            trace_id=key[0],
            span_id=key[1],
            repeat=key[2],
            rater=self.rater,
            round=self.work.round,
            blind=bool(last["blind"]),
            at=self.clock(),
        )
        append(self.store, self.work.record.plan, [gone])
        return key

    def codes(self) -> list[str]:
        """Return the codes that raters of this plan have used, the commonest first."""
        every = kept_marks(self.store, self.work.record.plan)["code"]
        return [str(one) for one in every[every != ""].value_counts().index]


def _keys(rows: pd.DataFrame) -> list[Key]:
    columns = (rows["trace_id"], rows["span_id"], rows["repeat"])
    return [(str(a), str(b), int(c)) for a, b, c in zip(*columns, strict=True)]


def _hidden(answers: Mapping[Key, Verdict]) -> dict[Key, tuple[str, str]]:
    """Return notes and codes without what gives a person away; the text of a log has been rid of it."""
    said: Iterable[tuple[Key, Verdict]] = answers.items()
    wordy = [(key, one.note, one.code) for key, one in said if one.note or one.code]
    found = dict.fromkeys(answers, ("", ""))
    if not wordy:
        return found
    rows = pd.DataFrame(
        {
            "trace_id": [key[0] for key, _, _ in wordy],
            "note": pd.Series([note for _, note, _ in wordy], dtype="str"),
            "code": pd.Series([code for _, _, code in wordy], dtype="str"),
        }
    )
    clean = redact_frames({"scores": rows}, Redaction(ids=False)).frames["scores"]
    keys = [key for key, _, _ in wordy]
    return found | dict(
        zip(keys, zip(clean["note"].tolist(), clean["code"].tolist(), strict=True), strict=True)
    )
