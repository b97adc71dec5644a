"""What does a live view show, and what stands in its place where it cannot live?"""

import json
from base64 import b64encode
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, ClassVar

from agentlens import html
from agentlens.errors import NotebookMissingError
from agentlens.page.living import LIVE
from agentlens.page.plotlyjs import drawing
from agentlens.page.rendering import rendering
from agentlens.widgets.live.rows import quotes

try:
    import anywidget
    import traitlets
except ImportError as missing:
    raise NotebookMissingError(
        f"Live views need the packages of the notebook, and {missing.name} is missing:"
        " pip install 'agentlens[notebook]'. Every verb but tune, explore, show and label's view"
        " works without."
    ) from missing

if TYPE_CHECKING:
    from agentlens.result import Result
    from agentlens.theme import Band

__all__ = ["LIVE", "Shown"]


class Shown(anywidget.AnyWidget):
    """What a view is given to draw, and the same in words, as a table and for a page by itself.

    Attributes:
        view: name of the script, a file of `widgets/js/views`.
        state: what it draws, one JSON text.
        data: the numbers beside it.
    """

    view: ClassVar[str]

    state = traitlets.Unicode("{}").tag(sync=True, echo_update=False)
    data = traitlets.Bytes(b"").tag(sync=True, echo_update=False)

    @property
    def shown_result(self) -> "Result | None":
        """The Result that it shows; None where what it shows is no Result."""
        return None

    @property
    def title(self) -> str:
        """What it is called."""
        found = self.shown_result
        return type(self).__name__ if found is None else found.title

    @property
    def band(self) -> "Band | None":
        """The band of what it shows, for the report in which it stands."""
        found = self.shown_result
        return None if found is None else found.band

    @property
    def private(self) -> bool:
        """Whether what it shows may hold text of single traces; a report says so."""
        found = self.shown_result
        return found is None or found.quotes or quotes(found.frame)

    def alt(self) -> str:
        """Return what is shown in one sentence."""
        return str(json.loads(self.state).get("alt", ""))

    def card(self) -> str:
        """Return what is shown as HTML that needs no script."""
        found = self.shown_result
        return html.card(self.title, headline=self.alt()) if found is None else found.card()

    def bundle(self) -> dict[str, Any]:
        """Return all that a page without a kernel needs to show this view."""
        return {
            "view": self.view,
            "title": self.title,
            "band": self.band,
            "alt": self.alt(),
            "card": self.card(),
            "private": self.private,
            "esm": self._esm,
            "css": self._css,
            "state": self.state,
            "data": b64encode(self.data).decode(),
        }

    def plain(self) -> dict[str, Any]:
        """Return, by type, what stands in its place where no live view can be shown."""
        return {"text/plain": self.alt() or repr(self), "text/html": self.card()}

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, **more: Any
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the view with what may stand in its place, or the whole bundle if it is asked for.

        The bundle is as large as all else together, so that it is only made for a page that wants it.
        A page has no kernel, and so no use for the view; a frozen notebook has only its picture.
        """
        if include and LIVE in include:
            return {LIVE: self.bundle()}, {}
        if rendering():
            found = self.shown_result
            still = {} if found is None else {"figure": drawing(found.figure())}
            return {LIVE: json.dumps({**self.bundle(), **still}), **self.plain()}, {}
        made, about = super()._repr_mimebundle_(**more) or ({}, {})
        return {**made, **self.plain()}, about

    def __repr__(self) -> str:
        """Return the sentence that stands for the picture."""
        return f"{type(self).__name__}({self.alt()!r})"
