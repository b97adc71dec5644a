"""When may a rate not be corrected, and what would it take?"""

from agentlens import text
from agentlens.analysis.calibrate.evidence.basis import Basis, Elsewhere
from agentlens.analysis.calibrate.evidence.described import FEWEST
from agentlens.analysis.calibrate.evidence.refusals import empty_cell, few_sessions
from agentlens.analysis.calibrate.rate.estimates import Assume, by_lee, ends
from agentlens.stats.corrected.stable import separates

__all__ = ["inseparable", "refused"]


def refused(basis: Basis, there: Elsewhere, assume: Assume, *, given: bool) -> str:
    """Return why the rate of a window cannot be corrected, or nothing.

    Args:
        basis: the calibration.
        there: the window.
        assume: by which assumption.
        given: whether the window is another log than that of the labels.
    """
    if there.refusal:
        return there.refusal
    if not (there.evidence.verdict >= 0).any():
        return f"No trace of this window has a verdict of {basis.judge or 'the judge'}."
    if assume == "stable_errors":
        return _errors_unknown(basis) or inseparable(basis) or _never_seen(basis, there)
    return _own_labels(basis, there, given=given)


def inseparable(basis: Basis) -> str:
    """Return that the judge tells too little, where it hardly separates pass from fail."""
    drawn = basis.described.drawn
    if drawn is None or separates(drawn.sensitivity, drawn.specificity):
        return ""
    rates = basis.described.rates
    j = rates["sensitivity"].value + rates["specificity"].value - 1
    low, high = ends(drawn.sensitivity + drawn.specificity - 1, basis.question.level)
    return (
        f"This judge hardly separates pass from fail (sensitivity + specificity - 1 = {j:.2f}"
        f" [{low:.2f}, {high:.2f}]); its verdicts carry no usable rate."
    )


def _errors_unknown(basis: Basis) -> str:
    """Return which of the two error rates no label speaks of, or nothing."""
    for name, what, did in (
        ("specificity", "failed", "fail"),
        ("sensitivity", "passed", "pass"),
    ):
        if not basis.described.rates[name].n:
            return (
                f"Nobody {what} a trace among the labels, so {name} is unknown, not 1; label traces"
                f" that people {did} (plan_labels with goal='failures')."
            )
    return ""


def _never_seen(basis: Basis, there: Elsewhere) -> str:
    """Return that no label tells what people say of traces without a verdict, where it counts."""
    if basis.described.drawn is None:
        if by_lee(basis, there.evidence, basis.question.level) is None:
            n = text.plural(int(basis.evidence.uniform.sum()), "uniform label")
            return f"{text.capital(n)} cannot carry the judge's errors to another window; label {FEWEST}."
        return ""
    none = basis.evidence.verdicts < 0
    seen = float(basis.cells.labelled[none].sum())
    share = 1 - there.evidence.coverage
    if share <= 0.1 or seen:  # noqa: PLR2004 - as in `empty_cell`
        return ""
    return (
        f"The no-verdict cell holds {text.share(share, 1)} of traffic and has no label; label 5"
        " there."
    )


def _own_labels(basis: Basis, there: Elsewhere, *, given: bool) -> str:
    """Return why the labels in this window do not carry its rate, or nothing."""
    evidence = there.evidence
    if evidence.passed.size < FEWEST and given:
        return (
            f"Labels of another window: {evidence.passed.size:,} of"
            f" {text.plural(basis.evidence.passed.size, 'label')} lie in these traces, and"
            " post-stratifying across windows would shrink a real change; assume='stable_errors'"
            f" carries the judge's errors over, or label {FEWEST} here."
        )
    if not evidence.whole:
        return (
            "The window that the labels were drawn from is not in this log, so its verdicts cannot"
            " be counted; calibrate on a log with all judged traces."
        )
    return few_sessions(evidence) or empty_cell(evidence)
