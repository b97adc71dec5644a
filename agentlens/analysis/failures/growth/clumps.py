"""How do failures of one kind come: one by one, by user, or in clumps of time?"""

import numpy as np

from agentlens.analysis.failures.growth.arrivals import Arrivals, Unrest
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.events.bursts import burst_tail
from agentlens.stats.events.conditional import more
from agentlens.stats.groups import cluster, sums

__all__ = ["chances"]

_HOUR = 3_600_000_000
_LENGTHS = (_HOUR, 6 * _HOUR, 24 * _HOUR)
_FEWEST_STRETCHES = 5
_MOST = 1000
_CLUMPED = 1.25
_SELDOM = 0.5
_BROKEN = 1.5
_PRIOR = 5.0
_CURRENT = 1


def chances(found: Arrivals) -> tuple[Floats, Floats]:
    """Return how likely so many are if nothing changed, and by how much failures clump.

    The least favourable of three answers counts: bursts by one user, bursts within an hour, and
    the unrest of longer stretches that the baseline has shown.

    Args:
        found: the failures of both periods.
    """
    now, before = found.totals(_CURRENT), found.totals(0)
    looked, earlier = found.exposure(_CURRENT), found.exposure(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(looked + earlier > 0, looked / (looked + earlier), 1.0)
    by_user, users = _bursts(found, share, found.user)
    hourly, seldom = _hourly(found)
    hour = (found.times // _HOUR)[found.place]
    by_hour, _ = _bursts(found, share, hour - int(hour.min(initial=0)))
    lasting = _lasting(found)
    broken, by_outage = _outages(found, share)
    clumped = np.where(hourly > _CLUMPED, hourly, 1.0)
    spread = np.maximum(np.where(seldom, 1.0, clumped), lasting)
    by_time = more(now / spread, before / spread, share)
    by_hour = np.where(seldom & (hourly > _CLUMPED), by_hour, 0.0)
    p = np.maximum.reduce([by_user, by_hour, np.where(broken, by_outage, 0.0), by_time])
    return np.where(now > 0, p, 1.0), np.maximum.reduce([users, clumped, lasting])


def _bursts(found: Arrivals, share: Floats, unit: Ints) -> tuple[Floats, Floats]:
    """Return the chance where all of one unit and period is one burst, and how large bursts are."""
    bursts = cluster(found.failure * 2 + found.arm, unit, found.n * 2)
    held = bursts.within(found.size)
    of = bursts.group // 2
    total = sums(of, held, found.n)
    mean_size = np.divide(sums(of, held**2, found.n), total, out=np.ones(found.n), where=total > 0)
    if not found.even:
        size = np.maximum(mean_size, 1e-12)
        p = more(found.totals(_CURRENT) / size, found.totals(0) / size, share)
        return p, mean_size
    now = found.totals(_CURRENT)
    p = more(now / mean_size, (total - now) / mean_size, share)
    order = np.argsort(of, kind="stable")
    ends = np.concatenate(([0], np.cumsum(np.bincount(of, minlength=found.n))))
    whole = held[order].round().astype(np.int64)
    for one in np.flatnonzero((now > 0) & (total <= _MOST)):
        p[one] = burst_tail(whole[ends[one] : ends[one + 1]], round(now[one]), float(share[one]))
    return p, mean_size


def _hourly(found: Arrivals) -> tuple[Floats, Flags]:
    """Return how failures clump within hours, each period by its own rate, and which are seldom."""
    then, now = (found.stretches(arm, min(_HOUR, _length(found, arm))) for arm in (0, _CURRENT))
    both = Unrest(then.squares + now.squares, then.events + now.events, then.places + now.places)
    return both.clumping(known=2), both.events / np.maximum(both.places, 1) < _SELDOM


def _outages(found: Arrivals, share: Floats) -> tuple[Flags, Floats]:
    """Return which failures may come in outages of hours, as the baseline shows, and the chance."""
    length = _LENGTHS[1]
    if length > _length(found, _CURRENT):
        return np.zeros(found.n, dtype=bool), np.zeros(found.n)
    places = _length(found, 0) / length
    broken = (_shrunk(found, length) > _BROKEN) & (found.totals(0) / places < _SELDOM * 6)
    chance = np.zeros(found.n)
    for shift in (0, length // 2):  # an outage that one grid cuts in two is whole in the other
        unit = ((found.times + shift) // length)[found.place]
        chance = np.maximum(chance, _bursts(found, share, unit - int(unit.min(initial=0)))[0])
    return broken, chance


def _lasting(found: Arrivals) -> Floats:
    """Return how much more the baseline varies over longer stretches than chance alone would.

    Failures that were seen a few times borrow from all others how restless this log is.
    """
    spread = np.ones(found.n)
    current = _length(found, _CURRENT)
    lengths = [one for one in _LENGTHS if one <= current]
    for length in [*lengths, current // 2] if lengths else [current]:
        spread = np.maximum(spread, _shrunk(found, length))
    return spread


def _shrunk(found: Arrivals, length: int) -> Floats:
    """Return how failures clump in stretches of the baseline, drawn towards that of all."""
    if _length(found, 0) // length < _FEWEST_STRETCHES:
        return np.ones(found.n)
    before = found.stretches(0, length)
    own, total = before.clumping(), before.events
    pooled = float((own * total).sum() / total.sum()) if total.sum() > 0 else 1.0
    return np.asarray((own * total + _PRIOR * pooled) / (total + _PRIOR))


def _length(found: Arrivals, arm: int) -> int:
    return max(found.spans[arm][1] - found.spans[arm][0], 1)
