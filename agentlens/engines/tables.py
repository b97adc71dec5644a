"""What are our three tables, where they are expressions and nothing has been read?"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from agentlens.engines.engine import Engine

__all__ = ["RAW_START", "OnEngine", "Tables"]

RAW_START = "__start"
"""The start as the engine keeps it: partitions are told by it, and not by our microseconds."""


@dataclass(frozen=True, eq=False)
class OnEngine:
    """One of our tables on an engine.

    Attributes:
        rows: the expression; flags and numbers are floats, times are microseconds since 1970.
        kinds: of each column, as the schema names them; "as is" for columns of the user's own,
            and "nested" for those of them that hold several values.
        narrow: gives the expression of some columns alone, where that is less to translate.
    """

    rows: Any
    kinds: Mapping[str, str]
    narrow: Callable[[Iterable[str]], Any] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Its columns that can be brought; maps and the like only serve to take columns from."""
        return tuple(name for name, kind in self.kinds.items() if kind != "nested")

    def only(self, names: Iterable[str]) -> Any:
        """Return the expression of some columns, and of the raw start where the table has one.

        What a column comes from is translated into the engine's words each time, so that an
        expression of forty columns costs more than the question asked of it.

        Args:
            names: of the columns; those that the table does not have are left out.
        """
        wanted = [name for name in self.kinds if name in {*names}]
        if self.narrow is not None:
            return self.narrow(wanted)
        raw = [RAW_START] if RAW_START in self.rows.columns else []
        return self.rows.select(*wanted, *raw)


@dataclass(frozen=True, eq=False)
class Tables:
    """The three tables and the engine that they are on; spans and scores may be missing.

    Attributes:
        engine: runs what is asked.
        traces: one row a run.
        spans: one row a step.
        scores: one row a judgement.
        said: sentences on how they came to be.
        texts: where inputs and outputs are kept apart, for a table's name what gives those of some
            traces: from a table of trace ids to ids, input and output.
        raw: where rows are made of others that have times of their own, what gives the parts of
            expressions that read these, each to the same part of a stretch of time alone.
    """

    engine: Engine
    traces: OnEngine
    spans: OnEngine | None
    scores: OnEngine | None
    said: tuple[str, ...] = ()
    texts: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    raw: Callable[[pd.Timestamp | None, pd.Timestamp | None], Mapping[Any, Any]] | None = None

    def of(self, name: str) -> OnEngine | None:
        """Return a table by its name.

        Args:
            name: "traces", "spans" or "scores".
        """
        found: OnEngine | None = getattr(self, name)
        return found

    def nearer(self, since: pd.Timestamp | None, until: pd.Timestamp | None) -> "Tables":
        """Return the tables for questions of a stretch of time, which read no more than they need.

        Expressions stay as they are: what reads raw rows in them is exchanged when they are asked.

        Args:
            since: the earliest start of a trace.
            until: the time before which traces start.
        """
        if self.raw is None:
            return self
        return replace(self, engine=replace(self.engine, instead=self.raw(since, until)))
