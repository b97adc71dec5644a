"""Which name stands for a person or a session without telling who it is?"""

import hmac
import re
from base64 import b32encode
from typing import Any, Literal

import pandas as pd

from agentlens.errors import UnknownNameError

__all__ = ["ID_COLUMNS", "Kind", "kind_of", "stored_id", "stored_ids"]

Kind = Literal["user", "session"]

_PREFIX = {"user": "u_", "session": "s_"}
_STORED = {kind: re.compile(prefix + "[a-z2-7]{20}") for kind, prefix in _PREFIX.items()}
_LENGTH = 20
ID_COLUMNS: dict[str, Kind] = {"user_id": "user", "session_id": "session"}
_LAST = re.compile(r"(?:^|[._])(?P<kind>user|session)[._]?id$")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def stored_id(value: str, kind: Kind, key: bytes) -> str:
    """Return the name under which an id is kept; one that already has that form stays.

    Args:
        value: the id as the application knows it.
        kind: "user" or "session".
        key: the secret key.

    Example:
        >>> stored_id("ann", "user", b"0123456789abcdef")
        'u_tiwo2vpkjfxgp6oocjcj'
    """
    if kind not in _PREFIX:
        raise UnknownNameError("kind of id", kind, _PREFIX)
    if _STORED[kind].fullmatch(value):
        return value
    message = f"{kind}:{value}".encode("utf-8", "surrogatepass")
    told = b32encode(hmac.digest(key, message, "sha256")).decode().lower()
    return _PREFIX[kind] + told[:_LENGTH]


def stored_ids(values: pd.Series, kind: Kind, key: bytes) -> pd.Series:
    """Return a column of ids as they are kept; missing ones stay missing.

    Args:
        values: the ids; each distinct one is worked on once.
        kind: "user" or "session".
        key: the secret key.
    """
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(object)
    codes, known = pd.factorize(values)
    kept = [stored_id(_text(one), kind, key) for one in known]
    named: Any = pd.Series(kept, dtype="str").reindex(codes)  # a missing id has the code -1
    return pd.Series(named.array, index=values.index, name=values.name, dtype="str")


def _text(value: object) -> str:
    """Return an id as text; a whole number that a gap had turned into 17.0 is 17."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)  # type: ignore[call-overload]  # whole says it


def kind_of(name: str) -> Kind | None:
    """Return whose id a column or a key holds, or None.

    >>> kind_of("attributes.user.id"), kind_of("sessionId"), kind_of("meta_user_id"), kind_of("id")
    ('user', 'session', 'user', None)
    """
    found = _LAST.search(_HUMP.sub("_", name).lower())
    if found is None:
        return None
    return "user" if found.group("kind") == "user" else "session"
