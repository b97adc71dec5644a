"""How often does a judge agree with people, and which way does it err?"""

from typing import NamedTuple

import numpy as np

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.corrected.poststrat import Cells, Draws

__all__ = ["NAMES", "Errors", "Quadrants", "drawn_quadrants", "errors", "point_quadrants"]

NAMES = ("agreement", "sensitivity", "specificity", "ppv", "false_omission")


class Quadrants(NamedTuple):
    """Shares of the traces with a verdict, by what the person and the judge said.

    `a`: both pass. `b`: the person passes, the judge fails. `c`: the person fails, the judge
    passes. `d`: both fail.
    """

    a: Floats
    b: Floats
    c: Floats
    d: Floats


class Errors(NamedTuple):
    """The five rates that describe a judge.

    `sensitivity`: of what people pass, the judge passes. `specificity`: of what people fail, it
    fails. `ppv`: of what it passes, people pass. `false_omission`: of what it fails, people pass.
    """

    agreement: Floats
    sensitivity: Floats
    specificity: Floats
    ppv: Floats
    false_omission: Floats


def drawn_quadrants(drawn: Draws, verdict: Ints) -> Quadrants:
    """Return the four shares in each draw; this undoes a plan that looked at the verdict.

    Args:
        drawn: shares and human pass rates of the cells.
        verdict: of each cell: 1 pass, 0 fail, below 0 none.
    """
    passes, fails = verdict == 1, verdict == 0
    human = drawn.share * drawn.rate
    other = drawn.share - human
    parts = [part[:, mark].sum(axis=1) for mark in (passes, fails) for part in (human, other)]
    whole = np.sum(parts, axis=0)
    a, c, b, d = (part / whole for part in parts)
    return Quadrants(a, b, c, d)


def point_quadrants(cells: Cells, verdict: Ints) -> Quadrants:
    """Return the four shares in closed form.

    >>> cells = Cells(*map(np.array, ([800, 200], [1, 1], [60, 40], [57, 12])))
    >>> [round(float(one[0]), 3) for one in point_quadrants(cells, np.array([1, 0]))]
    [0.754, 0.061, 0.046, 0.139]
    """
    return drawn_quadrants(Draws(cells.share[None, :], cells.rate[None, :]), verdict)


def errors(shares: Quadrants) -> Errors:
    """Return the rates of a judge; one that has no denominator is NaN.

    >>> found = errors(Quadrants(*(np.array([x]) for x in (0.75, 0.06, 0.05, 0.14))))
    >>> [round(float(one[0]), 3) for one in found]
    [0.89, 0.926, 0.737, 0.938, 0.3]
    """
    a, b, c, d = shares
    with np.errstate(invalid="ignore", divide="ignore"):
        return Errors(a + d, a / (a + b), d / (c + d), a / (a + c), b / (b + d))
