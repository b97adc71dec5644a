"""What does a column say, as plain texts?"""

import pandas as pd

from agentlens.tables.characters import whole

__all__ = ["looked_up", "texts_of"]


def texts_of(frame: pd.DataFrame, name: str) -> list[str]:
    """Return a column as texts, "" where it is missing; halves of characters are mended.

    Args:
        frame: any frame.
        name: of a column, which need not be there.

    >>> texts_of(pd.DataFrame({"a": ["x", None]}), "a")
    ['x', '']
    """
    if name not in frame:
        return [""] * len(frame)
    column = frame[name]
    if isinstance(column.dtype, pd.StringDtype) and column.dtype.storage == "pyarrow":
        return column.fillna("").tolist()  # Arrow holds no halves of characters
    pairs = zip(column.astype(object), column.isna(), strict=True)
    return ["" if missing else whole(str(value)) for value, missing in pairs]


def looked_up(ids: pd.Series, said: pd.Series) -> pd.Series:
    """Return for each id what is said of it, "" for nothing.

    Args:
        ids: of traces.
        said: by id, each once.
    """
    found = ids.map(said.astype(object)).astype(object)
    return found.where(found.notna(), "")
