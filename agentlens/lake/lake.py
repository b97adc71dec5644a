"""Where does what was read stay, as it was known at any time, for as long as it may?"""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from agentlens.drive import network_drive
from agentlens.errors import BadInputError
from agentlens.lake.card import card, facts
from agentlens.lake.entry.coverage import Interval, from_json
from agentlens.lake.entry.door import Door
from agentlens.lake.entry.lock import Holder, lock, waiting
from agentlens.lake.entry.repair import repair
from agentlens.lake.entry.take import Taking, take
from agentlens.lake.files.disk import Disk
from agentlens.lake.files.manifest import Snapshot
from agentlens.lake.files.tables import KEPT
from agentlens.lake.log import LakeLog
from agentlens.lake.store.history import Clock, Store, utc_now
from agentlens.lake.store.reader import Reader
from agentlens.lake.store.upsert import Rebuild
from agentlens.lake.sync.known import known_since, ratings_in
from agentlens.lake.sync.sync import sync
from agentlens.lake.sync.synced import Synced
from agentlens.lake.upkeep.clean import Cleaned, clean
from agentlens.lake.upkeep.forget import forget
from agentlens.lake.upkeep.forgotten import Forgotten
from agentlens.lake.upkeep.ledger import acts
from agentlens.lake.upkeep.retain import Removed, Retention, apply, retention_of
from agentlens.lake.upkeep.snapshots import named, snapshots_frame
from agentlens.lake.upkeep.upstream import ask_to_delete, upstream_of
from agentlens.lake.upkeep.verify import verify
from agentlens.lake.view import Texts, View
from agentlens.sources.intake.road import Choices
from agentlens.sources.signals.slices import History
from agentlens.tables.period import Moment, moment
from agentlens.tables.redact.saved.audit import audit_file

if TYPE_CHECKING:
    from agentlens.tables.redact.key import Key
    from agentlens.tables.redact.policy import Said

__all__ = ["Lake"]

_TEXTS: dict[object, Texts] = {True: "all", False: "none", "traces": "traces"}


@dataclass(frozen=True, eq=False, repr=False)
class Lake:
    """A folder that keeps what was read, and what was known of it at any time.

    Nothing is written before the first rows come. Any number of notebooks and jobs may read and
    write one lake at once; a commit is there whole or not at all.

    Attributes:
        path: the folder.
        redact: how rows are redacted at the door: "default", a `Redaction`, or None for raw text.
        key: the redaction key; the user's own if not given.
        clock: gives the time now.
        disk: does what must be done to the file system.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> import agentlens as al
        >>> from agentlens.lake.entry.changes import changes_of
        >>> log = al.demo(days=7, traces_per_day=50, seed=1)
        >>> with TemporaryDirectory() as folder:
        ...     lake = Lake(folder, redact=None)
        ...     _ = lake.take(changes_of(log), source="demo")
        ...     lake.log().last("24h").where(device="mobile")
        Log(25 traces; of the lake's snapshot 1)
    """

    path: str | Path
    redact: "Said" = field(default="default", kw_only=True)
    key: "Key | bytes | str | None" = field(default=None, kw_only=True, repr=False)
    clock: Clock = field(default=utc_now, kw_only=True)
    disk: Disk = field(default_factory=Disk, kw_only=True)

    def __post_init__(self) -> None:
        _ = self.door.identity  # refuses what is no lake, or one of a newer version
        if kind := network_drive(self.path):
            message = (
                f"The lake {str(self.path)!r} lies on a network drive ({kind}). Commits are made for"
                " local disks: let only one machine write to it, or keep it on a local one."
            )
            warnings.warn(message, stacklevel=3)

    @property
    def store(self) -> Store:
        """The files below."""
        return Store(Path(self.path), self.clock, self.disk)

    @property
    def door(self) -> Door:
        """What happens to rows before they touch the disk."""
        return Door(self.store, self.redact, self.key)

    def log(
        self,
        since: Moment | None = None,
        until: Moment | None = None,
        as_of: Moment | None = None,
        *,
        text: bool | str = True,
        on_corrupt: str = "refuse",
        environment: "str | Sequence[str] | None" = None,
        mapping: "Mapping[str, Any] | None" = None,
        source_rate: float | None = None,
    ) -> LakeLog:
        """Return a log whose tables are read when they are first used.

        Args:
            since: the earliest start of a trace.
            until: the time before which traces start.
            as_of: the time whose knowledge counts: what was committed later is not there.
            text: whether inputs and outputs are read; "traces" reads those of traces only.
            on_corrupt: "refuse" stops at a broken file, "skip" leaves its day out.
            environment: only traces of these environments; None means all that are traffic.
            mapping: where outcomes and slices come from, such as {"escalated": "tag:handoff"}.
            source_rate: the share of traces that the application sends, where it samples.
        """
        if on_corrupt not in {"refuse", "skip"} or text not in _TEXTS:
            message = (
                "text is True, False or 'traces', and on_corrupt is 'refuse' or 'skip', not"
                f" {text!r} and {on_corrupt!r}."
            )
            raise BadInputError(message)
        snapshot = self.store.head() if as_of is None else self.store.at(moment(as_of))
        view = View(
            reader=Reader(self.store, snapshot, skip=on_corrupt == "skip"), texts=_TEXTS[text]
        )
        first, last = (None if one is None else moment(one) for one in (since, until))
        choices = Choices(
            now=self.clock(),
            environment=environment,
            mapping=mapping,
            source_rate=source_rate,
            ratings=ratings_in(snapshot),
            history=History(known_since(snapshot)),
        )
        return LakeLog.of(view.between(first, last), self.door.stored, choices)

    def sync(self, source: Any, **how: Any) -> Synced:
        """Return what came from a source; run it again, and it brings what is new or came late.

        What was deleted in Langfuse leaves the metrics once two passes over its settled time have
        not found it. An everyday sync passes over settled steps once, so that it takes a
        `deep="7D"` to confirm that steps are gone; `log(as_of=)` still has them.

        Args:
            source: "langfuse", with the keywords of `read_langfuse` (since, until, host, text, …),
                `deep="7D"` to read everything again so far back, `verify=True` to compare the
                steps of each settled day with Langfuse's own count, and `traces=[…]` to read all
                that was said in some traces; a path, with the keywords of `read_files`; or a Log.
            how: those keywords; and `wait`, the seconds to wait for another sync of the same source.

        Example:
            >>> import agentlens as al
            >>> al.Lake("lake").sync("langfuse", since="28D")  # doctest: +SKIP
        """
        return sync(self, source, **how)

    def take(
        self,
        changes: Mapping[str, pd.DataFrame],
        *,
        source: str,
        coverage: Iterable[Interval] = (),
        state: Mapping[str, Any] | None = None,
        report: pd.DataFrame | None = None,
        rejected: pd.DataFrame | None = None,
        gone: Mapping[str, pd.DataFrame] | None = None,
        rebuild: Rebuild | None = None,
        redacted: bool = False,
    ) -> Snapshot:
        """Return the snapshot that holds these rows; the present one where nothing is new.

        Args:
            changes: table (spans, text, facts, scores, traces) to rows.
            source: where they come from.
            coverage: what was read of the source by this.
            state: what else is to be remembered of the source.
            report: what was dropped, assumed and repaired.
            rejected: rows that no table could take.
            gone: table to the keys of rows that the source no longer has.
            rebuild: gives touched traces as they are now.
            redacted: whether the rows were redacted already.
        """
        said = Taking(source=source, coverage=tuple(coverage), state=state or {})
        aside = {"report": report, "rejected": rejected}
        told = {name: one for name, one in aside.items() if one is not None and len(one)}
        done = take(
            self.door,
            changes,
            said,
            aside=told,
            gone=gone or {},
            rebuild=rebuild,
            redacted=redacted,
        )
        if done.due:
            self._swept(retention_of(done.snapshot))
            self.clean()
        return done.snapshot

    def coverage(self, source: str) -> tuple[Interval, ...]:
        """Return what was read of a source."""
        return from_json(self.state(source))

    def state(self, source: str) -> Mapping[str, Any]:
        """Return all that is remembered of a source."""
        return self.store.head().sources.get(source, {})

    def lock(self, source: str) -> AbstractContextManager[Holder | None]:
        """Hold a source's lock while it is read; what is given is None, or who holds it."""
        return lock(self.store.root / "locks", source, self.clock())

    def retain(
        self,
        text: str = "30D",
        spans: str = "90D",
        rows: str = "365D",
        keep_text: str = "90D",
        keep_if: Iterable[str] = Retention.keep_if,
    ) -> Removed:
        """Return what was removed now; from now on the same is done once a day.

        Removal is physical. Time is that of the event.

        Args:
            text: how long what was said is kept, and what raters wrote.
            spans: how long steps are.
            rows: how long traces and scores are.
            keep_text: how long the text of the traces below is.
            keep_if: `column`, `column=value` or `labelled`, of which one must hold.
        """
        kept = Retention(
            text=text, spans=spans, rows=rows, keep_text=keep_text, keep_if=tuple(keep_if)
        )
        return self._swept(kept)

    def forget(
        self,
        *,
        user_id: str | None = None,
        session_id: str | None = None,
        trace_id: str | None = None,
        upstream: bool = False,
        **where: str | None,
    ) -> Forgotten:
        """Return what was forgotten: no file holds it any more, and no sync brings it back.

        Args:
            user_id: the user, named as the application knows them or as the lake does.
            session_id: the session, likewise.
            trace_id: the trace.
            upstream: whether Langfuse is then asked to delete these traces, too; it does so when
                it likes, and whether it did only a later read shows.
            where: host, public_key and secret_key of that Langfuse, as `sync` takes them.
        """
        given = {"user_id": user_id, "session_id": session_id, "trace_id": trace_id}
        asked = [(name, one) for name, one in given.items() if one is not None]
        if len(asked) != 1:
            message = "forget() takes exactly one of user_id, session_id and trace_id."
            raise BadInputError(message)
        source = upstream_of(where, wanted=upstream)
        (column, value), door = asked[0], self.door.opened()
        with self._alone():
            kept = str(door.stored(column, value))
            done = forget(self.store, column, [kept], salt=door.salt, told=value)
        if source is None:
            return done
        return done.told(ask_to_delete(self.store, source, done.trace_ids))

    def verify(self) -> pd.DataFrame:
        """Return a row for each file that is not what was written; none is what one hopes for."""
        return verify(self.store)

    def repair(self) -> pd.DataFrame:
        """Return the broken files, taken out: the next sync reads their days again."""
        with self._alone():
            return repair(self.store)

    def clean(self) -> Cleaned:
        """Return what was swept away: snapshots that are no longer kept, and orphans."""
        with self._alone():
            return clean(self.store)

    def snapshots(self) -> pd.DataFrame:
        """Return the kept snapshots: number, when, what was done, and why it is kept."""
        return snapshots_frame(self.store)

    def keep(self, snapshot: int, why: str) -> Snapshot:
        """Return the snapshot in which another one has a name, so that it is kept for good.

        Args:
            snapshot: its number.
            why: such as the report that was printed from it.
        """
        return named(self.store, snapshot, why)

    def audit(self, report: str | Path | None = None) -> pd.DataFrame:
        """Return how many patterns are found in all that is stored, by place, never by value.

        Args:
            report: a saved report (.html, .ipynb or .md) to search instead of the lake.
        """
        if report is not None:
            return audit_file(report, self.door.sought)
        reader = Reader(self.store, self.store.head())
        return self.door.found({name: reader.read(name) for name in KEPT})

    def acts(self) -> pd.DataFrame:
        """Return what was removed, why, when and by whom."""
        return acts(self.store)

    def quarantine(self) -> pd.DataFrame:
        """Return the rows that no table could take, of the last thirty days."""
        return self.log().rejected

    def __repr__(self) -> str:
        """Return where it is and what it holds."""
        told = "; ".join(f"{name} {value}" for name, value in facts(self.store).items())
        return f"Lake({str(self.path)!r}: {told})"

    def _repr_html_(self) -> str:
        return card(self.store)

    def _alone(self) -> AbstractContextManager[None]:
        """Hold the lock of whoever changes what older snapshots say."""
        return waiting(self.store.root / "locks", "maintenance", self.clock())

    def _swept(self, kept: Retention | None) -> Removed:
        self.door.opened()
        with self._alone():
            return apply(self.store, kept, self.clock())
