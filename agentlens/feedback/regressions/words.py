"""What does a promotion say of itself?"""

from collections.abc import Sequence
from typing import Any

from agentlens import text
from agentlens.feedback.regressions.cases import Example
from agentlens.feedback.regressions.marks import Marks
from agentlens.feedback.regressions.shelf import Written
from agentlens.result import Fact
from agentlens.theme import Band

__all__ = ["band", "caveats", "facts", "headline"]


def band(found: Sequence[Example], cases: Sequence[Any]) -> Band:
    """Return pass where cases were written or are there already, else unknown."""
    return "pass" if found and cases else "unknown"


def headline(
    found: Sequence[Example], states: list[str], cases: Sequence[Any], name: str, version: int
) -> str:
    """Return how many cases came, from how many failures, and how many there are now."""
    if not found:
        return "No trace of this log is marked as failed: nothing was written."
    n_new, n_failed = states.count("new"), sum(1 + len(one.alike) for one in found)
    if not cases:
        return f"No input was recorded of {text.plural(n_failed, 'failed trace')}: nothing to run."
    return (
        f"{text.plural(n_new, 'new case')} from {text.plural(n_failed, 'failed trace')}; the dataset"
        f" {name} has {text.plural(len(cases), 'case')} now, at version {version}."
    )


def caveats(states: list[str], settled: Marks, unknown: int, *, hidden: bool) -> tuple[str, ...]:
    """Return what was hidden and what was left out."""
    notes = []
    if hidden:
        notes.append("Patterns that give persons away were hidden; no pattern finds everything.")
    elif states:
        notes.append("Texts were written as they are, personal data included.")
    if "new" in states:
        notes.append("Cases are outside of any lake: what a lake forgets is not forgotten here.")
    if "no input" in states:
        n = states.count("no input")
        notes.append(f"No case was made of {text.plural(n, 'pattern')}: no input was recorded.")
    if settled.skipped["disputed"]:
        n = settled.skipped["disputed"]
        notes.append(f"Left out: {text.plural(n, 'trace')} on which people disagree.")
    if unknown:
        notes.append(f"Left out: {text.plural(unknown, 'failed trace')} that this log lacks.")
    return tuple(notes)


def facts(
    found: Sequence[Example],
    states: list[str],
    settled: Marks,
    unknown: int,
    files: Sequence[Written],
) -> dict[str, Fact]:
    """Return the numbers of the card, and where the files are."""
    counts = {
        "new cases": states.count("new"),
        "patterns known before": states.count("known"),
        "failed traces alike": sum(len(one.alike) for one in found),
        "skipped: passed": settled.skipped["pass"],
        "skipped: unsure": settled.skipped["unsure"],
        "skipped: disputed": settled.skipped["disputed"],
        "skipped: repeated marks": settled.repeated,
        "skipped: not in this log": unknown,
    }
    known = {name: Fact(value=float(n)) for name, n in counts.items()}
    if files:
        told = [f"{one.path.name} ({one.state})" for one in files]
        known["in"] = Fact(value=str(files[0].path.parent))
        known["files"] = Fact(value=text.listed(told, most=9))
    return known
