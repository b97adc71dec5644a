"""How often were the covered labels looked at, and what did that cost?"""

from agentlens import text
from agentlens.analysis.calibrate.calibration import Calibration
from agentlens.analysis.calibrate.certify.looks import look_at_one

__all__ = ["Looks", "costs_of"]

_OF = "threshold on test"


class Looks:
    """Counts looks at the covered labels: in the judges' store, or for as long as a view lives.

    Args:
        cal: knows its store, rubric and judge.
        n: how many labels are covered.
    """

    def __init__(self, cal: Calibration, n: int) -> None:
        self._basis = cal.basis
        self._n = n
        self._here: list[str] = []

    @property
    def kept(self) -> bool:
        """Whether looks outlive the view."""
        return self._basis.store is not None

    def take(self, one: str) -> int:
        """Return how many looks there were, this one among them, and write it down.

        Args:
            one: which threshold is looked at.
        """
        basis = self._basis
        if one not in self._here:
            self._here.append(one)
        if basis.store is None:
            return len(self._here)
        judge = ",".join(basis.judge_ids) or basis.judge
        return look_at_one(basis.store, basis.rubric, judge, _OF, one, self._n)


def costs_of(look: int, widened: str, *, kept: bool) -> str:
    """Return what this look cost, from the second on; before, that it was the first.

    Args:
        look: how many there were.
        widened: the interval of the agreement in which all looks are paid for.
        kept: whether looks are counted beyond this view.
    """
    counted = "" if kept else " Counted in this view only: give calibrate a store to keep count."
    if look == 1:
        return f"First look at these test labels.{counted}"
    holds = text.share(max(1 - 0.05 * look, 0.0), 2)
    return (
        f"Look {look} at the same test labels: the best of {look} reads too good, and 95% intervals"
        f" hold for all of them as little as {holds} of the time. Paid for all {look}, the agreement is"
        f" {widened}.{counted}"
    )
