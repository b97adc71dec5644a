"""How do the rows of a file get their types, and what is a rule of its format, not an assumption?"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from agentlens.sources.files.export import Export
from agentlens.sources.intake.normalise import Normal, Texts, normalise
from agentlens.sources.intake.rows import Rows
from agentlens.tables.problems import Problem

__all__ = ["How", "typed"]


@dataclass(frozen=True, kw_only=True)
class How:
    """How rows are read.

    Attributes:
        now: the clock by which times in the future are told.
        text: which rows keep their input and output.
        max_chars: the most characters kept of each.
        strict: as `read_files` was given it.
        redact: what is taken out.
    """

    now: pd.Timestamp
    text: Texts = "all"
    max_chars: int | None = 65536
    strict: bool | None = None
    redact: Any = "default"


def typed(export: Export, rows: Rows, how: How) -> Normal:
    """Return the rows of a file in columns of their types.

    Args:
        export: the file, and its dialect.
        rows: as the dialect gave them.
        how: how rows are read.
    """
    found = normalise(rows, file=export.name, now=how.now, text=how.text, max_chars=how.max_chars)
    return replace(found, problems=tuple(_stated(found.problems, export.dialect.states)))


def _stated(problems: Iterable[Problem], states: tuple[str, ...]) -> Iterable[Problem]:
    for one in problems:
        rule = one.action == "assumed" and one.detail in states
        yield replace(one, action="noted") if rule else one
