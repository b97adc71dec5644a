"""Which log does a person mean by what stands on the command line?"""

from collections.abc import Sequence
from pathlib import Path

import agentlens as al
from agentlens.errors import BadInputError

__all__ = ["WHAT", "is_lake", "log_of"]

WHAT = "log files, folders or patterns; or one lake"
_MARK = "lake.json"


def log_of(places: Sequence[str]) -> al.Log:
    """Return the log of a lake, or of files that are read together.

    Args:
        places: as they were typed.
    """
    lakes = [one for one in places if is_lake(one)]
    if not lakes:
        return al.read_files(list(places))
    if len(places) > 1:
        message = f"{lakes[0]!r} is a lake, and a lake is read by itself; give only that one."
        raise BadInputError(message)
    return al.Lake(lakes[0]).log()


def is_lake(place: str | Path) -> bool:
    """Return whether a folder is a lake.

    Args:
        place: the folder; it need not exist.

    Example:
        >>> is_lake("no/such/folder")
        False
    """
    return (Path(place) / _MARK).is_file()
