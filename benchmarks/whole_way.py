"""How often does the corrected rate hold the truth when every step from judge to rate really runs?

    python -m benchmarks.whole_way [worlds]

Worlds of 500 traces, 80 % of which people pass; the judge passes 97 % of these and fails 60 % of the
others; a plan that seeks failures draws 100 labels.
"""

import sys

import numpy as np

from tests.analysis.calibrate.whole_way import TRUTH, whole_way


def main(worlds: int) -> None:
    """Print the coverage, the error and the width of the corrected rate."""
    found = [whole_way(seed, traces=500, labels=100) for seed in range(worlds)]
    value, low, high, raw, _, _ = np.array(found).T
    held = np.mean((low <= TRUTH) & (high >= TRUTH))
    spread = np.sqrt(held * (1 - held) / worlds)
    print(f"{worlds} worlds: covers {held:.3f} ({spread:.3f})")
    print(f"mean error {np.mean(value) - TRUTH:+.4f} ({np.std(value) / np.sqrt(worlds):.4f})")
    print(f"mean width {np.mean(high - low):.3f}; the judge alone says {np.mean(raw):.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
