"""How many tokens did a step use, and what did it cost?"""

from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

from agentlens.sources.intake.rows import Columns
from agentlens.sources.langfuse.wire.values import Notes, amount, object_of

__all__ = ["costs", "tokens"]

_Shape = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
_NOTHING: _Shape = ((), (), ())
_COUNTED = ("input_tokens", "output_tokens", "cached_tokens")


def tokens(
    values: Sequence[Any],
    fallback: tuple[Sequence[Any] | None, Sequence[Any] | None],
    places: Sequence[str],
    notes: Notes,
) -> Columns:
    """Return tokens read, written and read from a cache.

    Langfuse keeps a bucket for each kind of token. Those named input add up to what was read,
    cached ones among them; the total repeats them.

    Args:
        values: objects of bucket and tokens.
        fallback: tokens read and tokens written, for rows without buckets; None where no row has
            them.
        places: where each stands.
        notes: told of buckets that cannot be counted.
    """
    shapes: dict[tuple[str, ...], _Shape] = {}
    ins, outs = (one or [None] * len(values) for one in fallback)
    read: list[Any] = []
    written: list[Any] = []
    cached: list[Any] = []
    odd: list[str] = []
    for at, value in enumerate(values):
        held = value if type(value) is dict else object_of(value)
        if not held:
            if value and held is None and value not in ("[]", "null"):
                odd.append(places[at])
            read.append((amount(ins[at]) or None) if ins[at] else None)
            written.append((amount(outs[at]) or None) if outs[at] else None)
            cached.append(None)
            continue
        keys = tuple(held)
        shape = shapes.get(keys)
        if shape is None:
            shape = shapes[keys] = _shape(keys)
        before = len(odd)
        reads, writes, hits = shape
        read.append(_sum(held, reads, places[at], odd))
        written.append(_sum(held, writes, places[at], odd))
        cached.append(_sum(held, hits, places[at], odd) if hits else None)
        del odd[before + 1 :]
    notes.add("missing", "usage", "token counts that are no numbers of at least nothing", odd)
    return dict(zip(_COUNTED, (read, written, cached), strict=True))


def _shape(keys: tuple[str, ...]) -> _Shape:
    """Return which buckets count as read, written and cached."""
    low = {key: str(key).lower() for key in keys}
    return (
        tuple(key for key, one in low.items() if "input" in one),
        tuple(key for key, one in low.items() if "output" in one),
        tuple(
            key for key, one in low.items() if "cache" in one and ("read" in one or "cached" in one)
        ),
    )


def _sum(held: Mapping[str, Any], names: tuple[str, ...], place: str, odd: list[str]) -> Any:
    if len(names) == 1:
        value = held[names[0]]
        if type(value) is int and value >= 0:
            return value
    total = None
    for name in names:
        value = held[name]
        if value is None:
            continue
        one = amount(value)
        if one is None:
            odd.append(place)
        else:
            total = one if total is None else total + one
    return int(total) if isinstance(total, float) and total.is_integer() else total


def costs(
    totals: Sequence[Any], parts: Sequence[Any], places: Sequence[str], notes: Notes
) -> Columns:
    """Return what each step cost, and whether it was priced at all.

    A cost of nothing counts only where the parts of the cost say so, too: Langfuse writes 0 for
    steps that have no price.

    Args:
        totals: the whole cost.
        parts: objects of bucket and cost.
        places: where each stands.
        notes: told of costs that are no amounts.
    """
    cost: list[float | None] = []
    stated: list[bool] = []
    odd = []
    for place, total, part in zip(places, totals, parts, strict=True):
        if not part and not total:
            cost.append(None)
            stated.append(False)
            continue
        if type(total) is float and 0.0 < total < inf:
            cost.append(total)
            stated.append(True)
            continue
        held = (part if type(part) is dict else object_of(part)) or {}
        whole = amount(total)
        told = None if whole else _parts(held)
        priced = bool(whole) or told is not None
        if (whole is None and total not in (None, "", "null")) or (not whole and not _known(held)):
            odd.append(place)
        cost.append(float(told or 0.0 if whole is None else whole) if priced else None)
        stated.append(priced)
    notes.add("missing", "cost_usd", "a cost that is no amount of at least nothing", odd)
    return {"cost_usd": cost, "cost_stated": stated}


def _known(held: Mapping[str, Any]) -> bool:
    return all(value is None or amount(value) is not None for value in held.values())


def _parts(held: Mapping[str, Any]) -> float | None:
    """Return the cost that the parts state, None where they state none."""
    whole = amount(held.get("total"))
    if whole is not None:
        return float(whole)
    known = [amount(value) for key, value in held.items() if key != "total"]
    told = [one for one in known if one is not None]
    return float(sum(told)) if told else None
