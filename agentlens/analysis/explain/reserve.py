"""With what reserve is an explanation to be read?"""

from collections.abc import Sequence

from agentlens import text
from agentlens.analysis.explain.answer import Explained
from agentlens.analysis.explain.judge.change import JudgeChange
from agentlens.measures.rows import Rows

__all__ = ["caveats"]


def caveats(
    found: Explained,
    rows: Rows,
    judge: JudgeChange | None,
    periods: str,
    notes: Sequence[str],
    level: float,
) -> tuple[str, ...]:
    """Return what a careful reader must know."""
    n_now, n_before = found.n
    said = [
        f"Compared: {periods}; {text.plural(n_now, 'row')} against {text.count(n_before)}.",
        *rows.notes,
    ]
    if found.verdict == "traffic" or rows.metric.kind == "count":
        said.append(
            "A count has no mix: its parts are the kinds of traffic that grew or shrank, a day."
        )
        by = text.listed(found.chosen) or "none"
        said.append(
            f"Of {text.plural(found.searched, 'column')} the one whose values grew most unevenly"
            f" is told ({by}), if that is rarer than 2.5% by chance in any of them."
        )
    else:
        said += _of_parts(found, level)
    if judge is not None:
        said.append(judge.words)
        said += [f"The judge changed with the period: {one}." for one in judge.changed]
    return (*said, *notes)


def _of_parts(found: Explained, level: float) -> list[str]:
    said = [
        (
            f"Of {text.plural(found.searched, 'column')} the mix is told over those in which it moved"
            f" most, or the rate most unevenly ({text.listed(found.chosen, most=8) or 'none'}); the"
            " kinds of parts are tested together (Holm)."
        ),
        (
            f"Intervals hold the truth {text.share(level)} of the time; rows of one user count as one,"
            " and what all rows of an hour have in common is put on top."
        ),
        "Assumed: inside a cell of these columns the traffic of both periods is alike.",
    ]
    if found.said:
        said.append(f"Told is the {found.said}.")
    if found.raw is not None:
        said.append(
            "The parts lead from one unweighted value to the other; weighted it went from"
            f" {text.number(found.baseline, found.unit)} to"
            f" {text.number(found.current, found.unit)}."
        )
    if found.replaced:
        said.append(
            "Changed with the period and so in no part, since the two share too few values:"
            f" {text.listed(found.replaced)}."
        )
    return said
