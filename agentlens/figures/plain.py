"""What does plotly send of a figure that was written as data, without reading it again?"""

from base64 import b64encode
from typing import Any

import numpy as np
from plotly.io import templates

__all__ = ["plain"]

_WHOLE = (np.int8, np.int16, np.int32)
_TYPES = {"float64": "f8", "float32": "f4", "int8": "i1", "int16": "i2", "int32": "i4"}


def plain(figure: dict[str, Any]) -> dict[str, Any]:
    """Return what `to_plotly_json` returns of `go.Figure(figure)`.

    To make a figure that somebody may change, plotly holds each value against what it knows; for
    one that only travels that is most of the time it takes.

    Args:
        figure: data and layout, each value such as plotly would hold it.
    """
    default = templates.default
    shown = {} if default is None else {"template": templates[default].to_plotly_json()}
    return {
        "data": [_packed(trace) for trace in figure["data"]],
        "layout": {**shown, **figure["layout"]},
    }


def _packed(value: Any) -> Any:
    """Return numbers of an array as bytes in text, in the narrowest type that plotly.js reads."""
    if isinstance(value, dict):
        return {name: _packed(one) for name, one in value.items()}
    if not isinstance(value, np.ndarray) or not value.size:
        return value
    if value.dtype == np.int64:
        fits = (one for one in _WHOLE if _holds(one, value))
        value = value.astype(next(fits, np.int64))
    code = _TYPES.get(str(value.dtype))
    return value if code is None else {"dtype": code, "bdata": b64encode(value).decode()}


def _holds(dtype: type[np.signedinteger[Any]], value: np.ndarray) -> bool:
    bounds = np.iinfo(dtype)
    return bool(bounds.min <= value.min() and value.max() <= bounds.max)
