"""What of a lake is read for a log that is held in memory, and from which day on?"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from agentlens.lake.log import LakeLog
from agentlens.lake.sync.finish import spans_of
from agentlens.lake.tail import Tail
from agentlens.tables.log import Log
from agentlens.tables.match import among

__all__ = ["Reads"]

Period = tuple[pd.Timestamp, pd.Timestamp]
_FAILED = ("status", "error")


@dataclass(frozen=True, eq=False)
class Reads:
    """What was read of a lake, once for all parts that are taken of it.

    Attributes:
        given: the log as the user has it.
        steps: the columns of steps that are kept; their ids, too, where these do not order them.
        failed: whether only steps that failed are kept.
        without: the columns of traces that are not.
        unsaid: the columns of scores that are not.
    """

    given: LakeLog
    steps: tuple[str, ...]
    failed: bool
    without: frozenset[str]
    unsaid: frozenset[str]

    @cached_property
    def lake(self) -> Log:
        """The log without what was said."""
        return self.given.told("none")

    @cached_property
    def traces(self) -> pd.DataFrame:
        """All traces, in the columns that are kept."""
        if self.given.built:
            return self.given.traces.drop(columns=list(self.without), errors="ignore")
        view = self.given.view
        return view.traces([one for one in view.columns("traces") if one not in self.without])

    def spans(self, since: pd.Timestamp | None) -> pd.DataFrame:
        """Return at least the steps of the traces that began then or later; all of them for None."""
        return self._spans.since(since) if self.whole else self._every_span

    def scores(self, since: pd.Timestamp | None) -> pd.DataFrame:
        """Return at least the scores of the traces that began then or later; all of them for None."""
        return self._scores.since(since) if self.whole else self._every_score

    @property
    def whole(self) -> bool:
        """Whether the rows of every trace are meant, so that days can be read by themselves."""
        view = self.given.view
        there = view.reader.columns("spans") and view.reader.columns("scores")
        return bool(there) and view.whole and not self.given.built

    @cached_property
    def _spans(self) -> Tail:
        known = self.given.view.columns("spans")
        return Tail(self.given.view, "spans", self._asked(known), self._only)

    @cached_property
    def _scores(self) -> Tail:
        return Tail(self.given.view, "scores", self._counting(self.given.view.columns("scores")))

    @cached_property
    def _every_score(self) -> pd.DataFrame:
        known = self.lake.scores if self.given.built else None
        if known is not None:
            return known[self._counting(known.columns)]
        return self.given.view.rows("scores", self._counting(self.given.view.columns("scores")))

    @cached_property
    def _every_span(self) -> pd.DataFrame:
        if self.given.built:
            return self._built(self._only)
        view = replace(self.given.view, texts="none")
        return view.rows("spans", self._asked(view.columns("spans")), self._only)

    @property
    def _only(self) -> tuple[str, str] | None:
        known = "status" in self.traces and bool(self.traces["status"].notna().any())
        return _FAILED if self.failed and known else None

    def _asked(self, known: Iterable[str]) -> list[str]:
        """Return which columns of steps are kept.

        Those with one status come in order of their ids, which take half as long again to read.
        """
        there, ids = set(known), () if self._only and not self.given.built else ("span_id",)
        return [one for one in dict.fromkeys([*ids, *self.steps]) if one in there]

    def _counting(self, known: Iterable[str]) -> list[str]:
        return [one for one in known if one not in self.unsaid]

    def _built(self, only: tuple[str, str] | None) -> pd.DataFrame:
        """Return steps that are told only together with those around them."""
        view = replace(self.given.view, texts="none")
        ids = None if only is None else view.rows("spans", ["trace_id"], only)["trace_id"]
        rows = view.reader.read("spans", columns=view.columns("spans"), ids=ids)
        spans = spans_of(rows, self.traces["trace_id"])
        kept = spans[self._asked(spans.columns)]
        if only is None:
            return kept
        failed = (spans[only[0]] == only[1]).fillna(value=False).to_numpy(dtype=bool)
        return kept[failed].reset_index(drop=True)

    def said(self, name: str, ids: pd.Series, period: Period) -> pd.Series:
        """Return what was said in some traces, by trace id; nothing where no text is to be read.

        Args:
            name: input or output.
            ids: of the traces.
            period: in which all of them began; no other day is looked through.
        """
        if not len(ids) or (self.given.built and name not in self.given.traces):
            return pd.Series(dtype="str")
        if self.given.built:
            found = self.given.traces.loc[among(self.given.traces["trace_id"], ids)]
        elif name in self.given.view.columns("traces"):
            view = self.given.view.between(*period).where({"trace_id": tuple(ids)})
            found = view.traces(["trace_id", name])
        else:
            return pd.Series(dtype="str")
        return found.set_index("trace_id")[name]
