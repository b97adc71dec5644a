"""What does a page need of a Result?

Not its rows and not its class: what is told here can travel, in the outputs of an executed notebook
or between two processes, and a page that is made of it is the same page.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agentlens.errors import BadInputError
from agentlens.page.plotlyjs import drawing
from agentlens.report.parts.facts import known
from agentlens.result import Result
from agentlens.tables.schema import TABLES
from agentlens.theme import Band, mark

__all__ = ["RESULT", "Told", "read_told", "told", "write_told"]

RESULT = "application/vnd.agentlens.result.v1+json"
"""The type under which a Result travels from a notebook to its page."""

_HEIGHT = 380
_PAYLOAD = "payload"
_TRACE_TEXT = {
    column.name for table in TABLES.values() for column in table.columns if column.dtype == _PAYLOAD
}


@dataclass(frozen=True, kw_only=True, repr=False)
class Told:
    """A Result as a page knows it.

    Attributes:
        id: the name of the question.
        verb: the public function that answered.
        title: what was asked.
        band: pass, watch, act or unknown.
        headline: the answer in one sentence.
        card: the card, as HTML that is safe.
        figure: the picture, as JSON text for plotly.js.
        types: of the traces in the picture.
        height: of the picture, in pixels.
        known: what `facts.known` returns: facts, signals, definitions and caveats.
        private: whether it holds text of single traces.
        quotes: whether it may quote single words of users.
    """

    id: str
    verb: str
    title: str
    band: Band
    headline: str
    card: str
    figure: str
    types: tuple[str, ...]
    height: int
    known: Mapping[str, Any]
    private: bool
    quotes: bool

    def __repr__(self) -> str:
        """Return title, band and headline, as the Result does."""
        return f"{self.title}\n[{mark(self.band)}] {self.headline}"

    def _repr_html_(self) -> str:
        """Return the card."""
        return self.card


def told(result: Result) -> Told:
    """Return what a page needs of a Result.

    Args:
        result: any.

    Example:
        >>> import agentlens as al
        >>> told(al.worst(al.demo().last("24h"))).verb
        'worst'
    """
    figure = result.figure()
    return Told(
        id=result.id,
        verb=result.verb,
        title=result.title,
        band=result.band,
        headline=result.headline,
        card=result.card(),
        figure=drawing(figure),
        types=tuple(sorted({trace.type for trace in figure.data})),
        height=int(figure.layout.height or _HEIGHT),
        known=known(result),
        private=not _TRACE_TEXT.isdisjoint(map(str, result.frame.columns)),
        quotes=result.quotes,
    )


def write_told(one: Told) -> str:
    """Return it as JSON that is ASCII: half a character would not pass the way out of a kernel.

    Args:
        one: what a page needs of a Result.

    Example:
        >>> import agentlens as al
        >>> write_told(told(al.worst(al.demo().last("24h"))))[:14]
        '{"id": "worst-'
    """
    return json.dumps(vars(one))


def read_told(text: str) -> Told:
    """Return what a Result told in a notebook.

    Args:
        text: JSON, as a notebook holds it.

    Example:
        >>> import agentlens as al
        >>> worst = told(al.worst(al.demo().last("24h")))
        >>> read_told(write_told(worst)) == worst
        True
    """
    try:
        whole = json.loads(text)
        return Told(**{**whole, "types": tuple(whole["types"])})
    except (KeyError, TypeError, ValueError) as error:
        message = (
            "An output that should hold a Result cannot be read: "
            f"{type(error).__name__} {error}. It comes from another version; run the notebook again."
        )
        raise BadInputError(message) from error
