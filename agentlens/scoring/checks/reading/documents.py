"""Which documents did a retrieval step return?"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from agentlens.scoring.checks.columns import CUT
from agentlens.scoring.checks.reading.links import links_in

__all__ = ["Documents", "documents_of", "even"]

_LISTS = (
    *("documents", "docs", "results", "matches", "hits", "articles", "items", "chunks", "nodes"),
    *("passages", "sources", "contexts", "records", "data", "value"),
)
_IDS = frozenset({"id", "doc_id", "document_id", "document.id", "_id", "source", "title", "name"})
_FLAT = re.compile(r"(?:.*\.)?documents\.(\d+)\.(.+)")
_DEEPEST = 8
_QUOTES = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb\u201f", '"'))
_TICKS = str.maketrans(dict.fromkeys("\u2018\u2019\u201a\u2039\u203a\u00b4`", "'"))


@dataclass(frozen=True)
class Documents:
    """What the retrieval steps of one trace returned.

    Attributes:
        texts: of each document, made even.
        ids: what the documents are called, in small letters.
        links: their addresses, in one spelling.
        listed: whether they came one by one, so that they can be counted.
        whole: whether all of it is there: nothing was cut or left unrecorded.
    """

    texts: tuple[str, ...]
    ids: frozenset[str]
    links: frozenset[str]
    listed: bool
    whole: bool


def even(text: str) -> str:
    """Return a text in one spelling of width, case, blanks and quotation marks.

    >>> even("\u201cFull  WIDTH \uff21\u201d")
    '"full width a"'
    """
    plain = unicodedata.normalize("NFKC", text.translate(_QUOTES).translate(_TICKS))
    return " ".join(plain.casefold().split())


def documents_of(outputs: Iterable[str | None]) -> Documents:
    """Return the documents that the outputs of retrieval steps hold.

    Args:
        outputs: as they were recorded, in order of time; None where one was not.

    >>> documents_of(['[{"id": "A7", "text": "Open at nine."}, "Closed on Sunday."]']).texts
    ('a7 open at nine.', 'closed on sunday.')
    """
    texts: list[str] = []
    ids: set[str] = set()
    links: set[str] = set()
    listed, whole = True, True
    for output in outputs:
        if output is None:
            whole = False
            continue
        whole &= CUT not in output
        held, counted = _held(output)
        listed &= counted
        for one in held:
            words = [word for _, word in _strings(one, _DEEPEST)]
            texts.append(even(" ".join(words)))
            ids |= {even(word) for key, word in _strings(one, _DEEPEST) if key in _IDS}
            links |= {link for word in words for link in links_in(word)}
    return Documents(tuple(texts), frozenset(ids), frozenset(links), listed, whole)


def _held(output: str) -> tuple[list[Any], bool]:
    """Return the documents of one output, and whether they are told one by one."""
    if output.lstrip()[:1] not in {"[", "{"}:
        return [output], False
    try:
        held = orjson.loads(output)
    except orjson.JSONDecodeError:
        return [output], False
    found = _listed(held, _DEEPEST)
    return ([held], False) if found is None else (found, True)


def _listed(held: Any, left: int) -> list[Any] | None:
    """Return the list of documents in a value, or None where there is none."""
    if isinstance(held, list):
        return held[0] if len(held) == 1 and isinstance(held[0], list) else held
    if not isinstance(held, Mapping) or not left:
        return None
    flat: dict[int, dict[str, Any]] = {}
    for key, value in held.items():
        match = _FLAT.fullmatch(key)
        if match:
            flat.setdefault(int(match[1]), {})[match[2]] = value
    if flat:
        return [flat[place] for place in sorted(flat)]
    for name in _LISTS:
        found = _listed(held[name], left - 1) if name in held else None
        if found is not None:
            return found
    return None


def _strings(held: Any, left: int, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield the texts and whole numbers in a document, each with its key."""
    if isinstance(held, str):
        yield key, held
    elif isinstance(held, int) and not isinstance(held, bool):
        yield key, str(held)
    elif left and isinstance(held, Mapping):
        for name, one in held.items():
            yield from _strings(one, left - 1, str(name))
    elif left and isinstance(held, list):
        for one in held:
            yield from _strings(one, left - 1, key)
