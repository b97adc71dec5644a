"""How does what a source says become a flag, a count, a number or a text?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from agentlens.sources.signals.mapping.found import Found
from agentlens.stats.arrays import Flags, Floats
from agentlens.tables.convert import convert
from agentlens.tables.problems import Problem
from agentlens.tables.schema import Column

__all__ = ["FLAG_WORDS", "SAFETY_WORDS", "Read", "read_flags", "read_typed"]


def _table(yes: str, no: str) -> Mapping[str, float]:
    told = dict.fromkeys(yes.split(), 1.0) | dict.fromkeys(no.split(), 0.0)
    return MappingProxyType(told)


FLAG_WORDS = _table(
    "true t yes y on 1 1.0 pass passed done success succeeded",
    "false f no n off 0 0.0 fail failed none never",
)
"""What a word means where a signal is asked for."""

SAFETY_WORDS = _table(
    "true t yes y on fail failed unsafe blocked flagged violation toxic jailbreak",
    "false f no n off none pass passed safe allowed ok clean",
)
"""And where the signal is an objection: what passed a check was not flagged."""


_PLAIN = re.compile(r"[a-zA-Z_-]{1,16}|-?[0-9.]{1,8}")
_FEW = 4


@dataclass(frozen=True, eq=False)
class Read:
    """A column out of what an expression gave.

    Attributes:
        series: flags as 1, 0 and NaN; other columns as the schema holds them.
        lost: the rows that have a value which says nothing here.
        examples: some of those values.
        problems: what the schema's own rules changed.
    """

    series: pd.Series
    lost: Flags
    examples: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_flags(found: Found, words: Mapping[str, float] = FLAG_WORDS, *, bare: bool = True) -> Read:
    """Return what an expression gives as 1, 0 or missing.

    Args:
        found: its values.
        words: what a word means.
        bare: whether a bare number has a meaning, 1 being true.
    """
    said = meant(found, words)
    whole = (found.numbers == 0.0) | (found.numbers == 1.0)
    numbered = np.where(whole & bare, found.numbers, np.nan)
    flags = np.where(np.isnan(said), numbered, said)
    lost = found.present & np.isnan(flags)
    return Read(pd.Series(flags), lost, examples_in(found, lost))


def read_typed(found: Found, column: Column) -> Read:
    """Return what an expression gives as the schema holds this column."""
    if column.dtype in {"number", "count"}:
        numbers = pd.Series(found.numbers)
        values, problems = convert(numbers, column)
        lost = found.present & values.isna().to_numpy()
        return Read(values, lost, examples_in(found, lost), tuple(problems))
    words = found.words.astype(object)
    only = found.words.isna().to_numpy() & ~np.isnan(found.numbers)
    words[only] = [f"{one:g}" for one in found.numbers[only]]
    values, problems = convert(words.astype("str"), column)
    lost = found.present & values.isna().to_numpy()
    return Read(values, lost, examples_in(found, lost), tuple(problems))


def meant(found: Found, words: Mapping[str, float]) -> Floats:
    """Return what each word means, by a table; words that are not in it mean nothing."""
    codes, distinct = pd.factorize(found.words)
    meanings = [words.get(str(one).casefold(), np.nan) for one in distinct]
    return np.array([*meanings, np.nan])[codes]


def examples_in(found: Found, rows: Flags) -> tuple[str, ...]:
    """Return some of the values in these rows, in an order that does not depend on the rows'.

    Longer texts are not shown: what a user wrote has no place in a report.
    """
    words = sorted({str(one) for one in found.words[rows].dropna()})
    numbers = sorted({float(one) for one in found.numbers[rows] if not np.isnan(one)})
    shown = [one for one in words if _PLAIN.fullmatch(one)]
    shown += [f"{one:g}" for one in numbers if f"{one:g}" not in shown]
    return (*shown[:_FEW], *(["other text"] if len(shown) < len(words) else []))
