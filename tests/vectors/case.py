"""How does one case look, as Python and as JSON?"""

import json
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf, isfinite, isnan
from typing import Any

import numpy as np

from agentlens.widgets.formulas.table import Formula

__all__ = ["Case", "number", "readable", "vectors", "written"]


@dataclass(frozen=True)
class Case:
    """What goes into a formula, and why that is worth a look."""

    about: str
    params: Mapping[str, Any]
    arrays: Mapping[str, Any] = field(default_factory=dict)


def vectors(formula: Formula, cases: Iterable[Case]) -> dict[str, Any]:
    """Return the cases of a formula with what its reference answers, as JSON can hold it."""
    return {
        "name": formula.name,
        "version": formula.version,
        "cases": [
            {
                "about": case.about,
                "params": {name: readable(case.params[name]) for name in formula.params},
                "arrays": {name: readable(case.arrays[name]) for name in formula.arrays},
                "gives": _answer(formula, case),
            }
            for case in cases
        ],
    }


def _answer(formula: Formula, case: Case) -> dict[str, Any]:
    # Numbers that are none are what many cases are about; the warnings about them are not.
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        found = formula.reference(**case.params, **case.arrays)
    return {name: readable(found[name]) for name in formula.gives}


def readable(value: Any) -> Any:
    """Return a number or an array as JSON holds it; what is no finite number becomes a word.

    >>> readable(np.array([1.0, np.nan, -np.inf])), readable(np.array([True, False]))
    ([1.0, 'NaN', '-Infinity'], [1, 0])
    """
    if isinstance(value, np.ndarray):
        return [readable(one) for one in value.tolist()] if value.ndim else readable(value.item())
    if isinstance(value, list | tuple):
        return [readable(one) for one in value]
    if isinstance(value, np.generic):
        return readable(value.item())
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float) and not isfinite(value):
        return "NaN" if isnan(value) else f"{'-' if value < 0 else ''}Infinity"
    return value


def number(value: Any) -> float:
    """Return the number that a JSON value stands for."""
    words = {"NaN": float("nan"), "Infinity": inf, "-Infinity": -inf}
    return words[value] if isinstance(value, str) else value


def written(vector: Mapping[str, Any]) -> str:
    """Return vectors as the text of their file: a case a line."""
    head = json.dumps({key: vector[key] for key in ("name", "version")})[:-1]
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in vector["cases"])
    return f'{head}, "cases": [\n{lines}\n]}}\n'
