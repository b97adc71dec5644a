"""What does a judge's answer cost, and what may it cost at most?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal

import pandas as pd

from agentlens.scoring.judges.price_table import KINDS, PriceTable, prices

__all__ = ["Price", "PriceTable", "Rates", "aged", "price_of", "prices", "usd", "worst"]

_MILLION = 1_000_000
_IN_US = Decimal("1.1")
_OLD = 120


@dataclass(frozen=True)
class Rates:
    """USD for a million tokens of each kind, in prompts of more than `above` tokens."""

    above: int
    input: Decimal
    output: Decimal
    cache_write_5m: Decimal
    cache_write_1h: Decimal
    cache_read: Decimal


@dataclass(frozen=True)
class Price:
    """What a model costs.

    Attributes:
        model: its name in the table.
        rates: by size of the prompt, the smallest first.
        batch: what a batch costs as a share of that.
        as_of: the day of the prices as 2026-11-18, or "".
        source: where they come from.
    """

    model: str
    rates: tuple[Rates, ...]
    batch: Decimal
    as_of: str = ""
    source: str = ""


def price_of(model: str, given: PriceTable = None) -> Price | None:
    """Return what a model costs, None where no price is known.

    A dated id, such as claude-haiku-5-5-20261001, costs what its model does. Nothing else is
    guessed: a price that is not known is not zero.

    Args:
        model: its id.
        given: as in `prices`.
    """
    frame = prices(given)
    for name in (model, _undated(model)):
        rows = frame[frame["model"] == name].sort_values("tier")
        if len(rows):
            return _price(rows)
    return None


def usd(usage: Mapping[str, int], price: Price, *, batch: bool = False) -> float | None:
    """Return what an answer cost, None where nobody said what it used.

    Args:
        usage: tokens by kind, as in a `Reply`.
        price: of the model.
        batch: whether it came from a batch.
    """
    if not usage:
        return None
    read = [usage.get(name, 0) for name in KINDS if name != "output"]
    rates = _rates(price, sum(read))
    cost = sum((usage.get(name, 0) * getattr(rates, name) for name in KINDS), Decimal(0))
    return _paid(cost * (_IN_US if usage.get("in_us") else 1), price, batch=batch)


def worst(
    tokens: float,
    max_tokens: int,
    price: Price,
    *,
    batch: bool = False,
    cached: Literal["", "5m", "1h"] = "5m",
) -> float:
    """Return the most that one answer can cost: all it may say, and nothing read from a cache.

    Args:
        tokens: of the prompt, not fewer than it has.
        max_tokens: of the answer.
        price: of the model.
        batch: whether it comes from a batch.
        cached: for how long the request keeps its beginning, which costs more than reading it.
    """
    # the tier is the API's to say: close below its border the dearer one may be billed
    dearest = [one for one in price.rates if one.above <= 1.1 * tokens]
    written = f"cache_write_{cached}" if cached else "input"
    size = Decimal(repr(float(tokens)))
    costs = [
        size * max(one.input, getattr(one, written)) + max_tokens * one.output for one in dearest
    ]
    return _paid(max(costs), price, batch=batch)


def aged(price: Price, today: date | None = None) -> str:
    """Return a sentence if a price is older than 120 days, else "".

    Args:
        price: of a model.
        today: by default the machine's day.
    """
    if not price.as_of:
        return ""
    age = ((today or datetime.now(UTC).date()) - date.fromisoformat(price.as_of)).days
    if age <= _OLD:
        return ""
    return f"The price of {price.model} is of {price.as_of}, {age} days old; pass prices= to renew."


def _paid(cost: Decimal, price: Price, *, batch: bool) -> float:
    return float(cost * (price.batch if batch else 1) / _MILLION)


def _rates(price: Price, prompt: int) -> Rates:
    return [one for one in price.rates if one.above == 0 or prompt > one.above][-1]


def _undated(model: str) -> str:
    name, _, end = model.rpartition("-")
    return name if len(end) == len("20261001") and end.isdecimal() else model


def _price(rows: pd.DataFrame) -> Price:
    last = rows.iloc[-1]
    rates = tuple(
        Rates(int(row["tier"]), *(Decimal(repr(float(row[name]))) for name in KINDS))
        for row in rows.to_dict("records")
    )
    batch = Decimal(repr(float(last["batch"])))
    return Price(str(last["model"]), rates, batch, str(last["as_of"]), str(last["source"]))
