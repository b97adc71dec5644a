"""Which functions does each engine call by a name of its own?

Times are counted in microseconds since 1970 and told apart as whole numbers everywhere: what an
engine thinks of zones, or how finely it cuts a time, then makes no difference to an answer.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import ibis

from agentlens.errors import BadInputError

__all__ = ["NO", "YES", "ago", "digest", "micros"]

NO = ibis.literal(value=False)
"""What a test that cannot be made comes to, where only a sure yes counts."""

YES = ibis.literal(value=True)
"""What it comes to where only a sure no counts."""

_MICROS = {"duckdb": "epoch_us", "pyspark": "unix_micros", "databricks": "unix_micros"}
_DIGESTS = {"duckdb": "sha256", "trino": "sha256"}
_SECOND = 1_000_000


@cache
def _function(name: str, takes: tuple[str, ...], gives: str) -> Callable[..., Any]:
    """Return a function that the engine has itself, by the name that it has there."""
    signature = tuple(ibis.dtype(one) for one in takes), ibis.dtype(gives)
    body = _of_one if len(takes) == 1 else _of_two
    made: Callable[..., Any] = ibis.udf.scalar.builtin(body, name=name, signature=signature)
    return made


def _of_one(_first: object) -> None:
    """Stand for a function of one value whose body is in the engine."""


def _of_two(_first: object, _second: object) -> None:
    """Stand for a function of two values whose body is in the engine."""


def micros(engine: str, time: Any) -> Any:
    """Return a time as microseconds since 1970; one without a zone is UTC.

    Args:
        engine: its name.
        time: a column of times or of dates.
    """
    when = time if time.type().is_timestamp() else time.cast("timestamp")
    if engine == "clickhouse":
        fine = _function("toDateTime64", ("timestamp", "int64"), "timestamp(6)")(when, 6)
        return _function("toUnixTimestamp64Micro", ("timestamp(6)",), "int64")(fine)
    if engine in _MICROS:
        return _function(_MICROS[engine], ("timestamp",), "int64")(when)
    return when.epoch_seconds().cast("int64") * _SECOND + when.microsecond().cast("int64")


def digest(engine: str, words: Any) -> Any:
    """Return the SHA-256 of texts as hexadecimal digits, the same on every engine.

    Args:
        engine: its name.
        words: a column of texts.
    """
    if engine == "clickhouse":
        return _of_bytes(words)
    if engine in {"pyspark", "databricks"}:
        return _function("sha2", ("string", "int32"), "string")(words, ibis.literal(256, "int32"))
    if engine in _DIGESTS:
        return _function(_DIGESTS[engine], ("string",), "string")(words)
    message = f"No draw by digest is known on {engine}; bring rows with .where() or .between()."
    raise BadInputError(message)


def _of_bytes(words: Any) -> Any:
    """Return ClickHouse's own digest, which is bytes, as text."""
    bare = _function("SHA256", ("string",), "string")(words)
    return _function("lower", ("string",), "string")(_function("hex", ("string",), "string")(bare))


def ago(first: Any, last: Any) -> Any:
    """Return the seconds between two times in microseconds; nothing where they run backwards."""
    return ibis.cases((last >= first, (last - first).cast("float64") / float(_SECOND)))
