"""What must not be compared, because it was defined anew between two reports?"""

from dataclasses import replace

from agentlens.report.since.known import Remembered

__all__ = ["breaks", "comparable"]


def breaks(before: Remembered, now: Remembered) -> dict[str, str]:
    """Return how each definition differs that both reports know, by its name.

    Args:
        before: the Result then.
        now: the Result now.
    """
    then, here = before.definitions or {}, now.definitions or {}
    return {
        name: _differing(then[name], here[name])
        for name in then
        if name in here and then[name] != here[name]
    }


def comparable(before: Remembered, now: Remembered) -> tuple[Remembered, Remembered]:
    """Return both Results without what was defined anew: it, its signals and the band.

    Where a Result holds several definitions, numbers and signals of the others stay: their names
    begin with what they are about.

    Args:
        before: the Result then.
        now: the Result now.
    """
    changed = breaks(before, now)
    if not changed:
        return before, now
    alone = len(now.definitions or {}) == 1
    begin = ("",) if alone else tuple(name.casefold() for name in changed)
    return _without(replace(before, band=now.band), begin), _without(now, begin)


def _without(one: Remembered, begin: tuple[str, ...]) -> Remembered:
    facts = {name: fact for name, fact in one.facts.items() if not _about(name, begin)}
    signals = tuple(it for it in one.signals or () if not _about(it.what, begin))
    return replace(one, facts=facts, signals=signals)


def _about(words: str, begin: tuple[str, ...]) -> bool:
    return words.casefold().startswith(begin)


def _differing(before: str, now: str) -> str:
    then, here = before.partition("#")[0], now.partition("#")[0]
    return f"{then} before, {here} now" if then != here else f"still {here}, in other words"
