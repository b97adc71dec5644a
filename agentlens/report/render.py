"""Which report is a notebook, once it is run?"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentlens.report.notebook.read import read
from agentlens.report.notebook.run import run
from agentlens.report.report import Item, Report

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["render"]


def render(
    notebook: "str | Path | NotebookNode",
    parameters: Mapping[str, Any] | None = None,
    *,
    title: str | None = None,
    code: bool = False,
) -> Report:
    """Return the report that a notebook is, after running it from its first cell to its last.

    Headings of the second level become sections, Results become cards with their charts, live views
    stay alive. A cell tagged `notebook-only` is run and not shown. The file is not changed.

    Args:
        notebook: a path, or a notebook as nbformat reads it.
        parameters: name to value, for the cell that is tagged `parameters`.
        title: what the report is called. Default: its first heading.
        code: whether the code of each cell stands, folded, above what it shows.

    Example:
        >>> from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
        >>> cells = [
        ...     new_markdown_cell("# What to read"),
        ...     new_code_cell("import agentlens as al; al.worst(al.demo().last('24h'))"),
        ... ]
        >>> render(new_notebook(cells=cells)).title
        'What to read'
    """
    node = run(notebook, parameters)
    reading = read(node, code=code)
    named = Path(notebook).stem if isinstance(notebook, (str, Path)) else "Report"
    head = {"title": named, **reading.head}
    if title is not None:
        head["title"] = title
    items: list[Item] = []
    for section in reading.sections:
        items += [(section.heading, section.items)] if section.heading else section.items
    return Report(results=items, executed=node, **head)
