"""How often does each corrected number hold the truth, how wide is it, and how long does it take?

    python benchmarks/calibration.py [rate|plans|clusters|shift|errors|gate|speed] …   (all by default)

rate: four true rates, three judges, windows of 300 and 3,000 traces, uniform labels. plans: labels by
verdict, and traffic sampled by tier. clusters: whole sessions labelled. shift: the traffic changed
after the labels were made. errors: agreement, sensitivity, specificity, kappa. gate: how often a judge
passes. speed: one calibration and every answer it gives, on the demo.
"""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import agentlens as al
from agentlens.scoring.reading.labels import labels_of
from agentlens.scoring.reading.verdicts import verdicts_of
from agentlens.stats.agreement.kappa import ac1, kappa
from agentlens.stats.agreement.wealth import wealth
from agentlens.stats.corrected.errors import drawn_quadrants
from agentlens.stats.corrected.lee import lee
from agentlens.stats.corrected.poststrat import Cells, draws, rates
from agentlens.stats.corrected.ppi import ppi
from agentlens.stats.corrected.stable import Traffic, carried, drawn_shares, separates
from agentlens.stats.intervals.rates import wilson
from tests.stats.corrected_worlds import (
    CELLS,
    JUDGES,
    VERDICT,
    Judge,
    Window,
    by_verdict,
    clustered,
    covers,
    judge_draws,
    tiered,
    uniform,
    window,
)

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS, DRAWS = 400, 1000


def _ends(values: np.ndarray) -> tuple[float, float]:
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def _ways(made: Window, rng: np.random.Generator) -> dict[str, tuple[float, float]]:
    """Return the interval of each way to find the rate."""
    a, _, c, _ = made.counts.tolist()
    la, lb, lc, ld = made.labels.tolist()
    n, m = float(made.counts.sum()), float(made.labels.sum())
    found = {"post-stratified": _ends(rates(draws(made.cells, rng, DRAWS)))}
    raw = wilson(np.array([float(a + c)]), np.array([n]))
    people = wilson(np.array([float(la + lb)]), np.array([m]))
    found["judge alone"] = float(raw[0][0]), float(raw[1][0])
    found["people alone"] = float(people[0][0]), float(people[1][0])
    y, f = np.repeat([1.0, 1.0, 0.0, 0.0], made.labels), np.repeat([1.0, 0, 1, 0], made.labels)
    found["PPI++"] = ppi((y, f), np.repeat([1.0, 0, 1, 0], made.counts - made.labels))[1:]
    found["Lee"] = lee((a + c, n), (la, la + lb), (ld, lc + ld))[1:]
    return found


def rate() -> None:
    """Print coverage (worst) and width by labels; and the range over all cells."""
    kept: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for place, (theta, judge, n, labels) in enumerate(CELLS):
        rng = np.random.default_rng([1, place])
        here: dict[str, list[tuple[bool, float]]] = {}
        for _ in range(RUNS):
            made = uniform(rng, window(rng, theta, judge, n), labels)
            for way, (low, high) in _ways(made, rng).items():
                here.setdefault(way, []).append((low <= theta <= high, high - low))
        for way, each in here.items():
            held, width = np.mean(each, axis=0)
            kept.setdefault((way, labels), []).append((float(held), float(width)))
    print("way | labels | mean coverage | worst cell | best cell | mean width")
    for (way, labels), cells in sorted(kept.items()):
        held, width = np.array(cells).T
        print(
            f"{way} | {labels} | {held.mean():.3f} | {held.min():.3f} | {held.max():.3f} | {width.mean():.3f}"
        )


def plans() -> None:
    """Print coverage of plans that look at the verdict, and of tiers, with the mutant."""
    rng = np.random.default_rng(2)
    held = [
        np.mean(
            [
                covers(
                    rates(
                        draws(
                            by_verdict(rng, window(rng, theta, judge, n), labels).cells, rng, DRAWS
                        )
                    ),
                    theta,
                )
                for _ in range(150)
            ]
        )
        for theta, judge, n, labels in CELLS
    ]
    print(
        f"by verdict, 72 cells: mean {np.mean(held):.3f}, worst {min(held):.3f}, best {max(held):.3f}"
    )
    for theta in (0.7, 0.85, 0.95):
        for labels in (60, 120, 240):
            honest, naive = [], []
            for judge in JUDGES:
                for _ in range(RUNS // 2):
                    cells = tiered(rng, theta, judge, 4000, labels, weighed=True)
                    honest.append(covers(rates(draws(cells, rng, DRAWS)), theta))
                    flat = Cells(cells.judged, np.ones(4), cells.labelled, cells.passed)
                    naive.append(covers(rates(draws(flat, rng, DRAWS)), theta))
            print(
                f"tiers, rate {theta}, {labels} labels: {np.mean(honest):.3f}, unweighted {np.mean(naive):.3f}"
            )


def clusters() -> None:
    """Print coverage where whole sessions are labelled, with and without the design effect."""
    rng = np.random.default_rng(3)
    every = []
    for theta in (0.8, 0.9):
        for size in (4, 8):
            for labels in (120, 240):
                paid, unpaid = [], []
                for _ in range(RUNS):
                    cells = clustered(rng, theta, JUDGES[1], 2400 // size, size, labels)
                    paid.append(covers(rates(draws(cells, rng, DRAWS)), theta))
                    free = Cells(cells.judged, cells.weight, cells.labelled, cells.passed)
                    unpaid.append(covers(rates(draws(free, rng, DRAWS)), theta))
                every.append((np.mean(paid), np.mean(unpaid)))
                print(
                    f"rate {theta}, {size} a session, {labels} labels: {every[-1][0]:.3f}, deff 1 {every[-1][1]:.3f}"
                )
    print("mean", np.mean(every, axis=0).round(3))


def shift() -> None:
    """Print what each assumption holds after the traffic changed, and the width."""
    for before, after in ((0.9, 0.9), (0.9, 0.8), (0.9, 0.7), (0.8, 0.9)):
        for labels in (100, 200):
            rng = np.random.default_rng(4)
            kept: dict[str, list[tuple[bool, float]]] = {}
            refused = 0
            for _ in range(RUNS * 2):
                made = uniform(rng, window(rng, before, JUDGES[1], 3000), labels)
                one, other = (_traffic(rng, theta) for theta in (before, after))
                _, found = judge_draws(made.cells, rng, DRAWS)
                if not separates(found.sensitivity, found.specificity):
                    refused += 1
                    continue
                passing = [drawn_shares(side, rng, DRAWS)[0] for side in (one, other)]
                first, second = (carried(p, found.sensitivity, found.specificity) for p in passing)
                sizes = np.array([other.passed, other.verdicts - other.passed])
                forced = Cells(sizes, np.ones(2), made.cells.labelled, made.cells.passed)
                a, b, c, d = made.labels.tolist()
                ends = {
                    "stable errors": (_ends(np.clip(second, 0, 1)), after),
                    "Lee": (lee((other.passed, other.verdicts), (a, a + b), (d, c + d))[1:], after),
                    "forced post-stratification": (_ends(rates(draws(forced, rng, DRAWS))), after),
                    "difference": (_ends(second - first), after - before),
                }
                for way, ((low, high), truth) in ends.items():
                    kept.setdefault(way, []).append((low <= truth <= high, high - low))
            said = "; ".join(
                f"{way} {np.mean(each, axis=0)[0]:.3f}, width {np.mean(each, axis=0)[1]:.3f}"
                for way, each in kept.items()
            )
            print(
                f"{before} to {after}, {labels} labels ({refused / RUNS / 2:.1%} refused): {said}"
            )


def _traffic(rng: np.random.Generator, theta: float) -> Traffic:
    a, _, c, _ = window(rng, theta, JUDGES[1], 3000).tolist()
    return Traffic(float(a + c), 3000.0, 0.0, 3000.0)


def errors() -> None:
    """Print coverage of agreement, sensitivity, specificity, kappa and AC1 by plan and labels."""
    for name, plan in (("uniform", uniform), ("by verdict", by_verdict)):
        for labels in (60, 100, 200):
            rng = np.random.default_rng(5)
            held = []
            for judge in JUDGES:
                s, c = judge
                truth = [
                    np.array(one) for one in (0.85 * s, 0.85 * (1 - s), 0.15 * (1 - c), 0.15 * c)
                ]
                wanted = (0.85 * s + 0.15 * c, s, c, float(kappa(*truth)), float(ac1(*truth)))
                for _ in range(RUNS):
                    made = plan(rng, window(rng, 0.85, judge, 3000), labels)
                    drawn, found = judge_draws(made.cells, rng, DRAWS)
                    shares = drawn_quadrants(drawn, VERDICT)
                    each = (
                        found.agreement,
                        found.sensitivity,
                        found.specificity,
                        kappa(*shares),
                        ac1(*shares),
                    )
                    held.append([covers(one, want) for one, want in zip(each, wanted, strict=True)])
            print(
                name,
                labels,
                "agreement, sensitivity, specificity, kappa, AC1:",
                np.mean(held, axis=0).round(3),
            )


def gate() -> None:
    """Print how often a judge passes a gate at .85, from draws and in sequence."""
    rng = np.random.default_rng(6)
    for truth, judge in (
        (0.85, Judge(0.9, 0.65)),
        (0.88, Judge(0.93, 0.68)),
        (0.90, Judge(0.94, 0.74)),
        (0.95, Judge(0.98, 0.83)),
    ):
        said = []
        for labels in (50, 100, 200, 300):
            passed = [
                np.quantile(
                    judge_draws(
                        uniform(rng, window(rng, 0.8, judge, 2000), labels).cells, rng, DRAWS
                    )[1].agreement,
                    0.05,
                )
                >= 0.85
                for _ in range(RUNS * 2)
            ]
            said.append(f"{labels}: {np.mean(passed):.3f}")
        streams = (rng.random((1000, 600)) < truth).astype(float)
        running = np.array([wealth(one, 0.85) >= 20 for one in streams])
        ever = running.any(axis=1)
        when = np.median(np.where(ever, running.argmax(axis=1) + 1, 9999))
        print(
            f"true {truth}: {', '.join(said)}; in sequence {ever.mean():.3f} within 600, median label {when:.0f}"
        )


def speed() -> None:
    """Print the milliseconds of CPU of a calibration and of its answers, the least of nine."""
    log = al.demo()
    calibration = al.calibrate(log, "goal_completion")
    jobs: dict[str, Callable[[], object]] = {
        "verdicts_of and labels_of": lambda: (
            verdicts_of(log, "goal_completion"),
            labels_of(log, "goal_completion"),
        ),
        "calibrate, whole": lambda: al.calibrate(log, "goal_completion"),
        "corrected_rate": calibration.corrected_rate,
        "gate": calibration.gate,
    }
    for name, job in jobs.items():
        taken = []
        for _ in range(9):
            begun = time.process_time()
            job()
            taken.append(time.process_time() - begun)
        print(f"{name}: {1000 * min(taken):.0f} ms")


PARTS = {one.__name__: one for one in (rate, plans, clusters, shift, errors, gate, speed)}

if __name__ == "__main__":
    for chosen in sys.argv[1:] or PARTS:
        print(f"\n# {chosen}")
        PARTS[chosen]()
