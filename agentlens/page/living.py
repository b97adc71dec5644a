"""What is a live view to a page, which knows nothing of the notebook that it comes from?"""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

__all__ = ["LIVE", "Living"]

LIVE = "application/vnd.agentlens.v1+json"
"""The type under which a live view travels into a page without a kernel."""


@runtime_checkable
class Living(Protocol):
    """Anything that can hand over what a page without a kernel needs to show it.

    The bundle holds `title`, `alt`, `card` (safe HTML), `private` (whether it may hold text of
    single traces), `band` (or None), `esm` and `css` (the script and the style), `state` (JSON) and `data` (base64).
    """

    def bundle(self) -> Mapping[str, Any]:
        """Return all of it."""

    def alt(self) -> str:
        """Return what is shown in one sentence."""
