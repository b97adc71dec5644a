"""Is a text JSON that fits a schema?"""

from collections.abc import Mapping
from typing import Any

from agentlens.scoring.checks.check import Check
from agentlens.scoring.checks.columns import CUT, by_text
from agentlens.scoring.checks.found import FAIL, NONE, PASS, Found, Seen
from agentlens.scoring.checks.reading.strict import compiled, fenced, parsed
from agentlens.tables.log import Log

__all__ = ["json_schema"]


def json_schema(
    schema: Mapping[str, Any],
    field: str = "output",
    *,
    allow_fence: bool = False,
    formats: bool = False,
    name: str = "json_schema",
) -> Check:
    """Return the check that a text is JSON and fits a schema of draft 2020-12.

    Duplicate keys, NaN and Infinity are refused. The evidence says where and which keyword, and
    names only keys that the schema itself names.

    Args:
        schema: as objects; it may not refer to anything outside itself.
        field: which trace column.
        allow_fence: whether the JSON may stand in one fenced block.
        formats: whether `format` is checked too, as far as the library knows the format.
        name: what its scores are called.

    Example:
        >>> json_schema({"type": "object", "required": ["total"]}).question
        'Is the output JSON that fits the schema?'
    """
    ready = compiled(schema, formats=formats)

    def look(text: str) -> Seen:
        if CUT in text:
            return Seen(NONE, f"{field} was cut when it was read")
        inside = fenced(text) if allow_fence else None
        read = parsed(text if inside is None else inside)
        if read.fault:
            fence = not allow_fence and fenced(text) is not None
            return Seen(FAIL, read.fault, f"{'a fenced block' if fence else read.fault}")
        kind, evidence = ready.faults(read.value)
        return Seen(FAIL, kind, evidence) if kind else Seen(PASS)

    def run(log: Log) -> Found:
        return by_text(log, field, look)

    silent = not formats and "'format'" in repr(schema)
    return Check(
        name=name,
        version=1,
        applies=f"traces with an {field}" if field[0] in "aeio" else f"traces with a {field}",
        question=f"Is the {field} JSON that fits the schema?",
        params={
            "schema": dict(schema),
            "field": field,
            "allow_fence": allow_fence,
            "formats": formats,
        },
        run=run,
        failing=f"{field}s do not fit the schema",
        notes=(f"{name}: 'format' is not checked; formats=True does.",) if silent else (),
    )
