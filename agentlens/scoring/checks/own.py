"""What does a function of the user's own say of each trace?"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agentlens.errors import BadInputError
from agentlens.scoring.checks.found import FAIL, NONE, PASS, Found
from agentlens.stats.arrays import Ints
from agentlens.tables.redact.policy import Redaction
from agentlens.tables.redact.texts.search import search_of

__all__ = ["found_by", "lacking_none"]

_HIDDEN = "evidence hidden: it held a pattern of personal data or a key"


def found_by(said: object, n: int, name: str) -> Found:
    """Return the verdicts that a function gave.

    Args:
        said: a column of true, false and missing, or a frame of `passed` and `evidence`.
        n: how many traces there are.
        name: of the check.
    """
    told: object = None
    if isinstance(said, pd.DataFrame):
        if "passed" not in said:
            message = f"check {name!r}: its frame has no column 'passed', only {[*said.columns]!r}."
            raise BadInputError(message)
        told = said.get("evidence", None)
        said = said["passed"]
    verdict = _verdicts(said, n, name)
    failed = verdict == FAIL
    evidence: NDArray[np.object_] = np.full(n, "", dtype=object)
    if told is not None:
        texts = pd.Series(told, dtype=object).reset_index(drop=True)
        evidence = np.where(failed, _safe(texts.where(failed)), "").astype(object)
    kind = np.where(failed, "failed", np.where(verdict == NONE, "no verdict", "")).astype(object)
    value = np.where(verdict == NONE, np.nan, verdict.astype(np.float64))
    return Found(verdict, kind, evidence, value)


def lacking_none(found: Found, needed: pd.DataFrame) -> Found:
    """Return what was found without the traces that lack a column: nothing compares with nothing.

    Args:
        found: what a function said.
        needed: the columns that it needs.
    """
    gaps = needed.isna().to_numpy(dtype=bool)
    if not gaps.any():
        return found
    here = gaps.any(axis=1)
    names = np.array([f"no {name}" for name in needed.columns], dtype=object)
    return Found(
        verdict=np.where(here, NONE, found.verdict).astype(np.int64),
        kind=np.where(here, names[gaps.argmax(axis=1)], found.kind).astype(object),
        evidence=np.where(here, "", found.evidence).astype(object),
        value=np.where(here, np.nan, found.value),
    )


def _verdicts(said: object, n: int, name: str) -> Ints:
    column = pd.Series(said) if not isinstance(said, pd.Series) else said
    if len(column) != n:
        message = (
            f"check {name!r} answered {len(column):,} times for {n:,} traces; return one value a"
            " trace, in the order of log.traces."
        )
        raise BadInputError(message)
    plain = column.astype(object)
    known = plain[plain.notna()]
    if not known.isin([True, False]).all():  # 1 and 0 are equal to them
        odd = known[~known.isin([True, False])].iloc[0]
        message = (
            f"check {name!r} answered {type(odd).__name__} where true, false or missing was asked."
        )
        raise BadInputError(message)
    passed = plain.map({True: PASS, False: FAIL}).astype("float64").fillna(NONE)
    return np.asarray(passed.to_numpy(), dtype=np.int64)


def _safe(texts: pd.Series) -> NDArray[np.object_]:
    """Return evidence without any text in which a pattern is found: comments travel far."""
    found = search_of(Redaction(ids=False)).found
    codes, distinct = pd.factorize(texts)
    kept = [_HIDDEN if found(str(one)) else str(one) for one in distinct]
    return np.array([*kept, ""], dtype=object)[codes]
