"""What must a careful reader of changes know?"""

from collections.abc import Sequence

import numpy as np

from agentlens import text
from agentlens.analysis.changes.order import Ranked
from agentlens.analysis.changes.spans import Spans

__all__ = ["caveats"]

_FEW = 3
_WEEK = 7 * 86400.0


def caveats(found: Sequence[Ranked], spans: Spans, level: float, fdr: float) -> tuple[str, ...]:
    """Return what a careful reader must know, one sentence each.

    Args:
        found: what is told.
        spans: what is compared.
        level: of the intervals.
        fdr: the share of false calls that is allowed.
    """
    known = [one for one in found if np.isfinite(one.change.p)]
    notes = []
    if known:
        notes.append(
            f"{text.plural(len(known), 'metric')} compared; of the changes that are called, at most"
            f" {text.share(fdr, 1)} are expected to be false (Benjamini-Hochberg)."
        )
        notes.append(_luck(known, level))
        notes.append(
            "Worse, better and changed are certain and large enough to matter (two points for a"
            " rate, less for a rare one; a tenth of a mean, a quantile or a ratio; a twentieth of a"
            " score); small is certain only."
        )
    if spans.length.total_seconds() % _WEEK:
        notes.append("The periods are no whole weeks: the time of the week is part of a change.")
    for verdict, what in (("redefined", "Defined anew, no change"), ("unknown", "Unknown")):
        notes += _apiece([one for one in found if one.verdict == verdict], what)
    return (*notes, *_own(known))


def _luck(known: Sequence[Ranked], level: float) -> str:
    taught = [one.change.step.learnt.past for one in known if one.change.step is not None]
    past = max(taught, default=0.0)
    what = f"An interval holds the true change in {text.share(level, 1)}, with users kept whole and"
    if any(np.isfinite(one.change.usual[0]) for one in known):
        return (
            f"{what} the luck of days in it as the past {past:.0f} periods show it; urgent is only"
            " what lies beyond how far a metric usually moves."
        )
    if past >= _FEW:
        return (
            f"{what} the luck of days in it as the past {past:.0f} periods show it; eight would also"
            " tell how far a metric usually moves."
        )
    return (
        f"{what} the luck of days in it as the two periods alone show it: too narrow, and called too"
        " often, where good days follow good days; three periods before the current one tell more,"
        " eight also how far a metric usually moves."
    )


def _apiece(found: Sequence[Ranked], what: str) -> list[str]:
    """Return why metrics are not compared, said once where it is the same for several."""
    of: dict[str, list[str]] = {}
    for one in found:
        of.setdefault(one.change.redefined or one.change.lacking, []).append(one.title)
    return [f"{what}: {text.listed(names, most=12)}: {why}." for why, names in of.items()]


def _own(known: Sequence[Ranked]) -> list[str]:
    """Return what is to be said of the rows of single metrics."""
    of: dict[str, list[str]] = {}
    for one in known:
        for note in one.change.rows.notes:
            of.setdefault(note, []).append(one.title)
    return [f"{text.capital(text.listed(names))}: {note}" for note, names in of.items()]
