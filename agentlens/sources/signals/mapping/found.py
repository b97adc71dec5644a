"""What did an expression give for each trace, and may its absence be heard as a no?"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.stats.arrays import Flags, Floats

__all__ = ["Found", "Sent", "nothing", "told"]

Sent = Literal["when true", "perhaps when true", "always"]


@dataclass(frozen=True, eq=False)
class Found:
    """The values of an expression, one a trace.

    Attributes:
        words: as text; missing where there is nothing, or only a number.
        numbers: as numbers; NaN where there is nothing, or only text.
        sent: whether an application sends it only when it is true, so that silence may be a no;
            "perhaps" is settled by whether it is ever false.
        heard: the rows in which it would have been seen.
        bystander: the rows in which someone other than the user or the application said it.
        missed: why there is no value at all, where there is a reason.
    """

    words: pd.Series
    numbers: Floats
    sent: Sent
    heard: Flags
    bystander: Flags
    missed: str = ""

    @property
    def present(self) -> Flags:
        """The rows that have a value."""
        return self.words.notna().to_numpy() | ~np.isnan(self.numbers)

    def without_bystanders(self) -> "Found":
        """Return it without what reviewers, judges and checks said."""
        if not self.bystander.any():
            return self
        return replace(
            self,
            words=self.words.mask(self.bystander),
            numbers=np.where(self.bystander, np.nan, self.numbers),
        )


def nothing(n: int) -> pd.Series:
    """Return a text column without any text."""
    return pd.Series(np.nan, index=range(n), dtype="str")


def told(values: object, n: int, what: str, missed: str = "") -> Found:
    """Return values of any type, one a trace, as words and numbers.

    Args:
        values: a column, or what a user's function gave for one.
        n: how many traces there are.
        what: the expression, to be named where its values cannot be a column.
        missed: why there is none, where there is a reason.
    """
    if not isinstance(values, pd.Series) or len(values) != n:
        size = f"{len(values)} rows" if isinstance(values, pd.Series) else type(values).__name__
        message = f"{what} must give a Series with one value for each of {n} traces, not {size}."
        raise BadInputError(message)
    held = values.reset_index(drop=True)
    if held.dtype.kind in "iufb" and not isinstance(held.dtype, pd.ArrowDtype):
        numbers = held.to_numpy(dtype=np.float64, na_value=np.nan)
        words = nothing(n)
    else:
        words = held.astype("str").str.strip()
        words = words.mask(words == "")
        numbers = _numbers(words)
    quiet = np.zeros(n, dtype=bool)
    return Found(words, numbers, "always", quiet, quiet, missed)


def _numbers(words: pd.Series) -> Floats:
    """Return texts as numbers, each distinct one read once."""
    codes, distinct = pd.factorize(words)
    read = pd.to_numeric(pd.Series(distinct, dtype="object"), errors="coerce").to_numpy(np.float64)
    return np.append(np.where(np.isfinite(read), read, np.nan), np.nan)[codes]
