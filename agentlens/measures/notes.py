"""What must a careful reader know of the rows of a metric, whoever counted them?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agentlens import text
from agentlens.measures.metric import Metric

__all__ = ["Left", "notes_on"]


@dataclass(frozen=True, kw_only=True)
class Left:
    """What was weighted, and what was left out.

    Attributes:
        weights: the sentence on how traces are weighted; "" where all count alike.
        uneven: whether the rows that count have different weights.
        reached: whether traces had weights before they were scored.
        unknown: rows that say enough, of which nobody knows how probably they are here.
        lost: rows that the metric is about and that do not say enough.
    """

    weights: str
    uneven: bool
    reached: bool
    unknown: int
    lost: int


def notes_on(
    metric: Metric, left: Left, sources: Sequence[str], needs: Iterable[str], *, absent: bool
) -> tuple[str, ...]:
    """Return the sentences.

    Args:
        metric: what is counted.
        left: what was weighted and what was left out.
        sources: who gave the scores that the metric reads; empty where it reads none.
        needs: columns that the metric cannot do without.
        absent: whether one of them is not recorded at all.
    """
    notes = [left.weights] if left.weights and not sources else []
    if sources and left.uneven:
        how = "reached us and was scored" if left.reached else "was scored"
        notes.append(f"Weighted by one over the probability with which each trace {how}.")
    if sources and left.unknown:
        what = text.plural(left.unknown, "score")
        notes.append(f"{what} of unknown probability (nobody drew who is scored): in no rate.")
    if metric.correction is not None:
        notes.append(metric.correction.note)
    elif "judge" in sources:
        notes.append("As the judge says, uncorrected: al.calibrate holds it against people.")
    if left.lost and not sources and not absent:
        what = ", ".join(sorted(needs)) or metric.name
        notes.append(f"{left.lost:,} {metric.table} lack {what} and are not counted.")
    return tuple(notes)
