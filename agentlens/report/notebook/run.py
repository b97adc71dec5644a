"""What does a notebook show when it is run from its first cell to its last?"""

import json
import os
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentlens.errors import BadInputError, NotebookMissingError
from agentlens.page.rendering import RENDER
from agentlens.progress import Progress
from agentlens.report.notebook.parameters import given
from agentlens.report.notebook.telling import LINE

if TYPE_CHECKING:
    from nbclient import NotebookClient
    from nbformat import NotebookNode

__all__ = ["CellError", "run"]

_LINES = 3
_CUT = 300


class CellError(BadInputError):
    """A cell that failed; what was run before it is not lost.

    Attributes:
        executed: the notebook as far as it was run.
    """

    def __init__(self, message: str, executed: "NotebookNode") -> None:
        super().__init__(message)
        self.executed = executed


def run(
    notebook: "str | Path | NotebookNode", parameters: Mapping[str, Any] | None = None
) -> "NotebookNode":
    """Return a notebook with what its cells showed; each tells all that a page needs.

    It runs in a process of its own, with this Python, in the folder in which the notebook lies.

    Args:
        notebook: a path, or a notebook as nbformat reads it; it is not changed.
        parameters: name to value, for the cell that is tagged `parameters`.

    Example:
        >>> from nbformat.v4 import new_code_cell, new_notebook
        >>> run(new_notebook(cells=[new_code_cell("1 + 1")])).cells[0].outputs[0].data
        {'text/plain': '2'}
    """
    _needs()
    name, folder, node = _opened(notebook)
    given(node, parameters or {})
    with Progress() as progress:
        client = _client(node, name, progress)
        _executed(client, name, folder)
    return node


def _opened(notebook: "str | Path | NotebookNode") -> "tuple[str, Path, NotebookNode]":
    """Return what a notebook is called, the folder where it runs, and a copy of it."""
    import nbformat  # noqa: PLC0415 - only the extra brings it

    if not isinstance(notebook, (str, Path)):
        return "The notebook", Path.cwd(), deepcopy(notebook)
    path = Path(notebook).expanduser().absolute()
    if not path.is_file():
        message = f"There is no notebook {str(notebook)!r}. Name a file that ends in .ipynb."
        raise BadInputError(message)
    text = path.read_text(encoding="utf-8")
    try:
        _celled(json.loads(text))
        node = nbformat.reads(text, as_version=4)
    except (ValueError, nbformat.ValidationError) as error:
        message = f"{str(notebook)!r} is no notebook: {str(error)[:_CUT]}"
        raise BadInputError(message) from error
    return path.name, path.parent, node


def _celled(whole: object) -> None:
    """Refuse what the readers of notebooks would stumble over."""
    if not isinstance(whole, dict) or not isinstance(whole.get("cells"), list):
        message = "it holds no cells."
        raise BadInputError(message)


def _client(node: "NotebookNode", name: str, progress: Progress) -> "NotebookClient":
    from jupyter_client.kernelspec import KernelSpecManager  # noqa: PLC0415 - only the extra
    from jupyter_client.manager import AsyncKernelManager  # noqa: PLC0415 - brings them
    from nbclient import NotebookClient  # noqa: PLC0415

    language = node.metadata.get("kernelspec", {}).get("language", "python")
    if language != "python":
        message = f"{name} is written for {language!r}; a report is made of Python notebooks."
        raise BadInputError(message)
    cells = len(node.cells)

    def say(cell_index: int, **_: object) -> None:
        progress.say(lambda: f"{name}: cell {cell_index + 1} of {cells}")

    # No folders of kernels: the one that is left is this Python, whatever else is installed.
    specs = KernelSpecManager(kernel_dirs=[])
    return NotebookClient(
        node,
        km=AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs),
        extra_arguments=[f"--IPKernelApp.exec_lines={LINE}", "--log-level=ERROR"],
        store_widget_state=False,
        record_timing=False,
        coalesce_streams=True,
        timeout=None,
        on_cell_start=say,
    )


def _executed(client: "NotebookClient", name: str, folder: Path) -> None:
    from nbclient.exceptions import (  # noqa: PLC0415 - only the extra brings it
        CellExecutionError,
        DeadKernelError,
    )

    try:
        client.execute(cwd=str(folder), env={**os.environ, RENDER: "1"}, cleanup_kc=True)
    except CellExecutionError as error:
        raise _failed(client, name, f"{error.ename}: {error.evalue}") from None
    except DeadKernelError:
        said = "its process ended without a word, as one does that needs more memory than there is"
        raise _failed(client, name, said) from None
    finally:
        # On Ctrl-C the client ends its kernel and then complains, in one of several ways.
        if getattr(client, "_async_cleanup_kernel_future", None) is not None:
            raise KeyboardInterrupt from None


def _failed(client: "NotebookClient", name: str, said: str) -> CellError:
    """Return which cell failed, how it begins, and what it said."""
    node = client.nb
    code = [cell for cell in node.cells if cell.cell_type == "code" and cell.source.strip()]
    place = client.code_cells_executed
    lines = [line for line in code[place - 1].source.splitlines() if line.strip()]
    shown = "\n".join(f"    {line[:_CUT]}" for line in lines[:_LINES])
    where = f"{name} stops at its code cell {place} of {len(code)}"
    return CellError(f"{where}:\n{shown}\n{said}", node)


def _needs() -> None:
    try:
        import ipykernel  # noqa: F401, PLC0415 - only the extra brings them
        import nbclient  # noqa: F401, PLC0415
    except ImportError as missing:
        message = (
            f"Running a notebook needs its packages, and {missing.name} is missing: "
            "pip install 'agentlens[notebook]'."
        )
        raise NotebookMissingError(message) from missing
