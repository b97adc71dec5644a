"""How is what went in and out kept: as text, whole or cut, with its true length?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from agentlens.sources.intake.counts import counts
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
    told = [(one if isinstance(one, str) else packed(one)) or None for one in values]
    told, texts, mended = _whole(told)
    lengths = pc.utf8_length(texts)
    cut: list[int] = []
    if most is not None:
        long = pc.fill_null(pc.greater(lengths, most), fill_value=False)
        cut = pc.indices_nonzero(long).to_pylist()
        short = [_shortened(told[place] or "", most) for place in cut]
        texts = pc.replace_with_mask(texts, long, pa.array(short, texts.type)) if cut else texts
    kept: Any = pd.array(texts, dtype="str")
    return Payloads(pd.Series(kept), counts(lengths), cut, mended)


def _whole(told: list[str | None]) -> tuple[list[str | None], Any, list[int]]:
    """Return texts without halves of characters, the same in Arrow, and where there were any."""
    try:
        return told, pa.array(told, pa.large_string()), []
    except UnicodeEncodeError:
        mended = [place for place, one in enumerate(told) if one and LONE.search(one)]
    kept = [whole(one) if one else one for one in told]
    return kept, pa.array(kept, pa.large_string()), mended


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
