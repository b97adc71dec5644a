"""In which words do values travel to a browser?"""

import json
from collections.abc import Mapping
from math import isfinite

import numpy as np
import pandas as pd

__all__ = ["said"]


def said(value: object) -> str:
    """Return JSON in plain ASCII; numbers that are none become null, times become text.

    >>> said({"a": [1.5, float("nan")]})
    '{"a": [1.5, null]}'
    """
    try:
        return json.dumps(value, allow_nan=False, default=_plain)
    except ValueError:
        return json.dumps(_known(value), allow_nan=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return _known(value.item())
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    message = f"{type(value).__name__} cannot travel to the browser"
    raise TypeError(message)


def _known(value: object) -> object:
    """Return the same with null for every number that is none."""
    if isinstance(value, Mapping):
        return {key: _known(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_known(one) for one in value]
    return None if isinstance(value, float) and not isfinite(value) else value
