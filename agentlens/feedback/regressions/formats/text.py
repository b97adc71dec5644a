"""How is any text written so that JSON and YAML readers give it back as it was?"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from agentlens.tables.characters import whole

__all__ = ["clean", "document", "inert", "lines"]

_ODD = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What JSON lets stand but YAML refuses, folds, or takes for the end of a line."""

_BRACES = str.maketrans({"{": "\\u007b", "}": "\\u007d"})


def clean(value: Any) -> Any:
    r"""Return a value without halves of characters, in its texts and in its keys.

    >>> clean({"a\ud800": ["b\udfff", 1]}) == {"a\ufffd": ["b\ufffd", 1]}
    True
    """
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, Mapping):
        return {whole(str(key)): clean(one) for key, one in value.items()}
    return [clean(one) for one in value] if isinstance(value, (list, tuple)) else value


def lines(records: Iterable[Mapping[str, Any]]) -> bytes:
    """Return records as JSON, one a line."""
    return "".join(f"{_written(record)}\n" for record in records).encode()


def document(value: Any) -> bytes:
    """Return a value as one JSON document, which is YAML as well."""
    return f"{_written(value, indent=1)}\n".encode()


def inert(value: Any) -> str:
    r"""Return a value as JSON in whose texts no brace stands, so that no template engine acts.

    >>> inert("{{ 7 * 7 }}")
    '"\\u007b\\u007b 7 * 7 \\u007d\\u007d"'
    """
    return _TEXTS.sub(lambda found: found.group().translate(_BRACES), _written(value))


_TEXTS = re.compile(r'"(?:[^"\\]|\\.)*"')


def _written(value: Any, indent: int | None = None) -> str:
    told = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    return _ODD.sub(lambda found: f"\\u{ord(found.group()):04x}", told)
