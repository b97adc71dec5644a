"""Which samples do the tests of slices draw: users with many rows, in columns that say nothing?"""

from typing import TYPE_CHECKING

import numpy as np

from agentlens.stats.slicing.sample import Place, Sample, Scale, inside, sample

if TYPE_CHECKING:
    from agentlens.stats.arrays import Floats

__all__ = ["SIZES", "drawn", "planted"]

SIZES = (6, 3, 3, 2, 4)


def drawn(
    rng: np.random.Generator,
    *,
    n: int = 3000,
    users: int = 400,
    current: float = 0.2,
    hourly: float = 0.0,
    weighted: bool = False,
    money: bool = False,
    fall: float = 0.0,
) -> Sample:
    """Return rows in which no slice changed: rows of a user alike (icc about .3), hours unlike."""
    user = rng.integers(0, users, n)
    time = np.sort(rng.random(n))
    codes = tuple(
        rng.choice(size, users, p=rng.dirichlet(np.full(size, 4.0)))[user]
        if size == 3
        else rng.choice(size, n, p=rng.dirichlet(np.full(size, 4.0)))
        for size in SIZES
    )
    hours = np.zeros(168)
    for hour in range(1, hours.size):
        hours[hour] = 0.9 * hours[hour - 1] + rng.normal(0, (1 - 0.81) ** 0.5)
    level = 1.0 + np.linspace(-1, 1, SIZES[0])[codes[0]] + rng.normal(0, 1.6, users)[user]
    level += hourly * hours[(time * hours.size).astype(int)]
    level -= fall * (time > 1 - current)
    scale: Scale = "log" if money else "odds"
    number: Floats = (
        np.exp(0.3 * level + rng.normal(0, 0.8, n))
        if money
        else (rng.random(n) < 1 / (1 + np.exp(-level))).astype(np.float64)
    )
    chance = np.where(number < np.median(number), 1.0, 0.3) if weighted else np.ones(n)
    kept = rng.random(n) < chance
    return sample(
        tuple(one[kept].astype(np.int64) for one in codes),
        SIZES,
        (time > 1 - current).astype(np.int64)[kept],
        number=number[kept],
        base=np.ones(int(kept.sum())),
        weight=1 / chance[kept],
        ids=user[kept],
        scale=scale,
    )


def planted(rng: np.random.Generator, whole: Sample, place: Place, effect: float) -> Sample:
    """Return the sample with this much off the rate of one slice in the current period."""
    within = inside(whole.codes, place) & (whole.arm == 1)
    rate = whole.number[within].mean()
    lost = within & (rng.random(within.size) < effect / rate)
    return sample(
        whole.codes,
        whole.sizes,
        whole.arm,
        number=np.where(lost, 0.0, whole.number),
        base=whole.base,
        weight=whole.weight,
        ids=whole.cluster,
        scale=whole.scale,
    )
