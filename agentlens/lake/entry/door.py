"""What happens to rows before they touch the disk, and to ids that a person asks for?"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from agentlens.errors import BadInputError
from agentlens.lake.entry.identity import Identity, create, identify
from agentlens.lake.store.history import Store
from agentlens.tables.redact.find import find
from agentlens.tables.redact.frames import redact_frames
from agentlens.tables.redact.ids import stored_id
from agentlens.tables.redact.key import Key, fingerprint, key_of
from agentlens.tables.redact.policy import redaction_of

if TYPE_CHECKING:
    from agentlens.tables.redact.policy import Said

__all__ = ["RAW", "Door"]

RAW = "none"
_HIDDEN = "redacted"
_KINDS: Any = {"user_id": "user", "session_id": "session"}


@dataclass(frozen=True)
class Door:
    """Who may come in, and as what.

    Attributes:
        store: the lake behind it.
        said: how rows are redacted, in the words of the caller.
        given: the key, where the caller gave one.
    """

    store: Store
    said: "Said"
    given: "Key | bytes | str | None"

    @cached_property
    def identity(self) -> Identity | None:
        """What the lake says of itself; None before its first rows."""
        return identify(self.store)

    @cached_property
    def key(self) -> Key | None:
        """The redaction key, if it is the lake's; None where rows are raw."""
        there = self.identity
        if self.raw if there is None else there.redaction == RAW:
            return None
        key = key_of(self.given)
        identify(self.store, key=fingerprint(key))
        return key

    @property
    def raw(self) -> bool:
        """Whether the caller wants rows as they are."""
        return redaction_of(self.said) is None

    @property
    def salt(self) -> bytes:
        """The key of the hashes by which something forgotten is known again."""
        if self.key is not None:
            return self.key.value
        return ("" if self.identity is None else self.identity.id).encode()

    def opened(self) -> "Door":
        """Return the door of the lake that is there now, and make the lake where there is none."""
        there = identify(self.store)
        if there is None:
            key = self.key
            create(
                self.store,
                redaction=RAW if self.raw else _HIDDEN,
                key="" if key is None else fingerprint(key),
            )
            return Door(self.store, self.said, self.given).opened()
        if self.raw != (there.redaction == RAW):
            held, came = ("raw", "redacted") if there.redaction == RAW else ("redacted", "raw")
            message = (
                f"The lake {str(self.store.root)!r} keeps {held} rows, and these would be {came}:"
                f" users would have two names. Say redact={None if held == 'raw' else 'default'!r},"
                " or give a new folder."
            )
            raise BadInputError(message)
        return self

    def redacted(self, frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        """Return rows as they may be written."""
        return redact_frames(frames, self.said, key=self.key).frames

    def stored(self, column: str, value: object) -> object:
        """Return a value as the lake keeps it: users and sessions under their hashed names."""
        if column not in _KINDS or not isinstance(value, str) or self.key is None:
            return value
        return stored_id(value, _KINDS[column], self.key.value)

    def found(self, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Return how many patterns are still found, by place and never by value."""
        return find(frames, self.sought)

    @property
    def sought(self) -> "Said":
        """What counts as found: the lake's own policy, and where rows are raw the default one."""
        return "default" if self.raw else self.said
