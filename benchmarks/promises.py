"""How many bins pass between false alarms, and how late is a true one, on histories of all kinds?

    python benchmarks/promises.py [charts] [regime,…]

Each chart learns from a baseline of its own and is solved for one false alarm in 370 bins. It is
then held against fresh futures of the same process in which nothing happens, enough of them to know
its own run length to five percent, and against futures whose mean steps by one standard deviation.
Hourly bins.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.analysis.control.choices import Choices
from agentlens.analysis.control.design import calibrated
from agentlens.analysis.control.learn import Learnt, learn
from agentlens.measures.metric import Kind, Metric
from agentlens.stats.charts.arms import arms
from agentlens.stats.charts.delays import delays
from agentlens.stats.charts.false_alarms import rates
from agentlens.stats.charts.run_length import run_length
from agentlens.stats.normal.cycles import cycles
from agentlens.stats.normal.futures import Deviations, deviations
from agentlens.stats.normal.in_control import Setting

TARGET, AHEAD, FUTURES = 370.0, 1000, 150
HOUR = 3_600_000_000
FAR = 3.0


@dataclass(frozen=True)
class Regime:
    """A process: how (paths x bins) of it are drawn, and what its noise is once it is known."""

    draw: Callable[[np.random.Generator, int, np.ndarray], tuple[np.ndarray, np.ndarray]]
    kind: Kind = "mean"


def remembering(
    rng: np.random.Generator, paths: int, bins: int, phi: float, tails: float = np.inf
) -> np.ndarray:
    """Return noise of variance one with a memory."""
    size = (bins + 100, paths)
    noise = rng.normal(size=size) if np.isinf(tails) else rng.standard_t(tails, size)
    for t in range(1, len(noise)):
        noise[t] += phi * noise[t - 1]
    return noise[100:].T * np.sqrt(1 - phi**2)


def cycle(at: np.ndarray, *, weekly: bool = True) -> np.ndarray:
    """Return a daily shape, another at weekends, and lower weekends; of variance one."""
    grid = np.arange(168)
    day = 2 * np.pi * grid / 24
    weekend = grid // 24 >= 5
    shape = np.sin(day) + 0.4 * np.cos(2 * day)
    if weekly:
        shape = shape + weekend * (0.3 * np.sin(day) - 1.0)
    shape = (shape - shape.mean()) / shape.std()
    return shape[(at + 72) % 168]  # 1 January 1970 was a Thursday


def normal(
    phi: float = 0.0, cycles_share: float = 0.0, tails: float = np.inf, **how: bool
) -> Regime:
    """Return a process of a cycle, with a share of the variance, and noise around it."""

    def draw(rng: np.random.Generator, paths: int, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        noise = remembering(rng, paths, at.size, phi, tails)
        line = cycle(at, **how)
        ones = np.ones(at.size)
        return np.sqrt(cycles_share) * line + np.sqrt(1 - cycles_share) * noise, ones

    return Regime(draw)


def counted(level: float, spread: float, sizes: list[int], swing: float = 0.0) -> Regime:
    """Return overdispersed rates of bins of these sizes, their traffic following the day."""

    def draw(rng: np.random.Generator, paths: int, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        of_hour = np.random.default_rng(5).choice(sizes, 24 * 7)
        rows = of_hour[at % (24 * 7)]
        mean = level * np.maximum(1 + swing * cycle(at), 0.2)
        p = np.broadcast_to(mean, (paths, at.size))
        if spread:
            mass = 1 / spread - 1
            p = rng.beta(mean * mass, (1 - mean) * mass, (paths, at.size))
        hits = rng.binomial(rows, p)
        with np.errstate(invalid="ignore", divide="ignore"):
            return hits / rows, rows.astype(float)

    return Regime(draw, "rate")


REGIMES: dict[str, Regime] = {
    "independent": normal(),
    "AR .3": normal(0.3),
    "AR .6": normal(0.6),
    "daily and weekly cycle, half of the variance": normal(cycles_share=0.5),
    "the same with AR .5": normal(0.5, 0.5),
    "Student's t, 4 degrees": normal(tails=4),
    "overdispersed rates, n 3 to 200": counted(0.8, 0.02, [3, 10, 40, 200]),
    "rates, n 0 to 300, empty hours": counted(0.85, 0.005, [0, 0, 5, 60, 300]),
    "rare errors, 2 %, n 5 to 40, cycle": counted(0.02, 0.01, [5, 20, 40], 0.4),
    "AR .9": normal(0.9),
    "Student's t, 3 degrees": normal(tails=3),
}


def taught(
    values: np.ndarray, rows: np.ndarray, kind: Kind, choices: Choices, learning: int
) -> Learnt:
    """Return what a chart learns from one history, through the door that a log takes."""
    time = pd.to_datetime(np.arange(rows.size) * HOUR, unit="us", utc=True)
    frame = pd.DataFrame({"time": time, "value": np.where(rows > 0, values, np.nan)})
    frame = frame.assign(low=np.nan, high=np.nan, n=rows.astype(int), n_eff=rows)
    unit = "share" if kind == "rate" else ""
    metric = Metric("simulated", kind, "lower", unit, "completed")
    learnt = learn(frame, np.arange(rows.size) < learning, metric, choices)
    if isinstance(learnt, str):
        raise TypeError(learnt)
    return learnt


def judged(
    learnt: Learnt, choices: Choices, regime: Regime, rng: np.random.Generator, learning: int
) -> tuple[float, float, Deviations]:
    """Return the run length of one chart, its mean delay at one standard deviation, and futures."""
    ahead = learning + np.arange(AHEAD)
    values, rows = regime.draw(rng, FUTURES, ahead)
    grid = np.arange(learning + AHEAD)
    weights = np.zeros(grid.size)
    weights[:learning] = learnt.weights[:learning]
    own = cycles(grid * HOUR, HOUR, weights)
    size = np.concatenate([learnt.setting.size[:learning], rows])
    setting = Setting(size, own, learnt.setting.law, learnt.setting.unit)
    found = deviations(values, learnt.model, setting.part(ahead))
    design = calibrated(learnt, choices, Metric("simulated", "mean", "lower", "", "completed"))
    still = arms(found, choices.method, lam=choices.lam, allowance=choices.allowance)
    limits = design.upper, design.lower
    return rates(still, *limits).run_length, delays(still.shifted(1.0), *limits), found


def main(charts: int, wanted: list[str]) -> None:
    """Print one line a regime, one column a length of baseline."""
    choices = Choices(
        every="1h", baseline=None, method="ewma", lam=0.1, allowance=0.5, width=None,
        arl=TARGET, seasonal="auto", head_start=0.0, rules=(), seed=0,
    )  # fmt: skip
    textbook = run_length(0.1, 2.701, 1.0)
    print(f"{charts} charts each, λ = 0.1; bins per false alarm, solved for {TARGET:.0f}, ± 1 SE;")
    print(f"share of charts off by more than a factor of {FAR:.0f}; mean delay at 1σ")
    print(f"(the textbook chart with everything known: {textbook:.1f})")
    for name in wanted:
        regime = REGIMES[name]
        for learning in (336, 672):
            lengths, late = [], []
            for chart in range(charts):
                rng = np.random.default_rng([chart, learning])
                values, rows = regime.draw(rng, 1, np.arange(learning + 1))
                learnt = taught(values[0], rows, regime.kind, choices, learning)
                length, delay, _ = judged(learnt, choices, regime, rng, learning)
                lengths.append(length)
                late.append(delay)
            rate = 1 / np.array(lengths)
            achieved = 1 / rate.mean()
            error = rate.std() / np.sqrt(charts) / rate.mean() * achieved
            far = np.mean((rate * TARGET > FAR) | (rate * TARGET < 1 / FAR))
            print(
                f"{name:46}{learning:5} bins: {achieved:5.0f} ± {error:3.0f} {100 * far:5.1f} %"
                f" {np.median(late):6.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 500,
        sys.argv[2].split(";") if len(sys.argv) > 2 else list(REGIMES),
    )
