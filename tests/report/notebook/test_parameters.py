"""Does a notebook take what it asks for, and nothing else?"""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.report.notebook.parameters import GIVEN, given, tagged

ASKS = 'week = "last"  # which\nlimits: list[float] = [0.1]\na = b = 1\nprint(week)'


def notebook(source: str = ASKS, tag: str = "parameters") -> nbformat.NotebookNode:
    cells = [
        new_code_cell("1"),
        new_code_cell(source, metadata={"tags": [tag]}),
        new_code_cell("2"),
    ]
    node: nbformat.NotebookNode = new_notebook(cells=cells)
    return node


def test_what_is_given_stands_after_the_cell_that_asks() -> None:
    node = notebook()
    given(node, {"week": "2026-W47", "limits": [1, None, {"a": True}], "b": Path("x")})
    assert tagged(node.cells[2], GIVEN)
    assert node.cells[2].source == "week = '2026-W47'\nlimits = [1, None, {'a': True}]\nb = 'x'"
    nbformat.validate(node)


def test_given_again_replaces_what_was_given_before() -> None:
    node = notebook()
    given(node, {"week": "a"})
    given(node, {"week": "b"})
    assert [cell.source for cell in node.cells] == ["1", ASKS, "week = 'b'", "2"]
    given(node, {})
    assert len(node.cells) == 3


def test_an_unknown_name_is_met_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"no parameter 'wek'\. Did you mean 'week'"):
        given(notebook(), {"wek": "a"})


def test_a_notebook_that_asks_nothing_says_how_to_ask() -> None:
    with pytest.raises(BadInputError, match="Tag the cell that sets them with 'parameters'"):
        given(notebook(tag="other"), {"week": "a"})


class Sly:
    """Something whose text is code."""

    def __repr__(self) -> str:
        return "__import__('os')"


@pytest.mark.parametrize("value", [Sly(), object(), float("nan"), float("inf"), {1, Sly()}, ...])
def test_only_what_python_reads_back_is_written_down(value: Any) -> None:
    with pytest.raises(BadInputError, match="parameter week cannot be written"):
        given(notebook(), {"week": value})


@pytest.mark.parametrize("value", ["'; import os #", '"""', "a\nb", "\\", "\ud800", "{x}"])
def test_no_text_becomes_code(value: str) -> None:
    node = notebook()
    given(node, {"week": value})
    space: dict[str, Any] = {}
    exec(node.cells[2].source, space)  # noqa: S102 - that is what a kernel does
    assert space["week"] == value
