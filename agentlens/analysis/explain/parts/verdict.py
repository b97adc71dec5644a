"""What stands behind a change, in one word?"""

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from agentlens.stats.multiple import holm

if TYPE_CHECKING:
    from agentlens.analysis.explain.judge.change import JudgeChange

__all__ = ["Verdict", "verdict_of"]

Verdict = Literal["mix", "rate", "judge", "sampling", "both", "traffic", "no change", "unknown"]

_MATTERS = 0.1
_TESTED = ("mix", "rate", "remainder", "sampling", "change")
_WORD: dict[str, Verdict] = {
    "mix": "mix",
    "remainder": "mix",
    "rate": "rate",
    "judge": "judge",
    "sampling": "sampling",
}


def verdict_of(
    totals: pd.DataFrame, judge: "JudgeChange | None", level: float
) -> tuple[Verdict, tuple[str, ...]]:
    """Return the word, and which kinds of parts can be told from chance.

    The kinds are tested together (Holm), so that in a log in which nothing changed any of them is
    called as rarely as `level` says. A kind a tenth as large as the largest is no cause.

    Args:
        totals: value and p by kind.
        judge: what became of the judge.
        level: of the test.
    """
    kinds = [kind for kind in _TESTED if kind in totals.index]
    lines = totals.to_dict("index")
    p = [float(lines[kind]["p"]) for kind in kinds]
    size = [abs(float(lines[kind]["value"])) for kind in kinds]
    if judge is not None and judge.agrees and (judge.splits(level) or not judge.known):
        kinds.append("judge")
        p.append(judge.p)
        size.append(abs(judge.value) if judge.known else np.inf)
    adjusted = holm(np.array(p)) < 1 - level
    standing = [kind for kind, called in zip(kinds, adjusted, strict=True) if called]
    sizes = dict(zip(kinds, size, strict=True))
    causes = [kind for kind in standing if kind != "change"]
    finite = [sizes[kind] for kind in causes if np.isfinite(sizes[kind])]
    causes = [kind for kind in causes if sizes[kind] >= _MATTERS * max(finite, default=0.0)]
    if "judge" in causes and judge is not None and not judge.known and "rate" in causes:
        causes.remove("rate")  # without labels the two cannot be told apart; users speak for one
    words = list(dict.fromkeys(_WORD[kind] for kind in causes))
    if len(words) == 1:
        return words[0], tuple(causes)
    return ("both" if words or "change" in standing else "no change"), tuple(causes)
