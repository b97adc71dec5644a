"""Why can no rate be given here, and what would it take?"""

from agentlens import text
from agentlens.analysis.calibrate.evidence.described import FEWEST
from agentlens.analysis.calibrate.evidence.evidence import Evidence
from agentlens.analysis.calibrate.evidence.gather import Gathered
from agentlens.scoring.reading.verdicts import tier_said

__all__ = ["empty_cell", "few_labels", "no_rate"]

_WORDS = {1: "pass", 0: "fail", -1: "no-verdict"}
_UNSEEN, _ASKED = 0.10, 5
_PLANS = "plan 50 for a first look, 150 for a gate"


def no_rate(found: Gathered, rubric: str, judge: str) -> str:
    """Return why these labels carry no rate at all, or nothing."""
    who = judge or "the judge"
    if found.labelled.empty:
        return (
            f"No trace that {who} judged by {rubric} has a human label;"
            f" {_PLANS} (plan_labels), and calibrate again."
        )
    evidence = found.evidence
    if not (found.judged["verdict"] >= 0).any():
        n = text.plural(len(found.judged), "trace")
        return f"{text.capital(who)} gave no verdict on any of {n} by {rubric}: there is nothing to calibrate."
    if found.labelled["y"].isna().all():
        return (
            f"People were unsure of all {text.plural(len(found.labelled), 'label')} of {rubric}, so"
            " nothing says how the judge errs; make the rubric decide such cases, in a new version."
        )
    if not evidence.passed.size and len(found.labelled) >= FEWEST:
        return (
            f"None of {text.plural(len(found.labelled), 'label')} of {rubric} was drawn by a known"
            f" design in this split, and picked labels say nothing of a rate; {_PLANS}"
            " (plan_labels)."
        )
    if not evidence.whole and evidence.uniform.sum() < FEWEST:
        return (
            f"The window that these {text.plural(len(found.labelled), 'label')} were drawn from is"
            " not in the log, and only uniform labels could do without it; calibrate on a log with"
            " all judged traces."
        )
    return few_labels(evidence, rubric) or few_sessions(evidence)


def few_labels(evidence: Evidence, rubric: str) -> str:
    """Return that there are only counts, where the labels with a verdict are fewer than 20."""
    n = evidence.n
    if n >= FEWEST:
        return ""
    a, b, c, d = evidence.quadrant()
    counts = f" (agreed on {a + d}, judge alone passed {c}, people alone {b})" if n else ""
    return f"With {text.plural(n, 'label')} of {rubric} only counts can be shown{counts}; {_PLANS}."


def few_sessions(evidence: Evidence) -> str:
    """Return that the labels come from too few sessions, where they do."""
    if not evidence.few_clusters:
        return ""
    n = text.plural(evidence.few_clusters, "session")
    return f"{text.capital(n)} cannot carry an interval; label more sessions."


def empty_cell(evidence: Evidence) -> str:
    """Return which cell of the traffic is too large to have no label, or nothing."""
    share, labelled = evidence.cells.share, evidence.cells.labelled
    for (verdict, tier), part, n in zip(evidence.kinds, share.tolist(), labelled, strict=True):
        if part > _UNSEEN and n == 0:
            tiers = len({other for _, other in evidence.kinds}) > 1
            where = f" ({tier_said(tier)})" if tiers else ""
            return (
                f"The {_WORDS[verdict]} cell{where} holds {text.share(part, 1)} of traffic and has"
                f" no label; label {_ASKED} there."
            )
    return ""
