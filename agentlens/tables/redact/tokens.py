"""What stands in a text instead of a value that was hidden?"""

import hmac
import re
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = ["TOKEN", "Tokens", "digest"]

TOKEN = re.compile(r"<[A-Z][A-Z_]{1,30}_(?:[A-Z2-7]{4}|[A-Z2-7]{20}|[0-9]{1,7})>")
"""What no rule looks into, so that hiding twice changes nothing."""

_SHORT, _LONG = 4, 20
_NUMBERED = re.compile(r"<([A-Z][A-Z_]{1,30})_([0-9]{1,7})>")


def digest(key: bytes, *parts: str) -> str:
    """Return what a key makes of some texts, in the letters A-Z and 2-7.

    Each part is preceded by its length, so that no two lists of parts are one text.
    """
    told = [one.encode("utf-8", "surrogatepass") for one in parts]
    message = b"".join(len(one).to_bytes(8, "big") + one for one in told)
    return b32encode(hmac.digest(key, message, "sha256")).decode()


@dataclass
class Tokens:
    """The tokens of one call: the same value in the same session has the same one.

    Keyed tokens depend on nothing but key, session, rule and value, so that rows which arrive on
    different days agree. Numbered ones are easier to read and count on from those already there.

    Attributes:
        key: the secret key.
        numbered: whether to number values instead.
    """

    key: bytes
    numbered: bool = False
    _known: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def of(self, session: str, label: str, value: str) -> str:
        """Return the token of a value."""
        place = (session, label, value)
        if place not in self._known:
            self._known[place] = self._made(*place)
        return self._known[place]

    def of_text(self, text: str) -> str:
        """Return the token of a whole text, which is the same for equal texts in a whole log."""
        return f"<TEXT_{digest(self.key, 'text', text)[:_LONG]}>"

    def count_on(self, session: str, texts: Iterable[str]) -> None:
        """Note the numbers that a session's texts already use."""
        for text in texts:
            for label, number in _NUMBERED.findall(text):
                used = self._counts.get((session, label), 0)
                self._counts[session, label] = max(used, int(number))

    def _made(self, session: str, label: str, value: str) -> str:
        if not self.numbered:
            return f"<{label}_{digest(self.key, 'token', session, label, value)[:_SHORT]}>"
        number = self._counts[session, label] = self._counts.get((session, label), 0) + 1
        return f"<{label}_{number}>"
