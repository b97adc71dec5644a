"""What is the one spelling of an id that sources write in hex, in base64 or with a prefix?"""

import re
from base64 import b64decode
from binascii import Error

import pandas as pd

__all__ = ["one_spelling", "spelt"]

_SPELT = "[0-9a-f]{16}|[0-9a-f]{32}"
_HEX = re.compile(r"[0-9a-f]+")
_PACKED = {24: 16, 12: 8}
_HEX_LENGTHS = {32, 16}
_NOBODY = ["0" * 16, "0" * 32]


def spelt(values: pd.Series) -> pd.Series:
    """Return ids in their one spelling; empty and all-zero ones are missing.

    Each different value is looked at once, and none where all are in that spelling.
    """
    texts = values.astype("str")
    known = texts.dropna()
    if known.str.fullmatch(_SPELT).all() and not known.isin(_NOBODY).any():
        return texts
    codes, distinct = pd.factorize(texts)
    told = pd.array([one_spelling(str(one)) for one in distinct], dtype="str")
    taken: pd.Series = pd.Series(told).reindex(codes)  # the code of a missing value is -1
    return pd.Series(taken.to_numpy(), index=values.index, dtype="str")


def one_spelling(given: str) -> str | None:
    """Return one id in lower-case hex where it is hex or base64 of an id, verbatim where it is not.

    The length decides first: 32 hex digits are valid base64, too.

    >>> one_spelling("0xABCDEF0123456789"), one_spelling("EBESExQVFhc="), one_spelling("tr-7")
    ('abcdef0123456789', '1011121314151617', 'tr-7')
    """
    bare = given.strip()
    bare = bare[2:] if bare[:2] in {"0x", "0X"} else bare
    low = bare.lower()
    if len(bare) in _HEX_LENGTHS and _HEX.fullmatch(low):
        return None if not low.strip("0") else low
    if len(bare) in _PACKED:
        try:
            packed = b64decode(bare, validate=True)
        except (Error, ValueError):
            return bare
        if len(packed) == _PACKED[len(bare)]:
            return packed.hex() if any(packed) else None
    return bare or None
