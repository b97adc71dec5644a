"""Which rows of a lake does a log mean, and how are just these read?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from agentlens.lake.files.frames import to_frame
from agentlens.lake.files.tables import KEPT
from agentlens.lake.store.leads import earliest
from agentlens.lake.store.newest import key_of
from agentlens.lake.store.reader import Reader
from agentlens.tables.period import shared
from agentlens.tables.schema import TABLES

__all__ = ["Texts", "View"]

Texts = Literal["all", "traces", "none"]
"""Whether inputs and outputs are read: of traces and spans, of traces only, or not at all."""
_TEXTS = ("input", "output")
_KEYS = ["trace_id", "span_id"]


@dataclass(frozen=True, kw_only=True)
class View:
    """A choice of traces, made before any row is read.

    Attributes:
        reader: the tables of one snapshot.
        since: the earliest start.
        until: the time before which they start.
        choices: column to the values of which one must match; None among them matches missing.
        texts: which inputs and outputs are read.
    """

    reader: Reader
    since: pd.Timestamp | None = None
    until: pd.Timestamp | None = None
    choices: tuple[Mapping[str, tuple[object, ...]], ...] = ()
    texts: Texts = "all"

    @property
    def whole(self) -> bool:
        """Whether every trace of the snapshot is meant."""
        return self.since is None and self.until is None and not self.choices

    def between(self, since: pd.Timestamp | None, until: pd.Timestamp | None) -> "View":
        """Return the view of what also lies between these times."""
        since, until = shared((self.since, self.until), (since, until))
        return replace(self, since=since, until=until)

    def where(self, choice: Mapping[str, tuple[object, ...]]) -> "View":
        """Return the view of what also has these values."""
        return replace(self, choices=(*self.choices, choice))

    def columns(self, table: str) -> list[str]:
        """Return the columns that a table of this log has, the known ones first."""
        there = self.reader.columns(table)
        if not there:
            return []  # texts of rows that there are none of
        said = self.reader.columns("text") if self._texts_of(table) else []
        every = [*there, *(one for one in _TEXTS if one in said and one not in there)]
        order = {name: at for at, name in enumerate(TABLES[table].names)}
        return sorted(every, key=lambda name: order.get(name, len(order)))

    def traces(self, columns: Iterable[str] | None = None) -> pd.DataFrame:
        """Return the chosen traces.

        Args:
            columns: which columns; all of them, texts included, if not given.
        """
        wanted = self.columns("traces") if columns is None else list(columns)
        there = self.reader.columns("traces")
        plain = [name for name in wanted if name in there]
        texts = [name for name in wanted if name not in there]
        if not there:
            return self._empty("traces", wanted)
        named = [name for choice in self.choices for name in choice]
        read = list(dict.fromkeys([*plain, *named, *(["trace_id"] if texts else [])]))
        frame = self.reader.read(
            "traces", since=self.since, until=self.until, columns=read, ids=self._ids()
        )
        keep = pd.Series(data=True, index=frame.index)
        for choice in self.choices:
            for name, values in choice.items():
                keep &= _matches(frame[name], values)
        chosen = frame if keep.all() else frame[keep].reset_index(drop=True)
        return self._told(chosen, texts, ["trace_id"])[wanted] if texts else chosen[wanted]

    def rows(
        self,
        table: str,
        columns: Iterable[str] | None = None,
        only: tuple[str, str] | None = None,
        ids: pd.Series | None = None,
    ) -> pd.DataFrame:
        """Return the spans or scores of the chosen traces.

        Args:
            table: spans or scores.
            columns: which columns; all of them, texts included, if not given.
            only: a column and the value that rows must have in it.
            ids: of the chosen traces, where they are at hand.
        """
        wanted = self.columns(table) if columns is None else list(columns)
        there = self.reader.columns(table)
        if not there:
            return self._empty(table, wanted)
        plain = [name for name in wanted if name in there]
        texts = [name for name in wanted if name not in there]
        if ids is None and not self.whole:
            ids = self.traces(["trace_id"])["trace_id"]
        read = list(dict.fromkeys([*plain, *(_KEYS if texts else [])]))
        since = earliest(self.reader.snapshot, table, self.since)
        frame = self.reader.read(table, columns=read, ids=ids, only=only, since=since)
        return self._told(frame, texts, _KEYS)[wanted] if texts else frame

    def counted(self, table: str) -> int | None:
        """Return how many rows a table has by what was written down; None where that is not known.

        Args:
            table: spans or scores.
        """
        if not self.whole or self.reader.skip or self.reader.store.head().expired:
            return None
        parts = self.reader.store.parts(self.reader.snapshot, table)
        return sum(part.rows for part in parts) if all(part.base for part in parts) else None

    def lost(self) -> list[tuple[str, str]]:
        """Return table and day of which rows expired, where that day is in this view's period."""
        first = "0000-00-00" if self.since is None else f"{self.since:%Y-%m-%d}"
        expired = self.reader.store.head().expired
        oldest = min((ref.month for ref in self.reader.snapshot.lists), default="9999-99")
        return [
            (table, day)
            for table, day in sorted(expired.items())
            if table in {"text", "spans", "traces", "scores"} and first < day and oldest <= day[:7]
        ]

    def _ids(self) -> pd.Series | None:
        """Return the traces that were asked for by their ids."""
        for choice in self.choices:
            asked = [one for one in choice.get("trace_id", ()) if isinstance(one, str)]
            if asked:
                return pd.Series(asked, dtype="str")
        return None

    def _told(self, frame: pd.DataFrame, names: list[str], keys: list[str]) -> pd.DataFrame:
        """Return the rows with their texts beside them."""
        columns = self.reader.snapshot.columns.get("text", {})
        ids = None if self.whole else ("trace_id", frame["trace_id"])
        own = keys == ["trace_id"]
        since = earliest(self.reader.snapshot, "text", self.since)
        rows = self.reader.rows(KEPT["text"], [*_KEYS, *names], ids=ids, own=own, since=since)
        if rows.num_rows and own:
            rows = rows.filter(pc.equal(rows["span_id"], ""))
        if not rows.num_rows:
            places = pd.Series(-1, index=frame.index)
            texts = to_frame(pa.table({}), columns, names)
        else:
            texts = to_frame(rows, columns, names)
            spans = frame["span_id"] if not own else pd.Series("", index=frame.index, dtype="str")
            sought = pa.table(
                {
                    "trace_id": pa.array(frame["trace_id"], pa.string()),
                    "span_id": pa.array(spans, pa.string()),
                }
            )
            found = pc.index_in(
                key_of(sought, KEPT["text"]), value_set=key_of(rows, KEPT["text"]).combine_chunks()
            )
            places = found.to_pandas().fillna(-1).astype("int64")
        return frame.assign(**{name: _taken(texts[name], places, frame.index) for name in names})

    def _texts_of(self, table: str) -> bool:
        return (
            self.texts == "all" if table == "spans" else self.texts != "none" and table == "traces"
        )

    def _empty(self, table: str, wanted: list[str]) -> pd.DataFrame:
        known = self.reader.snapshot.columns.get(table, {})
        required = {
            one.name: "str" if one.dtype == "text" else "datetime64[us, UTC]"
            for one in TABLES[table].columns
            if one.required
        }
        columns = {**required, **known}
        return to_frame(pa.table({}), columns, wanted or [*columns])


def _matches(values: pd.Series, wanted: tuple[object, ...]) -> pd.Series:
    found = values.isin([one for one in wanted if one is not None])
    if None in wanted:
        found |= values.isna()
    return found.fillna(value=False).astype(bool)


def _taken(texts: pd.Series, places: pd.Series, index: pd.Index) -> pd.Series:
    taken = texts.reindex(places)
    return pd.Series(taken.array, index=index)
