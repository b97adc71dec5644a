"""What does one answer cost, and what may it cost at most?"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import nan, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.judges.prices import Price, aged, price_of, usd, worst
from agentlens.scoring.judges.reply import Reply, Sender
from agentlens.scoring.judging.asked import Asked

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["Costs", "Counted", "costs_of", "counted"]

_USUAL = 1 / 3.5
_ROUGHLY = 0.3
_AT_MOST = 1.0
_SAFETY = 1.1
_THREADS = 8


@dataclass(frozen=True)
class Counted:
    """How many tokens prompts have.

    Attributes:
        n: of prompts counted; 0 where the address does not count.
        mean: tokens of a prompt.
        error: half the width of its 95 % interval.
        ratio: the most tokens per character seen, with something on top.
    """

    n: int
    mean: float
    error: float
    ratio: float


@dataclass(frozen=True)
class Costs:
    """Prices of one judge.

    Attributes:
        judge: who is asked.
        price: by tokens; None for a function, and where no price is known.
        ratio: the most tokens per character.
    """

    judge: Judge
    price: Price | None
    ratio: float = _AT_MOST

    @property
    def known(self) -> bool:
        """Whether there is a price."""
        return self.judge.local or self.price is not None

    @property
    def free(self) -> bool:
        """Whether nothing costs anything."""
        return self.judge.local and self.judge.price == 0.0

    @property
    def as_of(self) -> str:
        """The day of the prices, as 2026-11-18."""
        return self.price.as_of if self.price is not None else ""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user should know about the prices, sentences."""
        old = aged(self.price) if self.price is not None else ""
        return (old,) if old else ()

    def worst(self, chars: int, *, batch: bool = False) -> float | None:
        """Return the most that an answer to so many characters costs, None without a price."""
        if self.judge.local:
            return self.judge.price
        if self.price is None:
            return None
        return worst(chars * self.ratio, self.judge.max_tokens, self.price, batch=batch)

    def billed(self, reply: Reply, chars: int, *, batch: bool = False) -> float | None:
        """Return what an answer cost; at most, where it does not say what it used."""
        if reply.outcome != "paid":
            return None if reply.outcome == "unknown" or not self.known else 0.0
        if self.judge.local:
            return self.judge.price
        if self.price is None:
            return None
        told = usd(reply.usage, self.price, batch=batch)
        return self.worst(chars, batch=batch) if told is None else told

    def parts(self, usage: dict[str, int], *, batch: bool = False) -> tuple[float, float]:
        """Return what reading and what writing cost in an answer with this usage."""
        if self.price is None:
            return nan, nan
        read = {name: n for name, n in usage.items() if name not in {"output", "thinking"}}
        reading = usd(read, self.price, batch=batch) or 0.0
        return reading, (usd(usage, self.price, batch=batch) or 0.0) - reading

    def after(self, tokens: Counted) -> "Costs":
        """Return the prices with what counting showed of the length of prompts."""
        return replace(self, ratio=tokens.ratio)


def costs_of(judge: Judge, prices: "pd.DataFrame | str | Path | None") -> Costs:
    """Return the prices of a judge.

    Args:
        judge: who is asked.
        prices: a table of your own, or its file; None for the one shipped.
    """
    return Costs(judge, None if judge.local else price_of(judge.model, prices))


def counted(questions: Asked, keys: Sequence[str], sender: Sender | None, most: int) -> Counted:
    """Return how many tokens the prompts of some keys have, by counting a part of them.

    Args:
        questions: of one call.
        keys: distinct, in an order that has nothing to do with what they say.
        sender: counts; None where nothing may be asked.
        most: how many prompts to count.
    """
    some = list(keys[:most])
    found: list[tuple[int, int]] = []
    if sender is not None and not questions.judge.local and some:
        first = _count(questions, sender, some[:1])
        if first:  # an address that does not count is asked once
            with ThreadPoolExecutor(_THREADS) as pool:
                more = pool.map(lambda key: _count(questions, sender, [key]), some[1:])
                found = [*first, *(pair for pairs in more for pair in pairs)]
    if not found:
        sizes = [questions.chars(key) for key in some]
        mean = float(np.mean(sizes)) * _USUAL if sizes else nan
        return Counted(0, mean, _ROUGHLY * mean, _AT_MOST)
    tokens = np.array([n for n, _ in found], dtype=np.float64)
    chars = np.array([n for _, n in found], dtype=np.float64)
    ratio = float((tokens / np.maximum(chars, 1)).max()) * _SAFETY
    return Counted(tokens.size, float(tokens.mean()), _error(tokens, len(keys)), ratio)


def _count(questions: Asked, sender: Sender, keys: Iterable[str]) -> list[tuple[int, int]]:
    pairs = ((sender.count(questions.body(key)), questions.chars(key)) for key in keys)
    return [(n, chars) for n, chars in pairs if n is not None]


def _error(tokens: "np.ndarray[Any, np.dtype[np.float64]]", of: int) -> float:
    """Return half the width of the interval of a mean over a finite number of prompts."""
    from scipy.special import stdtrit  # noqa: PLC0415 - only a preview needs it

    k = tokens.size
    if k < 2 or k >= of:  # noqa: PLR2004 - one value has no spread
        return 0.0 if k >= of else _ROUGHLY * float(tokens.mean())
    t = float(stdtrit(k - 1, 0.975))
    return t * float(tokens.std(ddof=1)) * sqrt(1 / k - 1 / of)
