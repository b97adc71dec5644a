"""How does a report become a notebook that reads well where nothing runs, as on GitHub?

Its outputs are what every host shows: HTML without style, pictures, plain text. What names a person's
folder or the time of a cell is left out, so that the same report is the same file.
"""

import json
from datetime import datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from agentlens.errors import AgentLensError
from agentlens.page.rendering import sendable
from agentlens.report.files.markdown import short
from agentlens.report.files.plain import inline
from agentlens.report.notebook.frozen.frost import drawn, outputs
from agentlens.report.notebook.frozen.laid import Cell, laid
from agentlens.report.notebook.frozen.pictures import pictures
from agentlens.report.page.body import place
from agentlens.report.page.page import Contents, remembered

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["frozen"]


def frozen(contents: Contents, generated: datetime, executed: "NotebookNode | None" = None) -> str:
    """Return a notebook as the text of its file.

    Args:
        contents: what the report says.
        generated: when it was made, in UTC; nothing else in the file depends on the time.
        executed: the notebook that the report was read from, once run; None for none.
    """
    cells = laid(contents, executed)
    figures = drawn(item for cell in cells for item in cell.items)
    missing = ""
    try:
        images = dict(zip(figures, pictures([*figures.values()]), strict=True))
    except AgentLensError as error:
        images, missing = {}, f"The pictures are missing here. {error}"
    end = Cell("markdown", _end(contents, generated, missing))
    top = short(contents)
    made = [_cell(n, cell, images, top) for n, cell in enumerate([*cells, end], start=1)]
    return _file(_numbered(made), contents, generated)


def _cell(number: int, cell: Cell, images: dict[int, bytes], top: str) -> dict[str, Any]:
    whole = {
        "cell_type": cell.kind,
        "id": cell.name or f"cell-{number}",
        "metadata": {},
        "source": cell.source,
    }
    if cell.kind == "markdown":
        return whole
    shown = [one for item in cell.items for one in outputs(item, images.get(id(item)), top)]
    return {**whole, "outputs": shown, "execution_count": None}


def _numbered(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the cells with the numbers that they have in a notebook that was run once."""
    count = 0
    for cell in cells:
        if cell["cell_type"] == "code":
            count += 1
            cell["execution_count"] = count
    return cells


def _file(cells: list[dict[str, Any]], contents: Contents, generated: datetime) -> str:
    facts = json.loads(remembered(contents, place(contents.sections)))
    language = {"name": "python"}
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about = {"facts": facts, "generated": f"{generated:%Y-%m-%dT%H:%M:%SZ}"}
    whole = {
        "cells": cells,
        "metadata": {"agentlens": about, "kernelspec": spec, "language_info": language},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True)
    # Half a character has no place in a file; JSON can write it as what it is.
    return sendable(text) + "\n"


def _end(contents: Contents, generated: datetime, missing: str) -> str:
    """Return what stands at the end: notes, what the report was made from, and when."""
    notes = [inline(note, most=2000) for note in (*contents.notes, missing) if note]
    stamps = [f"{inline(name)}: {inline(value)}" for name, value in contents.stamps.items()]
    made = f"AgentLens {version('agentlens')} · generated {generated:%Y-%m-%d %H:%M:%S} UTC"
    return "\n\n".join(["---", *notes, " · ".join([*stamps, made])])
