"""What was sent, what did it cost, what is unknown, and what is still kept of it?"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import get_args

import pandas as pd

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.store.file import DEFAULT, StoreFile, opened_store
from agentlens.scoring.store.privacy import KEPT_DAYS, What, erased, forgotten
from agentlens.tables.period import length

__all__ = ["JudgeStore"]

_KEPT = f"{KEPT_DAYS}D"
_RUNS = """select run.id as run, rubric.name || '@' || rubric.version as rubric,
    judge.name as judge, run.mode, run.started, run.ended, run.asked, run.calls, run.budget_usd,
    run.billed_usd, run.reserved_usd, run.unknown, run.unknown_usd, run.said
    from run left join rubric on rubric.hash = run.rubric_hash
    left join judge on judge.id = run.judge_id order by run.id"""
_SPEND = """select rubric.name || '@' || rubric.version as rubric, judge.name as judge,
    sum(run.calls) as calls, sum(run.billed_usd) as billed_usd, sum(run.unknown) as unknown,
    sum(run.unknown_usd) as unknown_usd, min(run.started) as first, max(run.started) as last
    from run left join rubric on rubric.hash = run.rubric_hash
    left join judge on judge.id = run.judge_id group by 1, 2 order by 1, 2"""
_UNKNOWN = """select attempt.id as attempt, attempt.run, attempt.key, attempt.via, attempt.started,
    attempt.ended, attempt.reserved_usd as at_most_usd, attempt.detail,
    judgment.key is not null as answered_since
    from attempt left join judgment on judgment.key = attempt.key
    where attempt.outcome = 'unknown' order by attempt.id"""


_ANSWERS = """select judgment.key, rubric.name || '@' || rubric.version as rubric,
    judge.name as judge, judgment.status, judgment.verdict, judgment.evidence, judgment.raw,
    judgment.stop_reason, judgment.usd, judgment.at as time
    from judgment left join judge on judge.id = judgment.judge_id left join rubric on rubric.hash =
    (select rubric_hash from run where run.judge_id = judgment.judge_id limit 1)"""
_HELD = """select count(*) as answers, count(case when raw <> '' then 1 end) as raw,
    min(case when raw <> '' then at end) as oldest_raw from judgment"""


@dataclass(frozen=True)
class JudgeStore:
    """A file of judgments, to look into and to take texts out of.

    Attributes:
        path: of the file; by default the one that `judge` uses.

    Example:
        >>> from tempfile import mkdtemp
        >>> JudgeStore(f"{mkdtemp()}/judge.sqlite").spend()
        Empty DataFrame
        Columns: [rubric, judge, calls, billed_usd, unknown, unknown_usd, first, last]
        Index: []
    """

    path: str | Path = DEFAULT

    def runs(self) -> pd.DataFrame:
        """Return a row for each run: what it asked, sent, was billed, and why it stopped."""
        return self._frame(_RUNS, ("started", "ended"))

    def spend(self) -> pd.DataFrame:
        """Return calls and USD by rubric and judge."""
        return self._frame(_SPEND, ("first", "last"))

    def unknown(self) -> pd.DataFrame:
        """Return the attempts without an answer: each may have been billed, at most so much."""
        frame = self._frame(_UNKNOWN, ("started", "ended"))
        return frame.assign(answered_since=frame["answered_since"].astype(bool))

    def answers(self, status: str | None = None, *, most: int = 100) -> pd.DataFrame:
        """Return the latest answers as they came, those without a verdict first.

        Args:
            status: why there is no verdict, such as "unparsable"; "" is those with one.
            most: how many.
        """
        where = "" if status is None else " where judgment.status = ?"
        order = " order by judgment.status = '', judgment.at desc, judgment.key limit ?"
        values = ((status,) if status is not None else ()) + (most,)
        return self._frame(f"{_ANSWERS}{where}{order}", ("time",), values)

    def kept(self) -> pd.DataFrame:
        """Return one row: how many answers are held, how many as they came, and until when.

        `judge` drops raw answers once they are 90 days old, and keeps verdicts, evidence and money.
        """
        frame = self._frame(_HELD, ("oldest_raw",))
        return frame.assign(dropped_from=frame["oldest_raw"] + pd.Timedelta(_KEPT))

    def purge(self, *, older_than: str = _KEPT, what: What = "raw") -> int:
        """Take old texts out of the file for good, and return how many answers had any.

        Args:
            older_than: an age such as "90D"; "0D" is everything.
            what: "raw" keeps keys, verdicts and money, so that nothing is paid again; "all" takes
                out the answers too.
        """
        if what not in get_args(What):
            raise UnknownNameError("part of a store", what, get_args(What))
        age = 0.0 if older_than in {"0D", "0d"} else length(older_than).total_seconds()
        with self._opened() as store:
            return erased(store, time() - age, what)

    def forget(self, trace_ids: str | Iterable[str]) -> int:
        """Take out what names or quotes these traces, and return how many answers quoted them.

        Verdicts stay under the hash of what was asked, which names nobody.

        Args:
            trace_ids: one id, or several.
        """
        return self._forget([trace_ids] if isinstance(trace_ids, str) else list(trace_ids))

    def _forget(self, ids: list[str]) -> int:
        if any(not isinstance(one, str) for one in ids):
            message = f"forget takes ids of traces, texts, not {ids[0]!r}."
            raise BadInputError(message)
        with self._opened() as store:
            return forgotten(store, ids)

    def _opened(self) -> AbstractContextManager[StoreFile]:
        return opened_store(self.path)

    def _frame(
        self, query: str, times: tuple[str, ...], values: tuple[object, ...] = ()
    ) -> pd.DataFrame:
        with opened_store(self.path) as store:
            held = store.connection.execute(query, values)
            names = [column[0] for column in held.description]
            frame = pd.DataFrame([tuple(row) for row in held], columns=names)
        for name in times:
            seconds = pd.to_numeric(frame[name])
            frame[name] = pd.to_datetime(seconds, unit="s", utc=True)
        return frame
