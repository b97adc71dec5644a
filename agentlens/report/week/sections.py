"""In which order is a week told?"""

from collections.abc import Sequence

from agentlens import text
from agentlens.report.parts.points import Points
from agentlens.report.parts.section import Leaf
from agentlens.report.report import Item
from agentlens.report.since.known import Known
from agentlens.report.since.since import since
from agentlens.report.week.answers import Answers
from agentlens.report.week.causes import Cause
from agentlens.report.week.reading import listed, to_read
from agentlens.report.week.refusal import Refusal
from agentlens.report.week.undecided import undecided_of
from agentlens.tables.log import Log

__all__ = ["sections_of"]

_NO_OTHER = (
    "No earlier report was given: previous='week-46.html' tells what changed since that file."
)


def sections_of(
    history: Log,
    answers: Answers,
    *,
    people: Sequence[str],
    previous: Known | None,
    link: str,
) -> list[Item]:
    """Return the sections of a week, the same ones every week: where one is empty, it says why.

    Args:
        history: everything up to the end of the week.
        answers: to all that the week was asked.
        people: what people labelled and promoted, in sentences.
        previous: the last report.
        link: the address of a trace.
    """
    open_questions = undecided_of(answers) or ["Nothing was left open."]
    promises = "No promises were given." if answers.promises is None else answers.promises
    every: list[tuple[str, Sequence[Leaf | Refusal]]] = [
        ("Promises", [promises]),
        ("What changed most", [answers.changes, *_causes(history, answers.causes, link)]),
        ("Charts", [answers.family]),
        ("Where it changed", [answers.found, answers.cells]),
        ("Drift", [answers.drift]),
        ("New failures", [answers.emerging]),
        ("What a success costs", [answers.costs]),
        ("How well we judge", _judges(answers) or ["No judge scored a trace of this log."]),
        ("What to read", [answers.worst, *listed(answers.worst)]),
        ("Since the last report", [_NO_OTHER]),
        ("Labels and cases", ["\n\n".join(people)]),
        ("What could not be decided", [Points(open_questions)]),
    ]
    told: list[tuple[str, list[Leaf]]] = [
        (heading, [_said(one) for one in items]) for heading, items in every
    ]
    if previous is None:
        return [*told]
    changed = since(previous, told)
    return [(head, [changed] if items == [_NO_OTHER] else items) for head, items in told]


def _said(item: Leaf | Refusal) -> Leaf:
    return f"{text.capital(item.what)}: {item.why}" if isinstance(item, Refusal) else item


def _causes(history: Log, causes: Sequence[Cause], link: str) -> list[Leaf | Refusal]:
    """Return each cause with the traces that show it, the story of the first before its parts."""
    found: list[Leaf | Refusal] = []
    for cause in causes:
        found += [cause.why] if cause.story is None else [cause.story, cause.why]
        if cause.read:
            found.append(to_read(history, cause, link))
    return found


def _judges(answers: Answers) -> list[Leaf | Refusal]:
    found: list[Leaf | Refusal] = []
    for judge in answers.judges:
        said = f"{judge.coverage} {judge.unlabelled}".strip()
        found += [said, *judge.answers, *judge.refusals]
    return found
