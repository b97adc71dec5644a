"""What is a rule: how are its values found, and which two spellings are one value?"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["Find", "Rule", "matching", "spelt"]

Span = tuple[int, int]
Find = Callable[[str], Iterator[Span]]
_PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Rule:
    """One pattern by name.

    Every finder is linear on every text: it starts at a rare anchor, looks back a bounded way,
    and reads on a bounded way, so that no text can hold a reader up.

    Attributes:
        name: what the audit calls it.
        find: gives the begin and end of each value in a text.
        suspect: an expression that is found in every text with a value; it is searched first, in
            all texts at once. It looks at nothing around the value, since hiding a neighbour
            changes what is around.
        hints: words of which one is in every text with a value; none where `suspect` must do.
        normal: brings two spellings of one value to one text, so that they get one token.
    """

    name: str
    find: Find
    suspect: str
    hints: tuple[str, ...] = ()
    normal: Callable[[str], str] = str

    @property
    def label(self) -> str:
        """The word in its tokens, such as EMAIL in `<EMAIL_K7Q2>`."""
        return self.name.upper()

    @property
    def group(self) -> str:
        """Which rules are tried together: the many short ones for secrets, any other alone."""
        return self.name if self.name == "secret" else self.suspect

    def spans(self, text: str) -> Iterator[Span]:
        """Return the begin and end of each value in a text."""
        if self.hints and not any(hint in text for hint in self.hints):
            return iter(())
        return self.find(text)


def matching(pattern: str, check: Callable[[re.Match[str]], Span | None] | None = None) -> Find:
    """Return a finder of an expression's matches.

    Args:
        pattern: the expression; its group "value" is the value where it has one.
        check: narrows, widens or refuses a match.
    """
    compiled = re.compile(pattern)
    group: int | str = "value" if "value" in compiled.groupindex else 0

    def find(text: str) -> Iterator[Span]:
        for match in compiled.finditer(text):
            span = check(match) if check else match.span(group)
            if span is not None:
                yield span

    return find


def spelt(value: str) -> str:
    """Return a value without its separators and in capitals.

    >>> spelt("de89 3704-0044"), spelt("+49 (170) 1")
    ('DE8937040044', '491701')
    """
    return _PUNCTUATION.sub("", value).upper()
