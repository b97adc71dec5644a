"""What does a column say, as plain texts?"""

import pandas as pd

from agentlens.tables.characters import whole

__all__ = ["texts_of"]


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
    pairs = zip(frame[name].astype(object), frame[name].isna(), strict=True)
    return ["" if missing else whole(str(value)) for value, missing in pairs]
