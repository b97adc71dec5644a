"""Is every byte of the lake what was written?"""

import pandas as pd

from agentlens.lake.files.manifest import BrokenFileError, ListRef, Part
from agentlens.lake.files.sound import check_pages
from agentlens.lake.store.history import Store

__all__ = ["verify"]

_COLUMNS = ["file", "table", "day", "problem"]


def verify(store: Store) -> pd.DataFrame:
    """Return a row for each file of each kept snapshot that is not what was written.

    Every file is read whole, with the check sums of its pages.
    """
    problems: dict[str, tuple[str, str, str, str]] = {}
    lists: dict[str, ListRef] = {}
    for n in store.numbers():
        try:
            lists |= {ref.path: ref for ref in store.snapshot(n).lists}
        except BrokenFileError as error:
            _note(problems, error)
    parts: dict[str, tuple[str, Part]] = {}
    for ref in lists.values():
        try:
            parts |= {part.path: (ref.table, part) for part in store.listed(ref)}
        except BrokenFileError as error:
            _note(problems, error, ref.table, ref.month)
    for table, part in parts.values():
        try:
            check_pages(store.root, table, part)
        except BrokenFileError as error:
            _note(problems, error, table, part.day)
    return pd.DataFrame(list(problems.values()), columns=_COLUMNS).astype("str")


def _note(
    problems: dict[str, tuple[str, str, str, str]],
    error: BrokenFileError,
    table: str = "",
    day: str = "",
) -> None:
    problems[error.path] = (error.path, error.table or table, error.day or day, error.reason)
