"""Does everything that an answer cites stand in what its own retrieval steps returned?"""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.scoring.checks.check import Check
from agentlens.scoring.checks.columns import CUT, missing, steps_of, texts_of
from agentlens.scoring.checks.found import FAIL, NONE, PASS, Found, Seen, found_of, nothing
from agentlens.scoring.checks.reading.cited import Citation, Style, cited, own_words, resolves
from agentlens.scoring.checks.reading.documents import Documents, documents_of
from agentlens.tables.log import Log

__all__ = ["citations"]

_STYLES = ("any", "numbers", "links")
_SHOWN = 5


def citations(
    style: str = "any",
    field: str = "output",
    *,
    quotations: bool = True,
    kinds: Sequence[str] = ("retrieval",),
    name: str = "citations",
) -> Check:
    """Return the check that all an answer cites is in the documents of its own trace.

    Numbers such as [2], addresses, and quotations of six words or more are looked up in what the
    retrieval steps of the same trace returned; what the user wrote is no citation. The value is
    the share that is found. It says nothing of whether an answer is true to its sources. With
    values between 0 and 1, `calibrate` wants passes=1.

    Args:
        style: "any", "numbers", "links", or an expression whose group is a document's id.
        field: which trace column.
        quotations: whether quotations are looked up as well.
        kinds: the kinds of spans that return documents.
        name: what its scores are called.

    Example:
        >>> citations().question
        'Does all that the output cites stand in a document of its own trace?'
    """
    ids = None if style in _STYLES else _expression(style)
    sought = Style(
        numbers=style in {"any", "numbers"},
        links=style in {"any", "links"},
        quotations=quotations,
        ids=ids,
    )
    sources = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    return Check(
        name=name,
        version=1,
        applies="traces that retrieved something and cite",
        question=f"Does all that the {field} cites stand in a document of its own trace?",
        params={
            "style": style,
            "field": field,
            "quotations": quotations,
            "kinds": list(sources),
        },
        run=lambda log: _run(log, sought, field, sources),
        graded=True,
        failing=f"citing {field}s cite what their own documents do not hold (this is no judgement"
        " of faithfulness)",
        notes=(
            (
                f"{name} looks up whether what is cited exists; whether the answer is true to it is"
                " not checked."
            ),
        ),
    )


def _expression(style: str) -> re.Pattern[str]:
    try:
        found = re.compile(style)
    except (re.error, TypeError) as error:
        message = (
            f"style is one of {', '.join(map(repr, _STYLES))}, or an expression such as"
            f" r'\\[(doc-\\d+)\\]'; {style!r} is neither ({error})."
        )
        raise BadInputError(message) from error
    if style.isidentifier() or found.match(""):
        message = (
            f"style is one of {', '.join(map(repr, _STYLES))}, or an expression such as"
            f" r'\\[(doc-\\d+)\\]', not {style!r}."
        )
        raise BadInputError(message)
    return found


def _run(log: Log, style: Style, field: str, kinds: tuple[str, ...]) -> Found:
    absent = missing(log, field)
    steps = steps_of(log, kinds)
    if not absent and not len(steps):
        absent = f"this log has no {' or '.join(kinds)} spans"
    if absent:
        return nothing(len(log), absent)
    texts, inputs = texts_of(log.traces, field), texts_of(log.traces, "input")
    per_text = [cited(one, style) for one in texts.distinct]
    citing = np.array([*(bool(one) for one in per_text), False])[texts.codes]
    retrieved = np.bincount(steps["row"], minlength=len(log)) > 0
    cases = [
        Seen(NONE, f"no {field}"),
        Seen(NONE, f"no {' or '.join(kinds)} span"),
        Seen(NONE, "nothing is cited"),
    ]
    codes = np.where(texts.codes < 0, 0, np.where(~retrieved, 1, 2)).astype(np.int64)
    documents = _documents(steps, citing)
    for row in np.flatnonzero(citing & retrieved).tolist():
        heard = inputs.distinct[inputs.codes[row]] if inputs.codes[row] >= 0 else ""
        told = own_words(per_text[texts.codes[row]], heard)
        if told:
            codes[row] = len(cases)
            cases.append(
                _looked_up(told, documents[row], cut=CUT in texts.distinct[texts.codes[row]])
            )
    return found_of(cases, codes)


def _documents(steps: pd.DataFrame, citing: np.ndarray) -> dict[int, Documents]:
    """Return the documents of each trace that cites; what is returned alike is read once."""
    wanted = steps[citing[steps["row"]]]
    outputs = texts_of(wanted, "output")
    per_row: dict[int, list[int]] = {}
    for row, code in zip(wanted["row"].tolist(), outputs.codes.tolist(), strict=True):
        per_row.setdefault(row, []).append(code)
    known: dict[tuple[int, ...], Documents] = {}
    found = {}
    for row, listed in per_row.items():
        key = tuple(listed)
        if key not in known:
            said = (outputs.distinct[code] if code >= 0 else None for code in key)
            known[key] = documents_of(said)
        found[row] = known[key]
    return found


def _looked_up(told: list[Citation], documents: Documents, *, cut: bool) -> Seen:
    answers = [resolves(one, documents) for one in told]
    if not any(one is not None for one in answers):
        return Seen(NONE, "the documents are not recorded one by one")
    lost = [one for one, answer in zip(told, answers, strict=True) if answer is False]
    known = sum(answer is not None for answer in answers)
    if not lost and (known < len(told) or cut):
        return Seen(NONE, "the documents are not recorded whole")
    if not lost:
        return Seen(PASS, value=1.0)
    places = ", ".join(f"{one.sort} at {one.begin}-{one.end}" for one in lost[:_SHOWN])
    more = f" and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
    evidence = f"{known - len(lost)} of {known} found; not found: {places}{more}"
    kinds = ", ".join(dict.fromkeys(one.sort for one in lost))
    return Seen(FAIL, kinds, evidence, (known - len(lost)) / known)
