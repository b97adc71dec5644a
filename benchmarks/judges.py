"""How often is what we say of judges wrong, and what would simpler methods have said?

    python benchmarks/judges.py [scale]

Judges whose errors are known: bands and thresholds, anchors, fresh labels, two judges compared,
retests, panels, and probes for length. Each table has the wrong method beside ours.
"""

import sys

import numpy as np

from agentlens.analysis.judges.probe.regression import effect_of
from agentlens.stats.agreement.panel import error_correlation
from tests.stats.agreement_worlds import (
    Scorer,
    anchor_alarms,
    band_broken,
    compared,
    flip_coverage,
    pages,
    panel_errors,
    probe_rejections,
    threshold_reports,
)


def main() -> None:
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    bands(max(int(2000 * scale), 20))
    thresholds(max(int(1500 * scale), 20))
    anchors(max(int(2000 * scale), 20))
    fresh(max(int(4000 * scale), 20))
    comparing(max(int(1500 * scale), 20))
    retests(max(int(2000 * scale), 20))
    panels(max(int(400 * scale), 20))
    probes(max(int(600 * scale), 20))


def share(p: float, n: int) -> str:
    return f"{100 * p:.1f} ± {100 * np.sqrt(max(p * (1 - p), 1 / n) / n):.1f} %"


def bands(runs: int) -> None:
    print(
        "\n| auto-pass at 5 %, delta 10 % | labels | given | breaks its promise | empirical rule |"
    )
    print("|---|---|---|---|---|")
    for auc in (0.94, 0.72):
        for n in (50, 100, 300, 1000):
            broken, given = band_broken(Scorer(auc), n, runs=runs, seed=1)
            wrong, _ = band_broken(Scorer(auc), n, runs=runs, seed=1, empirical=True)
            cells = (share(one, runs) for one in (given, broken, wrong))
            print(f"| AUC {auc} | {n} | {' | '.join(cells)} |")


def thresholds(runs: int) -> None:
    print("\n| threshold, labels | true error | in ten folds | training score |")
    print("|---|---|---|---|")
    for n in (30, 50, 100, 200):
        told = threshold_reports(Scorer(0.65, 0.5), n, runs=runs, seed=3)
        print(f"| {n} | {told.truth:.3f} | {told.nested:.3f} | {told.in_sample:.3f} |")


def anchors(runs: int) -> None:
    print("\n| anchors | no change, 26 runs | -.05 in 18 | -.10 in 18 | below .85 | majority |")
    print("|---|---|---|---|---|---|")
    for n in (50, 100, 200):
        still, fixed, usual = (
            anchor_alarms(0.0, n=n, watched=26, runs=runs, seed=4, rule=rule)
            for rule in ("chart", "fixed", "majority")
        )
        falls = [anchor_alarms(fall, n=n, watched=18, runs=runs, seed=5) for fall in (0.05, 0.10)]
        cells = (share(one, runs) for one in (still, *falls, fixed, usual))
        print(f"| {n} | {' | '.join(cells)} |")


def fresh(runs: int) -> None:
    print("\n| agreement, promised .85 | weeks | pages | weekly below .85 |")
    print("|---|---|---|---|")
    for agreement, weeks in ((0.90, 52), (0.85, 52), (0.78, 9), (0.70, 3), (0.70, 6)):
        ours = pages(agreement, weeks, runs=runs, seed=6)
        point = pages(agreement, weeks, runs=runs, seed=6, weekly=True)
        print(f"| {agreement:.2f} | {weeks} | {share(ours, runs)} | {share(point, runs)} |")


def comparing(runs: int) -> None:
    print("\n| accuracies, 60 labels | of all: covers, width | where they differ: covers, width |"
          " unpaired covers | McNemar rejects |")  # fmt: skip
    print("|---|---|---|---|---|")
    for accuracy in ((0.85, 0.85), (0.88, 0.83), (0.90, 0.80)):
        told = compared(accuracy, runs=runs, seed=8)
        print(
            f"| {accuracy[0]} and {accuracy[1]} | {share(told.uniform, runs)}, {told.width:.3f} |"
            f" {share(told.plan, runs)}, {told.plan_width:.3f} | {share(told.unpaired, runs)} |"
            f" {share(told.rejected, runs)} |"
        )


def retests(runs: int) -> None:
    print("\n| flip rate | traces | runs | covers | drawing traces again covers |")
    print("|---|---|---|---|---|")
    for rate in (0.03, 0.05, 0.15, 0.27):
        for n, k in ((50, 2), (50, 3), (50, 5), (100, 2), (100, 3)):
            ours = flip_coverage(rate, n, k, runs=runs, seed=10)
            wrong = flip_coverage(rate, n, k, runs=runs, seed=10, bootstrap=True)
            print(f"| {rate} | {n} | {k} | {share(ours, runs)} | {share(wrong, runs)} |")


def panels(runs: int) -> None:
    print("\n| five judges, errors correlate | worth in judges, mean | 5 to 95 % |")
    print("|---|---|---|")
    for correlation in (0.0, 0.2, 0.4, 0.8):
        worth = [
            error_correlation(panel_errors(5, correlation, 300, seed)).n_eff for seed in range(runs)
        ]
        low, high = np.quantile(worth, [0.05, 0.95])
        print(f"| {correlation} | {np.mean(worth):.2f} | {low:.2f} to {high:.2f} |")


def probes(runs: int) -> None:
    print("\n| labels | no bias: called | +.5 per SD: found | +1 per SD: found | without labels |")
    print("|---|---|---|---|---|")
    for n in (100, 300):
        found = [
            probe_rejections(effect_of, bias, n, runs=runs, seed=12) for bias in (0.0, 0.5, 1.0)
        ]
        blind = probe_rejections(effect_of, 0.0, n, runs=runs, seed=12, blind=True)
        print(f"| {n} | {' | '.join(share(one, runs) for one in (*found, blind))} |")


if __name__ == "__main__":
    main()
