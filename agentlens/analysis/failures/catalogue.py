"""Is a failure of this week one of last week's?

A failure with a message is known by what it says, and needs no list. One that is known by a text
only is the one of the list whose words are most similar.
"""

from dataclasses import replace

import pandas as pd

from agentlens.analysis.failures.events import Events
from agentlens.analysis.failures.texts import cosine
from agentlens.errors import BadInputError

__all__ = ["CATALOGUE", "NEAR", "catalogue", "recognised"]

CATALOGUE = ("id", "name", "kind", "seen_by", "words")
NEAR = 0.6
"""How similar the words of two failures must be, as a cosine, to be the same."""


def catalogue(events: Events, known: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the list by which failures are known again: id, name, kind, seen_by, words.

    Args:
        events: the failures of a log.
        known: an earlier list; what it holds stays.
    """
    own = events.kinds[["id", "name", "kind", "seen_by"]].copy()
    own["words"] = [
        " ".join(f"{word.replace(' ', '_')}:{share:g}" for word, share in words.items())
        for words in (events.words[one].words if one in events.words else {} for one in own["id"])
    ]
    own = own.drop_duplicates("id")
    if known is None:
        return own.reset_index(drop=True)
    fresh = own[~own["id"].isin(known["id"])]
    return pd.concat([known[[*CATALOGUE]], fresh], ignore_index=True)


def recognised(events: Events, known: pd.DataFrame | None) -> Events:
    """Return the failures, those known by a text under the id of the most similar one of the list.

    Each id of the list is given once, to the most similar failure.

    Args:
        events: the failures of a log.
        known: the catalogue of an earlier answer.
    """
    if known is None:
        return events
    given: object = known
    if not isinstance(given, pd.DataFrame):
        message = f"known= is the .catalogue of an earlier answer of failures(), not {known!r}."
        raise BadInputError(message)
    lacking = [name for name in CATALOGUE if name not in known]
    if lacking:
        message = (
            f"known= lacks the columns {lacking!r}. Pass the .catalogue of an earlier answer of"
            " failures(), as it was or as it was saved."
        )
        raise BadInputError(message)
    old = known[known["words"].fillna("").astype(str) != ""]
    listed = [
        (str(row["id"]), str(row["seen_by"]), _parsed(str(row["words"])))
        for row in old.to_dict("records")
    ]
    source = dict(zip(events.kinds["id"], events.kinds["seen_by"], strict=True))
    pairs = sorted(
        (
            (-score, one, name)
            for one, group in events.words.items()
            if one in source
            for name, seen_by, words in listed
            if seen_by == source[one] and (score := cosine(group.words, words)) >= NEAR
        ),
    )
    renamed: dict[str, str] = {}
    taken = set(events.kinds["id"]) - set(events.words)
    for _, one, name in pairs:
        if one not in renamed and name not in taken:
            renamed[one] = name
            taken.add(name)
    kinds = events.kinds.assign(id=events.kinds["id"].map(lambda one: renamed.get(one, one)))
    words = {renamed.get(one, one): group for one, group in events.words.items()}
    return replace(events, kinds=kinds, words=words)


def _parsed(words: str) -> dict[str, float]:
    pairs = (one.rpartition(":") for one in words.split(" ") if one)
    return {name.replace("_", " "): float(share) for name, _, share in pairs}
