"""How does a corrected rate enter charts, slices and explanations?"""

import re
from urllib.parse import urlencode

import numpy as np

from agentlens.analysis.calibrate.evidence.basis import Basis
from agentlens.analysis.calibrate.rate.refused import inseparable
from agentlens.errors import BadInputError
from agentlens.measures.correction import Correction
from agentlens.measures.metric import Metric

__all__ = ["as_metric"]

_KNOWN = re.compile(r"^([0-9a-f]{16}):.*$", re.DOTALL)
"""A judge that was asked by us: its id before the model that answered."""


def as_metric(basis: Basis) -> Metric:
    """Return the corrected rate as a mean of corrected verdicts.

    Each verdict is moved and stretched so that their mean is the rate of §6.3: (verdict +
    specificity - 1) / (sensitivity + specificity - 1).

    Raises:
        BadInputError: no rate can be given, or an error rate is unknown.
    """
    described = basis.described if not basis.refusal else None
    why = basis.refusal or basis.expired
    if described is not None and not why:
        for name in ("sensitivity", "specificity"):
            if not described.rates[name].n:
                why = f"{name.capitalize()} is unknown: no label speaks of it."
        why = why or inseparable(basis)
        if described.drawn is None:
            why = (
                why or "The window of the labels is not known, so the judge's errors have no draws."
            )
    if why or described is None or described.drawn is None:
        message = f"The corrected rate cannot be a metric. {why}"
        raise BadInputError(message)
    s, c = described.rates["sensitivity"].value, described.rates["specificity"].value
    drawn = np.cov(described.drawn.sensitivity, described.drawn.specificity)
    variances = float(drawn[0, 0]), float(drawn[1, 1]), float(drawn[0, 1])
    taken = Correction(s, c, variances)
    name, limit = _pinned(basis), basis.question.passes or 0.5
    score = f"score({name!r})"
    return Metric(
        name=f"corrected:{basis.name}",
        kind="mean",
        better="higher",
        unit="share",
        numerator=taken.numerator(name).replace(score, f"({score} >= {limit:g})"),
        meaning=(
            f"Share that people would pass, from verdicts of {basis.judge or 'the judge'} by"
            f" {basis.rubric} with stable errors (sensitivity {s:.3f}, specificity {c:.3f})."
        ),
        correction=taken,
    )


def _pinned(basis: Basis) -> str:
    """Return the score of this very judge and version: what was learnt of one holds for no other."""
    only = {"version": basis.rubric.partition("@")[2]}
    ids = {_KNOWN.sub(r"\1", one) for one in basis.judge_ids}
    if len(ids) == 1:
        only["judge"] = ids.pop()
    return f"{basis.name}?{urlencode({key: value for key, value in only.items() if value})}"
