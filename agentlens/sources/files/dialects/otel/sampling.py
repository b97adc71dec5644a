"""With what probability did a sampler keep a span, as its trace state tells it?"""

import re

__all__ = ["share_kept"]

_STATE = re.compile(r"(?:^|[,\s]|key=)ot(?:=|, value=)([^,}'\"\]]*)")
_THRESHOLD = re.compile(r"(?:^|;)th:([0-9a-fA-F]{1,14})(?:;|$)")
_DIGITS = 14
_ALL = 1 << 56


def share_kept(state: object) -> float | None:
    """Return the share of traces that a consistent sampler kept, as a trace state tells it.

    >>> share_kept("ot=th:8"), share_kept("vendor=x,ot=rv:ab;th:c"), share_kept("")
    (0.5, 0.25, None)
    """
    if not state or not isinstance(state, str):
        return None
    held = _STATE.search(state)
    threshold = _THRESHOLD.search(held.group(1)) if held else None
    if threshold is None:
        return None
    left_out = int(threshold.group(1).ljust(_DIGITS, "0"), 16)
    return (_ALL - left_out) / _ALL
