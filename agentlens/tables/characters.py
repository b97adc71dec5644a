"""Which text holds half a character, so that nothing could write it down?"""

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

__all__ = ["LONE", "whole", "whole_texts"]

LONE = re.compile("[\ud800-\udfff]")
"""A surrogate that stands alone: valid in a Python string, in no file and in no Arrow array."""

_STANDS_IN = "\ufffd"


def whole(text: str) -> str:
    r"""Return the text with the replacement character for each half of one.

    >>> whole("a\ud800b") == "a\ufffdb"
    True
    """
    return text if text.isascii() else LONE.sub(_STANDS_IN, text)


def whole_texts(
    values: pd.Series, say: Callable[[object], str] = str
) -> tuple[pd.Series, "np.ndarray[tuple[int], np.dtype[np.bool_]]"]:
    """Return values as texts of the str type, and which of them had to be mended.

    Args:
        values: anything; missing values stay missing.
        say: how one value is told as text.
    """
    pairs = zip(values.astype(object), values.isna(), strict=True)
    told = [None if missing else say(value) for value, missing in pairs]
    try:
        return pd.Series(told, values.index, dtype="str"), np.zeros(len(told), dtype=bool)
    except UnicodeEncodeError:
        kept = [None if text is None else whole(text) for text in told]
        mended = np.array([one != other for one, other in zip(told, kept, strict=True)], dtype=bool)
        return pd.Series(kept, values.index, dtype="str"), mended
