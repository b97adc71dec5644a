"""How is the button that uploads a figure kept out of all that plotly shows in this session?"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from agentlens.theme import FIGURE_CONFIG

__all__ = ["nothing_is_uploaded"]

_RENDERERS = "plotly.io._renderers"
_NAMES = ("plotly_mimetype", "jupyterlab", "notebook", "vscode")


def nothing_is_uploaded() -> None:
    """Take plotly's cloud button out of its renderers: now, or as soon as they are loaded.

    They are not loaded for this: they bring a validator of notebooks along, which can cost seconds,
    and a Result and a live view show their figures without them.
    """
    if (loaded := sys.modules.get(_RENDERERS)) is not None:
        _without_button(loaded)
    elif not any(isinstance(one, _Waiting) for one in sys.meta_path):
        sys.meta_path.insert(0, _Waiting())


class _Waiting(MetaPathFinder):
    """Waits for the renderers to be loaded, and then waits no more."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where the renderers are, with the button taken out after they are loaded."""
        if name != _RENDERERS:
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path, target)
        loader: Any = None if spec is None else spec.loader
        if loader is not None:
            load = loader.exec_module

            def loaded(module: ModuleType) -> None:
                load(module)
                _without_button(module)

            loader.exec_module = loaded
        return spec


def _without_button(module: ModuleType) -> None:
    renderers = getattr(module, "renderers", {})
    for name in _NAMES:
        if name in renderers and hasattr(renderer := renderers[name], "config"):
            renderer.config = {**(renderer.config or {}), **FIGURE_CONFIG}
