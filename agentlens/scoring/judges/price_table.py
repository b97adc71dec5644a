"""Which prices are known?"""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError

__all__ = ["KINDS", "PriceTable", "prices"]

PriceTable = pd.DataFrame | str | Path | None
"""A table of one's own, the path of a CSV file, or None for the prices shipped."""

KINDS = ("input", "output", "cache_write_5m", "cache_write_1h", "cache_read")
"""The kinds of tokens that have a price, as columns and as usage name them."""

_SHIPPED = Path(__file__).with_name("prices.csv")
_USUAL = {"cache_write_5m": 1.25, "cache_write_1h": 2.0, "cache_read": 0.1}
_NUMBERS = (*KINDS, "batch", "tier")


def prices(given: PriceTable = None) -> pd.DataFrame:
    """Return prices of models as a frame, in USD for a million tokens.

    Columns: model, input, output, cache_write_5m, cache_write_1h, cache_read, batch (the share of
    the price that a batch costs), tier (for prompts of more tokens than that), as_of, source. Of a
    table of your own, model, input and output are enough: the cache then costs 1.25, 2 and 0.1
    times the input, a batch half.

    Args:
        given: a table of your own, or the path of a CSV file; by default the one shipped.

    Example:
        >>> import agentlens as al
        >>> al.prices().set_index("model").loc["claude-sonnet-5-5", ["input", "output"]].tolist()
        [2.0, 10.0]
    """
    if given is None:
        return _conformed(pd.read_csv(_SHIPPED))
    if isinstance(given, pd.DataFrame):
        return _conformed(given)
    try:
        return _conformed(pd.read_csv(given))
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        message = f"Prices cannot be read from {str(given)!r}: {error}."
        raise BadInputError(message) from error


def _conformed(given: pd.DataFrame) -> pd.DataFrame:
    """Return a table of prices with all its columns, or say what is wrong with it."""
    missing = [name for name in ("model", "input", "output") if name not in given]
    if missing:
        message = f"A table of prices has model, input and output; {missing[0]!r} is missing."
        raise BadInputError(message)
    usual: dict[str, Any] = {"batch": 0.5, "tier": 0, "as_of": "", "source": "given"}
    frame = given.reset_index(drop=True)
    for name, times in _USUAL.items():
        if name not in frame:
            frame = frame.assign(**{name: pd.to_numeric(frame["input"], errors="coerce") * times})
    frame = frame.assign(**{name: value for name, value in usual.items() if name not in frame})
    frame = frame.assign(**{name: _numbers(frame, name) for name in _NUMBERS})
    frame = frame.assign(
        model=frame["model"].astype(str),
        tier=frame["tier"].astype("int64"),
        as_of=[_day(one) for one in frame["as_of"]],
        source=frame["source"].astype(str),
    )
    _check_tiers(frame)
    return frame[["model", *_NUMBERS, "as_of", "source"]]


def _numbers(frame: pd.DataFrame, name: str) -> Any:
    values = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float)
    wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    if len(wrong):
        model, found = (frame[one].astype(object).iloc[int(wrong[0])] for one in ("model", name))
        message = f"Prices of {model!r}: {name} is a number from 0, not {found!r}."
        raise BadInputError(message)
    return values


def _day(said: Any) -> str:
    """Return a day as 2026-11-18, "" where none is said."""
    if said is None or said != said or not str(said):  # noqa: PLR0124 - what is missing differs from itself
        return ""
    try:
        return date.fromisoformat(str(said)[: len("2026-11-18")]).isoformat()
    except ValueError:
        message = f"as_of is a day such as 2026-11-18, not {said!r}."
        raise BadInputError(message) from None


def _check_tiers(frame: pd.DataFrame) -> None:
    twice = frame[frame.duplicated(["model", "tier"])]
    if len(twice):
        row = twice.iloc[0]
        message = f"Prices of {row['model']!r} are given twice for tier {row['tier']}; keep one."
        raise BadInputError(message)
    for model, tiers in frame.groupby("model")["tier"]:
        if tiers.min() > 0:
            message = f"Prices of {model!r} begin at tier {tiers.min()}; give those of tier 0 too."
            raise BadInputError(message)
