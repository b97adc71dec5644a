"""How is a file of JSON lines read?"""

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from agentlens.errors import BadInputError
from agentlens.sources.files.containers.lines import Lines
from agentlens.sources.files.containers.raw import Raw, raw_of
from agentlens.sources.intake.rows import Bad
from agentlens.tables.problems import Problem
from agentlens.tables.save import FORMAT

__all__ = ["read_jsonl"]

_BATCH = 4_000
_WIDEST = 2_000
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)  # NaN and Infinity are missing
_NESTED: set[type] = {dict, list}
_SPACE = " \t\r\n,"
_Row = tuple[int, str, object]


def read_jsonl(path: Path, name: str) -> Raw:
    """Return the rows of JSON lines, or of one JSON array; an unreadable line costs only itself.

    Args:
        path: the file, gzipped or not.
        name: how it is called in the report.
    """
    lines = Lines(path)
    rows = _Columns(name)
    bad: list[Bad] = []
    broken: list[Problem] = []
    header: dict[str, object] = {}
    for number, text, value in _values(lines):
        if not isinstance(value, dict):
            reason = str(value) if isinstance(value, ValueError) else "not a JSON object"
            bad.append(Bad(f"{name}:{number}", text, reason))
            if isinstance(value, _UnfinishedError):
                detail = "the array ends early; what followed is lost"
                broken.append(
                    Problem(action="truncated", n=1, file=name, severity="warn", detail=detail)
                )
        elif len(value) == 1 and isinstance(value.get("agentlens"), dict):
            header = _header(value["agentlens"], header, name)
        else:
            rows.add(number, value)
    if lines.torn:
        number, text = lines.torn
        bad.append(Bad(f"{name}:{number}", text, "the file ends in the middle of this row"))
    columns = rows.done()
    dtypes = header.get("columns")
    named = {str(key): str(one) for key, one in dtypes.items()} if isinstance(dtypes, dict) else {}
    for key in named:
        columns.setdefault(key, [None] * len(rows.places))
    ordered = {key: columns[key] for key in (*named, *(one for one in columns if one not in named))}
    return raw_of(
        name,
        ordered,
        rows.places,
        bad,
        table=str(header.get("table", "")),
        problems=[*lines.problems(name), *broken],
        dtypes=named,
    )


class _Columns:
    """Rows on their way into columns; only one batch of them is held as rows."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._batch: list[dict[str, object]] = []
        self._lists: dict[str, list[object]] = {}
        self.places: list[int] = []

    def add(self, place: int, row: dict[str, object]) -> None:
        self.places.append(place)
        self._batch.append(row)
        if len(self._batch) == _BATCH:
            self.done()

    def done(self) -> dict[str, list[object]]:
        batch, before = self._batch, len(self.places) - len(self._batch)
        for key in dict.fromkeys(chain.from_iterable(batch)):
            if key not in self._lists:
                self._lists[key] = [None] * before
        if len(self._lists) > _WIDEST:
            message = f"{self._file} has more than {_WIDEST:,} different fields; is it a table?"
            raise BadInputError(message)
        for key, values in self._lists.items():
            found = [row.get(key) for row in batch]
            if _NESTED & set(map(type, found)):
                found = [_plain(key, one) for one in found]
            values.extend(found)
        self._batch = []
        return self._lists


class _UnfinishedError(ValueError):
    """The rest of an array that cannot be read, however many rows it held."""


def _values(lines: Iterable[str]) -> Iterator[_Row]:
    """Yield line number, text, and the value or the error that stands for it."""
    numbered = iter(enumerate(lines, 1))
    begun = False
    for number, line in numbered:
        text = line.strip()
        if not text:
            continue
        if text.startswith("[") and not begun:
            yield from _array("".join([line, *(one for _, one in numbered)]), number)
            return
        begun = True
        yield number, text, _parsed(text)


def _array(text: str, number: int) -> Iterator[_Row]:
    """Yield the values of an array one by one, up to the first that cannot be read."""
    place = text.index("[") + 1
    seen = 0
    while True:
        while place < len(text) and text[place] in _SPACE:
            place += 1
        number += text.count("\n", seen, place)
        seen = place
        if text.startswith("]", place) and not text[place + 1 :].strip():
            return
        try:
            value, end = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            yield number, text[place:], _UnfinishedError(_reason(error))
            return
        yield number, text[place:end], value
        place = end


def _parsed(text: str) -> object:
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        return ValueError(_reason(error))


def _reason(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else f"not JSON: {error}"


def _header(said: dict[str, object], before: dict[str, object], name: str) -> dict[str, object]:
    newest = said.get("format", 0)
    if isinstance(newest, int) and newest > FORMAT:
        message = (
            f"{name} was written in format {newest}, and this AgentLens reads up to {FORMAT}."
            " Update AgentLens."
        )
        raise BadInputError(message)
    if before and before.get("table") != said.get("table"):
        message = f"{name} holds {before.get('table')} and {said.get('table')}; split it in two."
        raise BadInputError(message)
    return said


def _plain(key: str, value: object) -> object:
    """Return a value that a column can hold; objects and lists become text, but for tags."""
    if isinstance(value, dict) or (isinstance(value, list) and key != "tags"):
        return json.dumps(value, ensure_ascii=False)
    return value
