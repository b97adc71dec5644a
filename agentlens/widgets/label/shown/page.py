"""Which item is shown, which one is ahead, and what is told of how far the rater is?"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from agentlens import text
from agentlens.errors import UnknownNameError
from agentlens.scoring.labels.asking.desk import Key
from agentlens.scoring.labels.kept import kept_marks
from agentlens.scoring.labels.rows import label_rows
from agentlens.scoring.labels.standing import standing
from agentlens.widgets.label.bench import Bench
from agentlens.widgets.label.said import word
from agentlens.widgets.label.shown.spread import spread
from agentlens.widgets.label.shown.step import step_of
from agentlens.widgets.live.rows import told
from agentlens.widgets.show.payload import payload

__all__ = ["Page"]

_ROUND = 10
"""Labels at once: of fewer, a change in what is counted would tell what the judge said of them."""

_TARGETED = "These traces were picked, not drawn: their labels enter no rate."


class Page:
    """All that is shown of a bench. While labels are blind, nothing in it tells of a verdict.

    Args:
        bench: of the rater.
        rubric: in words.
        path: of the store.
    """

    def __init__(self, bench: Bench, rubric: dict[str, Any], path: Path) -> None:
        self._bench = bench
        self._rubric = rubric
        desk = bench.desk
        parts = (str(path), desk.work.record.plan, desk.rater, str(desk.work.round))
        self._queue = sha256("\x1f".join(parts).encode(errors="backslashreplace")).hexdigest()
        self._shown: dict[str, dict[str, Any]] = {}

    def state(self, drafts: Mapping[str, dict[str, str]]) -> dict[str, Any]:
        """Return what the page shows: one item, and the next one, which it shows after a label.

        Args:
            drafts: by item, what was typed and not yet said.
        """
        item, ahead = (one and one | drafts.get(one["token"], {}) for one in self._items())
        bench, work = self._bench, self._bench.desk.work
        done, queued, gone = bench.done(), bench.queued, len(bench.gone)
        finished = item is None
        return {
            "queue": self._queue,
            "rubric": self._rubric,
            "rater": bench.desk.rater,
            "blind": bench.blind,
            "header": "" if work.drawn else _TARGETED,
            "item": item,
            "ahead": ahead,
            "done": done,
            "of": queued,
            "gone": gone,
            "round": work.round,
            "standing": self._standing(),
            "strata": self._strata(finished=finished),
            "next": self._next() if finished else "",
            "codes": self._codes(),
            "alt": f"Labels of {work.rubric.label} by {bench.desk.rater}:"
            f" {done:,} of {queued:,} labelled.",
        }

    def ahead_of(self, bench: Bench) -> dict[str, Any]:
        """Return what goes with every answer: which item is next, and how far the rater is.

        Args:
            bench: after the answer.
        """
        following = "" if bench.at is None else bench.token(bench.at)
        return {"next": following, "done": bench.done(), "of": bench.queued}

    def _items(self) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """Return the item on the desk and the one ahead; those gone from the log are passed over."""
        said = self._bench.said()
        while True:
            try:
                here, ahead = self._bench.at, self._bench.ahead()
                pair = [None if key is None else self._item(key) for key in (here, ahead)]
            except UnknownNameError:
                self._lose()
                continue
            self._shown = {one["token"]: one for one in pair if one is not None}
            own = None if here is None else said.get(here)
            item = pair[0]
            if item is not None and here is not None:
                seen = {} if self._bench.blind else {"judged": self._bench.verdict(here)}
                mine = {} if own is None else {"said": word(own.y), "note": own.note}
                item = item | seen | mine | ({} if own is None else {"code": own.code})
            return item, pair[1]

    def _lose(self) -> None:
        log = self._bench.desk.work.log
        for key in (self._bench.at, self._bench.ahead()):
            if key is not None:
                try:
                    log.trace(key[0])
                except UnknownNameError:
                    self._bench.lose(key)
                    return

    def _item(self, key: Key) -> dict[str, Any]:
        token = self._bench.token(key)
        if token in self._shown:
            return self._shown[token]
        return {
            "token": token,
            "nth": self._bench.place(key),
            # Without its neighbours: a walk to another trace would leave the verdict with this one.
            "trace": payload(self._bench.desk.work.log, key[0], blind=True) | {"session": None},
            "step": step_of(self._bench.desk.work.log, key) if key[1] else None,
        }

    def _standing(self) -> str:
        """Return how narrow the rate would be, as of the last ten labels."""
        work, store = self._bench.desk.work, self._bench.desk.store
        if work.cells is None:
            return ""
        marks = kept_marks(store, work.record.plan)
        n = len(marks) // _ROUND * _ROUND if self._bench.blind else len(marks)
        if not n:
            return ""
        references = pd.Series(dtype="str")
        rows = label_rows(work, marks.head(n), references)
        return f"After {text.plural(n, 'new label')}: {standing(work.cells, work.queue, rows)}"

    def _strata(self, *, finished: bool) -> dict[str, Any] | None:
        """Return what each stratum has, where that can tell nothing of single labels any more."""
        bench = self._bench
        if not bench.desk.work.drawn:
            return None
        if bench.blind and not (finished and bench.done() >= _ROUND):
            return None
        return told(spread(bench), "Labels by stratum and split")

    def _codes(self) -> list[str]:
        """Return names used before; those of other raters would tell that something is wrong."""
        if not self._bench.blind:
            return self._bench.desk.codes()
        codes = self._bench.marks()["code"]
        return [str(one) for one in codes[codes != ""].value_counts().index]

    def _next(self) -> str:
        work = self._bench.desk.work
        if not work.drawn:
            return 'al.promote(log, marks, to="cases")'
        if work.cells is None:
            return "al.compare_judges(marks.log, rubric, judge_a, judge_b)"
        return "al.calibrate(marks.log, rubric, judge)"
