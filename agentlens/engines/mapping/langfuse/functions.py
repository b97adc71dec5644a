"""What does ClickHouse say in its own words where Ibis has none?"""

from typing import Any

import ibis

__all__ = ["each_once", "first_of", "folded", "last_of", "last_wins", "raw_json"]

_TEXT = ibis.dtype("string")
_TEXTS = ibis.dtype("array<string>")


def last_wins(names: Any, values: Any) -> Any:
    """Return the map of two lists; of a name that comes twice, the last value counts."""
    return ibis.map(_reverse(names), _reverse(values))


def folded(metadata: Any) -> Any:
    """Return a map under the one spelling of its keys in which all their spellings meet.

    Values are trimmed, and without the quotes of the JSON text that they may be.
    """
    keys = metadata.keys().map(lambda one: one.strip().lower().re_replace(r"[-\s.]", "_"))
    values = metadata.values().map(
        lambda one: one.re_replace(r'^\s*"(.*)"\s*$', r"\1").strip(),
    )
    return ibis.map(keys, values)


def each_once(lists: Any) -> Any:
    """Return every text of several lists once."""
    name = "groupUniqArrayArray"
    return ibis.udf.agg.builtin(_of_one, name=name, signature=((_TEXTS,), _TEXTS))(lists)


def first_of(values: Any, place: Any, among: Any) -> Any:
    """Return the value at the least place that passes a test; what is missing is passed over.

    Ibis would say it of tuples, to keep what is missing, and take three times as long.

    Args:
        values: of any type.
        place: whole numbers.
        among: the test; where nothing passes it, "" or 0 comes back, or nothing if it can be.
    """
    return _chosen("argMinIf", values)(values, place, among)


def last_of(values: Any, place: Any, among: Any) -> Any:
    """Return the value at the greatest place that passes a test, as `first_of` the first."""
    return _chosen("argMaxIf", values)(values, place, among)


def raw_json(text: Any, key: Any) -> Any:
    """Return what an object in JSON has under a key, in JSON; "" without it."""
    takes = (_TEXT, _TEXT)
    made = ibis.udf.scalar.builtin(_of_two, name="JSONExtractRaw", signature=(takes, _TEXT))
    return made(text, key)


def _chosen(name: str, values: Any) -> Any:
    kind = values.type()
    takes = (kind, ibis.dtype("int64"), ibis.dtype("boolean"))
    return ibis.udf.agg.builtin(_of_three, name=name, signature=(takes, kind))


def _reverse(texts: Any) -> Any:
    """Return a list from its end to its beginning."""
    name = "arrayReverse"
    return ibis.udf.scalar.builtin(_of_one, name=name, signature=((_TEXTS,), _TEXTS))(texts)


def _of_one(_first: object) -> None:
    """Stand for a function of one value whose body is in the engine."""


def _of_two(_first: object, _second: object) -> None:
    """Stand for a function of two values whose body is in the engine."""


def _of_three(_first: object, _second: object, _third: object) -> None:
    """Stand for a function of three values whose body is in the engine."""
