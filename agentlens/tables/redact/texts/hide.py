"""What do texts say once what gives a person away is taken out of them?"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from agentlens.tables.redact.ids import stored_id
from agentlens.tables.redact.key import Key, key_of
from agentlens.tables.redact.policy import Said, redaction_of
from agentlens.tables.redact.texts.columns import Marks, as_texts, marks_of, with_changes
from agentlens.tables.redact.texts.hits import Hit
from agentlens.tables.redact.texts.known import NOBODY, Known
from agentlens.tables.redact.texts.search import Search, search_of
from agentlens.tables.redact.tokens import Tokens

__all__ = ["Hider", "redacted_texts"]


@dataclass
class Hider:
    """A policy at work in one call: it searches each distinct text once.

    Attributes:
        search: finds what must be hidden.
        tokens: says what stands there instead.
    """

    search: Search
    tokens: Tokens
    _found: dict[str, list[Hit]] = field(default_factory=dict)
    _narrow: dict[int, Search] = field(default_factory=dict)

    def marks(self, texts: list[str | None]) -> "Marks":
        """Return which suspects are in each text as a number, one bit each; 0 for none."""
        return marks_of(texts, [pattern for _, pattern in self.search.suspects])

    def hits(self, text: str, mark: int, known: Known = NOBODY) -> list[Hit]:
        """Return what must be hidden in a text with these marks."""
        if known is not NOBODY and known.touches(text):
            return self._search(mark).found(text, known)
        if text not in self._found:
            self._found[text] = self._search(mark).found(text)
        return self._found[text]

    def hidden(
        self, text: str, mark: int, session: str, known: Known = NOBODY
    ) -> tuple[str, list[Hit]]:
        """Return a text without what must be hidden, and what that was.

        What was hidden may have kept a neighbour from being seen, so the text is searched again
        until nothing is found. Each turn leaves less that is not a token, so there is an end; and
        nothing that was no suspect becomes one, since no rule reads over a token.
        """
        hits = self.hits(text, mark, known)
        every = list(hits)
        while any(not hit.in_key for hit in hits):
            text = self._replaced(text, hits, session)
            hits = self._search(mark).found(text, known)
            every += [hit for hit in hits if not hit.in_key]
        return text, every

    def _search(self, mark: int) -> Search:
        if mark not in self._narrow:
            names = [
                name for place, (name, _) in enumerate(self.search.suspects) if mark >> place & 1
            ]
            self._narrow[mark] = self.search.narrowed(names)
        return self._narrow[mark]

    def _replaced(self, text: str, hits: list[Hit], session: str) -> str:
        parts: list[str] = []
        at = 0
        for hit in hits:
            if not hit.in_key:
                parts += (text[at : hit.begin], self._instead(hit, session))
                at = hit.end
        return "".join((*parts, text[at:]))

    def _instead(self, hit: Hit, session: str) -> str:
        if hit.kind is None:
            return self.tokens.of(session, hit.label, hit.value)
        return hit.quote + stored_id(hit.value, hit.kind, self.tokens.key) + hit.quote


def redacted_texts(
    texts: pd.Series,
    sessions: pd.Series | None = None,
    policy: Said = "default",
    *,
    key: Key | bytes | str | None = None,
) -> pd.Series:
    """Return texts with patterns hidden; missing ones stay missing, the index stays.

    Args:
        texts: any texts; those that are JSON stay JSON.
        sessions: the session of each text, within which a value keeps its token.
        policy: "default", a `Redaction`, a mapping of its words, or None.
        key: the secret key; by default the user's own.

    Example:
        >>> import pandas as pd
        >>> redacted_texts(pd.Series(["Mail ann@example.com"]), key="0123456789abcdef").tolist()
        ['Mail <EMAIL_DVRX>']
    """
    chosen = redaction_of(policy)
    if chosen is None:
        return texts
    hider = Hider(search_of(chosen), Tokens(key_of(key).value, chosen.tokens == "numbered"))
    told = as_texts(texts)
    named = [""] * len(texts) if sessions is None else sessions.fillna("").astype(str).tolist()
    marks = hider.marks(told)
    changes: dict[int, str | None] = {}
    for row in np.flatnonzero(marks).tolist():
        changes[row] = hider.hidden(told[row] or "", int(marks[row]), named[row])[0]
    return with_changes(texts, changes)
