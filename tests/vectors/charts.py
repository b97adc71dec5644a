"""Which charts must both writings draw alike?"""

from collections.abc import Iterator

import numpy as np

from tests.vectors.case import Case
from tests.vectors.histories import histories

__all__ = ["cusum_drawn", "ewma_drawn", "inflation", "shewhart_drawn"]

_MEMORIES = (
    (0.0, 0.0, 0.0),
    (0.5, 0.0, 0.0),
    (0.95, 0.0, 0.0),
    (-0.4, 0.0, 0.0),
    (0.3, 0.2, 0.1),
    (0.0, 0.0, 0.6),
    (float("nan"), 0.0, 0.0),
)
_LAMS = (1e-6, 0.001, 0.02, 0.05, 0.1, 0.25, 0.5, 0.68, 0.9, 0.99, 0.999, 1.0)
_UNITS = ((0.04, False, True), (0.04, False, False), (0.3, True, False), (0.0, False, True))


def inflation() -> Iterator[Case]:
    for memory in _MEMORIES:
        for lam in _LAMS:
            yield Case(f"memory {memory} at {lam}", {"lam": lam}, {"memory": np.array(memory)})


def ewma_drawn() -> Iterator[Case]:
    knobs = [
        (0.1, 2.7, 2.9), (0.3, 2.0, 2.0), (1.0, 3.0, 3.0), (0.02, 1.5, 2.5), (0.1, 0.0, 0.0),
        (0.99, 2.5, 2.5), (1e-6, 2.0, 2.0), (0.1, 200.0, 200.0), (0.2, float("inf"), 2.0),
    ]  # fmt: skip
    for turn in range(3):
        for place, one in enumerate(histories(20 + turn)):
            lam, upper, lower = knobs[(place + 4 * turn) % len(knobs)] if turn else (0.2, 2.4, 2.6)
            scale, log_scale, clipped = _UNITS[(place + turn) % len(_UNITS)]
            limits = {"lam": lam, "upper": upper, "lower": lower}
            unit = {"scale": scale, "log_scale": log_scale, "clipped": clipped}
            bins = {
                "standard": one.standard,
                "precision": one.precision,
                "present": one.present,
                "tested": one.tested,
                "centre": one.centre,
                "memory": np.array(_MEMORIES[(place + turn) % 6]),
            }
            yield Case(f"{one.about}; {limits}", limits | unit, bins)


def cusum_drawn() -> Iterator[Case]:
    knobs = [
        (0.5, 4.0, 5.0, 0.0), (0.25, 6.0, 6.0, 0.5), (1.0, 2.0, 2.5, 0.0), (0.5, 0.0, 0.0, 0.0),
        (5.0, 1.0, 1.0, 0.99), (0.01, 200.0, 200.0, 0.0), (0.5, float("inf"), 3.0, 0.0),
    ]  # fmt: skip
    for turn in range(3):
        for place, one in enumerate(histories(30 + turn)):
            at = knobs[(place + 3 * turn) % len(knobs)] if turn else knobs[0]
            params = dict(zip(("allowance", "upper", "lower", "head_start"), at, strict=True))
            bins = {
                "standard": one.standard,
                "precision": one.precision,
                "present": one.present,
                "tested": one.tested,
            }
            yield Case(f"{one.about}; {params}", params, bins)


def shewhart_drawn() -> Iterator[Case]:
    rng = np.random.default_rng(40)
    knobs = [(3.0, 3.0), (2.0, 2.5), (0.5, 0.5), (0.0, 0.0), (200.0, 200.0), (float("inf"), 2.0)]
    for turn in range(3):
        for place, one in enumerate(histories(40 + turn)):
            upper, lower = knobs[(place + turn) % len(knobs)] if turn else (2.0, 2.0)
            scale, log_scale, clipped = _UNITS[(place + turn) % len(_UNITS)]
            # Exact scores are not each other's negative.
            skew = 1.0 if turn < 2 else 1.3
            fired = (rng.random(one.standard.size) < 0.1 * turn) & one.tested & one.present
            bins = {
                "above": skew * one.standard,
                "below": -one.standard,
                "precision": one.precision,
                "present": one.present,
                "tested": one.tested,
                "fired": fired,
                "centre": one.centre,
            }
            params = {
                "upper": upper,
                "lower": lower,
                "scale": scale,
                "log_scale": log_scale,
                "clipped": clipped,
            }
            yield Case(f"{one.about}; limits {upper} and {lower}", params, bins)
