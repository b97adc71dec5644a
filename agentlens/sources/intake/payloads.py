"""How is what went in and out kept: as text, whole or cut, with its true length?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import pandas as pd

from agentlens.tables.characters import LONE, whole

__all__ = ["Payloads", "packed", "payloads"]

_HEAD, _TAIL = 3, 4


@dataclass(frozen=True, eq=False)
class Payloads:
    """Texts ready to be kept.

    Attributes:
        texts: the texts, cut where they were longer than allowed; empty ones are missing.
        chars: how long each was before.
        cut: the positions of those that were cut.
        mended: the positions of those that held halves of characters.
    """

    texts: pd.Series
    chars: pd.Series
    cut: list[int]
    mended: list[int]


def payloads(values: Sequence[Any], most: int | None) -> Payloads:
    """Return values of any type as texts; objects become JSON, texts stay byte for byte.

    Args:
        values: text, objects, lists, numbers or None.
        most: the most characters kept, three quarters of them from the beginning.
    """
    told = [one if isinstance(one, str) or one is None else packed(one) for one in values]
    lengths = [len(one) if one else None for one in told]
    mended = [
        place for place, one in enumerate(told) if one and not one.isascii() and LONE.search(one)
    ]
    for place in mended:
        told[place] = whole(told[place] or "")
    longest = most if most is not None else max((one or 0 for one in lengths), default=0)
    cut = [place for place, one in enumerate(lengths) if one is not None and one > longest]
    for place in cut:
        told[place] = _shortened(told[place] or "", longest)
    told = [one or None for one in told]
    return Payloads(
        pd.Series(told, dtype="str"), pd.Series(pd.array(lengths, dtype="Int64")), cut, mended
    )


def packed(value: object) -> str | None:
    """Return an object as compact JSON with its keys in order; empty ones are missing.

    >>> packed({"b": 1, "a": ["é"]}), packed({}), packed(3)
    ('{"b":1,"a":["é"]}', None, '3')
    """
    if value is None or value in ({}, []):
        return None
    try:
        return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except (TypeError, orjson.JSONEncodeError, RecursionError):
        return whole(str(value))


def _shortened(text: str, most: int) -> str:
    head = most * _HEAD // _TAIL
    tail = most - head
    left_out = len(text) - most
    return f"{text[:head]}⟪… {left_out:,} characters cut …⟫{text[len(text) - tail :]}"
