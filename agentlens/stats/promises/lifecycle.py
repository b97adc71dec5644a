"""In which state is an alarm, bin by bin, and when is somebody called?

Many series at once, one a row. Nothing looks ahead: a state depends on its own bin and those before.
"""

from dataclasses import dataclass

import numpy as np

from agentlens.stats.arrays import Flags, Floats, Ints

__all__ = ["ACT", "NO_DATA", "PASS", "WATCH", "Life", "lifecycle"]

PASS, WATCH, ACT, NO_DATA = 0, 1, 2, 3


@dataclass(frozen=True)
class Life:
    """What became of each series.

    Attributes:
        state: of each bin: pass, watch, act or no data.
        calls: bins in which somebody is called.
    """

    state: Ints
    calls: Flags


def lifecycle(
    stand: Floats,
    there: Flags,
    *,
    sustained: int = 1,
    of: int = 1,
    back: float = 0.5,
    dwell: int = 0,
    cooldown: int = 0,
    silence: int = 0,
) -> Life:
    """Return the states of many alarms.

    Beyond the limit is watch; beyond it in `sustained` of the last `of` bins is act. What was
    entered is left when the chart stands within `back` of its limit and `dwell` has passed. After
    a call the same series calls no more for `cooldown`, though its state is told.

    Args:
        stand: share of the limit reached, on the side of bad news; a value above 1 is beyond.
        there: bins with data.
        sustained: bins beyond the limit that it takes to act.
        of: the last so many bins.
        back: share of the limit within which an alarm ends.
        dwell: bins for which act lasts at least.
        cooldown: bins from one call to the next.
        silence: bins without data after which that itself is the state; 0 never.

    >>> life = lifecycle(np.array([[0.2, 1.1, 1.2, 0.8, 0.3]]), np.ones((1, 5), bool), sustained=2, of=2)
    >>> life.state.tolist(), life.calls.nonzero()[1].tolist()
    ([[0, 1, 2, 2, 0]], [2])
    """
    stand = np.where(there, np.nan_to_num(stand, nan=0.0), 0.0)
    beyond = (stand > 1) & there
    enough = _last(beyond, of) >= sustained
    raised = np.where(enough & beyond, ACT, np.where(beyond, WATCH, PASS))
    within = there & (stand < back)
    series, bins = stand.shape
    state = np.zeros((series, bins), np.int64)
    calls = np.zeros((series, bins), dtype=bool)
    now = np.zeros(series, np.int64)
    since = np.full(series, -(10**9))
    called = np.full(series, -(10**9))
    stirred = np.asarray(beyond.any(axis=0))
    calm = True
    for t in range(bins):
        if calm and not stirred[t]:
            continue  # every series passes, as before
        over = within[:, t] & (t - since >= dwell)
        since = np.where((raised[:, t] == ACT) & (now != ACT), t, since)
        now = np.where(over, PASS, np.maximum(now, raised[:, t]))
        # An alarm that begins in the cooldown calls when that is over, if it still lasts.
        new = there[:, t] & (now == ACT) & (since > called) & (t - called >= cooldown)
        called = np.where(new, t, called)
        calls[:, t] = new
        state[:, t] = now
        calm = not now.any()
    if silence:
        state[_gap(there) >= silence] = NO_DATA
    return Life(state, calls)


def _last(hits: Flags, width: int) -> Ints:
    """Return how many of the last so many bins are hits."""
    total = np.cumsum(hits.astype(np.int64), axis=1)
    found = total.copy()
    found[:, width:] -= total[:, :-width]
    return found


def _gap(there: Flags) -> Ints:
    """Return how many bins have passed without data, up to each bin."""
    place = np.arange(there.shape[1])
    newest = np.maximum.accumulate(np.where(there, place, -1), axis=1)
    return np.asarray(place - newest)
