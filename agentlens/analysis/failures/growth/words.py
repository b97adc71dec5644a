"""What do emerging failures say of themselves?"""

from collections.abc import Hashable
from math import ceil, isfinite, log
from typing import Any

import pandas as pd

from agentlens import text
from agentlens.analysis.failures.growth.emerged import Emerged
from agentlens.analysis.failures.growth.watched import Watched
from agentlens.analysis.failures.telling import recorded
from agentlens.result import Fact
from agentlens.theme import Band

__all__ = ["band", "caveats", "facts", "headline"]

_TEN_THOUSAND = 10_000
_LONGEST = 90
_FEWEST = 2


def band(found: Emerged, frame: pd.DataFrame, fdr: float) -> Band:
    """Return act where something emerged, pass where enough was looked at, else unknown."""
    if frame["change"].isin(["never", "new", "grew"]).any():
        return "act"
    if not recorded(found.periods.log):
        return "unknown"
    return "pass" if _visible(found, fdr) <= found.periods.sizes[0] / _FEWEST else "unknown"


def headline(found: Emerged, frame: pd.DataFrame, answer: Band, fdr: float) -> str:
    """Return the gravest finding, how many others there are, and compared with what."""
    now, before = found.periods.sizes
    compared = f"{text.plural(now, 'trace')} against {text.count(before)}"
    if answer == "unknown":
        if not recorded(found.periods.log):
            return "Whether traces failed is not recorded: no status, error, score or user's sign."
        return (
            f"{compared} cannot carry an answer: a new failure would need"
            f" {text.count(_visible(found, fdr))} traces to stand out."
        )
    if answer == "pass":
        few = _visible(found, fdr)
        rate = text.significant(_TEN_THOUSAND * few / now, 2)
        return (
            f"No failure is new or grew in {compared}; a new one would have stood out from about"
            f" {text.plural(few, 'trace')} on ({rate} in 10,000)."
        )
    never = frame[frame["change"] == "never"]
    parts = [_never(row) for row in never.head(1).to_dict("records")]
    called = frame[frame["change"].isin(["new", "grew"])]
    counts = called["change"].value_counts()
    if len(called):
        parts.append(_first(called.iloc[0].to_dict()))
        first = called["change"].iloc[0]
        fresh, grown = (int(counts.get(one, 0)) - (first == one) for one in ("new", "grew"))
        parts += [f"{text.count(fresh)} more {'is' if fresh == 1 else 'are'} new"] if fresh else []
        parts += [f"{text.count(grown)} more grew"] if grown else []
    return f"{'; '.join(parts)}; {compared}."


def _never(row: dict[Hashable, Any]) -> str:
    share = Fact(
        value=_TEN_THOUSAND * row["share_current"],
        low=_TEN_THOUSAND * row["low_current"],
        high=_TEN_THOUSAND * row["high_current"],
    )
    many = text.plural(row["n_current"], "trace")
    name = _cut(str(row["name"]).removesuffix(": must never happen"))
    return f"{name}, which must never happen, in {many}: {share} per 10,000"


def _first(row: dict[Hashable, Any]) -> str:
    many, before = (text.count(row[one]) for one in ("n_current", "n_baseline"))
    name = _cut(str(row["name"]))
    if row["change"] == "new":
        return f"“{name}” is new: {many} traces, none before"
    times = text.significant(row["ratio"], 2)
    return f"“{name}” is {times} times as frequent: {many} traces, {before} before"


def facts(found: Emerged, never: Watched, frame: pd.DataFrame) -> dict[str, Fact]:
    """Return the numbers of the card."""
    counts = frame["change"].value_counts()
    now, before = found.periods.sizes
    known = {
        "new failures": Fact(value=float(counts.get("new", 0))),
        "failures that grew": Fact(value=float(counts.get("grew", 0))),
        "failures that vanished": Fact(value=float(counts.get("vanished", 0))),
        "failures compared": Fact(value=float(found.tested)),
        "traces now": Fact(value=float(now)),
        "traces before": Fact(value=float(before)),
    }
    for row in never.frame.to_dict("records"):
        if not row["seen_current"]:
            continue
        known[f"{row['name']}, per 10,000 traces"] = Fact(
            value=_TEN_THOUSAND * row["share_current"],
            low=_TEN_THOUSAND * row["low_current"],
            high=_TEN_THOUSAND * row["high_current"],
            n=round(row["seen_current"]),
        )
    for row in frame[frame["change"] == "grew"].head(3).to_dict("records"):
        high = row["ratio_high"]
        known[f"times as frequent: {_cut(str(row['name']))}"] = Fact(
            value=row["ratio"], low=row["ratio_low"], high=high if isfinite(high) else float("nan")
        )
    return known


def caveats(found: Emerged, never: Watched, fdr: float, level: float) -> tuple[str, ...]:
    """Return what a careful reader must know."""
    now, before = found.periods.sizes
    counted = (
        f"{text.plural(now, 'trace')} now and {text.count(before)} before; a failure counts once a"
        " trace, also where the agent recovered from it."
    )
    compared = (
        f"All {text.plural(found.tested, 'failure')} of either period were compared; of those"
        f" called at most {text.share(fdr, 1)} are expected to be false."
    )
    worth = (
        "Bursts of one user, of an hour, and the unrest of the baseline are taken as the fewer"
        f" events that they are worth; shares and intervals ({text.share(level, 1)}) follow from"
        " these."
    )
    mix = "A share of all traces also grows when more users ask for what fails."
    notes = [counted, *found.periods.log.drawn, compared, worth, mix]
    if never.names:
        notes.append(f"Of these one event is too many: {text.listed(never.names)}.")
    if not found.equal_weights:
        notes.append(
            "Traces have unequal weights: counts and exposure are weighted, and a count is worth"
            " as many events as are as uncertain."
        )
    return (*notes, *found.events.notes)


def _visible(found: Emerged, fdr: float) -> int:
    """Return how many traces of a new failure would have been called, one by one."""
    now, before = found.periods.sizes
    chance = log(fdr / (found.tested + 1)) / log(now / (now + before))
    return max(ceil(chance), _FEWEST)


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
