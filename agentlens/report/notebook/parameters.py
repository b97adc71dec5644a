"""Which questions can be asked of a notebook, and how do answers get into it?"""

import ast
from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from agentlens.errors import BadInputError, UnknownNameError

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["GIVEN", "given", "tagged"]

GIVEN = "injected-parameters"
"""The tag of the cell that holds what was given, as other tools tag it, too."""

_ASKED = "parameters"


def given(node: "NotebookNode", parameters: Mapping[str, Any]) -> None:
    """Write parameters into a notebook, in a cell after the one that is tagged `parameters`.

    Args:
        node: the notebook; it is changed.
        parameters: name to a value that Python can write down; only names which that cell sets.
    """
    node.cells = [cell for cell in node.cells if not tagged(cell, GIVEN)]
    if not parameters:
        return
    place = next((n for n, cell in enumerate(node.cells) if tagged(cell, _ASKED)), None)
    if place is None:
        message = (
            f"This notebook takes no parameters, and {', '.join(parameters)} was given. "
            "Tag the cell that sets them with 'parameters'."
        )
        raise BadInputError(message)
    known = _names(node.cells[place].source)
    for name in parameters:
        if name not in known:
            raise UnknownNameError("parameter", name, known)
    lines = (f"{name} = {_literal(name, value)}" for name, value in parameters.items())
    node.cells.insert(place + 1, _cell("\n".join(lines)))


def tagged(cell: "NotebookNode", tag: str) -> bool:
    """Return whether a cell carries a tag."""
    return tag in cell.metadata.get("tags", [])


def _names(source: str) -> list[str]:
    """Return the names that a cell sets."""
    found = []
    for line in ast.parse(source).body:
        match line:
            case ast.Assign(targets=targets):
                found += [one.id for one in targets if isinstance(one, ast.Name)]
            case ast.AnnAssign(target=ast.Name(id=name)):
                found.append(name)
    return found


def _literal(name: str, value: object) -> str:
    """Return a value as Python writes it, if reading that gives the value back."""
    plain = str(value) if isinstance(value, PurePath) else value
    try:
        if ast.literal_eval(repr(plain)) == plain:
            return repr(plain)
    except (ValueError, SyntaxError):
        pass
    message = (
        f"The parameter {name} cannot be written into a notebook: {value!r}. "
        "Texts, numbers, True, False, None, and lists and dicts of these can."
    )
    raise BadInputError(message)


def _cell(source: str) -> "NotebookNode":
    from nbformat.v4 import new_code_cell  # noqa: PLC0415 - only the extra brings it

    cell: NotebookNode = new_code_cell(source, id=GIVEN, metadata={"tags": [GIVEN]})
    return cell
