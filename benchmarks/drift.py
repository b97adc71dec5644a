"""How often does `drift` call what did not change, how soon does it find what did, and at what cost?

    python benchmarks/drift.py [runs]

Worlds of twenty columns, with users who have eight traces on average and an intraclass correlation
of 0.3, most of them in both periods; then a million rows against a million, beside two of SciPy's
functions on the same columns. Standard errors are those of a share over so many runs.
"""

import resource
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
START = pd.Timestamp("2026-11-02", tz="UTC")
COLUMNS, DAYS, CURRENT = 20, 14, 7
SHARES = (0.3, 0.1, 0.03)


def main() -> None:
    """Print the tables of promises and of cost."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    print("nothing changed: share of logs with a column called (gates on; gates off)")
    for users, both in ((60, True), (200, True), (500, True), (200, False)):
        print(f"  {users} users, {'both periods' if both else 'one period'}:", end=" ")
        for material in (1.0, 0.0):
            called = [len(found(seed, users, both=both, material=material)) for seed in range(runs)]
            print(share(np.array(called) > 0), end="; ")
        print(flush=True)
    print("5 of 20 columns moved, 200 users: found, and false among those called (gates off)")
    for shift in (0.1, 0.2, 0.3, 0.5):
        calls = [found(seed, 200, shift=shift, material=0.0) for seed in range(runs // 2)]
        right = [sum(int(name[1:]) < 5 for name in one) for one in calls]
        wrong = [(len(one) - r) / max(len(one), 1) for one, r in zip(calls, right, strict=True)]
        error = np.std(wrong) / np.sqrt(len(wrong))
        print(
            f"  {shift} sd: {np.mean(right) / 5:.2f}; {np.mean(wrong):.3f} ({error:.3f})",
            flush=True,
        )
    speed()


def found(
    seed: int, users: int, *, both: bool = True, shift: float = 0.0, material: float = 1.0
) -> list[str]:
    """Return the columns called in one world."""
    import agentlens as al  # noqa: PLC0415 - after the path

    log = al.from_frames(world(seed, users, both=both, shift=shift))
    drift = al.drift(log, current=f"{CURRENT}D", material=material)
    return drift.frame.loc[drift.frame["drifted"], "column"].tolist()


def world(seed: int, users: int, *, both: bool, shift: float) -> pd.DataFrame:
    """Return traces of users whose columns are alike; the first five columns move by a shift."""
    from scipy.special import ndtr, ndtri  # noqa: PLC0415 - as the library does

    rng = np.random.default_rng(seed)
    user = np.repeat(np.arange(users), rng.poisson(7, users) + 1)
    n = user.size
    half = DAYS - CURRENT
    day = rng.uniform(0, DAYS, n)
    if not both:
        day = rng.uniform(0, half, n) + half * (rng.random(users) < 0.5)[user]
    hidden = np.sqrt(0.3) * rng.normal(size=(COLUMNS, users))[:, user]
    hidden += np.sqrt(0.7) * rng.normal(size=(COLUMNS, n))
    hidden[:5] += shift * (day >= half)
    columns: dict[str, object] = {}
    for place, values in enumerate(hidden):
        name = f"x{place}"
        if place % 4 == 0:
            columns[name] = values
        elif place % 4 == 1:
            columns[name] = np.exp(values)
        elif place % 4 == 2:
            codes = np.searchsorted([0.3, 0.55, 0.75, 0.88, 0.95], ndtr(values))
            columns[name] = np.array(list("abcdef"))[codes]
        else:
            columns[name] = values > -ndtri(SHARES[place // 4 % 3])
    frame = pd.DataFrame(columns)
    frame.insert(0, "trace_id", [f"t{one}" for one in range(n)])
    frame["user_id"] = [f"u{one}" for one in user]
    frame["start"] = START + pd.to_timedelta(day, unit="D")
    ends = pd.DataFrame(
        {"trace_id": ["first", "last"], "start": [START, START + pd.Timedelta(days=DAYS)]}
    )
    ends["start"] -= pd.to_timedelta([0, 1], unit="s")
    return pd.concat([frame, ends], ignore_index=True)


def speed(rows: int = 1_000_000, columns: int = 20, runs: int = 3) -> None:
    """Print the cost of numbers, a million rows against a million, beside SciPy's two functions."""
    from scipy.stats import ks_2samp, wasserstein_distance  # noqa: PLC0415 - only here

    from agentlens.analysis.drift.columns import number  # noqa: PLC0415 - after the path
    from agentlens.analysis.drift.compare import compared  # noqa: PLC0415 - as above
    from agentlens.stats.drift.sample import sample_of  # noqa: PLC0415 - as above

    rng = np.random.default_rng(0)
    arm = np.repeat([0, 1], rows)
    everyone = np.arange(arm.size)
    pairs = []
    for _ in range(runs):
        ours = theirs = 0.0
        begun = time.process_time()
        sample = sample_of(arm, np.ones(arm.size), everyone)
        ours += time.process_time() - begun
        for _ in range(columns):
            values = rng.lognormal(size=arm.size)
            begun = time.process_time()
            compared(sample, number("x", "number", everyone, values), 0.95)
            ours += time.process_time() - begun
            begun = time.process_time()
            ks_2samp(values[:rows], values[rows:], method="asymp")
            wasserstein_distance(values[:rows], values[rows:])
            theirs += time.process_time() - begun
        pairs.append((ours, theirs))
    ratios = sorted(one / other for one, other in pairs)
    ours, theirs = np.median(pairs, axis=0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{columns} numbers, {rows:,} against {rows:,}: {ours:.2f} CPU s with intervals and p that"
        f" know users; KS and W1 of SciPy {theirs:.2f} s; ratio {ratios[len(ratios) // 2]:.2f}"
        f" [{ratios[0]:.2f} to {ratios[-1]:.2f}], {runs} runs; peak {peak:.1f} GiB"
    )


def share(hits: np.ndarray) -> str:
    """Return a share and its standard error."""
    value = hits.mean()
    return f"{value:.3f} ({np.sqrt(max(value * (1 - value), 1e-9) / hits.size):.3f})"


if __name__ == "__main__":
    main()
