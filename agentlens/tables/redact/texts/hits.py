"""What was found in a text, and how do finds that touch become one?"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace

from agentlens.tables.redact.ids import Kind
from agentlens.tables.redact.tokens import TOKEN

__all__ = ["Hit", "apart", "outside_tokens"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One value in a text: where it stands, by which rule, and what it is called.

    Attributes:
        begin: where it begins.
        end: where it ends.
        rank: of two that overlap, the one of lower rank names both.
        rule: what the audit calls it.
        label: the word in its token.
        value: the value, in the form that all its spellings share.
        kind: whose id it is, where it is one.
        quote: the quotation mark to put around, where a number becomes a string.
        in_key: whether it stands in a key, which is counted but not changed.
    """

    begin: int
    end: int
    rank: int
    rule: str
    label: str
    value: str
    kind: Kind | None = None
    quote: str = ""
    in_key: bool = False


def outside_tokens(text: str, hits: list[Hit]) -> list[Hit]:
    """Return the hits that touch nothing that was hidden before."""
    if "<" not in text:
        return hits
    spans = [match.span() for match in TOKEN.finditer(text)]
    begins, ends = [begin for begin, _ in spans], [end for _, end in spans]
    return [hit for hit in hits if bisect_right(ends, hit.begin) == bisect_left(begins, hit.end)]


def apart(hits: list[Hit]) -> list[Hit]:
    """Return hits in order; those that overlap become one, named by the weightiest."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (one.begin, one.rank, -one.end)):
        last = kept[-1] if kept else None
        if last is None or hit.begin >= last.end:
            kept.append(hit)
            continue
        named = min(last, hit, key=lambda one: one.rank)
        kept[-1] = replace(named, begin=last.begin, end=max(last.end, hit.end))
    return kept
