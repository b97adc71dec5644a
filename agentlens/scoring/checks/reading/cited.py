"""What does an answer cite, and do the documents hold it?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from agentlens.scoring.checks.reading.documents import Documents, even
from agentlens.scoring.checks.reading.links import link_spans, links_in

__all__ = ["Citation", "Sort", "Style", "cited", "own_words", "resolves"]

Sort = Literal["number", "link", "quotation", "id"]

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]{0,500}`", re.DOTALL)
_NUMBER = re.compile(
    r"\[\^?(\d{1,3}(?:\s?[,;]\s?\^?\d{1,3}){0,20})\](?![(\[])|\u3010(\d{1,3})(?::\d{1,3})?\u2020[^\u3011]{0,80}\u3011"
)
_QUOTE = re.compile(
    r'"([^"\n]{12,1500})"|\u201c([^\u201c\u201d\n]{12,1500})\u201d'
    r"|\u201e([^\u201e\u201c\u201d\n]{12,1500})[\u201c\u201d]|\u00ab([^\u00ab\u00bb\n]{12,1500})\u00bb"
)
_LEFT_OUT = re.compile(r"\[?(?:\u2026|\.{3,})\]?")
_EDGES = " .,;:!?\"'"
_FEWEST_WORDS, _FEWEST_OF_PART = 6, 3


@dataclass(frozen=True)
class Style:
    """Which sorts of citation are looked for, and how ids are written."""

    numbers: bool
    links: bool
    quotations: bool
    ids: re.Pattern[str] | None = None


@dataclass(frozen=True)
class Citation:
    """One citation: its sort, where it stands, and what must be found."""

    sort: Sort
    begin: int
    end: int
    said: str


def cited(text: str, style: Style) -> list[Citation]:
    """Return the citations of a text in order; code is no text.

    Args:
        text: of an answer.
        style: what to look for.

    >>> [one.said for one in cited("So it is [1, 3].", Style(True, True, True))]
    ['1', '3']
    """
    plain = _CODE.sub(lambda match: " " * len(match.group()), text) if "`" in text else text
    found: list[Citation] = []
    if style.numbers:
        found += _numbers(plain)
    if style.links and "://" in plain:
        found += [Citation("link", *one) for one in link_spans(plain)]
    if style.quotations:
        found += _quotations(plain)
    if style.ids is not None:
        for match in style.ids.finditer(plain):
            said = match.group(1) if style.ids.groups else match.group()
            found.append(Citation("id", *match.span(), said or ""))
    return sorted(found, key=lambda one: (one.begin, one.end))


def _numbers(text: str) -> Iterator[Citation]:
    for match in _NUMBER.finditer(text):
        for one in re.findall(r"\d+", match.group(1) or match.group(2)):
            yield Citation("number", *match.span(), one)


def _quotations(text: str) -> Iterator[Citation]:
    for match in _QUOTE.finditer(text):
        said = next(one for one in match.groups() if one is not None)
        if len(said.split()) >= _FEWEST_WORDS:
            yield Citation("quotation", *match.span(), said)


def resolves(one: Citation, documents: Documents) -> bool | None:
    """Return whether the documents hold what is cited; None where that cannot be told.

    Args:
        one: the citation.
        documents: of the same trace.
    """
    found = _is_there(one, documents)
    if found or documents.whole:
        return found
    return None


def _is_there(one: Citation, documents: Documents) -> bool | None:
    if one.sort == "number":
        if one.said in documents.ids:
            return True
        return int(one.said) <= len(documents.texts) if documents.listed else None
    if one.sort == "link":
        return one.said in documents.links
    if one.sort == "id":
        return even(one.said) in documents.ids
    return any(_quotes(one.said, text) for text in documents.texts)


def _quotes(said: str, text: str) -> bool:
    """Whether a document holds a quotation, what it leaves out aside."""
    parts = [even(part).strip(_EDGES) for part in _LEFT_OUT.split(said)]
    long = [part for part in parts if len(part.split()) >= _FEWEST_OF_PART]
    return all(part in text for part in long or parts)


def own_words(citations: list[Citation], heard: str) -> list[Citation]:
    """Return the citations without what the user wrote: to repeat that is not to cite.

    Args:
        citations: of an answer.
        heard: what the user wrote.
    """
    links, words = links_in(heard), even(heard)
    return [
        one
        for one in citations
        if not (one.sort == "link" and one.said in links)
        and not (one.sort == "quotation" and _quotes(one.said, words))
    ]
