"""How does a Result that a cell shows get onto the page that is made of its notebook?"""

from typing import TYPE_CHECKING

from agentlens.page.rendering import sendable
from agentlens.report.parts.told import RESULT, told, write_told
from agentlens.result import Result

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LINE", "tell"]

LINE = f"from {__name__} import tell as _tell; _tell(); del _tell"
"""What a kernel runs first, so that its cells tell."""


def tell() -> None:
    """Let every Result that this kernel shows tell all that a page needs of it."""
    from IPython import get_ipython  # noqa: PLC0415 - only a notebook has it

    formatter = get_ipython().display_formatter.ipython_display_formatter
    formatter.for_type(Result, _told)


def _told(result: Result) -> None:
    from IPython.display import display  # noqa: PLC0415 - only a notebook has it

    show: Callable[..., object] = display
    one = told(result)
    show(
        {RESULT: write_told(one), "text/html": one.card, "text/plain": sendable(repr(one))},
        raw=True,
    )
