"""Which trials are drawn whose truth is known?"""

import numpy as np
from scipy.special import ndtri

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.trials.contrast import Sample

__all__ = ["arrivals", "trial"]


def trial(  # noqa: PLR0913 - each is a way to go wrong
    rng: np.random.Generator,
    users: int,
    *,
    rate: float = 0.85,
    effect: float = 0.0,
    per_user: float = 4.0,
    alike: float = 0.3,
    confounded: bool = True,
    weighted: bool = True,
    in_both: float = 0.1,
    share: float = 0.5,
    numbers: bool = False,
) -> Sample:
    """Return rows of two arms that differ by `effect` in each of two cells, and by nothing else.

    The second cell does worse by a fifth, and if confounded the current arm has more of it. Rows of
    a user are alike by that correlation; some users are in both arms. Half of the rows weigh three
    times as much as the others.
    """
    sizes = rng.poisson(per_user - 1, users) + 1
    user = np.repeat(np.arange(users), sizes)
    n = user.size
    own = (rng.random(users) < share).astype(np.int64)
    torn = rng.random(users) < in_both
    arm = np.where(torn[user], (rng.random(n) < share).astype(np.int64), own[user])
    odds = np.where(arm == 1, 0.7, 0.3) if confounded else np.full(n, 0.5)
    cell = (rng.random(n) < odds).astype(np.int64)
    spread = np.sqrt(alike) * rng.normal(size=users)[user] + np.sqrt(1 - alike) * rng.normal(size=n)
    if numbers:
        above = np.exp(0.7 * spread + 0.5 * cell) * (1 + effect * arm)
    else:
        chance = np.where(cell == 1, rate - 0.2 * min(rate, 1 - rate) * 2, rate) + effect * arm
        above = (spread < ndtri(chance)).astype(np.float64)
    weight = np.where(rng.random(n) < 0.5, 1.0, 3.0) if weighted else np.ones(n)
    return Sample(arm, cell, user, weight, above, np.ones(n))


def arrivals(
    rng: np.random.Generator,
    sessions: int,
    rate: float,
    *,
    effect: float = 0.0,
    share: float = 0.5,
    alike: float = 0.2,
) -> tuple[Ints, Floats]:
    """Return the arm and the mean of sessions as they come, one to five rows of one rate each."""
    arm = (rng.random(sessions) < share).astype(np.int64)
    mean = rate + effect * arm
    strength = 1 / alike - 1
    own = rng.beta(mean * strength, (1 - mean) * strength)
    rows = rng.integers(1, 6, sessions)
    return arm, rng.binomial(rows, own) / rows
