"""What did a call take: CPU seconds, seconds of the clock, and the most memory that was held?

Only the standard library, so that it runs in any environment, a peer's own included.
"""

import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from math import ceil
from pathlib import Path
from statistics import median
from typing import Any

__all__ = ["measured", "peak_mb", "spent", "told"]

SHORT, LEAST, MOST = 0.05, 0.2, 2_000
MIB = 1024


def spent(call: Callable[[], object]) -> float:
    """Return the CPU seconds of a call, in all its threads and in the processes that it started."""
    before = time.process_time(), _children()
    call()
    return time.process_time() - before[0] + _children() - before[1]


def measured(call: Callable[[], object], *, once: bool = False) -> dict[str, Any]:
    """Return what a call took: `cpu` and `wall` in seconds, `peak` and `held` before it in MiB.

    Args:
        call: what is measured. What takes less than a twentieth of a second is run again and again,
            and the mean is told.
        once: it changes something, so that it must not be run again.
    """
    held = _forgotten()
    wall = time.perf_counter()
    cpu = spent(call)
    took = {"cpu": cpu, "wall": time.perf_counter() - wall, "peak": peak_mb(), "held": held}
    if cpu >= SHORT or once:
        return took
    times = min(ceil(LEAST / max(cpu, 1e-6)), MOST)
    wall = time.perf_counter()
    cpu = spent(lambda: [call() for _ in range(times)])
    return {**took, "cpu": cpu / times, "wall": (time.perf_counter() - wall) / times}


def peak_mb() -> float:
    """Return the most memory of this process, or of the largest that it started, in MiB."""
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(_status("VmHWM"), child) / MIB


def told(values: Sequence[float], scale: float = 1.0) -> str:
    """Return the median of values with their range."""
    low, mid, high = (scale * one for one in (min(values), median(values), max(values)))
    return f"{mid:.3g} [{low:.3g}-{high:.3g}]"


def _children() -> float:
    """Return the CPU seconds of all processes started here that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _forgotten() -> float:
    """Forget the most memory held so far, where the system can, and return what is held in MiB."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _status("VmRSS") / MIB


def _status(name: str) -> float:
    """Return a line of the process's status in KiB; the peak where there is no such file."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / MIB if sys.platform == "darwin" else most
    return next(float(one.split()[1]) for one in lines if one.startswith(f"{name}:"))
