"""How many bins pass between false alarms, on histories that a textbook would not assume?

    python benchmarks/promises.py [histories]

Each history has a baseline to learn from and 3,000 bins in which nothing happens; after an alarm the
chart starts anew. The chart is designed for one alarm in 370 bins.
"""

import sys
from collections.abc import Callable

import numpy as np

from agentlens.stats.baseline import fit_in_control
from agentlens.stats.run_length import limit_for

LAM, TARGET, TESTED = 0.1, 370.0, 3000
History = tuple[np.ndarray, np.ndarray, float | None]
Regime = Callable[[np.random.Generator, int, int], History]


def independent(rng: np.random.Generator, n: int, learnt: int) -> History:
    """Normal points without memory."""
    del learnt
    return rng.normal(size=n), np.zeros(n), None


def heavy(rng: np.random.Generator, n: int, learnt: int) -> History:
    """Student's t with four degrees of freedom."""
    del learnt
    return rng.standard_t(4, n), np.zeros(n), None


def remembering(phi: float) -> Regime:
    """Points alike their neighbours."""

    def draw(rng: np.random.Generator, n: int, learnt: int) -> History:
        del learnt
        noise, x = rng.normal(size=n), np.empty(n)
        x[0] = noise[0] / np.sqrt(1 - phi**2)
        for t in range(1, n):
            x[t] = phi * x[t - 1] + noise[t]
        return x, np.zeros(n), None

    return draw


def daily(rng: np.random.Generator, n: int, learnt: int) -> History:
    """Half of the variance is a daily cycle."""
    del learnt
    return np.sin(np.arange(n) * 2 * np.pi / 24) + rng.normal(size=n) * 0.7, np.zeros(n), None


def counted(rng: np.random.Generator, n: int, learnt: int) -> History:
    """Overdispersed rates of bins with 3, 10, 40 or 200 rows."""
    rows = rng.choice([3, 10, 40, 200], n)
    hits = rng.binomial(rows, rng.beta(40, 10, n))
    return hits / rows, 0.16 / rows, hits[:learnt].sum() / rows[:learnt].sum()


REGIMES: dict[str, Regime] = {
    "independent": independent,
    "AR .3": remembering(0.3),
    "AR .6": remembering(0.6),
    "t4": heavy,
    "daily cycle": daily,
    "rates, n 3-200": counted,
}


def achieved(regime: Regime, learnt: int, histories: int, seed: int) -> tuple[float, float]:
    """Return bins per false alarm and the relative standard error of that."""
    rng = np.random.default_rng(seed)
    width = limit_for(LAM, TARGET)
    alarms = np.zeros(histories)
    for history in range(histories):
        x, sampling, level = regime(rng, learnt + TESTED, learnt)
        model = fit_in_control(x[:learnt], sampling[:learnt], level=level)
        deviation = np.sqrt(model.variance(sampling))
        clipped = np.clip(x - model.level, -3.5 * deviation, 3.5 * deviation)
        inflation = model.inflation(LAM)
        z = v = 0.0
        for t in range(learnt, learnt + TESTED):
            z = LAM * clipped[t] + (1 - LAM) * z
            v = LAM**2 * deviation[t] ** 2 + (1 - LAM) ** 2 * v
            if abs(z) > width * np.sqrt(v * inflation + model.level_variance):
                alarms[history] += 1
                z = v = 0.0
    total = alarms.sum()
    error = alarms.std() * np.sqrt(histories) / max(total, 1)
    return histories * TESTED / max(total, 1), float(error)


def main(histories: int) -> None:
    """Print one line a regime, one column a length of baseline."""
    print(f"{histories} histories; bins per false alarm, designed for {TARGET:.0f} (± 1 SE)")
    print(f"{'':16}{'56 bins':>16}{'336 bins':>16}{'672 bins':>16}")
    for name, regime in REGIMES.items():
        cells = []
        for learnt in (56, 336, 672):
            bins, error = achieved(regime, learnt, histories, seed=learnt)
            cells.append(f"{bins:.0f} ± {error * bins:.0f}")
        print(f"{name:16}" + "".join(f"{cell:>16}" for cell in cells), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
