"""Where are the notebooks that come with AgentLens?"""

from pathlib import Path

from agentlens.errors import BadInputError

__all__ = ["folder", "notebook"]

_PACKAGE = Path(__file__).resolve().parents[1]
_PLACES = (_PACKAGE / "notebooks", _PACKAGE.parent / "notebooks")


def folder() -> Path | None:
    """Return the folder: inside an installed package, or beside it in a clone; None for neither."""
    return next((one for one in _PLACES if one.is_dir()), None)


def notebook(name: str) -> Path:
    """Return one of them.

    Args:
        name: such as "weekly.ipynb".

    Example:
        >>> notebook("weekly.ipynb").name
        'weekly.ipynb'
    """
    place = folder()
    if place is None or not (place / name).is_file():
        message = f"The notebook {name!r} did not come with this installation; install it again."
        raise BadInputError(message)
    return place / name
