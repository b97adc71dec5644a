"""Which patterns are still found in a finished file, and where?"""

import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd

from agentlens.errors import BadInputError
from agentlens.tables.redact.find import find
from agentlens.tables.redact.policy import Said
from agentlens.tables.redact.saved.page import Piece, pieces

__all__ = ["audit_file", "audit_text"]

_LINES = 50
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_NOTHING = "\N{ZERO WIDTH SPACE}"


def audit_file(path: str | Path, policy: Said = "default") -> pd.DataFrame:
    """Return how many patterns are found in a finished file, by place and rule; never a value.

    Nothing found means that the patterns found nothing, not that nothing personal is there. The
    column `table` says where: the id of an element, the number of a cell, or lines.

    Args:
        path: a page (.html), a notebook (.ipynb) or a text (.md).
        policy: what counts as found.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     file = Path(folder, "week.html")
        ...     _ = file.write_text('<p id="lead">Call +49 170 1234567</p>')
        ...     audit_file(file)[["table", "field", "rule", "hits"]].to_numpy().tolist()
        [['lead', 'text', 'phone', 1]]
    """
    file = Path(path).expanduser()
    if not file.is_file():
        message = f"audit_file({str(path)!r}): there is no such file. Save the report first."
        raise BadInputError(message)
    return audit_text(file.read_text(encoding="utf-8", errors="replace"), file.suffix, policy)


def audit_text(text: str, suffix: str, policy: Said = "default") -> pd.DataFrame:
    r"""Return how many patterns are found in the text of a file, by place and rule.

    Args:
        text: all of it.
        suffix: how the name of the file ends: .html, .ipynb or .md.
        policy: what counts as found.

    Example:
        >>> audit_text("# A week\nMail ann@example.com", ".md")["rule"].tolist()
        ['email']
    """
    read = _READERS.get(suffix.lower())
    if read is None:
        message = (
            f"A file that ends in {suffix!r} cannot be searched; {', '.join(_READERS)} can. Search"
            " the page before it is printed."
        )
        raise BadInputError(message)
    return find(_frames(read(text)), policy)


def _frames(found: Iterator[Piece]) -> dict[str, pd.DataFrame]:
    """Return the pieces as a frame a place, with a column for what they stand in."""
    held: dict[str, dict[str, list[str]]] = {}
    for place, what, said in found:
        held.setdefault(place, {}).setdefault(what, []).append(said)
    return {
        place: pd.DataFrame({name: pd.Series(texts, dtype="object") for name, texts in one.items()})
        for place, one in held.items()
    }


def _notebook(text: str) -> Iterator[Piece]:
    try:
        whole: Any = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"This notebook is no JSON: {error}. Save it again."
        raise BadInputError(message) from error
    cells = whole.pop("cells", []) if isinstance(whole, dict) else []
    yield "notebook", "metadata", json.dumps(whole, ensure_ascii=False)
    for number, cell in enumerate(cells, start=1):
        for output in cell.pop("outputs", []):
            if isinstance(output.get("data"), dict):
                data = output["data"].items()
                output["data"] = {kind: one for kind, one in data if not kind.startswith("image/p")}
            yield f"cell {number}", "output", _seen(json.dumps(output, ensure_ascii=False))
        yield f"cell {number}", "code", _seen("".join(cell.pop("source", "")))
        yield f"cell {number}", "metadata", json.dumps(cell, ensure_ascii=False)


def _plain(text: str) -> Iterator[Piece]:
    lines = _seen(text).splitlines()
    for first in range(0, len(lines), _LINES):
        last = min(first + _LINES, len(lines))
        yield f"lines {first + 1} to {last}", "text", "\n".join(lines[first:last])


def _seen(markdown: str) -> str:
    """Return Markdown as its readers see it: what keeps an address from becoming a link is gone."""
    return unescape(_ESCAPED.sub(r"\1", markdown.replace(_NOTHING, "")))


_READERS: dict[str, Callable[[str], Iterator[Piece]]] = {
    ".html": pieces,
    ".ipynb": _notebook,
    ".md": _plain,
}
