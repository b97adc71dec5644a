"""Which failures emerged, and which are gone?"""

from dataclasses import dataclass

import numpy as np

from agentlens.analysis.failures.growth.arrivals import Arrivals
from agentlens.analysis.failures.growth.clumps import chances
from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.events.conditional import fewer
from agentlens.stats.groups import cluster
from agentlens.stats.multiple import benjamini_hochberg

__all__ = ["Decided", "decided"]

_FEWEST_USERS = 2
_CURRENT = 1


@dataclass(frozen=True, eq=False)
class Decided:
    """What the failures of two periods come to, one value a failure.

    Attributes:
        p: how likely so many are if nothing changed.
        q: p, adjusted for all failures tested.
        clumped: by how much the failure clumps.
        share: of the exposure that lies in the current period.
        up: whether it emerged.
        gone: whether it vanished.
        tested: whether it was tested.
    """

    p: Floats
    q: Floats
    clumped: Floats
    share: Floats
    up: Flags
    gone: Flags
    tested: Flags


def decided(found: Arrivals, fdr: float, tested: Flags | None = None) -> Decided:
    """Return which failures emerged; what only one user met never did.

    Args:
        found: the failures of both periods.
        fdr: the share of those called that may be false; with nothing changed, of any call.
        tested: which failures are tested; by default all that occur.
    """
    p, clumped = chances(found)
    now, before = found.totals(_CURRENT), found.totals(0)
    looked, earlier = found.exposure(_CURRENT), found.exposure(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(looked + earlier > 0, looked / (looked + earlier), 1.0)
    here = now + before > 0
    here = here if tested is None else here & tested
    q = benjamini_hochberg(np.where(here, p, np.nan))
    fall = fewer(now / clumped, before / clumped, share)
    gone = benjamini_hochberg(np.where(here, fall, np.nan)) <= fdr
    own = cluster(found.failure * 2 + found.arm, found.user, found.n * 2).per_group
    users = own.reshape(found.n, 2)[:, _CURRENT]
    up = (q <= fdr) & (users >= _FEWEST_USERS)
    return Decided(p, q, clumped, share, up, gone & (now == 0), here)
