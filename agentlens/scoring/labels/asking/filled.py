"""What does a file hold that somebody filled in elsewhere?"""

import json
from io import StringIO
from pathlib import Path

import pandas as pd

from agentlens.errors import BadInputError

__all__ = ["rows_of_answers"]


def rows_of_answers(given: pd.DataFrame | str | Path) -> pd.DataFrame:
    """Return a filled frame, or what a filled file holds.

    Args:
        given: a frame, or the path of a .csv or .jsonl file.
    """
    if isinstance(given, pd.DataFrame):
        return given
    path = Path(given)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"answers={str(given)!r} cannot be read: {error}. Save the file as UTF-8."
        raise BadInputError(message) from error
    return _lines(text, path) if path.suffix in {".jsonl", ".json"} else _table(text, path)


def _lines(text: str, path: Path) -> pd.DataFrame:
    rows = []
    for place, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            message = f"{path.name}, line {place} is no JSON: {error}. Mend that line."
            raise BadInputError(message) from error
        if not isinstance(row, dict):
            message = f"{path.name}, line {place} is no object but {line[:40]!r}. Mend that line."
            raise BadInputError(message)
        rows.append(row)
    return pd.DataFrame(rows)


def _table(text: str, path: Path) -> pd.DataFrame:
    """Return a table with commas, semicolons or tabs between its cells, as spreadsheets save it."""
    head = text.split("\n", 1)[0]
    mark = max(",;\t", key=head.count)
    try:
        return pd.read_csv(StringIO(text), sep=mark, dtype="str", keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        message = f"{path.name} is no table: {str(error).strip()}. Save it as CSV again."
        raise BadInputError(message) from error
