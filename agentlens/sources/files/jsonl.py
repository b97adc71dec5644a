"""How is a file of JSON lines read?"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from agentlens.errors import BadInputError
from agentlens.sources.files.lines import Lines
from agentlens.sources.files.raw import Bad, Raw, raw_of
from agentlens.tables.problems import Problem
from agentlens.tables.save import FORMAT

__all__ = ["read_jsonl"]

_LONE = re.compile("[\ud800-\udfff]")
_Row = tuple[int, str, object]


def read_jsonl(path: Path, name: str) -> Raw:
    """Return the rows of JSON lines, or of one JSON array; an unreadable line costs only itself.

    Args:
        path: the file, gzipped or not.
        name: how it is called in the report.
    """
    lines = Lines(path)
    columns: dict[str, list[object]] = {}
    places: list[int] = []
    bad: list[Bad] = []
    lone: list[int] = []
    table = ""
    for number, text, value in _values(lines):
        if isinstance(value, dict) and set(value) == {"agentlens"} and not places:
            table = _header(value["agentlens"], name)
            continue
        if not isinstance(value, dict):
            reason = str(value) if isinstance(value, ValueError) else "not a JSON object"
            bad.append(Bad(f"{name}:{number}", text, reason))
            continue
        row = value
        if "\\ud" in text.lower() and _LONE.search(told := json.dumps(value, ensure_ascii=False)):
            row = json.loads(_LONE.sub("\ufffd", told))
            lone.append(number)
        for key, one in row.items():
            columns.setdefault(key, [None] * len(places)).append(_plain(key, one))
        places.append(number)
        for values in columns.values():
            if len(values) < len(places):
                values.append(None)
    problems = lines.problems(name)
    if lone:
        detail = "halves of characters became the replacement character"
        examples = tuple(f"{name}:{number}" for number in lone[:5])
        found = Problem(
            action="repaired",
            n=len(lone),
            file=name,
            severity="warn",
            examples=examples,
            detail=detail,
        )
        problems.append(found)
    return raw_of(name, columns, places, bad, table=table, problems=problems)


def _values(lines: Iterable[str]) -> Iterator[_Row]:
    """Yield line number, text, and the value or the error that stands for it."""
    numbered = iter(enumerate(lines, 1))
    begun = False
    for number, line in numbered:
        text = line.strip()
        if not text:
            continue
        if text.startswith("[") and not begun:
            rest = "".join([line, *(one for _, one in numbered)])
            yield from _array(rest)
            return
        begun = True
        yield number, text, _parsed(text)


def _array(text: str) -> Iterator[_Row]:
    whole = _parsed(text)
    if isinstance(whole, list):
        for place, value in enumerate(whole, 1):
            yield place, json.dumps(value, ensure_ascii=False), value
    else:
        yield 1, text, whole


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        return error
    except RecursionError:
        return ValueError("nested too deeply")


def _header(header: object, name: str) -> str:
    known = header if isinstance(header, dict) else {}
    if known.get("format", 0) > FORMAT:
        message = (
            f"{name} was written in format {known['format']}, and this AgentLens reads up to"
            f" {FORMAT}. Update AgentLens."
        )
        raise BadInputError(message)
    return str(known.get("table", ""))


def _plain(key: str, value: object) -> object:
    """Return a value that a column can hold; objects and lists become text, but for tags."""
    if isinstance(value, float) and value != value:  # noqa: PLR0124 - NaN differs from itself
        return None
    if isinstance(value, dict) or (isinstance(value, list) and key != "tags"):
        return json.dumps(value, ensure_ascii=False)
    return value
