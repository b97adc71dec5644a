"""What does a comparison of twenty numbers cost, a million rows against a million?

    python benchmarks/speed_drift.py [runs]

Users, days, intervals, p-values and false discovery rate are ours alone; beside it two of SciPy's
functions on the same columns, which know rows only.
"""

import resource
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
ROWS, COLUMNS, USERS, DAYS = 1_000_000, 20, 200_000, 7


def main() -> None:
    """Print the seconds of CPU of both, and the ratio by run."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    pairs = np.array([pair(seed) for seed in range(runs)])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    for name, seconds in zip(("drift", "KS and W1 of SciPy"), pairs.T, strict=True):
        print(f"{name}: {np.median(seconds):.2f} CPU s [{seconds.min():.2f}-{seconds.max():.2f}]")
    ratio = pairs[:, 0] / pairs[:, 1]
    print(f"ratio {np.median(ratio):.2f} [{ratio.min():.2f}-{ratio.max():.2f}], {runs} runs")
    print(f"peak of the process, both and all rows included: {peak:.2f} GiB")


def pair(seed: int) -> tuple[float, float]:
    """Return the seconds of CPU that ours and theirs took for the same columns."""
    from scipy.stats import ks_2samp, wasserstein_distance  # noqa: PLC0415 - only here

    from agentlens.analysis.drift.columns import number  # noqa: PLC0415 - after the path
    from agentlens.analysis.drift.compare import compared  # noqa: PLC0415 - as above
    from agentlens.stats.drift.sample import sample_of  # noqa: PLC0415 - as above
    from agentlens.stats.multiple import benjamini_hochberg  # noqa: PLC0415 - as above

    rng = np.random.default_rng(seed)
    arm, everyone = np.repeat([0, 1], ROWS), np.arange(2 * ROWS)
    users = rng.integers(0, USERS, 2 * ROWS)
    day = everyone * 2 * DAYS // (2 * ROWS)
    begun = time.process_time()
    stratum = np.repeat([0, 1], DAYS)
    sample = sample_of(arm, np.ones(arm.size), users, block=day, stratum=stratum)
    ours, theirs = time.process_time() - begun, 0.0
    p = []
    for _ in range(COLUMNS):
        values = rng.lognormal(size=2 * ROWS)
        begun = time.process_time()
        p.append(compared(sample, number("x", "number", everyone, values), 0.95).row["p"])
        between = time.process_time()
        ks_2samp(values[:ROWS], values[ROWS:], method="asymp")
        wasserstein_distance(values[:ROWS], values[ROWS:])
        ours += between - begun
        theirs += time.process_time() - between
    benjamini_hochberg(np.array(p))
    return ours, theirs


if __name__ == "__main__":
    main()
