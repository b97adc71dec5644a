"""How does a command make the report of a week: as a notebook, or where there is no kernel?"""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import agentlens as al
from agentlens.cli.base import say
from agentlens.cli.notebooks import notebook
from agentlens.cli.source import is_lake, log_of

__all__ = ["week_of"]

_KERNEL = ("nbclient", "ipykernel", "anywidget")


def week_of(places: Sequence[str], asked: Mapping[str, object], *, code: bool = False) -> al.Report:
    """Return the report of a week of what lies at these places.

    Args:
        places: one lake, or files that are read together.
        asked: of the week, in the words of `weekly`; what was not asked is left out.
        code: whether the cells' code stands on the page, folded.
    """
    lake = places[0] if len(places) == 1 and is_lake(places[0]) else None
    missing = [name for name in _KERNEL if find_spec(name) is None]
    if missing:
        say(
            f"{missing[0]} is not installed, so that no notebook runs: the page comes without knobs."
            " For knobs: pip install 'agentlens[notebook]'"
        )
        return al.weekly(al.Lake(lake) if lake else log_of(places), **dict(asked))  # type: ignore[arg-type]
    # The notebook runs in a folder of its own.
    if lake:
        where: dict[str, object] = {"lake": str(Path(lake).resolve())}
    else:
        where = {"files": [str(Path(one).absolute()) for one in places]}
    return al.render(notebook("weekly.ipynb"), {**asked, **where}, code=code)
