"""How often is a comparison wrong, and what does looking all the time cost?

    python benchmarks/compare.py [scale]

Trials whose truth is known: arms of different mix, users with several rows, some in both arms,
weights. Prints the coverage of the adjusted difference, how often a canary without a difference is
called when it is looked at a hundred times, what that costs in power and time, how often an arm that
is worse by the whole margin passes, and how often the required rows decide.
"""

import sys
from typing import Any

import numpy as np
from scipy.special import ndtri

from agentlens.stats.trials.betting import always_valid_p
from agentlens.stats.trials.contrast import Kind, Sample, contrast, usable
from agentlens.stats.trials.needed import factor_for_margin
from agentlens.stats.trials.stream import how_many_to_one, side_by_side
from tests.stats.trials_worlds import arrivals, trial

LOOKS = 100


def main() -> None:
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    coverage(max(int(1500 * scale), 20))
    looking(max(int(2000 * scale), 20))
    delays(max(int(500 * scale), 20))
    passing(max(int(2000 * scale), 20))
    deciding(max(int(500 * scale), 20))


def share(count: int, n: int) -> str:
    p = count / n
    return f"{100 * p:.1f} ± {100 * np.sqrt(max(p * (1 - p), 1 / n) / n):.1f} %"


def plain(sample: Sample) -> Sample:
    return Sample(
        sample.arm, sample.cell * 0, sample.cluster, sample.weight, sample.above, sample.below
    )


def coverage(runs: int) -> None:
    print("\n| 95 % interval of the adjusted difference | users | covers | unadjusted covers |")
    print("|---|---|---|---|")
    worlds: list[tuple[str, Kind, int, dict[str, Any]]] = [
        ("rate .85, clusters, confounded mix, weights", "rate", 80, {}),
        ("the same", "rate", 300, {}),
        ("rate .97", "rate", 300, {"rate": 0.97}),
        ("rate .85, even mix, no weights", "rate", 80, {"confounded": False, "weighted": False}),
        ("rate .85, all users in both arms", "rate", 80, {"in_both": 1.0}),
        ("rate .85, one row a user", "rate", 200, {"per_user": 1.0, "in_both": 0.0}),
        ("rate .9, a canary of 10 %", "rate", 600, {"rate": 0.9, "share": 0.1}),
        ("mean cost", "mean", 80, {"numbers": True}),
        ("p95 latency", "quantile", 200, {"numbers": True}),
        ("ratio", "ratio", 80, {"numbers": True}),
    ]
    for name, kind, users, how in worlds:
        rng = np.random.default_rng(1)
        held = bare = n = 0
        for _ in range(runs):
            sample = trial(rng, users, **how)
            sample = sample.only(usable(sample))
            if np.unique(sample.arm).size < 2:
                continue
            found = contrast(sample, kind, q=0.95)
            if np.isnan(found.low):
                continue
            raw = contrast(plain(sample), kind, q=0.95)
            n += 1
            held += found.low <= 0 <= found.high
            bare += raw.low <= 0 <= raw.high
        print(f"| {name} | {users} | {share(held, n)} | {share(bare, n)} |", flush=True)


def called(arm: np.ndarray, values: np.ndarray, looks: np.ndarray) -> tuple[float, float, float]:
    """Return when each rule first calls a difference: always valid, fixed at all looks, fixed last."""
    one, other, at = side_by_side(arm, values, how_many_to_one(arm))
    groups = np.searchsorted(at, looks)
    groups = np.unique(groups[groups > 0])
    always = np.inf
    if groups.size and always_valid_p(one - other, groups) <= 0.05:
        low, high = 0, groups.size - 1
        while low < high:
            middle = (low + high) // 2
            small = always_valid_p(one - other, groups[: middle + 1]) <= 0.05
            low, high = (low, middle) if small else (middle + 1, high)
        always = float(at[groups[low] - 1] + 1)
    sums = [
        np.concatenate([np.zeros((1, 3)), np.cumsum(part, axis=0)])[looks]
        for part in (
            np.stack([arm == side, values * (arm == side), values**2 * (arm == side)], axis=1)
            for side in (1, 0)
        )
    ]
    n, total, squares = (np.stack([one[:, place] for one in sums]) for place in range(3))
    mean = total / np.maximum(n, 1)
    spread = (squares - n * mean**2) / np.maximum(n - 1, 1)
    error = np.sqrt((spread / np.maximum(n, 1)).sum(axis=0))
    z = np.abs(mean[0] - mean[1]) / np.where(error > 0, error, np.inf)
    beyond = (z > ndtri(0.975)) & (n.min(axis=0) >= 10)
    fixed = float(looks[np.argmax(beyond)]) if beyond.any() else np.inf
    return always, fixed, float(looks[-1]) if beyond[-1] else np.inf


def looking(runs: int) -> None:
    print(f"\n| canary without a difference, {LOOKS} looks | always valid | fixed interval |")
    print("|---|---|---|")
    for split in (0.5, 0.1):
        for rate in (0.5, 0.95, 0.99):
            rng = np.random.default_rng(2)
            looks = np.unique(np.linspace(100, 4000, LOOKS).astype(np.int64))
            counts = np.zeros(2, dtype=int)
            for _ in range(runs):
                always, fixed, _ = called(*arrivals(rng, 4000, rate, share=split), looks)
                counts += [np.isfinite(always), np.isfinite(fixed)]
            print(
                f"| rate {rate}, {100 * split:.0f} % of 4,000 sessions |"
                f" {share(counts[0], runs)} | {share(counts[1], runs)} |",
                flush=True,
            )


def delays(runs: int) -> None:
    print(
        "\n| 4,000 sessions, half each | always valid: found | after (median) | one look: found |"
    )
    print("|---|---|---|---|")
    for rate, effect in ((0.9, -0.02), (0.9, -0.04), (0.9, -0.08), (0.98, -0.02), (0.5, 0.08)):
        rng = np.random.default_rng(3)
        looks = np.unique(np.linspace(100, 4000, LOOKS).astype(np.int64))
        found = [called(*arrivals(rng, 4000, rate, effect=effect), looks) for _ in range(runs)]
        always = np.array([one[0] for one in found])
        once = sum(np.isfinite(one[2]) for one in found)
        when = f"{np.median(always[np.isfinite(always)]):,.0f}" if np.isfinite(always).any() else ""
        said = share(int(np.isfinite(always).sum()), runs)
        print(
            f"| {rate} to {rate + effect:.2f} | {said} | {when} | {share(once, runs)} |", flush=True
        )


def passing(runs: int) -> None:
    print("\n| worse by exactly the margin | users | called no worse |")
    print("|---|---|---|")
    worlds: list[tuple[str, Kind, int, float, dict[str, Any]]] = [
        ("rate .9, margin 2 points", "rate", 300, -0.02, {"rate": 0.9}),
        ("rate .9, margin 5 points", "rate", 100, -0.05, {"rate": 0.9}),
        ("mean, margin 10 %", "mean", 300, 0.1, {"numbers": True}),
        ("p95, margin 10 %", "quantile", 300, 0.1, {"numbers": True}),
    ]
    for name, kind, users, effect, how in worlds:
        rng = np.random.default_rng(4)
        passed = 0
        for _ in range(runs):
            sample = trial(rng, users, effect=effect, **how)
            sample = sample.only(usable(sample))
            relative = kind != "rate"
            found = contrast(sample, kind, q=0.95, log_scale=relative)
            limit = effect * found.baseline if relative else effect
            passed += found.high < limit if relative else found.low > limit
        print(f"| {name} | {users} | {share(passed, runs)} |", flush=True)


def deciding(runs: int) -> None:
    print("\n| required n, asked of a pilot | pilot users | required, median | decides |")
    print("|---|---|---|---|")
    worlds: list[tuple[str, Kind, int, float, dict[str, Any]]] = [
        ("rate .9, margin 4 points", "rate", 300, 0.04, {"rate": 0.9, "confounded": False}),
        ("rate .97, margin 2 points", "rate", 300, 0.02, {"rate": 0.97, "confounded": False}),
        ("mean, margin 10 %", "mean", 400, float(np.log1p(0.1)), {"numbers": True}),
        ("p95, margin 20 %", "quantile", 400, float(np.log1p(0.2)), {"numbers": True}),
    ]
    for name, kind, users, margin, how in worlds:
        rng = np.random.default_rng(5)
        factors = []
        for _ in range(40):
            pilot = trial(rng, users, **how)
            found = contrast(pilot, kind, q=0.95, log_scale=kind != "rate")
            lower = kind == "rate"
            factors.append(
                factor_for_margin(
                    found, margin, rate=kind == "rate", worse_is_lower=lower, both_grow=True
                )
            )
        wanted = int(users * float(np.median(factors)))
        decided = 0
        for _ in range(runs):
            sample = trial(rng, wanted, **how)
            found = contrast(sample, kind, q=0.95, log_scale=kind != "rate")
            limit = np.expm1(margin) * found.baseline
            decided += found.low > -margin if kind == "rate" else found.high < limit
        print(f"| {name} | {users} | {wanted:,} users | {share(decided, runs)} |", flush=True)


if __name__ == "__main__":
    main()
