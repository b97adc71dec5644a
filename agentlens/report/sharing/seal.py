"""What is found in the finished text of a report, and where does it say so?"""

from agentlens import text
from agentlens.report.sharing.audit import SEARCHED, START, counted
from agentlens.tables.redact.policy import Said
from agentlens.tables.redact.saved.audit import audit_text

__all__ = ["sealed"]

_FIT = "Fit to be shared:"
_LOOK = "Look before you share:"


def sealed(whole: str, suffix: str, policy: Said = "default") -> str:
    """Return the text of a report that says how many patterns were found in itself.

    A report that was not made to be shared comes back as it is.

    Args:
        whole: all of it, ready to be written.
        suffix: how the name of its file ends: .html, .ipynb or .md.
        policy: what counts as found.

    Example:
        >>> sealed("Prepared to be shared: the finished file has yet to be searched.", ".md")
        'Fit to be shared: 0 patterns found in the finished file.'
    """
    if SEARCHED not in whole:
        return whole
    hits = audit_text(whole, suffix, policy).groupby("rule")["hits"].sum()
    found = {str(rule): int(n) for rule, n in hits.items()}
    total = sum(found.values())
    said = f"{text.plural(total, 'pattern')} found in the finished file"
    if total:
        said += f" ({counted(found)}; al.Lake(…).audit(report=…) says where)"
    return whole.replace(SEARCHED, said).replace(START, _LOOK if total else _FIT)
